/** Does one thing at the hub: reads anew what it changed, says that it is done and offers to take it back, or says why not. */

import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { paths } from "../api/schema";
import { because } from "./explain";
import { useDone } from "./useDone";

type Told = {
  /** What is read anew. */
  stale: (keyof paths)[];
  done?: string;
  /** What takes it back, where something can. */
  undo?: () => Promise<unknown>;
};

export function useDo() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const queries = useQueryClient();
  const say = useDone();
  return useCallback(
    async function act(work: () => Promise<unknown>, { stale, done, undo }: Told): Promise<boolean> {
      try {
        await work();
      } catch (error) {
        notification.error({ title: t("do.failed"), description: because(error) });
        return false;
      } finally {
        for (const path of stale) void queries.invalidateQueries({ queryKey: ["get", path] });
      }
      if (!done) return true;
      say(done, undo && (() => void act(undo, { stale, done: t("do.undone") })));
      return true;
    },
    [t, notification, queries, say],
  );
}
