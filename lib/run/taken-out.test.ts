import { describe, expect, it } from "vitest";
import { Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { takenOut } from "./taken-out.ts";

const START_MS = Date.parse("2026-03-12T02:00:00Z");
const NODES = [aNode("be-1", "be"), aNode("be-2", "be")];

function played(kind: "upgrade" | "drain", until: "held" | "ended"): Console {
  const model = new Model([...NODES, aNode("be-3", "be")], randomFrom(1), undefined, START_MS);
  for (let i = 0; i < 3; i += 1) model.at("be-1").work.set(`q-${i}`, START_MS + 10_000 * (i + 1));
  const console = new Console(model, aPlan(NODES, kind, { policy: { approval: "none" } }));
  console.until((run) => (until === "held" ? run.hold !== null : run.life.at === "ended"));
  return console;
}

describe("a node that was taken out", () => {
  it("is told with who, what for, the counts as its work ran out, and how it ended", () => {
    const { journal: events } = played("upgrade", "ended");
    const told = takenOut(events, "be-1");
    expect(told).toMatchObject({ kind: "upgrade", result: "verified", fromVersion: expect.any(String) });
    const drain = told?.drain ?? null;
    expect(drain?.startCount).toBeGreaterThanOrEqual(3);
    expect(drain?.points[0]?.value).toBe(drain?.startCount);
    expect(drain?.points.at(-1)?.value).toBe(0);
    expect(drain?.cut).toBe(0);
    expect(drain?.limit?.name).toBe("exit limit");
    expect(drain?.endedAtMs).toBeGreaterThan(drain?.beganAtMs ?? Infinity);
    const times = drain?.points.map(({ atMs }) => atMs) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("goes on while it is out by hand: no result yet, although its work is gone", () => {
    const { journal: events } = played("drain", "held");
    const told = takenOut(events, "be-1");
    expect(told).toMatchObject({ kind: "drain", result: null, endedAtMs: null });
  });

  it("is not told of a run that has not touched it", () => {
    const { journal: events } = played("drain", "held");
    expect(takenOut(events, "be-2")).toBeNull();
    expect(takenOut(events, "be-3")).toBeNull();
    expect(takenOut([], "be-1")).toBeNull();
  });
});
