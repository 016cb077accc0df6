import { describe, expect, it } from "vitest";
import { hasChanged } from "./check.ts";
import type { Check } from "../check.ts";
import { Console } from "../testing/console.ts";
import { Model } from "../testing/model.ts";
import { aPlan } from "../testing/plan.ts";
import { randomFrom } from "../testing/random.ts";
import { aRun, BES, CLUSTER, FES, results, UNHEALTHY } from "../testing/scenes.ts";

describe("the gate", () => {
  it("[P1] waits for a person under `every`, and opens 5 s after the approval", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "gate" });
    const atMs = console.model.nowMs;
    expect(console.ask({ do: "approve", nodeId: "be-1" })).toBeNull();
    console.reach("be-1", "check");
    expect(console.model.nowMs).toBe(atMs + 5000);
  });

  it("[P1] an approval that was withdrawn in time opens nothing", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.reach("be-1", "gate");
    console.ask({ do: "approve", nodeId: "be-1" });
    console.for(4000);
    expect(console.ask({ do: "withdrawApproval", nodeId: "be-1" })).toBeNull();
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "gate" });
  });

  it("[P1] an early approval opens the gate only after the step before it has ended", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.ask({ do: "approve", nodeId: "be-2" });
    console.for(60_000);
    expect(console.step("be-2").progress.at).toBe("waiting");
    console.ask({ do: "approve", nodeId: "be-1" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[P1] firstOfRole asks once a role, and again when the first proved nothing", () => {
    const console = aRun({ policy: { approval: "firstOfRole" }, nodes: CLUSTER });
    console.reach("be-1", "gate");
    console.ask({ do: "skip", nodeId: "be-1", reason: "broken disk" });
    console.reach("be-2", "gate");
    console.for(30_000);
    expect(console.step("be-2").progress).toMatchObject({ phase: "gate" });
    console.ask({ do: "approve", nodeId: "be-2" });
    console.reach("cn-1", "gate");
    console.ask({ do: "approve", nodeId: "cn-1" });
    console.reach("cn-2", "drain");
    expect(console.step("cn-2").approval).toBeNull();
  });

  it("[A1] pause lets the node in flight finish, and nothing new starts", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    console.ask({ do: "pause", reason: "lunch" });
    console.until(() => console.step("be-1").progress.at === "ended");
    console.for(60_000);
    expect(console.step("be-2").progress.at).toBe("waiting");
    console.ask({ do: "resume" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[A1] a node at its check is not touched while the run is paused", () => {
    const console = aRun();
    console.model.checks = [UNHEALTHY];
    console.reachHold("checksFailed");
    console.ask({ do: "pause", reason: "lunch" });
    console.model.checks = [];
    console.for(30_000);
    expect(console.run.hold).toBeNull();
    // Its check stays open, so that everything is asked anew when the run goes on; and nothing was borrowed yet.
    expect(console.step("be-1").phases.find(({ phase }) => phase === "check")?.endedAtMs).toBeNull();
    expect(console.commands("borrow")).toEqual([]);
  });

  it("[P1] the gate stays closed while the run is paused, whoever approved", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.reach("be-1", "gate");
    console.ask({ do: "pause", reason: "lunch" });
    console.ask({ do: "approve", nodeId: "be-1" });
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "gate" });
    expect(console.ask({ do: "withdrawApproval", nodeId: "be-1" })).toBeNull();
  });
});

