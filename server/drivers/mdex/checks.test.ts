import { describe, expect, it } from "vitest";
import { checksOf } from "./checks.ts";
import type { DgraphSettings } from "./world.ts";

const SETTINGS: DgraphSettings = {
  query: "/graph?node=0",
  admin: "/admin",
  errorLog: null,
  onExit: "refuse",
  countConnections: false,
};
const SERVES = {
  admission: { value: "accepting", said: "GET mdex-1:8000/graph: 200" },
  process: { value: "up", said: "ping: OK" },
  remark: null,
} as const;
const EXITS = [{ phase: "exit", skip: null }] as const;
const step = (exitLimitMs: number | null) => ({ nodeId: "mdex-1", exitLimitMs, phases: EXITS });

describe("what is asked before a Dgraph is told to leave", () => {
  it("[S3-7] warns of an exit without a limit, and tells of the choice; with one it tells what is lost then", () => {
    const without = checksOf(step(null), SETTINGS, SERVES).find(({ id }) => id === "mdex-exit-limit");
    expect(without).toMatchObject({ verdict: "fail", severity: "note" });
    expect(without?.evidence).toContain("several hours");
    expect(without?.remedy).toContain("give the exit a limit");
    const limited = checksOf(step(30_000), SETTINGS, SERVES).find(({ id }) => id === "mdex-exit-limit");
    expect(limited).toMatchObject({ verdict: "pass", evidence: expect.stringContaining("timelimit=30") });
    expect(limited?.evidence).toMatch(/closed connection.*not applied.*aborted/);
  });

  it("asks for a readiness query that is served, since a ping proves nothing", () => {
    const of = (told: Parameters<typeof checksOf>[2]) =>
      checksOf(step(1000), SETTINGS, told).find(({ id }) => id === "mdex-readiness");
    expect(of(SERVES)).toMatchObject({ verdict: "pass" });
    const wrong = { ...SERVES, admission: null, remark: "it is answered with 404" };
    expect(of(wrong)).toMatchObject({ verdict: "fail", severity: "needsReason" });
    expect(of(wrong)?.remedy).toContain("/graph?node=0");
    // One that is down already may be a step: there is nothing to be asked.
    const gone = { admission: null, process: { value: "gone", said: "connection refused" }, remark: null } as const;
    expect(of(gone)).toMatchObject({ verdict: "pass" });
  });

  it("tells of a release that hears nothing more once it leaves", () => {
    const closing = checksOf(step(null), { ...SETTINGS, onExit: "close" }, SERVES);
    expect(closing.find(({ id }) => id === "mdex-hears")).toMatchObject({ verdict: "fail", severity: "note" });
  });

  it("asks nothing about the exit of a step that has none", () => {
    const phases = [{ phase: "exit", skip: "the plan only drains" }] as const;
    const checks = checksOf({ ...step(null), phases }, SETTINGS, SERVES);
    expect(checks.map(({ id }) => id)).toEqual(["mdex-readiness"]);
  });
});
