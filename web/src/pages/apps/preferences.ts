/** A person's own colours of the tiles. A hub that keeps none, or a visitor, has the usual ones. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { stream } from "../../api/client";
import { asFailure } from "../../api/failure";
import { useUser } from "../../api/session";
import type { Tile } from "../../theme/tokens";

type Preferences = { tiles: Record<string, string> };

const PATH = "/api/v1/me/preferences";

export function useTileColours() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const user = useUser()?.id;
  const queries = useQueryClient();
  const key = ["get", PATH, user];
  const query = useQuery({
    queryKey: key,
    enabled: Boolean(user),
    staleTime: 60_000,
    retry: false,
    queryFn: async ({ signal }) => (await (await stream(PATH, { signal })).json()) as Preferences,
  });
  const tiles = query.data?.tiles;
  return {
    tiles,
    /** Whether one can choose: somebody has signed in, and the hub keeps it. */
    own: Boolean(tiles),
    /** Shown at once; taken back where the hub does not take it. `undefined` gives the usual colour. */
    async choose(app: string, colour: Tile | undefined) {
      const { [app]: _, ...others } = tiles ?? {};
      const next: Preferences = { ...query.data, tiles: colour ? { ...others, [app]: colour } : others };
      queries.setQueryData(key, next);
      try {
        const headers = { "content-type": "application/json" };
        await stream(PATH, { method: "PUT", headers, body: JSON.stringify(next) });
      } catch (error) {
        queries.setQueryData(key, query.data);
        message.error(t(asFailure(error).offline ? "error.offline.text" : "apps.colour_not_kept"));
      }
    },
  };
}
