/** What one can run: tiles to search and to filter by tag, the last used first. Open to everybody. */

import { AppstoreOutlined, SearchOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Input } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { text } from "../../i18n/format";
import type { Language } from "../../i18n/i18n";
import { Chips } from "../../ui/Chips";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Notice } from "../../ui/Notice";
import { Page } from "../../ui/Page";
import { useTileColours } from "./preferences";
import { AppTile } from "./Tile";
import { type App, allTags, colourOf, shown } from "./tiles";
import "./apps.css";

export function Apps() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = hub.useQuery("get", "/api/v1/apps");
  return (
    <Page title={t("nav.apps")} sub={t("apps.sub")}>
      {Boolean(error) && !data && <ErrorView error={error} retry={() => void refetch()} />}
      {isPending && <Loading lines={8} />}
      {data && <Found apps={data.items} />}
    </Page>
  );
}

function Found({ apps }: { apps: App[] }) {
  const { t, i18n } = useTranslation();
  const { search = "", tag } = useSearch({ from: "/apps" });
  const go = useNavigate();
  const set = (change: { search?: string; tag?: string }) =>
    void go({ to: "/apps", search: { search: search || undefined, tag, ...change }, replace: true });
  const language = i18n.language as Language;
  const tags = useMemo(() => {
    const all = allTags(apps, language);
    // A tag out of somebody's address stays to be seen, whatever language it is in.
    return tag && !all.includes(tag) ? [...all, tag] : all;
  }, [apps, language, tag]);
  const found = shown(apps, search, tag, (app) => text(app.title));
  if (!apps.length)
    return (
      <Notice icon={<AppstoreOutlined />} title={t("apps.none")}>
        <p>{t("apps.none_text")}</p>
      </Notice>
    );
  return (
    <>
      <div className="apps-tools">
        <Input
          allowClear
          className="apps-search"
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t("apps.search")}
          aria-label={t("apps.search")}
          value={search}
          onChange={(event) => set({ search: event.target.value || undefined })}
        />
        <Chips
          label={t("apps.tags")}
          all={t("apps.all")}
          options={tags}
          value={tag}
          text={(one) => one}
          onChange={(next) => set({ tag: next })}
        />
      </div>
      <p className="unseen" role="status">
        {t("apps.found", { count: found.length })}
      </p>
      {found.length ? (
        <Tiles apps={found} />
      ) : (
        <Notice
          icon={<SearchOutlined />}
          title={t("apps.none_fit")}
          small
          action={
            <button type="button" className="button" onClick={() => set({ search: undefined, tag: undefined })}>
              {t("apps.clear")}
            </button>
          }
        >
          <p>{t("apps.none_fit_text")}</p>
        </Notice>
      )}
    </>
  );
}

function Tiles({ apps }: { apps: App[] }) {
  const { tiles, own, choose } = useTileColours();
  return (
    <ul className="tiles">
      {apps.map((app) => (
        <AppTile
          key={app.app}
          app={app}
          colour={colourOf(app.app, tiles)}
          onColour={own ? (colour) => void choose(app.app, colour) : undefined}
        />
      ))}
    </ul>
  );
}
