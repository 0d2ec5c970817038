/** Where one is signed in; this one is marked. */

import { Popconfirm } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, hub, type Schema } from "../../api/client";
import { Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import { type Column, Table } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";
import { agent } from "./agent";

type Session = Schema<"Session">;
const stale = ["/api/v1/sessions" as const];
const end = (session: string) => api.DELETE("/api/v1/sessions/{session}", { params: { path: { session } } });

export function Sessions() {
  const { t } = useTranslation();
  const act = useDo();
  const list = hub.useQuery("get", "/api/v1/sessions", { params: { query: { limit: 1000 } } });
  const others = list.data?.items.filter((session) => !session.current) ?? [];
  const columns = useMemo<Column<Session>[]>(
    () => [
      {
        id: "client",
        title: t("profile.client"),
        main: true,
        cell: (session) => (
          <>
            <span title={session.client}>{agent(session.client)}</span>{" "}
            {session.current && <Tag tone="ok">{t("profile.current")}</Tag>}
          </>
        ),
      },
      {
        id: "address",
        title: t("profile.address"),
        cell: (session) => <span className="mono">{session.address}</span>,
      },
      { id: "created", title: t("profile.signed_in"), cell: (session) => <When at={session.created_at} /> },
      { id: "used", title: t("profile.used"), cell: (session) => <When at={session.used_at} relative /> },
      {
        id: "actions",
        title: t("profile.actions"),
        numeric: true,
        cell: (session) =>
          !session.current && (
            <button
              type="button"
              className="button"
              aria-label={t("profile.end_of", { client: agent(session.client) })}
              onClick={() => void act(() => end(session.id), { stale, done: (t) => t("profile.ended", { count: 1 }) })}
            >
              {t("profile.end")}
            </button>
          ),
      },
    ],
    [t, act],
  );
  const endAll = () =>
    act(() => Promise.all(others.map((session) => end(session.id))), {
      stale,
      done: (t) => t("profile.ended", { count: others.length }),
    });
  return (
    <Section
      title={t("profile.sessions")}
      tools={
        others.length > 0 && (
          <Popconfirm
            title={t("profile.end_others_sure", { count: others.length })}
            okText={t("profile.end")}
            cancelText={t("form.cancel")}
            onConfirm={() => void endAll()}
          >
            <button type="button" className="button">
              {t("profile.end_others")}
            </button>
          </Popconfirm>
        )
      }
    >
      <Table
        label={t("profile.sessions")}
        columns={columns}
        rows={list.data?.items}
        id={(session) => session.id}
        error={list.error}
        retry={() => void list.refetch()}
        empty={null}
      />
    </Section>
  );
}
