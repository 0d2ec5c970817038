/** Where a file goes at the hub: a folder named by its content, so that the same bytes are sent once. */

/** Larger files are not read as a whole before they are sent; their pieces are checked on the way. */
const WHOLE = 64 * 1024 * 1024;
/** Letters of a checksum that name a folder, as `tieline run` does it. */
const SHORT = 12;
const FOLDER = "inputs";

const hex = (bytes: ArrayBuffer) =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Absent where the page does not come over a safe connection. */
const subtle = () => globalThis.crypto?.subtle;

/** The checksum of a whole file, where it is small enough to be read at once. */
export async function whole(file: File): Promise<string | undefined> {
  if (file.size > WHOLE || !subtle()) return undefined;
  return hex(await subtle().digest("SHA-256", await file.arrayBuffer()));
}

/** The checksum of a piece, in base 64. */
export async function piece(body: Blob): Promise<string | undefined> {
  if (!subtle()) return undefined;
  const digest = new Uint8Array(await subtle().digest("SHA-256", await body.arrayBuffer()));
  return btoa(String.fromCharCode(...digest));
}

/** The path of a file in one's space. Without a checksum its name, size and time stand for its content. */
export function place(file: Pick<File, "name" | "size" | "lastModified">, sha256?: string): string {
  const key = sha256 ?? mixed(`${file.name}/${file.size}/${file.lastModified}`);
  return `${FOLDER}/${key.slice(0, SHORT)}/${file.name}`;
}

/** FNV-1a over 64 bits, in hexadecimal digits. */
function mixed(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
