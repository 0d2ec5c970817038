/** Personal API tokens, for programs: made with an end, shown once, revoked at any time. */

import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Modal, Popconfirm, Select } from "antd";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, hub, type Schema } from "../../api/client";
import { Copy } from "../../ui/Copy";
import { Empty } from "../../ui/Empty";
import { Dialog } from "../../ui/form/Dialog";
import { Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import { type Column, Table } from "../../ui/table/Table";
import { useDo } from "../../ui/useDo";
import { When } from "../../ui/When";

type Token = Schema<"Token">;
const PATH = "/api/v1/tokens";

export function Tokens() {
  const { t } = useTranslation();
  const list = hub.useQuery("get", PATH, { params: { query: { limit: 1000 } } });
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Schema<"CreatedToken">>();
  const columns = useColumns();
  return (
    <Section
      title={t("profile.tokens")}
      tools={
        <button type="button" className="button" onClick={() => setMaking(true)}>
          {t("profile.make_token")}
        </button>
      }
    >
      <Table
        label={t("profile.tokens")}
        columns={columns}
        rows={list.data?.items}
        id={(token) => token.id}
        error={list.error}
        retry={() => void list.refetch()}
        empty={<Empty title={t("profile.no_tokens")} text={t("profile.no_tokens_text")} />}
      />
      <Make open={making} onClose={() => setMaking(false)} onMade={setMade} />
      <Made made={made} onClose={() => setMade(undefined)} />
    </Section>
  );
}

function useColumns(): Column<Token>[] {
  const { t } = useTranslation();
  const act = useDo();
  return useMemo(() => {
    const revoke = (token: Token) =>
      act(() => api.DELETE("/api/v1/tokens/{token}", { params: { path: { token: token.id } } }), {
        stale: [PATH],
        done: (t) => t("profile.revoked", { name: token.name }),
      });
    return [
      { id: "name", title: t("profile.token"), main: true, cell: (token) => token.name },
      { id: "created", title: t("profile.made"), cell: (token) => <When at={token.created_at} /> },
      { id: "expires", title: t("profile.expires"), cell: (token) => <Expiry at={token.expires_at} /> },
      {
        id: "used",
        title: t("profile.used"),
        cell: (token) => (token.used_at ? <When at={token.used_at} relative /> : t("profile.never_used")),
      },
      {
        id: "actions",
        title: t("profile.actions"),
        numeric: true,
        cell: (token) => (
          <Popconfirm
            title={t("profile.revoke_sure", { name: token.name })}
            description={t("profile.revoke_text")}
            okText={t("profile.revoke")}
            okButtonProps={{ danger: true }}
            cancelText={t("form.cancel")}
            onConfirm={() => void revoke(token)}
          >
            <button type="button" className="button" aria-label={t("profile.revoke_of", { name: token.name })}>
              {t("profile.revoke")}
            </button>
          </Popconfirm>
        ),
      },
    ];
  }, [t, act]);
}

function Expiry({ at }: { at: string | null | undefined }) {
  const { t } = useTranslation();
  if (!at) return <>{t("profile.never")}</>;
  return Date.parse(at) < Date.now() ? <Tag tone="off">{t("profile.expired")}</Tag> : <When at={at} />;
}

const spans = [30, 90, 365, 0] as const;
type Values = { name: string; days: (typeof spans)[number] };

function Make({
  open,
  onClose,
  onMade,
}: {
  open: boolean;
  onClose: () => void;
  onMade: (made: Schema<"CreatedToken">) => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const submit = async ({ name, days }: Values) => {
    const { data } = await api.POST(PATH, { body: { name: name.trim(), expires_in_days: days || null } });
    if (data) onMade(data);
    void queries.invalidateQueries({ queryKey: ["get", PATH] });
  };
  return (
    <Dialog<Values>
      open={open}
      title={t("profile.make_token")}
      ok={t("profile.make")}
      initial={{ days: 90 }}
      onClose={onClose}
      onSubmit={submit}
    >
      <Form.Item
        name="name"
        label={t("profile.token_for")}
        extra={t("profile.token_for_help")}
        rules={[{ required: true, whitespace: true, message: t("form.required") }]}
      >
        <Input maxLength={100} autoComplete="off" />
      </Form.Item>
      <Form.Item name="days" label={t("profile.expires")} required>
        <Select
          options={spans.map((days) => ({
            value: days,
            label: days ? t("profile.in_days", { count: days }) : t("profile.never"),
          }))}
        />
      </Form.Item>
    </Dialog>
  );
}

/** The secret, this once. */
function Made({ made, onClose }: { made: Schema<"CreatedToken"> | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={Boolean(made)}
      title={t("profile.token_made", { name: made?.info.name })}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <button type="button" className="button primary" onClick={onClose}>
          {t("profile.kept")}
        </button>
      }
    >
      <p className="shown-once">{t("profile.shown_once")}</p>
      {made && <Copy text={made.token} label={t("profile.token")} />}
    </Modal>
  );
}
