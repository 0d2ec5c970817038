/** Output of programs as harmless text: no colours, no cursor, no bell; a line that was written over shows its last text. */

// Every form of ECMA-48: CSI, OSC and the other strings up to their end, two-byte escapes; in 7 and in 8 bits.
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|\u001b[ -/]*[0-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above; tab and newline stay
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** What turns the direction of text, so that it reads as something else than it is. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** One line without its newline. */
function line(text: string) {
  const tame = text.replace(SEQUENCES, "");
  // A return without a new line begins the line anew, as progress bars do.
  const written = tame.replace(/\r+$/, "");
  return written
    .slice(written.lastIndexOf("\r") + 1)
    .replace(CONTROLS, "")
    .replace(TURNS, "");
}

export const plain = (text: string) => (text.includes("\n") ? text.split("\n").map(line).join("\n") : line(text));
