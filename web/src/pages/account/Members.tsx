/** Who may use an account. Its owners and administrators add people and take them out. */

import { Form, Input, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { useUser } from "../../api/session";
import { Dialog } from "../../ui/form/Dialog";
import { Section } from "../../ui/Page";
import { may } from "../../ui/shell/nav";
import { type Column, Table } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";
import { useAccount } from "./data";
import { mayRemove, type Role, settable } from "./roles";

type Member = Schema<"Member">;

export function Members({ account: id }: { account: string }) {
  const { t } = useTranslation();
  const user = useUser();
  const { data } = useAccount(id);
  const [adding, setAdding] = useState(false);
  const act = useDo();
  const mine = may.administer(user) ? "owner" : data?.members.find((one) => one.user === user?.id)?.role;
  const roles = settable(mine);
  const columns = useMemo<Column<Member>[]>(() => {
    const path = (member: string) => ({ path: { account: id, user: member } });
    const put = (member: string, role: string) =>
      api.PUT("/api/v1/accounts/{account}/members/{user}", { params: path(member), body: { role: role as Role } });
    const remove = (member: Member) =>
      act(() => api.DELETE("/api/v1/accounts/{account}/members/{user}", { params: path(member.user) }), {
        stale,
        done: (t) => t("account.removed", { name: member.name }),
        undo: () => put(member.user, member.role),
      });
    return [
      {
        id: "name",
        title: t("account.member"),
        main: true,
        cell: (member) => (
          <>
            {member.display_name || member.name}
            <div className="dim">{member.name}</div>
          </>
        ),
      },
      { id: "role", title: t("account.role"), cell: (member) => t(`account.roles.${member.role as Role}`) },
      { id: "since", title: t("account.since"), cell: (member) => <When at={member.since} /> },
      {
        id: "actions",
        title: t("account.actions"),
        numeric: true,
        cell: (member) =>
          mayRemove(mine, member.role) &&
          member.user !== user?.id && (
            <button type="button" className="button" onClick={() => void remove(member)}>
              {t("account.remove")}
            </button>
          ),
      },
    ];
  }, [t, act, id, mine, user]);
  if (!data || (data.account.personal && data.members.length < 2 && !roles.length)) return null;
  return (
    <Section
      title={t("account.members")}
      tools={
        roles.length > 0 && (
          <button type="button" className="button" onClick={() => setAdding(true)}>
            {t("account.add")}
          </button>
        )
      }
    >
      <Table
        label={t("account.members")}
        columns={columns}
        rows={data.members}
        id={(member) => member.user}
        empty={null}
      />
      <Add account={data.account} roles={roles} open={adding} onClose={() => setAdding(false)} />
    </Section>
  );
}

const stale = ["/api/v1/accounts/{account}" as const];

type Add = { account: Schema<"Account">; roles: readonly Role[]; open: boolean; onClose: () => void };

function Add({ account, roles, open, onClose }: Add) {
  const { t } = useTranslation();
  const act = useDo();
  const submit = async ({ user, role }: { user: string; role: Role }) => {
    const params = { path: { account: account.id, user: user.trim() } };
    await api.PUT("/api/v1/accounts/{account}/members/{user}", { params, body: { role } });
    await act(async () => undefined, { stale, done: (t) => t("account.added", { name: user.trim() }) });
  };
  return (
    <Dialog
      open={open}
      title={t("account.add_to", { name: account.name })}
      ok={t("account.add")}
      initial={{ role: "member" as Role }}
      onClose={onClose}
      onSubmit={submit}
      say={(error) => (error.kind === "not_found" ? t("account.no_such_person") : undefined)}
    >
      <Form.Item
        name="user"
        label={t("account.user")}
        extra={t("account.user_help")}
        rules={[{ required: true, whitespace: true, message: t("form.required") }]}
      >
        <Input autoCapitalize="none" spellCheck={false} autoComplete="off" />
      </Form.Item>
      <Form.Item name="role" label={t("account.role")} required>
        <Select options={roles.map((role) => ({ value: role, label: t(`account.roles.${role}`) }))} />
      </Form.Item>
    </Dialog>
  );
}
