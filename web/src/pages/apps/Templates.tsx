/** Saved forms of an app: use one, save this one, delete one; a deleted one can be brought back. */

import { DeleteOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal } from "antd";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure } from "../../api/failure";
import { ErrorView } from "../../ui/ErrorView";
import { explain } from "../../ui/explain";
import { described, Field } from "../../ui/form/Field";
import { Loading } from "../../ui/Loading";
import { When } from "../../ui/When";
import type { Request } from "./draft";
import { type Template, useTemplates } from "./templates";

type Templates = { app: string; wish: Request; onUse: (template: Template) => void; onClose: () => void };

export default function Templates({ app, wish, onUse, onClose }: Templates) {
  const { t } = useTranslation();
  const templates = useTemplates(app, true);
  const absent = templates.error && asFailure(templates.error).status === 404;
  return (
    <Modal open title={t("app.templates")} onCancel={onClose} footer={null}>
      {absent ? (
        <p>{t("app.templates_absent")}</p>
      ) : templates.error ? (
        <ErrorView error={templates.error} retry={templates.retry} small />
      ) : !templates.list ? (
        <Loading />
      ) : (
        <>
          <List list={templates.list} onUse={onUse} templates={templates} />
          <Save wish={wish} save={templates.save} />
        </>
      )}
    </Modal>
  );
}

type Kept = ReturnType<typeof useTemplates>;

function List({ list, onUse, templates }: { list: Template[]; onUse: (template: Template) => void; templates: Kept }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const remove = async (template: Template) => {
    try {
      await templates.remove(template);
    } catch (error) {
      const { body } = asFailure(error);
      notification.error({ title: body ? explain(body) : t("error.offline.text") });
      return;
    }
    const key = template.id;
    const undo = () => {
      notification.destroy(key);
      void templates.save(template.name, template.request);
    };
    notification.info({
      key,
      title: t("app.template_deleted", { name: template.name }),
      actions: <Button onClick={undo}>{t("app.undo")}</Button>,
    });
  };
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

function Save({ wish, save }: { wish: Request; save: Kept["save"] }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [name, setName] = useState("");
  const [errors, setErrors] = useState<string[]>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The modal stands in the tree of the form it saves; that one is not to be submitted.
    event.stopPropagation();
    if (!name.trim()) return setErrors([t("app.template_needed")]);
    setBusy(true);
    try {
      await save(name.trim(), wish);
      setName("");
      setErrors(undefined);
      message.success(t("app.template_saved", { name: name.trim() }));
    } catch (error) {
      const { status, body } = asFailure(error);
      setErrors([status === 409 ? t("app.template_taken") : body ? explain(body) : t("error.offline.text")]);
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
          maxLength={128}
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
