/** The one shell of all pages: sections at the left, search and person at the top, the page in the middle. */

import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUser } from "../../api/session";
import { Loading } from "../Loading";
import { Boundary } from "./Boundary";
import { Connection } from "./Connection";
import { Mark } from "./Mark";
import { visible } from "./nav";
import { TopBar } from "./TopBar";
import "./shell.css";

export function Shell() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu of a narrow screen
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="app" data-open={open}>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <TopBar open={open} onMenu={() => setOpen(!open)} />
      <Navigation />
      <main id="main" tabIndex={-1}>
        <Connection />
        <Boundary key={path}>
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </Boundary>
      </main>
    </div>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const user = useUser();
  return (
    <nav className="nav" id="nav" aria-label={t("shell.sections")}>
      {visible(user).map((section) => (
        <div key={section.title ?? "first"}>
          {section.title && <h2>{t(`nav.${section.title}`)}</h2>}
          {section.entries.map((entry) => (
            <Link
              key={entry.to}
              to={entry.to}
              activeOptions={{ exact: entry.to === "/" }}
              activeProps={{ "aria-current": "page" }}
            >
              {t(`nav.${entry.label}`)}
            </Link>
          ))}
        </div>
      ))}
      <div className="nav-foot">
        <Mark size={14} /> <span>{t("shell.by")}</span>
      </div>
    </nav>
  );
}
