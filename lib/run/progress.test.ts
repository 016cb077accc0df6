import { describe, expect, it } from "vitest";
import {
  approvals,
  bars,
  counts,
  durations,
  elapsedMs,
  nextDecision,
  pauseBites,
  phaseViews,
  verdict,
} from "./progress.ts";
import { ANN, Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan, type PlanChange } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { wanted } from "./wanted.ts";

const NODES = [
  aNode("be-1", "be"),
  aNode("be-2", "be"),
  aNode("fe-2", "fe", "follower"),
  aNode("fe-1", "fe", "leader"),
];

function aRun(change: PlanChange = {}): Console {
  return new Console(new Model(NODES, randomFrom(5)), aPlan(NODES, "upgrade", change));
}

const now = (console: Console): number => console.model.nowMs;

describe("where a run stands", () => {
  it("waits for an approval, then tells how long it can be taken back", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.reach("be-1", "gate");
    expect(verdict(console.run, now(console))).toEqual({
      is: "waitsForApproval",
      nodeId: "be-1",
      sinceMs: now(console),
    });
    expect(nextDecision(console.run)).toEqual({ is: "approve", nodeId: "be-1", now: true });
    console.ask({ do: "approve", nodeId: "be-1" });
    expect(verdict(console.run, now(console))).toMatchObject({
      is: "approved",
      by: ANN,
      effectiveAtMs: now(console) + 5000,
    });
    expect(approvals(console.run)[0]).toMatchObject({ nodeId: "be-1", needed: true, canWithdraw: true });
    console.reach("be-1", "drain");
    expect(approvals(console.run)[0]?.canWithdraw).toBe(false);
    expect(nextDecision(console.run)).toMatchObject({ is: "drainLimit", nodeId: "be-1" });
  });

  it("is on track, holds, is paused while it finishes a node, and ends", () => {
    const console = aRun({ step: { drainLimitMs: 5000 } });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", now(console) + 30_000);
    expect(verdict(console.run, now(console))).toEqual({ is: "onTrack", nodeId: "be-1", phase: "drain" });
    console.reachHold("drainLimit");
    expect(verdict(console.run, now(console))).toMatchObject({ is: "hold", nodeId: "be-1", life: "running" });
    expect(nextDecision(console.run)).toMatchObject({ is: "hold", reason: { why: "drainLimit" } });
    console.reach("be-1", "restart");
    console.ask({ do: "pause", reason: "lunch" });
    expect(verdict(console.run, now(console))).toMatchObject({ is: "paused", by: ANN, finishing: ["be-1"] });
    console.ask({ do: "resume" });
    console.toEnd();
    expect(verdict(console.run, now(console))).toMatchObject({
      is: "finished",
      counts: { total: 4, verified: 4, cut: 0 },
    });
    expect(nextDecision(console.run)).toEqual({ is: "none" });
  });

  it("tells that work was cut, and on which node", () => {
    const console = aRun({ policy: { onDrainLimit: { do: "goOn" } }, step: { drainLimitMs: 3000 } });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", now(console) + 3_600_000);
    console.reach("be-1", "exit");
    console.for(3000);
    console.ask({ do: "force", nodeId: "be-1" });
    console.toEnd();
    expect(verdict(console.run, now(console))).toMatchObject({
      is: "finishedWithCut",
      cutOn: ["be-1"],
      counts: { cut: 1 },
    });
  });

  it("is being aborted while a node comes back, then aborted, with its reason", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.ask({ do: "abort", reason: "enough" });
    expect(verdict(console.run, now(console))).toMatchObject({ is: "aborting", finishing: ["be-1"] });
    console.toEnd();
    expect(verdict(console.run, now(console))).toMatchObject({
      is: "aborted",
      reason: "enough",
      counts: { aborted: 4 },
    });
  });
});

describe("the time axis", () => {
  it("has a bar for every phase that began, and an open one for what runs now", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", now(console) + 30_000);
    console.for(2000);
    const all = bars(console.run, now(console));
    expect(all.map(({ phase, open }) => [phase, open])).toEqual([
      ["gate", false],
      ["check", false],
      ["isolate", false],
      ["drain", true],
    ]);
    expect(all.at(-1)?.toMs).toBe(now(console));
    expect(durations(console.step("be-1"), now(console)).drain).toBe(2000);
  });

  it("shows what is skipped and why, and stops with the run", () => {
    const console = aRun();
    console.toEnd();
    const views = phaseViews(console.step("fe-2"));
    expect(views.find(({ phase }) => phase === "isolate")).toMatchObject({
      state: "skipped",
      remark: "not for upgrade of fe",
    });
    expect(views.find(({ phase }) => phase === "verify")?.state).toBe("done");
    expect(elapsedMs(console.run, now(console) + 60_000)).toBe(elapsedMs(console.run, now(console)));
    expect(counts(console.run)).toMatchObject({ total: 4, ended: 4, waiting: 0 });
  });
});

describe("what the run would like to know", () => {
  it("is nothing before it began and after it ended, checks at its check, gates and traffic at its soak", () => {
    const console = aRun({ policy: { approval: "every" } });
    const nothing = {
      watch: [],
      listFor: null,
      checksFor: null,
      gatesFor: [],
      outByRun: [],
      soaks: [],
      runTrafficSinceMs: 0,
    };
    expect(wanted(console.run)).toEqual({ ...nothing, listFor: "be-1" });
    for (const { id } of NODES) console.ask({ do: "approve", nodeId: id });
    console.reach("be-1", "check");
    expect(wanted(console.run)).toEqual({ ...nothing, watch: ["be-1"], checksFor: "be-1" });
    console.until(() => console.step("be-1").soakSinceMs !== null);
    const soaks = [{ nodeId: "be-1", sinceMs: console.step("be-1").soakSinceMs }];
    expect(wanted(console.run)).toEqual({ ...nothing, watch: ["be-1"], gatesFor: ["be-1"], soaks });
    console.toEnd();
    expect(wanted(console.run)).toEqual({ ...nothing, runTrafficSinceMs: null });
  });
});

describe("when a pause bites", () => {
  it("is at once while nothing is touched, and else after the node that is", () => {
    const console = aRun();
    const words = (): string => pauseBites(console.run).words;
    console.reach("be-1", "check");
    expect(pauseBites(console.run)).toEqual({ now: true, words: "at once: no node is touched" });
    console.reach("be-1", "drain");
    expect(pauseBites(console.run)).toEqual({ now: false, words: "after be-1 is verified" });
    console.ask({ do: "putBack", nodeId: "be-1", reason: "enough" });
    expect(words()).toBe("after be-1 is put back");
    console.until(() => console.step("be-1").progress.at === "ended");
    console.ask({ do: "resume" });
    for (const { plan } of console.run.steps.slice(0, -1)) {
      console.ask({ do: "skip", nodeId: plan.nodeId, reason: "not now" });
    }
    const last = console.run.steps.at(-1)?.plan.nodeId ?? "";
    console.reach(last, "exit");
    expect(words()).toBe(`after ${last} is verified, and no other node is to come`);
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(words()).toBe("never: the run is over");
  });
});
