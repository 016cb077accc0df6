import { describe, expect, it } from "vitest";
import type { Run } from "../state.ts";
import { ANN } from "../testing/console.ts";
import { aRun } from "../testing/scenes.ts";
import { AROUND } from "../testing/stalls/around.ts";
import { BEFORE } from "../testing/stalls/before.ts";
import { LEAVING } from "../testing/stalls/leaving.ts";
import { RETURNING } from "../testing/stalls/returning.ts";
import { at, busy, held, why } from "../testing/stalls/seed.ts";

const STALLS = [...BEFORE, ...LEAVING, ...RETURNING, ...AROUND];

describe("why a run does not move", () => {
  it.each(STALLS)("names $name", ({ seeded, expected }) => {
    expect(seeded()).toMatchObject(expected);
  });

  it("is told by at least thirty names, and each of them has been seeded", () => {
    const names = new Set(STALLS.map(({ expected }) => expected["is"]));
    expect(names.size).toBeGreaterThanOrEqual(30);
  });

  it("is not told while it moves as it should", () => {
    const console = aRun();
    const moving: (readonly [number, string])[] = [];
    console.watch = (run: Run) => {
      const said = why(console)?.is ?? null;
      if (said !== null) moving.push([run.seq, said]);
    };
    console.toEnd();
    // Waits that belong to every run: work that runs out, an exit, a start, a soak; and then its end.
    const usual = new Set(["drains", "exits", "startSlow", "soak", "ended"]);
    expect(moving.filter(([, said]) => !usual.has(said))).toEqual([]);
  });

  it("says when the plan's own rule puts a node back that nobody answers for", () => {
    const console = busy(at("drain", { unansweredMs: 600_000 }));
    console.reachHold("drainLimit");
    expect(why(console)?.byRuleAtMs).toBe((console.run.hold?.sinceMs ?? 0) + 600_000);
    const endless = busy(at("drain", { unansweredMs: null }));
    endless.reachHold("drainLimit");
    expect(why(endless)?.byRuleAtMs).toBeNull();
    const gate = held(at("gate", { approval: "every", unansweredMs: 600_000 }), { why: "finish" }, null);
    expect(why(gate)?.byRuleAtMs).toBeNull();
  });

  it("prefers what nobody here can decide over what a person could", () => {
    const console = at("gate", { approval: "every" });
    expect(why(console, { ownedBy: "console-b" })?.is).toBe("otherConsole");
    console.ask({ do: "pause", reason: "" }, ANN);
    expect(why(console)?.is).toBe("paused");
    console.ask({ do: "resume" });
    expect(why(console)?.is).toBe("waitsForApproval");
  });
});
