/** The form that changes what somebody may do. */

import { useTranslation } from "react-i18next";
import { api, type Schema } from "../../api/client";
import { Dialog } from "../../ui/form/Dialog";
import { useDo } from "../../ui/useDo";
import { RoleFields, type RoleValues } from "./RoleFields";
import { asRoles, centersOf, isAdministrator } from "./roles";

export function SetRoles({ user, onClose }: { user: Schema<"User"> | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const act = useDo();
  if (!user) return null;
  const put = (roles: string[]) =>
    api.PUT("/api/v1/users/{user}/roles", { params: { path: { user: user.id } }, body: { roles } });
  const submit = async ({ administrator, centers }: RoleValues) => {
    await put(asRoles(administrator, centers));
    await act(async () => undefined, {
      stale: ["/api/v1/users"],
      done: (t) => t("people.roles_done", { name: user.name }),
      undo: () => put(asRoles(isAdministrator(user.roles), centersOf(user.roles))),
    });
  };
  return (
    <Dialog<RoleValues>
      key={user.id}
      open
      title={t("people.roles_of", { name: user.display_name || user.name })}
      ok={t("people.set_roles")}
      initial={{ administrator: isAdministrator(user.roles), centers: centersOf(user.roles) }}
      onClose={onClose}
      onSubmit={submit}
    >
      <RoleFields />
    </Dialog>
  );
}
