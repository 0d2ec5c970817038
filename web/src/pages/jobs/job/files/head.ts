/** Whether a file is text, which its first bytes tell, and how large it is. */

import { useQuery } from "@tanstack/react-query";
import { stream } from "../../../../api/client";
import { asFailure, patience } from "../../../../api/failure";
import type { Place } from "./lines";
import { fileAddress } from "./paths";

const BYTES = 8192;
/** An empty file has no first byte. */
const NOTHING = 416;

/** Text has no zero bytes and is UTF-8; whatever was cut off at its end is no fault of it. */
export function isText(bytes: Uint8Array): boolean {
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

type Head = { text: boolean; size: number };

async function read({ job, attempt, path }: Place, signal: AbortSignal): Promise<Head> {
  const headers = { range: `bytes=0-${BYTES - 1}` };
  try {
    const answer = await stream(fileAddress("files", job, path, { attempt }), { headers, signal: patience(signal) });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const size = Number(/\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1] ?? bytes.length);
    return { text: isText(bytes.subarray(0, BYTES)), size };
  } catch (error) {
    if (asFailure(error).status === NOTHING) return { text: true, size: 0 };
    throw error;
  }
}

/** Where it cannot be read, its lines cannot either, and they say why. */
export function useHead(place: Place) {
  return useQuery({
    queryKey: ["head", place.job, place.attempt, place.path],
    queryFn: ({ signal }) => read(place, signal),
    retry: false,
    gcTime: 30_000,
  });
}
