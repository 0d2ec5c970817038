/** An app: what it is, its form, the machines that could run it, and where it is ready. Open to everybody but for submitting. */

import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { hub, type Schema } from "../../api/client";
import { text } from "../../i18n/format";
import { spoken } from "../../i18n/i18n";
import { ErrorView } from "../../ui/ErrorView";
import type { FormSchema } from "../../ui/form/schema";
import { Loading } from "../../ui/Loading";
import { Page } from "../../ui/Page";
import { About } from "./About";
import { AppForm } from "./AppForm";

export type AppDetail = Schema<"AppDetail">;

export function AppPage() {
  const { t } = useTranslation();
  const { app } = useParams({ from: "/apps/$app" });
  const query = hub.useQuery("get", "/api/v1/apps/{app}", { params: { path: { app } } });
  if (query.data)
    return <AppForm key={app} app={query.data} schema={formOf(query.data)} about={<About app={query.data} />} />;
  if (query.error) return <ErrorView error={query.error} retry={() => void query.refetch()} />;
  return (
    <Page title={app} up={{ to: "/apps", text: t("nav.apps") }}>
      <Loading lines={8} />
    </Page>
  );
}

/** The form in the spoken language. */
function formOf(app: AppDetail): FormSchema {
  const forms = app.form as unknown as Record<string, FormSchema>;
  return forms[spoken()] ?? (forms.en as FormSchema);
}

/** The title of an app in the spoken language. */
export const titleOf = (app: AppDetail) => text(app.title);
