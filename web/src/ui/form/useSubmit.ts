/** Sends a form: what the hub finds wrong stands at its field, the rest above the button, and nothing typed is lost. */

import type { FormInstance } from "antd";
import { useState } from "react";
import { asFailure, type ErrorBody, type Failure } from "../../api/failure";
import { because, explain } from "../explain";

type Submit<Values> = {
  form: FormInstance;
  work: (values: Values) => Promise<void>;
  /** The page's own words for what the hub says, where it has better ones. */
  say?: (error: ErrorBody, failure: Failure) => string | undefined;
};

export function useSubmit<Values>({ form, work, say }: Submit<Values>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (values: Values) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work(values);
    } catch (error) {
      setProblem(place(form, asFailure(error), say));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, submit };
}

/** Puts each error to its field; gives back what belongs to none. */
function place<Values>(form: FormInstance, failure: Failure, say: Submit<Values>["say"]): string | undefined {
  if (!failure.body) return because(failure);
  const fields = form.getFieldsError().map((field) => field.name);
  const rest: string[] = [];
  for (const error of failure.body.errors?.length ? failure.body.errors : [failure.body]) {
    const text = say?.(error, failure) ?? explain(error);
    const field = fields.find((name) => name.join(".") === error.field || name[0] === error.field?.split(".")[0]);
    if (field) form.setFields([{ name: field, errors: [text] }]);
    else rest.push(text);
  }
  return rest.join("\n") || undefined;
}
