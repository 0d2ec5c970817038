/** A page for those who may: everybody else is told so in the one error view. */

import type { ReactNode } from "react";
import { hub } from "../api/client";
import { Failure } from "../api/failure";
import { type User, useUser } from "../api/session";
import { ErrorView } from "./ErrorView";
import { Loading } from "./Loading";

export function Only({ who, children }: { who: (user: User | null | undefined) => boolean; children: ReactNode }) {
  const user = useUser();
  // Not known yet where the hub was away as the page was opened: asked for as data is, so that it can be asked for again.
  const { error, refetch } = hub.useQuery("get", "/api/v1/me", {}, { enabled: user === undefined });
  if (user === undefined) return error ? <ErrorView error={error} retry={() => void refetch()} /> : <Loading />;
  return who(user) ? children : <ErrorView error={new Failure(user ? 403 : 401)} />;
}
