/** Where files go, and which are not taken. */

import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import en from "../../strings/en";
import { piece, place, whole } from "./digest";
import { refusal, words } from "./limits";

beforeAll(async () => {
  await i18next.init({ lng: "en", resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
});

const limits = { most: 1, size: 1024, endings: [".gro", ".pdb"] };

describe("a file", () => {
  it("goes to a folder named by its content, as the command line puts it", async () => {
    const file = new File(["hello\n"], "in.lj");
    const sum = await whole(file);
    expect(sum).toBe("5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    expect(place(file, sum)).toBe("inputs/5891b5b522d5/in.lj");
  });

  it("too large to be read at once goes to a folder of its name, size and time", () => {
    const file = { name: "big.dat", size: 2 ** 40, lastModified: 1 };
    expect(place(file)).toMatch(/^inputs\/[0-9a-f]{12}\/big\.dat$/);
    expect(place(file)).toBe(place({ ...file }));
    expect(place(file)).not.toBe(place({ ...file, lastModified: 2 }));
  });

  it("has a checksum for each piece, in base 64", async () => {
    expect(await piece(new Blob(["hello\n"]))).toBe("WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM=");
  });

  it("is taken by its size and ending, whatever the letters' case", () => {
    expect(refusal({ name: "A.GRO", size: 1024 }, limits)).toBeUndefined();
    expect(refusal({ name: "a.gro", size: 1025 }, limits)).toBe("a.gro has 1,025 B; at most 1,024 B are allowed.");
    expect(refusal({ name: "a.txt", size: 1 }, limits)).toBe("a.txt does not end in .gro / .pdb.");
    expect(refusal({ name: "-rf.gro", size: 1 }, limits)).toContain("rename the file");
  });

  it("is told its limits before it is chosen", () => {
    expect(words(limits)).toBe(".gro .pdb · at most 1 KiB");
    expect(words({ most: 1, endings: [] })).toBe("");
  });
});
