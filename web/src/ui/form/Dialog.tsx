/** The one form that opens over a page. What was typed is there again when it is closed and opened before it was sent. */

import { Alert, Form, Modal } from "antd";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { ErrorBody, Failure } from "../../api/failure";
import { useSubmit } from "./useSubmit";
import "./dialog.css";

type Dialog<Values> = {
  open: boolean;
  title: string;
  /** What the button says it does. */
  ok: string;
  children: ReactNode;
  initial?: Partial<Values>;
  danger?: boolean;
  onClose: () => void;
  /** Throws a `Failure` where the hub refuses. */
  onSubmit: (values: Values) => Promise<void>;
  say?: (error: ErrorBody, failure: Failure) => string | undefined;
};

export function Dialog<Values extends object>(props: Dialog<Values>) {
  // Drawn once it is opened first, and kept from then on.
  const opened = useRef(false);
  opened.current ||= props.open;
  return opened.current ? <Opened {...props} /> : null;
}

function Opened<Values extends object>({
  open,
  title,
  ok,
  children,
  initial,
  danger,
  onClose,
  onSubmit,
  say,
}: Dialog<Values>) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Values>();
  const work = async (values: Values) => {
    await onSubmit(values);
    form.resetFields();
    onClose();
  };
  const { busy, problem, submit } = useSubmit({ form, work, say });
  return (
    <Modal
      open={open}
      title={title}
      okText={ok}
      cancelText={t("form.cancel")}
      okButtonProps={{ loading: busy, danger }}
      onOk={() => form.submit()}
      onCancel={onClose}
      forceRender
      focusable={{ focusTriggerAfterClose: true }}
    >
      <Form
        form={form}
        className="dialog"
        layout="vertical"
        requiredMark="optional"
        initialValues={initial}
        onFinish={(values: Values) => void submit(values)}
      >
        {children}
        {problem && <Alert type="error" title={problem} showIcon role="alert" />}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </Form>
    </Modal>
  );
}
