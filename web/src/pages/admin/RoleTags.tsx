/** What somebody may do, as tags; the centers somebody runs by their names. */

import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { centersOf, isAdministrator } from "./roles";

export function RoleTags({ roles }: { roles: string[] }) {
  const { t } = useTranslation();
  const operated = centersOf(roles);
  const { data } = hub.useQuery(
    "get",
    "/api/v1/centers",
    { params: { query: { limit: 1000 } } },
    { enabled: operated.length > 0, staleTime: 60_000 },
  );
  const name = (id: string) => data?.items.find((center) => center.id === id)?.name ?? id;
  return (
    <span className="roles">
      {isAdministrator(roles) && <span className="role">{t("people.administrator")}</span>}
      {operated.map((center) => (
        <span className="role" key={center}>
          {t("people.operator_of", { center: name(center) })}
        </span>
      ))}
      {!isAdministrator(roles) && operated.length === 0 && <span>{t("people.user")}</span>}
    </span>
  );
}
