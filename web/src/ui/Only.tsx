/** A page for those who may: everybody else is told so in the one error view. */

import type { ReactNode } from "react";
import { Failure } from "../api/failure";
import { type User, useUser } from "../api/session";
import { ErrorView } from "./ErrorView";
import { Loading } from "./Loading";

export function Only({ who, children }: { who: (user: User | null | undefined) => boolean; children: ReactNode }) {
  const user = useUser();
  if (user === undefined) return <Loading />;
  return who(user) ? children : <ErrorView error={new Failure(user ? 403 : 401)} />;
}
