/** Saved forms of an app: use one, save this one, delete one; a deleted one can be brought back. */

import { DeleteOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import type { TFunction } from "i18next";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure } from "../../api/failure";
import { ErrorView } from "../../ui/ErrorView";
import { because } from "../../ui/explain";
import { described, Field } from "../../ui/form/Field";
import { Loading } from "../../ui/Loading";
import type { Say } from "../../ui/Spoken";
import { useDo } from "../../ui/useDo";
import { useDone } from "../../ui/useDone";
import { When } from "../../ui/When";
import type { Request } from "./draft";
import { removeTemplate, saveTemplate, type Template, useTemplates } from "./templates";

type Templates = { app: string; wish: Request; onUse: (template: Template) => void; onClose: () => void };

export default function Templates({ app, wish, onUse, onClose }: Templates) {
  const { t } = useTranslation();
  const { data, error, refetch } = useTemplates(app);
  return (
    <Modal open title={t("app.templates")} onCancel={onClose} footer={null}>
      {error ? (
        <ErrorView error={error} retry={() => void refetch()} small />
      ) : !data ? (
        <Loading />
      ) : (
        <>
          <List list={data.items} onUse={onUse} />
          <Save wish={wish} />
        </>
      )}
    </Modal>
  );
}

function List({ list, onUse }: { list: Template[]; onUse: (template: Template) => void }) {
  const { t } = useTranslation();
  const act = useDo();
  const remove = ({ id, name, request }: Template) =>
    act(() => removeTemplate(id), {
      stale: ["/api/v1/templates"],
      done: (t) => t("app.template_deleted", { name }),
      undo: () => saveTemplate(name, request),
    });
  if (!list.length) return <p className="dim">{t("app.templates_none")}</p>;
  return (
    <ul className="templates">
      {list.map((template) => (
        <li key={template.id}>
          <span className="files-name">
            {template.name}
            <span className="dim">
              {" "}
              <When at={template.created_at} />
            </span>
          </span>
          <Button aria-label={t("app.template_use_of", { name: template.name })} onClick={() => onUse(template)}>
            {t("app.template_use")}
          </Button>
          <button
            type="button"
            className="icon"
            aria-label={t("app.template_delete", { name: template.name })}
            onClick={() => void remove(template)}
          >
            <DeleteOutlined />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Save({ wish }: { wish: Request }) {
  const { t } = useTranslation();
  const say = useDone();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState<Say>();
  const errors = wrong && [wrong(t) as string];
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The modal stands in the tree of the form it saves; that one is not to be submitted.
    event.stopPropagation();
    if (!name.trim()) return setWrong(() => (t: TFunction) => t("app.template_needed"));
    setBusy(true);
    try {
      await saveTemplate(name.trim(), wish);
      await queries.invalidateQueries({ queryKey: ["get", "/api/v1/templates"] });
      setName("");
      setWrong(undefined);
      say((t) => t("app.template_saved", { name: name.trim() }));
    } catch (error) {
      const taken = asFailure(error).code === "name_taken";
      setWrong(() => (t: TFunction) => (taken ? t("app.template_taken") : because(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="template-save" noValidate onSubmit={(event) => void submit(event)}>
      <Field id="template_name" label={t("app.template_save")} errors={errors}>
        <Input
          id="template_name"
          value={name}
          maxLength={100}
          placeholder={t("app.template_name")}
          autoComplete="off"
          status={errors ? "error" : undefined}
          onChange={(event) => setName(event.target.value)}
          {...described("template_name", errors, undefined)}
        />
      </Field>
      <Button htmlType="submit" loading={busy}>
        {t("app.template_keep")}
      </Button>
    </form>
  );
}