describe("checks", () => {
  it("[R4] a check that fails holds the run, and the hold ends with its cause", () => {
    const console = aRun();
    console.model.checks = [UNHEALTHY];
    expect(console.reachHold("checksFailed")).toMatchObject({ checkKeys: ["tablets"] });
    console.for(120_000);
    expect(console.all("ChecksAnswered")).toHaveLength(1);
    console.model.checks = [];
    console.reach("be-1", "drain");
    expect(console.run.hold).toBeNull();
  });

  it("[A7] a named override lifts what may be overridden, for this node alone", () => {
    const console = aRun();
    console.model.checks = [UNHEALTHY];
    console.reachHold("checksFailed");
    console.ask({ do: "override", nodeId: "be-1", checkKey: "tablets", reason: "known since May" });
    console.reach("be-1", "exit");
    console.until(() => console.step("be-2").progress.at === "phase");
    expect(console.reachHold("checksFailed")).toBeTruthy();
    expect(console.step("be-2").overrides.size).toBe(0);
  });

  it("[A7] what blocks is never lifted, not even by an override of the plan", () => {
    const model = new Model(CLUSTER, randomFrom(7));
    const plan = { ...aPlan(BES, "upgrade"), overrides: [{ checkKey: "tablets", reason: "known" }] };
    const console = new Console(model, plan);
    model.checks = [{ ...UNHEALTHY, severity: "blocks" }];
    console.reachHold("checksFailed");
    const refused = console.ask({ do: "override", nodeId: "be-1", checkKey: "tablets", reason: "I insist" });
    expect(refused?.reason).toBe("That check can never be overridden.");
  });

  it("[R4] a check that could not be asked counts as failed, a note never", () => {
    const console = aRun();
    console.model.checks = [{ ...UNHEALTHY, verdict: "unknown" }];
    console.reachHold("checksFailed");
    console.model.checks = [{ ...UNHEALTHY, severity: "note" }];
    console.reach("be-1", "drain");
  });

  it("[P2] answers from before the check began, or older than 5 s, are not believed", () => {
    const console = aRun();
    console.reach("be-1", "check");
    const beganAtMs = console.model.nowMs;
    const facts = console.model.facts.bind(console.model);
    const from = (asOfMs: number): void => {
      console.model.facts = (wanted) => ({ ...facts(wanted), checks: new Map([["be-1", { checks: [], asOfMs }]]) });
    };
    from(beganAtMs - 1);
    console.for(3000);
    expect(console.all("ChecksAnswered")).toEqual([]);
    console.for(5000);
    from(console.model.nowMs - 5001);
    console.round();
    expect(console.all("ChecksAnswered")).toEqual([]);
    from(console.model.nowMs);
    console.round();
    expect(console.all("ChecksAnswered")).toHaveLength(1);
  });

  it("[P2] a driver that answers nothing for 30 s is a failed check", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => ({ ...facts(wanted), checks: new Map() });
    expect(console.reachHold("checksFailed")).toMatchObject({ checkKeys: ["checks-answered@be-1"] });
    console.model.facts = facts;
    console.reach("be-1", "drain");
  });

  it("[R1] another node that is down stops the run, and it goes on when that one is back", () => {
    const console = aRun();
    const other = console.model.at("cn-1");
    const { process } = other;
    other.process = null;
    expect(console.reachHold("checksFailed")).toMatchObject({ checkKeys: ["max-unavailable@be-1"] });
    other.process = process;
    console.toEnd();
  });

  it("[R1] the last that serves of its pool is never touched", () => {
    const console = aRun();
    console.model.at("be-2").outOf.add("fe-1").add("fe-2");
    const hold = console.reachHold("checksFailed");
    expect(hold).toMatchObject({ checkKeys: ["max-unavailable@be-1", "last-serving@be-1"] });
  });

  it("[R5] a node that is dead already goes first, and its step is not stopped by itself", () => {
    const console = aRun();
    console.model.at("be-2").process = null;
    console.toEnd();
    const began = console.all("PhaseBegan").filter(({ phase }) => phase === "exit");
    expect(began.map(({ nodeId }) => nodeId)).toEqual(["be-2", "be-1"]);
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[R5] a leader that moved while it waited goes last, whoever it is by then", () => {
    const console = aRun({ nodes: FES, policy: { approval: "every" } });
    console.reach("fe-2", "gate");
    console.ask({ do: "approve", nodeId: "fe-2" });
    console.model.moveLeader("fe-2");
    for (const { id } of FES) console.ask({ do: "approve", nodeId: id });
    console.toEnd();
    const began = console.all("PhaseBegan").filter(({ phase }) => phase === "exit");
    expect(began.map(({ nodeId }) => nodeId)).toEqual(["fe-3", "fe-1", "fe-2"]);
    expect(console.all("OrderChanged")[0]?.reason).toBe("fe-2 leads now, so the order follows.");
  });

  it("[P2] what is only not known for a moment is no hold", () => {
    const console = aRun();
    console.model.checks = [{ ...UNHEALTHY, verdict: "unknown" }];
    console.for(10_000);
    console.model.checks = [];
    console.reach("be-1", "drain");
    expect(console.all("HoldBegan")).toEqual([]);
  });

  it("[R10] a node of which nobody tells is not touched", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const observations = new Map(all.observations);
      observations.delete("be-1");
      return { ...all, observations };
    };
    expect(console.reachHold("checksFailed")).toMatchObject({ checkKeys: ["observed@be-1"] });
  });
});

it("[P2] new words for the same verdicts are kept more rarely the longer the step has waited", () => {
  const HOUR_MS = 3_600_000;
  const saying = (evidence: string): Check => ({
    id: "room",
    nodeId: "be-1",
    title: "There is room",
    severity: "blocks",
    verdict: "fail",
    evidence,
    remedy: "",
  });
  const after = (waitedMs: number, sinceLastMs: number): boolean =>
    hasChanged(
      [saying("9 MB")],
      { checks: [saying("10 MB")], checkedAtMs: waitedMs, progress: { at: "phase", phase: "check", sinceMs: 0 } },
      waitedMs + sinceLastMs,
    );
  expect([9999, 10_000].map((ms) => after(0, ms))).toEqual([false, true]);
  expect([179_999, 180_000].map((ms) => after(HOUR_MS, ms))).toEqual([false, true]);
  expect([599_999, 600_000].map((ms) => after(48 * HOUR_MS, ms))).toEqual([false, true]);
});
