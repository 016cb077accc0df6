import { describe, expect, it } from "vitest";
import type { Fact, ProcessState, Witness } from "#lib/cluster/observation.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import type { Sighting } from "#server/orchestrator/ports.ts";
import { answered, merge } from "./merge.ts";

function fact<T>(witness: Witness, value: T, seenAtMs = 1000): Fact<T> {
  return { value, witness, asOfMs: seenAtMs, seenAtMs, said: `${witness} says ${String(value)}` };
}

function sighting(change: Partial<Sighting>): Sighting {
  return { ...emptySighting("be-1"), ...change };
}

const up = (witness: Witness): Fact<ProcessState> => fact(witness, "up");
const gone = (witness: Witness): Fact<ProcessState> => fact(witness, "gone");

describe("an observation", () => {
  it("lets witnesses that disagree stand side by side", () => {
    const controlPlane = sighting({ process: [up("controlPlane")] });
    const node = sighting({ process: [gone("process"), gone("node")] });
    const merged = merge("be-1", { controlPlane, node }, null);
    expect(merged.process.map(({ witness, value }) => `${witness} ${value}`)).toEqual([
      "controlPlane up",
      "process gone",
      "node gone",
    ]);
  });

  it("holds the latest word of a witness that speaks through two sources", () => {
    const controlPlane = sighting({ process: [fact("node", "up", 2000)] });
    const node = sighting({ process: [fact("node", "gone", 1000)] });
    expect(merge("be-1", { controlPlane, node }, null).process).toEqual([fact("node", "up", 2000)]);
  });

  it("[rule 10] has no fact of a witness that is silent now, and still knows who the node was", () => {
    const work = { inFlight: [{ kind: "query", count: 3 }], willBeCut: [], notCollected: 0, asOfMs: 1000 };
    const node = sighting({
      process: [up("process")],
      work,
      identity: fact("node", "be-1#1"),
      version: fact("node", "4.0.7"),
    });
    const controlPlane = sighting({ process: [up("controlPlane")], word: "OK" });
    const before = merge("be-1", { controlPlane, node }, null);
    const after = merge("be-1", { controlPlane: null, node: null }, before);
    expect(after).toMatchObject({ process: [], admission: [], work: null, word: "" });
    expect(after.identity).toEqual(before.identity);
    expect(after.version).toEqual(before.version);
  });

  it("keeps routes that this poll did not ask for, with their own time", () => {
    const route = { router: "fe-1", state: "out", kind: "MANUAL", asOfMs: 1000 } as const;
    const before = merge("be-1", { controlPlane: sighting({ routing: [route] }), node: null }, null);
    const after = merge("be-1", { controlPlane: sighting({}), node: sighting({}) }, before);
    expect(after.routing).toEqual([route]);
    const opened = { ...route, state: "in", kind: "", asOfMs: 2000 } as const;
    const later = merge("be-1", { controlPlane: null, node: sighting({ routing: [opened] }) }, after);
    expect(later.routing).toEqual([opened]);
  });

  it("has a count that cannot be measured as null", () => {
    const work = { inFlight: [{ kind: "query", count: null }], willBeCut: [], notCollected: 0, asOfMs: 1000 };
    expect(merge("be-1", { controlPlane: null, node: sighting({ work }) }, null).work).toEqual(work);
  });

  it("was answered by the node when the node said something, not when others say that it is gone", () => {
    expect(answered(sighting({ process: [gone("node"), up("process")] }))).toBe(false);
    expect(answered(sighting({ process: [up("node")] }))).toBe(true);
    expect(answered(sighting({ admission: [fact("node", "accepting")] }))).toBe(true);
    expect(answered(sighting({ process: [fact("node", "exiting")], admission: [fact("node", "refusing")] }))).toBe(
      true,
    );
    // A closed port, told by the host that it lies on.
    expect(answered(sighting({ process: [up("process")], admission: [fact("node", "refusing")] }))).toBe(false);
  });
});
