import { describe, expect, it } from "vitest";
import { fold } from "./evolve.ts";
import type { RunEvent } from "../event.ts";
import type { Run } from "../state.ts";
import { ANN, BOB, Console } from "../testing/console.ts";
import { Model } from "../testing/model.ts";
import { aPlan } from "../testing/plan.ts";
import { randomFrom } from "../testing/random.ts";
import { BES, CLUSTER } from "../testing/scenes.ts";

/** be-1 was approved and put back out of its drain, be-2 is verified; a check is answered for by the plan. */
function unsettled(): Console {
  const plan = {
    ...aPlan(BES, "upgrade", { policy: { approval: "every" } }),
    overrides: [{ checkKey: "q", reason: "known" }],
  };
  const console = new Console(new Model(CLUSTER, randomFrom(7)), plan);
  console.ask({ do: "approve", nodeId: "be-1" });
  console.ask({ do: "approve", nodeId: "be-2" });
  console.reach("be-1", "drain");
  console.ask({ do: "putBack", nodeId: "be-1", reason: "a load of the finance people" });
  console.until(() => console.step("be-1").progress.at === "ended");
  console.ask({ do: "resume" });
  console.reachHold("unsettled");
  return console;
}

function settled(run: Run, event: Extract<RunEvent, { readonly type: "StepSettled" }>): Run {
  return fold(run, { seq: run.seq + 1, atMs: 99_000_000, actor: BOB, event });
}

const again = { type: "StepSettled", nodeId: "be-1", how: "again", reason: "the load is over" } as const;

describe("a step that is taken again", () => {
  it("[S2] is as it was when the run began, but for what it cut and what became of that", () => {
    const console = unsettled();
    const { steps } = console.run;
    const first = new Console(new Model(CLUSTER, randomFrom(7)), console.run.plan).step("be-1");
    const [old, other] = steps;
    const after = settled(console.run, again);
    expect(after.steps).toEqual([{ ...first, cut: old?.cut, ledger: old?.ledger }, other]);
    expect(after.steps[0]?.overrides.get("q")).toEqual({ by: ANN, reason: "known", atMs: 0 });
  });

  it("[S2] sets aside its own commands and the run's, and no other's", () => {
    const console = unsettled();
    const { commands } = settled(console.run, again);
    const past = [...commands].filter(([, record]) => record.past && record.setAside).map(([id]) => id);
    const ofOthers = [...console.run.commands.keys()].filter((id) => id.startsWith("r1/be-2/"));
    expect(past).toContain("r1/be-1/isolate/isolate/1");
    expect(past).toContain("r1/-/check/borrow/1");
    expect(ofOthers.length).toBeGreaterThan(3);
    expect(ofOthers.map((id) => commands.get(id))).toEqual(ofOthers.map((id) => console.run.commands.get(id)));
  });

  it("[S2] nobody has asked anything of it yet; who asked for what of others is still known", () => {
    const console = unsettled();
    const asked = (run: Run): readonly string[] => [...run.asked.keys()].sort();
    const ofOthers = ["approve@be-2", "pause", "resume"];
    expect(asked(console.run)).toEqual(["approve@be-1", ...ofOthers, "putBack@be-1"].sort());
    expect(asked(settled(console.run, again))).toEqual([...ofOthers, "settle@be-1"].sort());
  });

  it("[E2] settling a node that is no part of the run means nothing", () => {
    const { run } = unsettled();
    const after = settled(run, { ...again, nodeId: "be-9" });
    expect(after).toEqual({ ...run, seq: after.seq, updatedAtMs: after.updatedAtMs });
  });
});

describe("a step that is left as it is", () => {
  it("[S2] stays as it ended, with who said so", () => {
    const { run } = unsettled();
    const [old, other] = run.steps;
    const after = settled(run, { ...again, how: "leave" });
    const by = { by: BOB, atMs: 99_000_000, reason: "the load is over" };
    expect(after.steps).toEqual([{ ...old, settled: by }, other]);
    expect(after.commands).toBe(run.commands);
  });
});
