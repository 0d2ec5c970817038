/** Puts a Brotli-compressed copy beside each text of the built pages, so that the hub need not compress what never changes. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|html|svg|json)$/;

export function squeeze(): Plugin {
  return {
    name: "squeeze",
    apply: "build",
    // What was written is what is compressed: until then other plugins may still change it.
    writeBundle({ dir = "" }, bundle) {
      for (const name of Object.keys(bundle).filter((name) => TEXT.test(name))) {
        const text = readFileSync(join(dir, name));
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
        writeFileSync(join(dir, `${name}.br`), brotliCompressSync(text, { params }));
      }
    },
  };
}
