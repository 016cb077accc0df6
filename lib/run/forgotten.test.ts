import { describe, expect, it } from "vitest";
import { owed } from "./loan.ts";
import { aRun, CLUSTER, FES, results } from "./testing/scenes.ts";

describe("a front end that starts anew by itself in the middle of a run", () => {
  it("[L6] has its settings set again while they are owed, once for that start", () => {
    const console = aRun();
    console.model.workMs = 60_000;
    console.reach("be-1", "drain");
    const fe = console.model.at("fe-1");
    expect([...fe.switches]).toEqual(["disable_balance"]);
    console.for(5000);
    console.model.restart("fe-1");
    expect([...fe.switches]).toEqual([]);
    console.for(10_000);
    expect([...fe.switches]).toEqual(["disable_balance"]);
    console.for(30_000);
    expect(console.commands("borrow")).toHaveLength(2);
    console.toEnd();
    expect([...fe.switches]).toEqual([]);
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[L6] a second start is another one", () => {
    const console = aRun();
    console.model.workMs = 120_000;
    console.reach("be-1", "drain");
    for (const _start of [1, 2]) {
      console.for(5000);
      console.model.restart("fe-1");
      console.for(10_000);
    }
    expect(console.commands("borrow")).toHaveLength(3);
    expect([...console.model.at("fe-1").switches]).toEqual(["disable_balance"]);
  });

  it("[L6] one on which nothing is owed is no business of the run's", () => {
    const console = aRun();
    console.model.workMs = 60_000;
    console.reach("be-1", "drain");
    console.model.restart("fe-3");
    console.for(20_000);
    expect(console.commands("borrow")).toHaveLength(1);
  });

  it("[L6] where the run itself restarts it, readmit takes them again, and nobody else", () => {
    const console = aRun({ nodes: FES });
    console.toEnd();
    expect(console.commands("borrow").filter((id) => id.includes(".since"))).toEqual([]);
    expect(results(console)).toEqual(["verified", "verified", "verified"]);
  });

  it("[L6] an answer that was lost is asked for again under its id; at the end nothing is left behind", () => {
    const console = aRun({ nodes: CLUSTER.slice(0, 2) });
    console.model.workMs = 60_000;
    console.reach("be-1", "drain");
    console.for(5000);
    console.model.restart("fe-1");
    console.model.answerFor = (command) =>
      command.verb === "borrow" ? { outcome: "unknown", cause: "cut off" } : null;
    console.for(10_000);
    console.model.answerFor = () => null;
    console.for(20_000);
    expect(console.commands("borrow")).toHaveLength(2);
    expect([...console.model.at("fe-1").switches]).toEqual(["disable_balance"]);
    console.toEnd();
    expect([...console.model.at("fe-1").switches]).toEqual([]);
  });

  it("[P4] its blacklist is written again before emptiness counts, and no work is cut", () => {
    const console = aRun();
    console.model.workMs = 30_000;
    console.reach("be-1", "drain");
    console.for(2000);
    console.model.restart("fe-1");
    expect(console.model.at("be-1").outOf.has("fe-1")).toBe(false);
    console.reach("be-1", "exit");
    expect([...console.model.at("be-1").outOf].sort()).toEqual(["fe-1", "fe-2"]);
    console.toEnd();
    expect(console.run.steps.flatMap(({ cut }) => cut)).toEqual([]);
  });

  it("[P3] one that forgot the isolation before it was read back is told again", () => {
    const console = aRun();
    console.reach("be-1", "isolate");
    console.until((run) => run.commands.get("r1/be-1/isolate/isolate/1") !== undefined);
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      if (seen === undefined) return all;
      const routing = seen.routing.map((route) => ({ ...route, asOfMs: 0 }));
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, routing }) };
    };
    console.for(3000);
    console.model.restart("fe-1");
    console.model.facts = facts;
    console.reach("be-1", "drain");
    expect(console.commands("isolate")).toEqual(["r1/be-1/isolate/isolate/1", "r1/be-1/isolate/isolate/2"]);
    expect(console.model.at("be-1").outOf.size).toBe(2);
  });
});
