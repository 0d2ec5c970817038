/** Sends a form: what the hub finds wrong stands at its field, the rest above the button, and nothing typed is lost. */

import type { FormInstance } from "antd";
import { useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { asFailure, type ErrorBody, type Failure } from "../../api/failure";
import { because, explain } from "../explain";

type Submit<Values> = {
  form: FormInstance;
  work: (values: Values) => Promise<void>;
  /** The page's own words for what the hub says, where it has better ones. */
  say?: (error: ErrorBody, failure: Failure) => string | undefined;
};

export function useSubmit<Values>({ form, work, say }: Submit<Values>) {
  const { i18n } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const submit = async (values: Values) => {
    setBusy(true);
    setFailure(undefined);
    try {
      await work(values);
    } catch (error) {
      const failure = asFailure(error);
      setFailure(failure);
      for (const { field, text } of placed(form, failure, say).at) form.setFields([{ name: field, errors: [text] }]);
    } finally {
      setBusy(false);
    }
  };
  /** What stands at the fields is said in the language that was chosen since: by their rules, or by the hub. */
  const sayAnew = useEffectEvent(async () => {
    const wrong = form.getFieldsError().filter(({ errors }) => errors.length);
    if (!wrong.length) return;
    await form.validateFields(wrong.map(({ name }) => name)).catch(() => undefined);
    for (const { field, text } of failure ? placed(form, failure, say).at : [])
      if (wrong.some(({ name }) => name.join() === field.join()) && !form.getFieldError(field).length)
        form.setFields([{ name: field, errors: [text] }]);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language is what it is done for
  useEffect(() => void sayAnew(), [i18n.language]);
  const problem = failure && placed(form, failure, say).rest;
  return { busy, problem, submit };
}

/** Which error belongs to which field; the rest belongs to none. */
function placed<Values>(form: FormInstance, failure: Failure, say: Submit<Values>["say"]) {
  const at: { field: (string | number)[]; text: string }[] = [];
  if (!failure.body) return { at, rest: because(failure) };
  const fields = form.getFieldsError().map((field) => field.name);
  const rest: string[] = [];
  for (const error of failure.body.errors?.length ? failure.body.errors : [failure.body]) {
    const text = say?.(error, failure) ?? explain(error);
    const field = fields.find((name) => name.join(".") === error.field || name[0] === error.field?.split(".")[0]);
    if (field) at.push({ field, text });
    else rest.push(text);
  }
  return { at, rest: rest.join("\n") || undefined };
}
