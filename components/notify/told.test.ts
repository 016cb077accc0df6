import { describe, expect, it } from "vitest";
import type { Call } from "#lib/wire/call.ts";
import { iconWith, titleWith } from "./badge.ts";
import { counted, readTold, remembered, untold, writeTold } from "./told.ts";
import { callWords } from "./words.ts";

const call = (key: string, more: Partial<Call> = {}): Call => ({
  key,
  clusterId: "c1",
  clusterName: "prod",
  runId: "c1.7-1",
  what: "gate",
  nodeId: "be-01",
  why: null,
  sinceMs: 0,
  ...more,
});

function store(): Pick<Storage, "getItem" | "setItem"> {
  const kept = new Map<string, string>();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

describe("what was told once", () => {
  it("is not told again after a reload, and what is new is", () => {
    const kept = store();
    writeTold(kept, remembered(readTold(kept), [call("a")]));
    expect(untold([call("a"), call("b")], readTold(kept)).map(({ key }) => key)).toEqual(["b"]);
  });

  it("is remembered in a bounded number, the newest", () => {
    const many = Array.from({ length: 500 }, (_, index) => call(`k${index}`));
    const told = many.reduce<readonly string[]>((before, one) => remembered(before, [one]), []);
    expect([told.length, told.at(-1)]).toEqual([200, "k499"]);
  });

  it("is nothing where the store holds nonsense", () => {
    const kept = store();
    kept.setItem("sluice-told", "{ not json");
    expect(readTold(kept)).toEqual([]);
  });
});

describe("the count in the tab", () => {
  it("is of all that wait, and of an abort until its run is looked at", () => {
    const calls = [call("a"), call("b", { what: "aborted", runId: "r2" })];
    expect(counted(calls, null)).toHaveLength(2);
    expect(counted(calls, "r2")).toHaveLength(1);
    expect(counted(calls, "c1.7-1")).toHaveLength(2);
  });

  it("stands once before the title, and goes with the last", () => {
    expect(titleWith("prod · Sluice", 2)).toBe("(2) prod · Sluice");
    expect(titleWith("(2) prod · Sluice", 3)).toBe("(3) prod · Sluice");
    expect(titleWith("(3) prod · Sluice", 0)).toBe("prod · Sluice");
    expect(decodeURIComponent(iconWith(12))).toContain(">9+<");
  });
});

describe("a call", () => {
  it("says what it is and what it is about", () => {
    expect(callWords(call("a"))).toEqual({ title: "be-01 waits for approval", body: "prod, run c1.7" });
    expect(callWords(call("a", { what: "hold", why: "drainLimit" })).body).toBe(
      "Its drain limit is past and work is left. prod, run c1.7",
    );
    expect(callWords(call("a", { what: "hold", nodeId: null, why: "finish" })).title).toBe(
      "The run waits for a person",
    );
  });
});
