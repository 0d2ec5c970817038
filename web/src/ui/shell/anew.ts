/**
 * Loading the pages anew: the one way to a script that could not be loaded, because what failed is remembered, the style sheet
 * that belongs to it too.
 */

import { api } from "../../api/client";

const KEY = "tieline.anew";
/** What was done by itself is not done again so soon after: it did not help. */
const CALM = 60_000;

/** Where the hub answers again, or has come with newer pages, all is loaded anew; where it does not, nothing is lost. */
export async function anew(byItself: boolean) {
  if (byItself && Date.now() - Number(sessionStorage.getItem(KEY)) < CALM) return;
  const there = await api.GET("/api/v1/version").catch(() => undefined);
  if (!there) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  window.location.reload();
}
