import { describe, expect, it } from "vitest";
import { csv, jobsCsv } from "./csv";
import type { Job } from "./list";

const job = { id: "job_1", name: "=cmd()", remark: 'a "b", c', app: "shell", state: "queued", attempt: 1 } as Job;

describe("the table for spreadsheets", () => {
  it("cannot be broken out of by quotes, commas or new lines", () => {
    expect(csv([["a,b", 'say "x"', "two\nlines", 5]])).toBe('"a,b","say ""x""","two\nlines",5\r\n');
  });

  it("holds no formula, whatever a job is called", () => {
    for (const name of ["=1+1", "+1", "-1", "@x", "\tx"]) expect(csv([[name]])).toContain(`'${name}`);
    expect(csv([[-5]])).toBe("-5\r\n");
  });

  it("has a line of names and a line for each job", () => {
    const lines = jobsCsv([job, job]).split("\r\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe("id,name,remark,app,machine,state,attempt,account,created_at,changed_at,ended_at");
    expect(lines[1]).toContain('job_1,\'=cmd(),"a ""b"", c",shell,,queued,1');
  });
});
