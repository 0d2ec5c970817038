/** Sends one file by the tus protocol, in checked pieces; a broken connection is waited for, however long it is away. */

import type { DetailedError, HttpRequest, HttpStack, Upload } from "tus-js-client";
import { Failure } from "../../api/failure";
import { accessToken } from "../../api/session";
import { piece } from "./digest";

const PIECE = 8 * 1024 * 1024;
const RETRIES = [0, 500, 2000, 5000];
/** How long to wait for a hub that is away, unless the network says sooner that it is back. */
const PAUSE = 10_000;
/** The protocol's status for a piece that did not arrive as it was sent. */
const MISMATCH = 460;

export type Sent = {
  progress: (bytes: number) => void;
  waiting: (yes: boolean) => void;
};

/** Sends a file to this path of one's space; gives the file's id. Stopped, it takes back what was sent. */
export async function send(file: File, path: string, sha256: string | undefined, told: Sent, stop: AbortSignal) {
  const tus = await import("tus-js-client");
  stop.throwIfAborted();
  let id: string | null = null;
  let stale: string | undefined;
  return new Promise<string>((done, fail) => {
    const upload: Upload = new tus.Upload(file, {
      endpoint: `${window.location.origin}/api/v1/uploads`,
      metadata: sha256 ? { filename: path, sha256 } : { filename: path },
      chunkSize: PIECE,
      retryDelays: RETRIES,
      removeFingerprintOnSuccess: true,
      fingerprint: async () => ["tieline", path, file.size, file.lastModified].join("|"),
      httpStack: checked(new tus.DefaultHttpStack({})),
      onBeforeRequest: async (request) => {
        const token = await accessToken(stale);
        stale = undefined;
        if (token) request.setHeader("Authorization", `Bearer ${token}`);
      },
      onAfterResponse: (request, response) => {
        id = response.getHeader("Tieline-File") || id;
        if (response.getStatus() === 401) stale = request.getHeader("Authorization")?.slice("Bearer ".length);
      },
      onShouldRetry: (error, attempt) => attempt < RETRIES.length && passing(statusOf(error)),
      onProgress: (bytes) => {
        told.waiting(false);
        told.progress(bytes);
      },
      onSuccess: () => (id ? done(id) : fail(new Failure(502))),
      onError: (error) => {
        const status = statusOf(error as DetailedError);
        if (!passing(status) || status === 401 || status === MISMATCH) return fail(asFailure(error as DetailedError));
        told.waiting(true);
        void back(stop).then(() => stop.aborted || upload.start());
      },
    });
    stop.addEventListener("abort", () => {
      void upload.abort(true).catch(() => undefined);
      fail(stop.reason);
    });
    void upload.findPreviousUploads().then((known) => {
      if (stop.aborted) return;
      if (known[0]) upload.resumeFromPreviousUpload(known[0]);
      upload.start();
    });
  });
}

const statusOf = (error: DetailedError) => error.originalResponse?.getStatus() ?? 0;

/** What may be better in a moment: no connection, a hub in trouble, a piece that was damaged, a token that ended. */
const passing = (status: number) =>
  status === 0 || status >= 500 || [401, 408, 409, 423, 429, MISMATCH].includes(status);

function asFailure(error: DetailedError): Failure {
  try {
    return new Failure(statusOf(error), JSON.parse(error.originalResponse?.getBody() ?? ""));
  } catch {
    return new Failure(statusOf(error));
  }
}

/** Waits until the hub may be back. */
function back(stop: AbortSignal) {
  return new Promise<void>((done) => {
    const end = () => {
      window.clearTimeout(timer);
      window.removeEventListener("online", end);
      stop.removeEventListener("abort", end);
      done();
    };
    const timer = window.setTimeout(end, PAUSE);
    window.addEventListener("online", end);
    stop.addEventListener("abort", end);
  });
}

/** Gives each piece its checksum, so that a damaged one is refused by the hub and sent again. */
function checked(stack: HttpStack): HttpStack {
  return {
    getName: () => stack.getName(),
    createRequest(method, url) {
      const request: HttpRequest = stack.createRequest(method, url);
      const sending = request.send.bind(request);
      request.send = async (body) => {
        const sum = method === "PATCH" && body instanceof Blob ? await piece(body) : undefined;
        if (sum) request.setHeader("Upload-Checksum", `sha256 ${sum}`);
        return sending(body);
      };
      return request;
    },
  };
}
