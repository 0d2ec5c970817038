/** The bar at the top: menu on narrow screens, the mark, language, theme, the person. */

import { BgColorsOutlined, GlobalOutlined, LogoutOutlined, MenuOutlined, UserOutlined } from "@ant-design/icons";
import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { signOut, useUser } from "../../api/session";
import { type Language, languages, speak } from "../../i18n/i18n";
import { choose, useTheme } from "../../theme/theme";
import { Mark } from "./Mark";
import { Menu } from "./Menu";

export function TopBar({ open, onMenu }: { open: boolean; onMenu: () => void }) {
  const { t } = useTranslation();
  return (
    <header className="top">
      <button
        type="button"
        className="icon menu-button"
        aria-label={t("shell.menu")}
        aria-expanded={open}
        aria-controls="nav"
        onClick={onMenu}
      >
        <MenuOutlined />
      </button>
      <Link to="/" className="mark">
        <Mark />
        <span>Tieline</span>
      </Link>
      <div className="top-right">
        <LanguageSwitch />
        <ThemeSwitch />
        <Person />
      </div>
    </header>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  const other: Language = i18n.language === "zh" ? "en" : "zh";
  return (
    <button type="button" className="icon" lang={other} title={t("shell.language")} onClick={() => void speak(other)}>
      <GlobalOutlined aria-hidden /> <span>{languages[other]}</span>
    </button>
  );
}

function ThemeSwitch() {
  const { t } = useTranslation();
  const theme = useTheme();
  const next = theme === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      className="icon"
      title={t(`shell.to.${next}`)}
      aria-label={t(`shell.to.${next}`)}
      onClick={() => choose(next)}
    >
      <BgColorsOutlined aria-hidden />
    </button>
  );
}

function Person() {
  const { t } = useTranslation();
  const user = useUser();
  const go = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  if (user === undefined)
    return (
      <span className="icon" aria-hidden>
        <span className="avatar" />
      </span>
    );
  if (user === null)
    return (
      <Link to="/sign-in" search={{ next: here === "/sign-in" ? undefined : here }} className="button">
        {t("shell.sign_in")}
      </Link>
    );
  const shown = user.display_name || user.name;
  return (
    <Menu
      label={t("shell.person", { name: shown })}
      button={<span className="avatar" aria-hidden data-initials={[...shown].slice(0, 2).join("").toUpperCase()} />}
      items={[
        { icon: <UserOutlined />, text: t("shell.profile"), act: () => void go({ to: "/profile" }) },
        {
          icon: <LogoutOutlined />,
          text: t("shell.sign_out"),
          act: () => void signOut().then(() => go({ to: "/apps" })),
        },
      ]}
      title={shown}
    />
  );
}
