/** The columns of the list of people, with what can be done to each. */

import { EllipsisOutlined } from "@ant-design/icons";
import { Dropdown } from "antd";
import { useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Tag } from "../../ui/State";
import type { Column } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";
import { RoleTags } from "./RoleTags";

type User = Schema<"User">;
export type Act = "roles" | "password" | "money";

export function usePeopleColumns(onAct: (act: Act, user: User) => void): Column<User>[] {
  const { t } = useTranslation();
  const act = useDo();
  const open = useRef(onAct);
  open.current = onAct;
  return useMemo(() => {
    const set = (user: User, blocked: boolean) =>
      api.PUT("/api/v1/users/{user}/blocked", { params: { path: { user: user.id } }, body: { blocked } });
    const block = (user: User) =>
      act(() => set(user, !user.blocked), {
        stale: ["/api/v1/users"],
        done: (t) => t(user.blocked ? "people.unblocked" : "people.blocked_done", { name: user.name }),
        undo: () => set(user, user.blocked),
      });
    const items = (user: User) => [
      { key: "roles", label: t("people.set_roles"), onClick: () => open.current("roles", user) },
      { key: "password", label: t("people.reset"), onClick: () => open.current("password", user) },
      {
        key: "block",
        danger: !user.blocked,
        label: t(user.blocked ? "people.unblock" : "people.block"),
        onClick: () => void block(user),
      },
    ];
    return [
      {
        id: "name",
        title: t("people.person"),
        main: true,
        cell: (user) => (
          <>
            {user.display_name || user.name}
            <div className="dim">{user.name}</div>
          </>
        ),
      },
      { id: "roles", title: t("people.roles"), cell: (user) => <RoleTags roles={user.roles} /> },
      {
        id: "state",
        title: t("people.state"),
        cell: (user) => (
          <Tag tone={user.blocked ? "bad" : "ok"}>{t(user.blocked ? "people.is_blocked" : "people.active")}</Tag>
        ),
      },
      { id: "since", title: t("people.since"), cell: (user) => <When at={user.created_at} /> },
      {
        id: "actions",
        title: t("people.actions"),
        numeric: true,
        cell: (user) => (
          <span className="row-actions">
            <button
              type="button"
              className="button"
              aria-label={t("people.money_to", { name: user.name })}
              onClick={() => open.current("money", user)}
            >
              {t("people.money")}
            </button>
            <Dropdown menu={{ items: items(user) }} trigger={["click"]}>
              <button type="button" className="icon" aria-label={t("people.actions_of", { name: user.name })}>
                <EllipsisOutlined />
              </button>
            </Dropdown>
          </span>
        ),
      },
    ];
  }, [t, act]);
}
