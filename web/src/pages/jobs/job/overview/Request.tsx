/** What was asked for: the parameters by the names of the app's form, the files, the resources, who pays. */

import { useTranslation } from "react-i18next";
import { hub } from "../../../../api/client";
import { bytes, number, span } from "../../../../i18n/format";
import type { Language } from "../../../../i18n/i18n";
import { Facts, Panel } from "../../../../ui/Page";
import { nameOf } from "../files/paths";
import type { Attempt, Whole } from "../record";

type Form = Record<string, { properties?: Record<string, { title?: string }> }>;

/** What a parameter is called in the app's form. */
function useTitles(app: string) {
  const { i18n } = useTranslation();
  const { data } = hub.useQuery("get", "/api/v1/apps/{app}", { params: { path: { app } } }, { staleTime: 600_000 });
  const form = data?.form as Form | undefined;
  const properties = form?.[i18n.language as Language]?.properties ?? form?.en?.properties;
  return (parameter: string) => properties?.[parameter]?.title ?? parameter;
}

const shown = (value: unknown) =>
  typeof value === "number" ? number(value, 6) : typeof value === "string" ? value || "–" : JSON.stringify(value);

export function Request({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const title = useTitles(job.app);
  const { request } = job;
  return (
    <Panel>
      <Facts
        items={[
          ...Object.entries(request.files ?? {}).map(
            ([parameter, files]) =>
              [title(parameter), files.map((file) => <Input key={file} file={file} />)] as [string, React.ReactNode],
          ),
          ...Object.entries(request.params ?? {}).map(
            ([parameter, value]) => [title(parameter), shown(value)] as [string, React.ReactNode],
          ),
          [t("job.cores"), request.cores == null ? "–" : number(request.cores)],
          [t("job.nodes"), number(request.nodes ?? 1)],
          request.gpus ? [t("job.gpus"), number(request.gpus)] : null,
          [t("job.memory_per_node"), request.memory_mib ? bytes(request.memory_mib * 1024 ** 2) : t("job.queues_own")],
          [t("job.time_limit"), request.time_s ? span(request.time_s) : "–"],
          [t("job.queue"), attempt.queue ?? request.queue],
          attempt.native ? [t("job.native"), <code key="native">{attempt.native}</code>] : null,
          attempt.folder ? [t("job.folder"), <code key="folder">{attempt.folder}</code>, true] : null,
        ]}
      />
    </Panel>
  );
}

/** A file of the person's space by its name, with its place there at hand; by its id where it is gone. */
function Input({ file }: { file: string }) {
  const { data } = hub.useQuery(
    "get",
    "/api/v1/files/{file}",
    { params: { path: { file } } },
    { staleTime: 600_000, retry: false },
  );
  return (
    <div title={data?.path}>
      {data ? nameOf(data.path) : <code>{file}</code>} {data && <span className="dim">{bytes(data.size)}</span>}
    </div>
  );
}
