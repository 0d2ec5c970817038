/** Sign in by name and password. */

import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { Alert, Button, Form, Input } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure, type Failure } from "../../api/failure";
import { signIn, useUser } from "../../api/session";
import { because } from "../../ui/explain";
import { Mark } from "../../ui/shell/Mark";
import "./sign-in.css";

export function SignIn() {
  const { t } = useTranslation();
  const { next } = useSearch({ from: "/sign-in" });
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const user = useUser();
  const router = useRouter();
  const go = useNavigate();
  useEffect(() => {
    document.title = `${t("sign_in.title")} · Tieline`;
  }, [t]);
  useEffect(() => {
    // Only addresses of our own pages: whatever else stands there is somebody's trick.
    if (user)
      next?.startsWith("/") && !next.startsWith("//")
        ? router.history.replace(next)
        : void go({ to: "/", replace: true });
  }, [user, next, router, go]);

  const submit = async ({ name, password }: { name: string; password: string }) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await signIn(name.trim(), password);
    } catch (error) {
      setFailure(asFailure(error));
    } finally {
      setBusy(false);
    }
  };

  const words = (failure: Failure) =>
    failure.body?.code === "unauthenticated" ? t("sign_in.wrong") : because(failure);
  return (
    <div className="sign-in">
      <div className="sign-in-mark">
        <Mark size={32} />
      </div>
      <h1>{t("sign_in.title")}</h1>
      <p>{t("sign_in.text")}</p>
      <Form layout="vertical" requiredMark={false} onFinish={submit} disabled={busy}>
        <Form.Item name="name" label={t("sign_in.name")} rules={[{ required: true, message: t("form.required") }]}>
          <Input autoFocus autoComplete="username" autoCapitalize="none" spellCheck={false} size="large" />
        </Form.Item>
        <Form.Item
          name="password"
          label={t("sign_in.password")}
          rules={[{ required: true, message: t("form.required") }]}
        >
          <Input.Password autoComplete="current-password" size="large" />
        </Form.Item>
        {failure && <Alert type="error" title={words(failure)} showIcon role="alert" />}
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {t("shell.sign_in")}
        </Button>
      </Form>
      <p className="dim">{t("sign_in.help")}</p>
    </div>
  );
}
