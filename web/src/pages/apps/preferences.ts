/** A person's own colours of the tiles. A visitor has the usual ones. */

import { useQueryClient } from "@tanstack/react-query";
import { api, hub, type Schema } from "../../api/client";
import { useUser } from "../../api/session";
import type { Tile } from "../../theme/tokens";
import { because } from "../../ui/explain";
import { useSorry } from "../../ui/useSorry";

type Preferences = Schema<"Preferences">;

const PATH = "/api/v1/me/preferences";

export function useTileColours() {
  const sorry = useSorry();
  const enabled = Boolean(useUser());
  const queries = useQueryClient();
  const { data } = hub.useQuery("get", PATH, {}, { enabled, staleTime: 60_000 });
  const { queryKey } = hub.queryOptions("get", PATH, {});
  const tiles = (enabled ? data?.tiles : undefined) as Record<string, string> | undefined;
  return {
    tiles,
    /** Whether one can choose: somebody has signed in, and it is known what they chose so far. */
    own: Boolean(tiles),
    /** Shown at once; taken back where the hub does not take it. `undefined` gives the usual colour. */
    async choose(app: string, colour: Tile | undefined) {
      const { [app]: _, ...others } = tiles ?? {};
      const next = { ...data, tiles: colour ? { ...others, [app]: colour } : others } as Preferences;
      queries.setQueryData(queryKey, next);
      try {
        await api.PUT(PATH, { body: next });
      } catch (error) {
        queries.setQueryData(queryKey, data);
        sorry(
          (t) => t("apps.colour_not_kept"),
          () => because(error),
        );
      }
    },
  };
}
