/** Whether the one who looks may calculate on a machine, as whom, and the line that may still be missing there. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { useUser } from "../../api/session";
import { Copy } from "../../ui/Copy";
import { centersWords } from "../../ui/center-words";
import { ErrorView } from "../../ui/ErrorView";
import { Loading } from "../../ui/Loading";
import { Panel, Section } from "../../ui/Page";
import { Tag } from "../../ui/State";
import type { Machine } from "./load";

export function Access({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const user = useUser();
  return (
    <Section title={t("machines.access")}>
      <Panel>
        {user ? (
          <Asked machine={machine} />
        ) : (
          <p className="dim">
            <Link to="/sign-in" search={{ next: `/machines/${machine.id}` }}>
              {t("shell.sign_in")}
            </Link>{" "}
            {t("machines.access_sign_in")}
          </p>
        )}
      </Panel>
    </Section>
  );
}

function Asked({ machine }: { machine: Machine }) {
  const { t } = useTranslation();
  const { data, error, refetch } = hub.useQuery(
    "get",
    "/api/v1/machines/{machine}/access",
    { params: { path: { machine: machine.id } } },
    { staleTime: 60_000 },
  );
  if (error) return <ErrorView error={error} retry={() => void refetch()} small />;
  if (!data) return <Loading lines={2} />;
  if (!data.allowed)
    return (
      <div className="access">
        <div>
          <Tag tone="off">{t("machines.not_allowed")}</Tag>
        </div>
        <p>{data.why ? centersWords(data.why) : t("machines.not_allowed_text")}</p>
        <p className="dim">{t("machines.not_allowed_next")}</p>
      </div>
    );
  return (
    <div className="access">
      <div>
        <Tag tone="ok">{t("machines.allowed")}</Tag>
      </div>
      <p>
        {t("machines.as_whom")} <b className="mono">{data.local_user}</b>
      </p>
      {data.rule && <p className="dim">{centersWords(data.rule)}</p>}
      {data.authorized_key && (
        <>
          <p>{t("machines.key_text")}</p>
          <Copy text={data.authorized_key} label={t("machines.key")} />
        </>
      )}
    </div>
  );
}
