/** The one notice that something was not done, and why. */

import { App } from "antd";
import { useCallback } from "react";
import { type Say, Spoken } from "./Spoken";

export function useSorry() {
  const { notification } = App.useApp();
  return useCallback(
    (what: Say, why: Say) => notification.error({ title: <Spoken say={what} />, description: <Spoken say={why} /> }),
    [notification],
  );
}
