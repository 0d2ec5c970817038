/** Fills a form from elsewhere: a template, the last job, a job in the address. What it held before can be had back. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useState } from "react";
import { useUser } from "../../api/session";
import { because } from "../../ui/explain";
import type { FormSchema } from "../../ui/form/schema";
import type { Say } from "../../ui/Spoken";
import type { Draft, Request } from "./draft";
import { draftOf } from "./request";
import { requestOf } from "./templates";

/** What was done to the form, and the way back. */
export type Filled = { text: Say; undo?: () => void };

type Form = { draft: Draft; change: (next: (draft: Draft) => Draft) => void; clear: () => void };

export function useFill(app: string, schema: FormSchema, { draft, change, clear }: Form, onFill: () => void) {
  const [filled, setFilled] = useState<Filled>();
  const done = useCallback(
    (text: Say, before: Draft) => {
      onFill();
      setFilled({
        text,
        undo: () => {
          change(() => before);
          setFilled(undefined);
        },
      });
    },
    [change, onFill],
  );
  const fill = useCallback(
    (request: Request, text: Say) => {
      let before = draft;
      change((now) => {
        before = now;
        return draftOf(schema, request);
      });
      done(text, before);
    },
    [draft, change, done, schema],
  );
  const fromJob = useCallback(
    async (job: string, text: Say) => {
      try {
        fill(await requestOf(job), text);
      } catch (error) {
        setFilled({ text: (t) => t("app.again_failed", { why: because(error) }) });
      }
    },
    [fill],
  );
  useAgain(app, (job) => fromJob(job, (t) => t("app.filled_again", { job })));
  return {
    filled,
    close: () => setFilled(undefined),
    fill,
    fromJob,
    startOver: () => {
      clear();
      done((t) => t("app.cleared"), draft);
    },
  };
}

/** A job in the address fills the form once; then it leaves the address, so that a reload keeps what is typed since. */
function useAgain(app: string, from: (job: string) => Promise<void>) {
  const { again } = useSearch({ from: "/apps/$app" });
  const user = useUser();
  const go = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it happens once for each job in the address
  useEffect(() => {
    if (!again || !user) return;
    void from(again).then(() => go({ to: "/apps/$app", params: { app }, search: {}, replace: true }));
  }, [again, user?.id]);
}
