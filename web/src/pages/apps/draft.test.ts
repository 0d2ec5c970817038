/** That nothing typed is lost, and that a try of the same form makes one job. */

import { beforeEach, describe, expect, it } from "vitest";
import { adopt, type Draft, keep, kept, placeOf } from "./draft";
import { attemptOf } from "./submit";

const draft: Draft = { params: { x: 2 }, wanted: { cores: 4 } };

beforeEach(() => {
  keep(placeOf(undefined, "lammps"), undefined);
  keep(placeOf("usr_1", "lammps"), undefined);
});

describe("a form", () => {
  it("of a person outlives the page, one of a visitor the tab's reloads", () => {
    keep(placeOf("usr_1", "lammps"), draft);
    keep(placeOf(undefined, "lammps"), draft);
    expect(JSON.parse(localStorage.getItem("tieline.form.usr_1.lammps") as string)).toEqual(draft);
    expect(JSON.parse(sessionStorage.getItem("tieline.form.visitor.lammps") as string)).toEqual(draft);
    expect(localStorage.getItem("tieline.form.visitor.lammps")).toBeNull();
  });

  it("that a visitor typed becomes the person's who signs in, and nobody else's after", () => {
    keep(placeOf(undefined, "lammps"), draft);
    adopt("usr_1", "lammps");
    expect(kept(placeOf("usr_1", "lammps"))).toEqual(draft);
    expect(kept(placeOf(undefined, "lammps"))).toBeUndefined();
  });

  it("is tried again under the same word as long as it is unchanged", () => {
    let count = 0;
    const fresh = () => `word-${++count}`;
    const wish = { app: "lammps", cores: 4 };
    const first = attemptOf(draft, wish, fresh);
    const again = attemptOf({ ...draft, attempt: first }, { ...wish }, fresh);
    const changed = attemptOf({ ...draft, attempt: first }, { ...wish, cores: 8 }, fresh);
    expect([first.key, again.key, changed.key]).toEqual(["word-1", "word-1", "word-2"]);
  });
});
