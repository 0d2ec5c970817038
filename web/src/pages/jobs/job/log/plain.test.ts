import { describe, expect, it } from "vitest";
import { plain } from "./plain";

const E = "\u001b";

describe("output of programs", () => {
  it("loses its colours and cursor movements, and nothing else", () => {
    expect(plain(`${E}[1;32mstep${E}[0m 5 ${E}[2K${E}[3Aof 9`)).toBe("step 5 of 9");
    expect(plain("\u009b31mred\u009b0m")).toBe("red");
    expect(plain(`${E}(B${E}7plain${E}8`)).toBe("plain");
  });

  it("cannot set the title of a window or hide a link in text", () => {
    expect(plain(`${E}]0;evil\u0007shown`)).toBe("shown");
    expect(plain(`${E}]8;;http://evil.example${E}\\click${E}]8;;${E}\\`)).toBe("click");
    expect(plain(`before${E}]0;never ended`)).toBe("before");
  });

  it("shows of a line that was written over what was written last", () => {
    expect(plain("10 %\r50 %\r100 %")).toBe("100 %");
    expect(plain("dos line\r\nnext")).toBe("dos line\nnext");
  });

  it("has no control characters and no turned text left, but keeps tabs", () => {
    expect(plain("a\u0000b\u0008c\td\u007f")).toBe("abc\td");
    expect(plain("abc\u202egpj.exe")).toBe("abcgpj.exe");
  });

  it("stays text even where it looks like markup", () => {
    expect(plain("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
  });
});
