/** The way from a form to a job: what is wrong is shown where it was looked at, or everywhere after a try. */

import { useCallback, useRef, useState } from "react";
import type { Schema } from "../../api/client";
import { asFailure, type ErrorBody } from "../../api/failure";
import { together } from "../../i18n/format";
import { because, explain } from "../../ui/explain";
import type { Sending } from "../../ui/files/uploads";
import { inputId } from "../../ui/form/Parameters";
import type { FormSchema } from "../../ui/form/schema";
import { firstWrong } from "../../ui/form/validator";
import type { Check } from "./check";
import type { Draft, Request } from "./draft";
import { wantedId } from "./Resources";
import type { Refused } from "./SubmitBar";
import { useSubmit } from "./submit";
import { useFates } from "./useFates";
import { both, countOf, errorsOf, found, only, told, type Wrong, without } from "./wrong";

type Submission = {
  schema: FormSchema;
  form: { draft: Draft; change: (next: (draft: Draft) => Draft) => void };
  sending: Sending[];
  wish: Request;
  check: Check;
};

export function useSubmission({ schema, form, sending, wish, check }: Submission) {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const [tried, setTried] = useState(false);
  const [said, setSaid] = useState<ErrorBody[]>([]);
  const [refused, setRefused] = useState<Refused>();
  const [job, setJob] = useState<Schema<"Job">>();
  const { submit: send, busy } = useSubmit(form.draft, form.change);
  const { fates, hold } = useFates();

  const own = found(schema, form.draft, sending);
  const live = told(check.latest?.errors ?? [], schema).wrong;
  const all = both(own, live);
  const wrong = both(tried ? all : only(all, seen), told(said, schema).wrong);

  const look = useRef<HTMLElement>(null);
  const lead = (what: Wrong) => {
    const parameter = firstWrong(schema, what.params);
    const resource = Object.keys(what.wanted)[0];
    const id = parameter ? inputId(parameter) : resource && wantedId(resource);
    // Folded parameters are unfolded first.
    window.requestAnimationFrame(() => window.requestAnimationFrame(() => focus(id)));
  };
  const focus = (id: string | undefined) => {
    look.current = id ? document.getElementById(id) : null;
    look.current?.focus({ preventScroll: true });
    look.current?.scrollIntoView({ block: "center" });
  };

  const submit = async () => {
    setTried(true);
    setSaid([]);
    setRefused(undefined);
    hold(sending);
    if (countOf(own)) return lead(own);
    try {
      setJob(await send(wish));
    } catch (error) {
      const failure = asFailure(error);
      const { wrong: at, rest } = told(errorsOf(failure), schema);
      setSaid(errorsOf(failure));
      if (countOf(at)) lead(at);
      if (rest.length)
        setRefused({ say: () => together(rest.map((error) => explain(error))), unpaid: failure.status === 402 });
      else if (!failure.body) setRefused({ say: () => because(failure), unpaid: false });
    }
  };

  return {
    wrong,
    /** What keeps the hub from comparing machines, shown at its field or not. */
    missing: countOf(live) ? live : own,
    refused,
    fates,
    busy,
    job,
    submit,
    stay: () => {
      setJob(undefined);
      setTried(false);
    },
    /** A field has another value: what the hub said of it is over. */
    changed: (field: string, look: boolean) => {
      setSaid((before) => without(before, field));
      setRefused(undefined);
      if (look) setSeen((before) => new Set([...before, field]));
    },
    left: (field: string) => setSeen((before) => (before.has(field) ? before : new Set([...before, field]))),
    reset: useCallback(() => {
      setSeen(new Set());
      setTried(false);
      setSaid([]);
      setRefused(undefined);
      hold([]);
    }, [hold]),
  };
}
