import { describe, expect, it } from "vitest";
import { isText } from "./head";
import { onTheWay, PAGE, pageOf } from "./lines";
import { type File, fileAddress, inOrder, nameOf, trail } from "./paths";
import { pieces } from "./pieces";

describe("a job's files", () => {
  it("have addresses in which no name can mean anything else", () => {
    expect(fileAddress("lines", "job_1", "a b/50%?#.txt", { attempt: 1, first: 1, text: undefined })).toBe(
      "/api/v1/jobs/job_1/lines/a%20b/50%25%3F%23.txt?attempt=1&first=1",
    );
  });

  it("stand below the folders they lie in", () => {
    expect(trail("a/b/c")).toEqual(["a", "a/b", "a/b/c"]);
    expect(trail(undefined)).toEqual([]);
    expect(nameOf("a/b.txt")).toBe("b.txt");
  });

  it("are listed folders first, and numbers as people count", () => {
    const file = (path: string, folder = false) => ({ path, folder }) as File;
    const files = [file("step10"), file("step2"), file("z", true)];
    expect(inOrder(files, "en").map((one) => one.path)).toEqual(["z", "step2", "step10"]);
  });
});

describe("a file's first bytes", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);

  it("are text where they are UTF-8, also where they end within a letter", () => {
    expect(isText(bytes(""))).toBe(true);
    expect(isText(bytes("能量\t-7.31\n"))).toBe(true);
    expect(isText(bytes("能量").subarray(0, 5))).toBe(true);
  });

  it("are no text where a zero stands among them, or what no letter begins with", () => {
    expect(isText(bytes("PK\0\u0003"))).toBe(false);
    expect(isText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBe(false);
  });
});

describe("the lines of a file", () => {
  it("stand on pages that begin at fixed lines", () => {
    expect([1, PAGE, PAGE + 1, 12_345].map(pageOf)).toEqual([1, 1, PAGE + 1, 12_001]);
  });

  it("are asked for again only while a far one is on its way", () => {
    const page = { first: 9_000_001, lines: [] as string[], total: null, next: 9_000_001, reached: 4_000_000 };
    expect(onTheWay(page)).toBe(true);
    expect(onTheWay({ ...page, lines: ["here"], next: 9_000_002 })).toBe(false);
    expect(onTheWay({ ...page, next: null, total: 5 })).toBe(false);
  });

  it("are cut where a text occurs, and put together again are the same", () => {
    const text = "Energy: ENERGY = energy";
    const cut = pieces(text, "energy");
    expect(cut.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(["Energy", "ENERGY", "energy"]);
    expect(cut.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces(text, "")).toEqual([{ at: 0, text, hit: false }]);
    expect(pieces("İx", "x").some((piece) => piece.hit)).toBe(false);
  });
});
