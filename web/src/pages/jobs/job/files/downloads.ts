/**
 * Downloads of files of any size: the hub gives an address that is good for a minute, and the browser fetches it by itself,
 * with its own progress and its own way to stop. It goes on while one looks at other pages.
 */

import { api, stream } from "../../../../api/client";
import { asFailure } from "../../../../api/failure";
import { follow } from "../../../../ui/save";

/** An empty file has no first byte. */
const NOTHING = 416;

/** Fails as the hub says it. */
export async function download(path: string, name: string): Promise<void> {
  await first(path);
  const { data } = await api.POST("/api/v1/download-links", { body: { path } });
  if (data) follow(data.url, name);
}

/** Asks for the first byte: a browser that downloads by itself does not say why it could not. */
async function first(path: string) {
  try {
    await (await stream(path, { headers: { range: "bytes=0-0" } })).arrayBuffer();
  } catch (error) {
    if (asFailure(error).status !== NOTHING) throw error;
  }
}
