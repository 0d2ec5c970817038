/** The person: who one is to the platform, password, sessions, tokens, how the pages look. */

import { useTranslation } from "react-i18next";
import { hub } from "../../api/client";
import { useUser } from "../../api/session";
import { day } from "../../i18n/format";
import { Facts, Page, Panel, Section } from "../../ui/Page";
import { RoleTags } from "../admin/RoleTags";
import { Appearance } from "./Appearance";
import { Password } from "./Password";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";
import "./profile.css";

export function Profile() {
  const { t } = useTranslation();
  const signed = useUser();
  const { data: user = signed } = hub.useQuery("get", "/api/v1/me");
  return (
    <Page title={user?.display_name || user?.name || t("shell.profile")} sub={t("profile.sub")}>
      <Section title={t("profile.you")}>
        <Panel>
          {user && (
            <Facts
              items={[
                [
                  t("profile.name"),
                  <span key="name" className="mono">
                    {user.name}
                  </span>,
                ],
                [t("profile.roles"), <RoleTags key="roles" roles={user.roles} />],
                [t("profile.since"), day(user.created_at)],
              ]}
            />
          )}
        </Panel>
      </Section>
      <div className="split">
        <Password />
        <Appearance />
      </div>
      <Sessions />
      <Tokens />
    </Page>
  );
}
