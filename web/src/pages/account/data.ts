/** What is asked of the hub about an account. */

import { useQuery } from "@tanstack/react-query";
import { api, hub } from "../../api/client";
import { type PageOf, type Read, readAll } from "../../api/pages";
import { type Charge, firstDay } from "./charges";

export const useAccounts = () =>
  hub.useQuery("get", "/api/v1/accounts", { params: { query: { limit: 1000 } } }, { staleTime: 60_000 });

const of = (account: string) => ({ params: { path: { account } } });
/** Balances move while jobs run. */
const EVERY = 15_000;

export const useBalance = (account: string | undefined) =>
  hub.useQuery("get", "/api/v1/accounts/{account}/balance", of(account ?? ""), {
    enabled: Boolean(account),
    refetchInterval: EVERY,
  });
export const useHolds = (account: string) =>
  hub.useQuery("get", "/api/v1/accounts/{account}/holds", of(account), { refetchInterval: EVERY });
export const useAccount = (account: string) => hub.useQuery("get", "/api/v1/accounts/{account}", of(account));

const PATH = "/api/v1/accounts/{account}/charges";

export const readCharges =
  (account: string, limit: number): Read<Charge> =>
  async (after, signal) => {
    const { data } = await api.GET(PATH, { params: { path: { account }, query: { limit, after } }, signal });
    return data as unknown as PageOf<Charge>;
  };

/** So many days of spending are shown. */
export const DAYS = 30;

/** All charges of the last days: read back from the newest until they are older. */
export function useRecentCharges(account: string) {
  return useQuery({
    queryKey: ["get", PATH, "recent", account],
    queryFn: ({ signal }) => {
      const first = new Date(firstDay(DAYS, Date.now())).toISOString();
      const old = (rows: Charge[]) => (rows.at(-1)?.at ?? "") < first;
      return readAll(readCharges(account, 1000), signal, undefined, old);
    },
    staleTime: 60_000,
  });
}
