/** What is asked of the hub about machines, read again every few seconds while one looks. */

import { hub } from "../../api/client";

/** Milliseconds between two looks. */
const EVERY = 15_000;
const all = { params: { query: { limit: 1000 } } };

export const useMachines = () => hub.useQuery("get", "/api/v1/machines", all, { refetchInterval: EVERY });
export const useCenters = () => hub.useQuery("get", "/api/v1/centers", all, { refetchInterval: EVERY });
export const useMachine = (machine: string) =>
  hub.useQuery("get", "/api/v1/machines/{machine}", { params: { path: { machine } } }, { refetchInterval: EVERY });
