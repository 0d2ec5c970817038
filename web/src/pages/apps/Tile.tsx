/** One app: its name, what it is for, where it is ready, and a colour one may change. */

import { BgColorsOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { text } from "../../i18n/format";
import type { Language } from "../../i18n/i18n";
import type { Tile } from "../../theme/tokens";
import { Tag } from "../../ui/State";
import { Menu } from "../../ui/shell/Menu";
import { When } from "../../ui/When";
import { type App, colours, tagsOf } from "./tiles";

type AppTile = { app: App; colour: Tile; onColour?: (next: Tile | undefined) => void };

export function AppTile({ app, colour, onColour }: AppTile) {
  const { t, i18n } = useTranslation();
  const title = text(app.title);
  return (
    <li className="tile">
      <span className="tile-sign" style={{ background: `var(--tile-${colour})` }} aria-hidden>
        {[...title][0]?.toUpperCase()}
      </span>
      <div className="tile-words">
        <h2>
          <Link to="/apps/$app" params={{ app: app.app }}>
            {title}
          </Link>
        </h2>
        <p className="tile-text">{text(app.description)}</p>
      </div>
      <div className="tile-foot">
        <Ready app={app} />
        <span className="dim">{tagsOf(app, i18n.language as Language).join(" · ")}</span>
        {app.last_used_at && (
          <span className="dim tile-used">
            {t("apps.used")} <When at={app.last_used_at} relative />
          </span>
        )}
      </div>
      {onColour && <Colour title={title} onColour={onColour} />}
    </li>
  );
}

/** Where it is ready; the honest word where it is nowhere. */
export function Ready({ app }: { app: Pick<App, "machines"> }) {
  const { t } = useTranslation();
  const ready = app.machines.filter((machine) => machine.ready);
  if (!ready.length) return <Tag tone="off">{t("apps.nowhere")}</Tag>;
  const [first] = ready;
  return (
    <Tag tone="ok">
      {ready.length === 1 ? t("apps.ready_on", { name: first?.name }) : t("apps.ready", { count: ready.length })}
    </Tag>
  );
}

function Colour({ title, onColour }: { title: string; onColour: (next: Tile | undefined) => void }) {
  const { t } = useTranslation();
  const swatch = (colour: Tile) => <i className="swatch" style={{ background: `var(--tile-${colour})` }} />;
  return (
    <div className="tile-colour">
      <Menu
        label={t("apps.colour", { name: title })}
        button={<BgColorsOutlined />}
        items={[
          ...colours.map((colour) => ({
            icon: swatch(colour),
            text: t(`apps.colours.${colour}`),
            act: () => onColour(colour),
          })),
          { icon: <i className="swatch" />, text: t("apps.colour_usual"), act: () => onColour(undefined) },
        ]}
      />
    </div>
  );
}
