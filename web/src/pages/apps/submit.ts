/** Submits a form. The same form sent again after a failure, by a double click or after a reload, makes one job. */

import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { api, type Schema } from "../../api/client";
import type { Draft, Request } from "./draft";
import { asLast } from "./templates";

/** The word of a try: kept as long as the same request is tried. */
export function attemptOf(draft: Draft, wish: Request, fresh: () => string): NonNullable<Draft["attempt"]> {
  const body = JSON.stringify(wish);
  return draft.attempt?.body === body ? draft.attempt : { body, key: fresh() };
}

const fresh = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function useSubmit(draft: Draft, change: (next: (draft: Draft) => Draft) => void) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const flying = useRef(false);
  const submit = useCallback(
    async (wish: Request): Promise<Schema<"Job"> | undefined> => {
      if (flying.current) return undefined;
      flying.current = true;
      setBusy(true);
      const attempt = attemptOf(draft, wish, fresh);
      change((before) => ({ ...before, attempt }));
      try {
        const headers = { "Idempotency-Key": attempt.key };
        const { data } = await api.POST("/api/v1/jobs", { params: { header: headers }, body: wish });
        change((before) => ({ ...before, attempt: undefined }));
        const job = data as Schema<"Job">;
        asLast(queries, job);
        void queries.invalidateQueries({ queryKey: ["get", "/api/v1/jobs"] });
        return job;
      } finally {
        flying.current = false;
        setBusy(false);
      }
    },
    [draft, change, queries],
  );
  return { submit, busy };
}
