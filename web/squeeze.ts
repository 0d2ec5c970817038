/** Puts a Brotli-compressed copy beside each text of the built pages, so that the hub need not compress what never changes. */

import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|html|svg|json)$/;

export function squeeze(): Plugin {
  return {
    name: "squeeze",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (!TEXT.test(file.fileName)) continue;
        const text = Buffer.from(file.type === "chunk" ? file.code : file.source);
        const source = brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } });
        this.emitFile({ type: "asset", fileName: `${file.fileName}.br`, source });
      }
    },
  };
}
