/** What the job prints, as it prints it. Scrolling up holds it still; going to the end lets it go on. */

import { DownloadOutlined } from "@ant-design/icons";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { number } from "../../../../i18n/format";
import { Chips } from "../../../../ui/Chips";
import { ErrorView } from "../../../../ui/ErrorView";
import { Download } from "../files/Download";
import type { Attempt, Whole } from "../record";
import { logPath } from "./read";
import { type Block, MOST } from "./tail";
import { type LogState, useLog } from "./use-log";
import "./log.css";

const streams = ["stdout", "stderr"] as const;
/** So near the end counts as the end. */
const NEAR = 40;

export function LogTab({ job, attempt }: { job: Whole; attempt: Attempt }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { stream = "stdout" } = useSearch({ from: "/people/jobs/$job" });
  const [wrap, setWrap] = useState(true);
  return (
    <>
      <div className="table-tools">
        <Chips
          label={t("job.output")}
          options={streams}
          value={stream}
          text={(one) => t(`job.streams.${one}`)}
          onChange={(one) =>
            void go({
              to: "/jobs/$job",
              params: { job: job.id },
              search: (now) => ({ ...now, stream: (one ?? stream) === "stderr" ? ("stderr" as const) : undefined }),
            })
          }
        />
        <label className="check">
          <input type="checkbox" checked={wrap} onChange={(event) => setWrap(event.target.checked)} /> {t("job.wrap")}
        </label>
        <Download
          path={logPath({ job: job.id, attempt: attempt.number, stream })}
          name={`${job.name}-${stream}.txt`}
          text={
            <>
              <DownloadOutlined aria-hidden /> {t("job.whole_output")}
            </>
          }
        />
      </div>
      <Lines key={`${attempt.number} ${stream}`} job={job} attempt={attempt} stream={stream} wrap={wrap} />
    </>
  );
}

type Lines = { job: Whole; attempt: Attempt; stream: "stdout" | "stderr"; wrap: boolean };

function Lines({ job, attempt, stream, wrap }: Lines) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const [paused, setPaused] = useState(false);
  const { shown, state, error, again } = useLog(job, attempt, stream, paused);
  const toEnd = useCallback(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
    setPaused(false);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown anew is seen
  useLayoutEffect(() => {
    if (!paused) toEnd();
  }, [shown, paused, toEnd]);
  // Turning a telephone breaks lines elsewhere: who was at the end stays there.
  useEffect(() => {
    if (!box.current || paused) return;
    const turned = new ResizeObserver(toEnd);
    turned.observe(box.current);
    return () => turned.disconnect();
  }, [paused, toEnd]);
  if (error) return <ErrorView error={error} retry={again} small />;
  const empty = shown.blocks.length === 0 && !shown.rest;
  return (
    <>
      <div
        className="log"
        data-wrap={wrap}
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t(`job.streams.${stream}`)}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setPaused(scrollHeight - scrollTop - clientHeight > NEAR)
        }
      >
        {shown.dropped > 0 && <p className="log-note">{t("job.earlier_dropped", { number: number(MOST) })}</p>}
        {shown.blocks.map((block) => (
          <Part key={block.key} block={block} />
        ))}
        {shown.rest && <pre>{shown.rest}</pre>}
        {empty && <p className="log-note">{t(`job.log_empty.${quiet(state)}`)}</p>}
      </div>
      <LogFoot state={state} onEnd={toEnd} />
    </>
  );
}

const quiet = (state: LogState) => (state === "loading" || state === "away" || state === "over" ? state : "nothing");

const Part = memo(function Part({ block }: { block: Block }) {
  return <pre>{block.lines.join("\n")}</pre>;
});

function LogFoot({ state, onEnd }: { state: LogState; onEnd: () => void }) {
  const { t } = useTranslation();
  return (
    <div className="log-foot">
      <span className="dim" role="status" data-state={state}>
        {t(`job.log_state.${state}`)}
      </span>
      {state === "paused" && (
        <button type="button" className="button" onClick={onEnd}>
          {t("job.to_end")}
        </button>
      )}
    </div>
  );
}
