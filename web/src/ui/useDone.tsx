/** Says that something is done and, where it can be taken back, offers that for a while. */

import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";

export function useDone() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useCallback(
    (done: string, undo?: () => void) => {
      const key = `${done}${Date.now()}`;
      const back = () => {
        message.destroy(key);
        undo?.();
      };
      message.success({
        key,
        duration: undo ? 8 : 3,
        content: (
          <>
            {done}
            {undo && (
              <button type="button" className="icon" onClick={back}>
                {t("do.undo")}
              </button>
            )}
          </>
        ),
      });
    },
    [t, message],
  );
}
