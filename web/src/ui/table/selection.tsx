/** Which rows of a table are picked, and the boxes that pick them. */

import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

export type Selection = {
  ids: ReadonlySet<string>;
  has: (id: string) => boolean;
  set: (ids: string[], on: boolean) => void;
  clear: () => void;
};

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  return useMemo(
    () => ({
      ids,
      has: (id) => ids.has(id),
      set: (some, on) =>
        setIds((before) => {
          const after = new Set(before);
          for (const id of some) on ? after.add(id) : after.delete(id);
          return after;
        }),
      clear: () => setIds(new Set()),
    }),
    [ids],
  );
}

export function SelectAll({ selection, ids }: { selection: Selection; ids: string[] }) {
  const { t } = useTranslation();
  const picked = ids.filter(selection.has).length;
  return (
    <input
      type="checkbox"
      aria-label={t("ui.pick_all")}
      checked={picked > 0 && picked === ids.length}
      ref={(box) => {
        if (box) box.indeterminate = picked > 0 && picked < ids.length;
      }}
      onChange={(event) => selection.set(ids, event.target.checked)}
    />
  );
}

export function SelectOne({ selection, id }: { selection: Selection; id: string }) {
  const { t } = useTranslation();
  return (
    <input
      type="checkbox"
      aria-label={t("ui.pick", { id })}
      checked={selection.has(id)}
      onChange={(event) => selection.set([id], event.target.checked)}
    />
  );
}
