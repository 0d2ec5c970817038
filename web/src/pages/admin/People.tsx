/** Everybody on the platform: found, added, given roles, kept out, given money. */

import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { type Read, usePages } from "../../api/pages";
import { Empty } from "../../ui/Empty";
import { Only } from "../../ui/Only";
import { Page } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { Table } from "../../ui/table/Table";
import { AddMoney } from "./AddMoney";
import { AddPerson } from "./AddPerson";
import { matches } from "./people-search";
import { ResetPassword } from "./ResetPassword";
import { SetRoles } from "./SetRoles";
import { type Act, usePeopleColumns } from "./usePeopleColumns";
import "./admin.css";

type User = Schema<"User">;

const read: Read<User> = async (after, signal) => {
  const { data } = await api.GET("/api/v1/users", { params: { query: { limit: 1000, after } }, signal });
  return data as Schema<"Page_User">;
};

export function People() {
  return (
    <Only who={may.administer}>
      <Shown />
    </Only>
  );
}

function Shown() {
  const { t } = useTranslation();
  const list = usePages(["get", "/api/v1/users"], read);
  const [search, setSearch] = useState("");
  const [adding, setAdding] = useState(false);
  const [doing, setDoing] = useState<{ act: Act; user: User }>();
  const columns = usePeopleColumns((act, user) => setDoing({ act, user }));
  const close = () => setDoing(undefined);
  const open = (act: Act) => (doing?.act === act ? doing.user : undefined);
  return (
    <Page
      title={t("nav.people")}
      sub={t("people.sub")}
      actions={
        <button type="button" className="button primary" onClick={() => setAdding(true)}>
          {t("people.add")}
        </button>
      }
    >
      <div className="table-tools">
        <Input.Search
          allowClear
          className="people-search"
          placeholder={t("people.search")}
          aria-label={t("people.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        {list.rows && <span className="dim">{t("people.count", { count: list.rows.length })}</span>}
      </div>
      <Table
        {...list}
        label={t("nav.people")}
        columns={columns}
        rows={list.rows?.filter((user) => matches(user, search))}
        id={(user) => user.id}
        empty={<Empty title={t("people.none")} text={t("people.none_text")} />}
      />
      <AddPerson open={adding} onClose={() => setAdding(false)} />
      <SetRoles user={open("roles")} onClose={close} />
      <ResetPassword user={open("password")} onClose={close} />
      <AddMoney user={open("money")} onClose={close} />
    </Page>
  );
}
