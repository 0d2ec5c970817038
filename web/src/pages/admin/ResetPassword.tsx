/** The form that gives somebody another password. */

import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Dialog } from "../../ui/form/Dialog";
import { useDo } from "../../ui/useDo";
import { broken, LONGEST, SHORTEST } from "../profile/rules";
import { FirstPassword } from "./FirstPassword";

export function ResetPassword({ user, onClose }: { user: Schema<"User"> | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useDo();
  if (!user) return null;
  const submit = async ({ password }: { password: string }) => {
    await api.PUT("/api/v1/users/{user}/password", { params: { path: { user: user.id } }, body: { password } });
    await act(async () => undefined, { stale: [], done: (t) => t("people.reset_done", { name: user.name }) });
  };
  return (
    <Dialog
      key={user.id}
      open
      danger
      title={t("people.reset_of", { name: user.display_name || user.name })}
      ok={t("people.reset")}
      onClose={onClose}
      onSubmit={submit}
      // Every other rule of a password is told before the hub is asked.
      say={({ field, kind }) => (field === "password" && kind === "invalid" ? t("profile.rules.common") : undefined)}
    >
      <p className="dialog-text">{t("people.reset_text")}</p>
      <FirstPassword
        judge={(password) => {
          const [rule] = broken(password, user.name);
          return rule && t(`profile.rules.${rule}`, { shortest: SHORTEST, longest: LONGEST });
        }}
      />
    </Dialog>
  );
}
