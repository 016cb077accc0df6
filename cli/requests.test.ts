import { describe, expect, it } from "vitest";
import { durationMs, toRequest, VERBS, type Words } from "./requests.ts";

const none: Words = { nodeId: null, checkKey: null, reason: null, by: null, to: null };
const all: Words = { nodeId: "be-01", checkKey: "tablets/be-01", reason: "known and fine", by: "-5m", to: "60s" };

describe("requests from a terminal", () => {
  it("every verb with all its words is a request that the API knows", () => {
    for (const verb of Object.keys(VERBS)) expect([verb, toRequest(verb, all)?.ok]).toEqual([verb, true]);
  });

  it("a verb without what it needs answers with its usage", () => {
    expect(toRequest("abort", none)).toEqual({ ok: false, usage: "sluice abort RUN --reason WHY --as NAME" });
    expect(toRequest("extend", { ...all, by: "soon" })).toMatchObject({ ok: false });
    expect(toRequest("resume", none)).toEqual({ ok: true, request: { do: "resume" } });
  });

  it("a note is on the run, or on the node that is named before it", () => {
    const noted = (first: string | null, second: string | null) =>
      toRequest("note", { ...none, nodeId: first, checkKey: second });
    expect(noted("the disk is loud", null)).toEqual({
      ok: true,
      request: { do: "note", nodeId: null, text: "the disk is loud" },
    });
    expect(noted("be-01", "the disk is loud")).toEqual({
      ok: true,
      request: { do: "note", nodeId: "be-01", text: "the disk is loud" },
    });
    expect(noted(null, null)).toEqual({ ok: false, usage: 'sluice note RUN [NODE] "TEXT" --as NAME' });
    expect(noted(" ", null)).toMatchObject({ ok: false });
  });

  it("what is no verb is none, whatever objects carry by birth", () => {
    expect(toRequest("explode", all)).toBeNull();
    expect(toRequest("constructor", all)).toBeNull();
  });

  it("durations carry their unit", () => {
    expect([durationMs("90s"), durationMs("10m"), durationMs("-1h"), durationMs("250ms")]).toEqual([
      90_000, 600_000, -3_600_000, 250,
    ]);
    expect([durationMs("10"), durationMs(""), durationMs(null), durationMs("1d")]).toEqual([null, null, null, null]);
  });
});
