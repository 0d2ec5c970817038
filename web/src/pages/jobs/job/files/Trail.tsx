/** Where in the job's folder one is, each part a link; the last is where one stands. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { nameOf, trail } from "./paths";

export function Trail({ job, folder, file }: { job: string; folder?: string; file?: string }) {
  const { t } = useTranslation();
  const parts = trail(file?.includes("/") ? file.slice(0, file.lastIndexOf("/")) : file ? undefined : folder);
  const here = file ?? folder;
  return (
    <nav className="trail" aria-label={t("job.place")}>
      <ol>
        {[undefined, ...parts].map((part) => (
          <li key={part ?? ""}>
            {part === here ? (
              <span aria-current="location">{part ? nameOf(part) : t("job.its_folder")}</span>
            ) : (
              <Link
                to="/jobs/$job"
                params={{ job }}
                search={(now) => ({ tab: "files" as const, attempt: now.attempt, folder: part })}
              >
                {part ? nameOf(part) : t("job.its_folder")}
              </Link>
            )}
          </li>
        ))}
        {file && (
          <li>
            <span aria-current="location">{nameOf(file)}</span>
          </li>
        )}
      </ol>
    </nav>
  );
}
