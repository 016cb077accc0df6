import { describe, expect, it } from "vitest";
import type { Phase } from "./plan.ts";
import { owed } from "./loan.ts";
import { Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aPlan, NEW, OLD } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { BES, CLUSTER, results } from "./testing/scenes.ts";
import { sceneIn } from "./testing/step-scene.ts";
import { confirm } from "./phases/confirm.ts";
import { interlocks } from "./interlocks.ts";
import { said } from "./testing/step-scene.ts";

/** The order of a system that writes the version first, and whose owner starts by itself what has left. */
const ORDER: readonly Phase[] = [
  "gate",
  "check",
  "upgrade",
  "isolate",
  "drain",
  "exit",
  "confirm",
  "restart",
  "readmit",
  "verify",
];

function aStagedRun(): Console {
  const phases = ORDER.map((phase) => ({ phase, skip: null }));
  const plan = aPlan(BES, "upgrade", { step: { phases, startsItself: true } });
  return new Console(new Model(CLUSTER, randomFrom(7)), plan);
}

describe("a version that is written before the exit, where the owner starts the node by itself", () => {
  it("[P7] it goes through its phases in the step's own order", () => {
    const console = aStagedRun();
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
    expect(console.step("be-1").phases.map(({ phase }) => phase)).toEqual(ORDER);
    expect(console.model.at("be-1").process?.version).toBe(NEW);
  });

  it("[P11] put back before the exit, it is taken back, and every loan as well", () => {
    const console = aStagedRun();
    console.reach("be-1", "drain");
    expect(console.model.at("be-1").disk).toBe(NEW);
    console.ask({ do: "putBack", nodeId: "be-1", reason: "not tonight" });
    console.until((run) => run.steps[0]?.progress.at === "ended");
    expect(console.commands("restorePrevious")).toEqual(["r1/be-1/upgrade/restorePrevious/1"]);
    expect(console.commands("exit")).toEqual([]);
    expect(console.model.at("be-1")).toMatchObject({ disk: OLD, process: { version: OLD } });
    expect(owed(console.model.loans, ({ nodeId }) => nodeId === "be-1")).toEqual([]);
  });

  it("[A3] aborted before the exit, it is taken back: nothing was committed", () => {
    const console = aStagedRun();
    console.reach("be-1", "isolate");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(results(console)).toEqual(["aborted", "aborted"]);
    expect(console.commands("exit")).toEqual([]);
    expect(console.model.at("be-1").disk).toBe(OLD);
  });

  it("[A6] skipped while it is written, it waits for the answer and takes it back", () => {
    const console = aStagedRun();
    console.reach("be-1", "upgrade");
    console.ask({ do: "skip", nodeId: "be-1", reason: "later" });
    console.until((run) => run.steps[0]?.progress.at === "ended");
    expect(results(console)[0]).toBe("skipped");
    expect(console.model.at("be-1").disk).toBe(OLD);
  });

  it("[A3] aborted after the exit, it goes on from there", () => {
    const console = aStagedRun();
    console.reach("be-1", "exit");
    console.until((run) => [...run.commands.keys()].some((id) => id.includes("/exit/exit/")));
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "aborted"]);
    expect(console.commands("restorePrevious")).toEqual([]);
  });

  it("[P6.anew] one that runs in its place proves that it is gone, and holds nobody", () => {
    const anew = { seen: (seen: Parameters<NonNullable<Seen>>[0], nowMs: number) => startedAnew(seen, nowMs) };
    const step = { progress: { at: "phase", phase: "confirm", sinceMs: 0 } } as const;
    const usual = sceneIn("exit", { ...anew, step, afterMs: 1000 });
    expect(confirm(usual).hold?.reason.why).toBe("topologyChanged");
    const owned = sceneIn("exit", { ...anew, step, afterMs: 1000, planned: { startsItself: true } });
    expect(said(confirm(owned))).toEqual(["PhaseEnded"]);
    expect(confirm(owned).events[0]?.actor).toMatchObject({ rule: "P6.anew" });
  });

  it("[R1] the last one of its pool is not taken out, but may be replaced in place", () => {
    const alone = { change: { nodes: BES }, facts: { nodes: [...BES].slice(0, 1) } };
    const verdict = (inPlace: boolean): unknown =>
      interlocks(sceneIn("check", { ...alone, planned: inPlace ? { inPlace: true } : {} })).find(
        ({ id }) => id === "last-serving",
      )?.verdict;
    expect(verdict(false)).toBe("fail");
    expect(verdict(true)).toBe("pass");
  });
});

type Seen = NonNullable<Parameters<typeof sceneIn>[1]>["seen"];

function startedAnew(seen: Parameters<NonNullable<Seen>>[0], nowMs: number): ReturnType<NonNullable<Seen>> {
  const identity = { value: "be-1#7", witness: "controlPlane", asOfMs: nowMs, seenAtMs: nowMs, said: "" } as const;
  const up = { value: "up", witness: "controlPlane", asOfMs: nowMs, seenAtMs: nowMs, said: "" } as const;
  return { ...seen, identity, process: [up] };
}
