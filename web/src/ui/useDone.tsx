/** Says that something is done and, where it can be taken back, offers that for a while. */

import { App } from "antd";
import { useCallback } from "react";
import { type Say, Spoken } from "./Spoken";

let count = 0;

export function useDone() {
  const { message } = App.useApp();
  return useCallback(
    (done: Say, undo?: () => void) => {
      const key = `done-${++count}`;
      const back = () => {
        message.destroy(key);
        undo?.();
      };
      message.success({
        key,
        duration: undo ? 8 : 3,
        content: (
          <>
            <Spoken say={done} />
            {undo && (
              <button type="button" className="icon" onClick={back}>
                <Spoken say={(t) => t("do.undo")} />
              </button>
            )}
          </>
        ),
      });
    },
    [message],
  );
}
