/** Which apps are shown, and how. */

import { describe, expect, it } from "vitest";
import { type App, allTags, colourOf, shown, tagsOf } from "./tiles";

const app = (name: string, zh: string, tags: string[], used?: string): App => ({
  app: name,
  id: name,
  version: "1",
  title: { en: name.toUpperCase(), zh },
  description: { en: `Runs ${name}.`, zh: `运行${zh}。` },
  kind: "parallel",
  tags,
  machines: [],
  last_used_at: used,
});

const apps = [
  app("shell", "脚本", ["script", "脚本"], "2026-11-01T00:00:00Z"),
  app("lammps", "分子动力学", ["materials", "分子动力学"]),
  app("gromacs", "生物分子", ["biology", "materials"], "2026-11-20T00:00:00Z"),
];
const names = (list: App[]) => list.map((one) => one.app);
const title = (one: App) => one.title.en as string;

describe("the apps", () => {
  it("stand with the last used first and the rest by their title", () => {
    expect(names(shown(apps, "", undefined, title))).toEqual(["gromacs", "shell", "lammps"]);
  });

  it("are found by words of either language, and by tag", () => {
    expect(names(shown(apps, "分子", undefined, title))).toEqual(["gromacs", "lammps"]);
    expect(names(shown(apps, "runs LAMM", undefined, title))).toEqual(["lammps"]);
    expect(names(shown(apps, "", "materials", title))).toEqual(["gromacs", "lammps"]);
    expect(names(shown(apps, "shell", "materials", title))).toEqual([]);
  });

  it("show the tags of the spoken language, or all where there are none in it", () => {
    expect(tagsOf(apps[1] as App, "zh")).toEqual(["分子动力学"]);
    expect(tagsOf(apps[2] as App, "zh")).toEqual(["biology", "materials"]);
    expect(allTags(apps, "en")).toEqual(["materials", "biology", "script"]);
  });

  it("keep a colour that a person chose, and one of their own that never changes otherwise", () => {
    expect(colourOf("lammps", { lammps: "rose" })).toBe("rose");
    expect(colourOf("lammps", { lammps: "beige" })).toBe(colourOf("lammps", undefined));
  });
});
