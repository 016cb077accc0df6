import { describe, expect, it } from "vitest";
import type { EngineAnswer } from "./engine.ts";
import { toldBy } from "./look.ts";

const answered = (status: number, body = ""): EngineAnswer => ({ is: "answered", status, body });
const PONG = answered(200, "dgraph mdex-1:8000 responding at Thu Feb 17 13:12:54 2011");
const REFUSED: EngineAnswer = { is: "refused" };
const SILENT: EngineAnswer = { is: "silent", why: "no answer within 1 s" };
const told = (query: EngineAnswer, ping: EngineAnswer) => {
  const { admission, process, remark } = toldBy(query, ping, "mdex-1:8000/graph");
  return { admission: admission?.value ?? null, process: process?.value ?? null, remark };
};

describe("what a Dgraph shows of itself", () => {
  it("is that it accepts when a query is served, and never because of a ping", () => {
    expect(told(answered(200), PONG)).toEqual({ admission: "accepting", process: "up", remark: null });
    expect(told(answered(503), PONG)).toMatchObject({ admission: "refusing", process: "exiting" });
    expect(told(SILENT, PONG)).toMatchObject({ admission: null, process: "up" });
    expect(told(answered(404), PONG)).toMatchObject({ admission: null, process: "up" });
  });

  it("[S3-2] is that it refuses, by a 503 or by a closed port alike", () => {
    expect(told(answered(503), PONG).admission).toBe("refusing");
    expect(told(REFUSED, REFUSED).admission).toBe("refusing");
  });

  it("is nothing at all when it answers nothing", () => {
    expect(told(SILENT, SILENT)).toEqual({ admission: null, process: null, remark: null });
  });

  it("says what to do about a readiness query that is none", () => {
    expect(told(answered(404), PONG).remark).toContain("give one in the configuration");
    expect(told(SILENT, PONG).remark).toContain("applying an update");
  });
});
