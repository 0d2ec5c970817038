/** The last lines of what a program complained of, or of what it printed where it complained of nothing. */

import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { plain } from "../log/plain";
import { readLog, type Stream } from "../log/read";
import type { Attempt, Whole } from "../record";

const BYTES = 4096;
const LINES = 12;

async function last(job: string, attempt: number, stream: Stream, signal: AbortSignal) {
  const slice = await readLog({ job, attempt, stream }, { last: BYTES }, signal);
  const lines = plain(new TextDecoder().decode(slice.bytes)).trimEnd().split("\n");
  // The first may be only the end of a line.
  return (slice.from > 0 ? lines.slice(1) : lines).slice(-LINES).join("\n");
}

export function LastLines({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ["last lines", job.id, attempt.number],
    queryFn: async ({ signal }) => {
      for (const stream of ["stderr", "stdout"] as const) {
        const text = await last(job.id, attempt.number, stream, signal).catch(() => "");
        if (text.trim()) return { stream, text };
      }
      return null;
    },
    staleTime: 60_000,
  });
  if (!data) return null;
  return (
    <figure className="last-lines">
      <figcaption className="dim">{t(`job.last.${data.stream}`)}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard */}
      <pre tabIndex={0}>{data.text}</pre>
    </figure>
  );
}
