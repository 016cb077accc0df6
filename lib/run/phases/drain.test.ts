import { describe, expect, it } from "vitest";
import type { Console } from "../testing/console.ts";
import { OLD } from "../testing/plan.ts";
import { aRun, results, telling } from "../testing/scenes.ts";

/** A node goes for no reason of the run's. Gives the way to bring it back. */
function kill(console: Console, nodeId: string): () => void {
  const node = console.model.at(nodeId);
  const { process } = node;
  node.process = null;
  node.goneAtMs = console.model.nowMs;
  return () => {
    node.process = process;
  };
}

describe("the isolation", () => {
  it("[P3] is over when every route was read back, and not when the command is done", () => {
    const console = aRun();
    console.reach("be-1", "isolate");
    const truth = telling(console, (seen) => ({
      ...seen,
      routing: seen.routing.map((route) => (route.router === "fe-2" ? { ...route, state: "in" as const } : route)),
    }));
    console.for(20_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "isolate" });
    truth();
    console.reach("be-1", "drain");
    expect(console.run.hold).toBeNull();
  });

  it("[P3] a route that is never read back holds the run, and a retry closes it once more", () => {
    const console = aRun();
    const truth = telling(console, (seen) => ({
      ...seen,
      routing: seen.routing.map((route) => ({ ...route, state: "in" as const })),
    }));
    expect(console.reachHold("outcomeUnknown")).toMatchObject({ cause: expect.stringContaining("fe-1: in") });
    truth();
    console.model.at("be-1").outOf.delete("fe-2");
    console.for(5000);
    expect(console.run.hold?.reason.why).toBe("outcomeUnknown");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.reach("be-1", "drain");
    expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1", "r1/be-1/isolate/isolate/2"]);
  });
});

describe("the drain", () => {
  it("[P4] is over after two polls with different times that find nothing", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    console.model.at("be-1").work.clear();
    console.round();
    expect(console.step("be-1").drain?.emptyAsOfMs).toBe(console.model.nowMs);
    console.round();
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
    console.model.tick(250);
    console.round();
    expect(console.step("be-1").progress).toMatchObject({ phase: "exit" });
  });

  it("[R1] is over, but the node is not told to leave while another one is out, and leaves when that one is back", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    const revive = kill(console, "cn-1");
    console.model.at("be-1").work.clear();
    expect(console.reachHold("checksFailed")).toMatchObject({ checkKeys: ["max-unavailable@be-1"] });
    expect(console.step("be-1").checks.find(({ id }) => id === "max-unavailable")?.evidence).toContain("cn-1");
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
    expect(console.commands("exit")).toEqual([]);
    revive();
    console.reach("be-1", "exit");
    expect(console.run.hold).toBeNull();
    expect(console.step("be-1").checks.find(({ id }) => id === "max-unavailable")?.verdict).toBe("pass");
  });

  it("[R1] whoever goes on with work left waits for the others too", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    kill(console, "cn-1");
    console.round();
    console.ask({ do: "goOn", nodeId: "be-1" });
    console.reachHold("checksFailed");
    console.ask({ do: "putBack", nodeId: "be-1", reason: "another one is down" });
    console.for(30_000);
    expect(results(console)).toEqual(["putBack", "waiting"]);
    expect(console.commands("exit")).toEqual([]);
  });

  it("[P4] work that cannot be counted is never empty", () => {
    const console = aRun({ step: { drainLimitMs: 20_000 } });
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      return seen === undefined
        ? all
        : { ...all, observations: new Map(all.observations).set("be-1", { ...seen, work: null }) };
    };
    console.reachHold("drainLimit");
    console.for(600_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
  });

  it("[P4] ask: the run holds at the limit, the drain goes on, and the hold ends when it is empty", () => {
    const console = aRun({ step: { drainLimitMs: 20_000 } });
    console.model.workMs = 90_000;
    console.reachHold("drainLimit");
    console.reach("be-1", "exit");
    expect(console.run.hold).toBeNull();
    expect(console.step("be-1").cut).toEqual([]);
  });

  it("[P4] extend: the rule moves the limit up to its sum, then a person is asked", () => {
    const policy = { onDrainLimit: { do: "extend", byMs: 10_000, atMostMs: 25_000 } } as const;
    const console = aRun({ policy, step: { drainLimitMs: 20_000 } });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    const beganAtMs = console.model.nowMs;
    console.reachHold("drainLimit");
    expect(console.all("DrainLimitMoved").map(({ deadlineAtMs }) => deadlineAtMs - beganAtMs)).toEqual([
      30_000, 40_000, 45_000,
    ]);
    expect(console.model.nowMs).toBe(beganAtMs + 45_000);
  });

  it("[P4] go on: the exit is sent at the limit, gracefully, with the work that is left", () => {
    const console = aRun({ policy: { onDrainLimit: { do: "goOn" } }, step: { drainLimitMs: 20_000 } });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 50_000);
    console.reach("be-1", "exit");
    expect(console.all("GoOnRequested")).toHaveLength(1);
    expect(console.commands("force")).toEqual([]);
    console.toEnd();
    expect(console.step("be-1").cut).toEqual([]);
  });

  it("[P4] a route that opens again is closed again, before emptiness counts", () => {
    const console = aRun();
    console.model.workMs = 30_000;
    console.reach("be-1", "drain");
    console.for(2000);
    console.model.at("be-1").outOf.delete("fe-1");
    console.reach("be-1", "exit");
    expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1", "r1/be-1/drain/isolate/1"]);
    expect([...console.model.at("be-1").outOf]).toHaveLength(2);
  });

  it("[P4] a node that goes by itself has cut what it carried", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.for(3000);
    console.model.at("be-1").process = null;
    console.toEnd();
    expect(console.step("be-1").cut.map(({ id }) => id)).toContain("long");
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[H1] a node that was started anew while it drained waits for a person", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    const one = console.model.at("be-1");
    one.work.set("long", console.model.nowMs + 3_600_000);
    one.process = { identity: "be-1#9", version: OLD, startedAtMs: 0, servesAtMs: console.model.nowMs };
    console.reachHold("topologyChanged");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.for(2000);
    expect(console.run.hold).toBeNull();
    expect(console.step("be-1").before?.identity).toBe("be-1#9");
  });
});
