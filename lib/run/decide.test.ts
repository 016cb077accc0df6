import { describe, expect, it } from "vitest";
import type { Observation } from "../cluster/observation.ts";
import type { Check } from "./check.ts";
import { owed } from "./loan.ts";
import type { RunKind } from "./plan.ts";
import { BOB, Console } from "./testing/console.ts";
import { Model, NO_FAULTS } from "./testing/model.ts";
import { aNode, aPlan, NEW, OLD, type PlanChange } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";

const BES = [aNode("be-1", "be"), aNode("be-2", "be")];
const FES = [aNode("fe-2", "fe", "follower"), aNode("fe-3", "fe", "follower"), aNode("fe-1", "fe", "leader")];
const CLUSTER = [...BES, aNode("cn-1", "cn"), aNode("cn-2", "cn"), ...FES];

function aRun(change: PlanChange & { readonly kind?: RunKind; readonly nodes?: typeof CLUSTER } = {}): Console {
  const model = new Model(CLUSTER, randomFrom(7));
  return new Console(model, aPlan(change.nodes ?? BES, change.kind ?? "upgrade", change));
}

const UNHEALTHY: Check = {
  id: "tablets",
  nodeId: null,
  title: "Every tablet is healthy",
  severity: "needsReason",
  verdict: "fail",
  evidence: "12 are not.",
  remedy: "Wait.",
};

/** From now on the world tells of be-1 what this makes of it. Gives the way back to the truth. */
function telling(console: Console, change: (seen: Observation) => Observation): () => void {
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (wanted) => {
    const all = facts(wanted);
    const seen = all.observations.get("be-1");
    return seen === undefined ? all : { ...all, observations: new Map(all.observations).set("be-1", change(seen)) };
  };
  return () => {
    console.model.facts = facts;
  };
}

function results(console: Console): readonly unknown[] {
  return console.run.steps.map(({ progress }) => (progress.at === "ended" ? progress.result : progress.at));
}

describe("an upgrade", () => {
  it("[P12] takes one node after the other through every phase, and ends with nothing owed", () => {
    const console = aRun({ nodes: CLUSTER });
    console.toEnd();
    expect(results(console)).toEqual(CLUSTER.map(() => "verified"));
    expect([...console.model.nodes.values()].map(({ process }) => process?.version)).toEqual(CLUSTER.map(() => NEW));
    expect(console.model.broken).toEqual([]);
    expect(owed(console.model.loans, () => true)).toEqual([]);
    expect(console.run.life).toMatchObject({ verdict: "finished" });
  });

  it("[P0] records a phase that the plan skips, with its reason", () => {
    const console = aRun({ nodes: FES });
    console.toEnd();
    const skipped = console.all("PhaseSkipped").filter(({ nodeId }) => nodeId === "fe-2");
    expect(skipped.map(({ phase }) => phase)).toEqual(["isolate", "drain"]);
    expect(skipped[0]?.reason).toBe("not for upgrade of fe");
  });

  it("[R6] names its commands by run, node, phase, verb and number", () => {
    const console = aRun();
    console.toEnd();
    expect([...console.run.commands.keys()].slice(0, 6)).toEqual([
      "r1/-/check/borrow/1",
      "r1/be-1/isolate/isolate/1",
      "r1/be-1/exit/exit/1",
      "r1/be-1/upgrade/install/1",
      "r1/be-1/restart/start/1",
      "r1/be-1/readmit/giveBack/1",
    ]);
  });

  it("[R9] names the rule that allowed each event it causes by itself", () => {
    const console = aRun();
    console.toEnd();
    const rules = console.journal.flatMap(({ actor }) => (actor.kind === "rule" ? [actor.rule] : []));
    expect(rules.every((rule) => /^[A-Z]\d+(\.\w+)?$/.test(rule))).toBe(true);
  });

  it("[L1] borrows once before the first node is touched, and again after a node that forgets", () => {
    const console = aRun({ nodes: [...BES, ...FES] });
    console.toEnd();
    expect(console.commands("borrow")).toEqual([
      "r1/-/check/borrow/1",
      "r1/-/fe-2.readmit/borrow/1",
      "r1/-/fe-3.readmit/borrow/1",
      "r1/-/fe-1.readmit/borrow/1",
    ]);
  });
});

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
    one.process = { identity: "be-1#9", version: OLD, servesAtMs: console.model.nowMs };
    console.reachHold("topologyChanged");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.for(2000);
    expect(console.run.hold).toBeNull();
    expect(console.step("be-1").before?.identity).toBe("be-1#9");
  });
});

describe("the exit", () => {
  it("[P5] work that outlasts the limit is cut, named, and the exit counts as forced", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(10_000);
    expect(console.ask({ do: "force", nodeId: "be-1" }, BOB)).toBeNull();
    console.reach("be-1", "restart");
    expect(console.step("be-1").exit?.forced).toBe(true);
    expect(console.step("be-1").cut.map(({ id }) => id)).toEqual(["long"]);
    const force = console.journal.find(({ event }) => event.type === "CommandIssued" && event.command.verb === "force");
    expect(force?.actor).toEqual(BOB);
  });

  it("[P5] what ran last before a kill is what was cut, although nothing is listed after it", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(3000);
    // The exit's own answer comes late: the node is dead, and lists nothing, for a while.
    const answers = console.model.answers.bind(console.model);
    console.model.answers = () => [];
    console.ask({ do: "force", nodeId: "be-1" });
    console.for(5000);
    expect(console.model.at("be-1").process).toBeNull();
    console.model.answers = answers;
    console.reach("be-1", "restart");
    expect(console.step("be-1").cut.map(({ id }) => id)).toEqual(["long"]);
  });

  it("[P5] an exit that ends while a kill is on its way counts as forced", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(3000);
    const answers = console.model.answers.bind(console.model);
    const kept: ReturnType<typeof answers>[number][] = [];
    console.model.answers = () => {
      const all = answers();
      kept.push(...all.filter(({ commandId }) => commandId.includes("/force/")));
      return all.filter(({ commandId }) => !commandId.includes("/force/"));
    };
    console.ask({ do: "force", nodeId: "be-1" });
    console.for(5000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "exit" });
    console.model.answers = () => [...kept.splice(0), ...answers()];
    console.reach("be-1", "restart");
    expect(console.step("be-1").exit?.forced).toBe(true);
  });

  it("[P5] a kill follows by rule when the exit's own did not come", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    const beganAtMs = console.model.nowMs;
    console.model.at("be-1").exitsAtMs = Number.MAX_SAFE_INTEGER;
    console.until((run) => run.commands.has("r1/be-1/exit/force/1"));
    expect(console.model.nowMs).toBe(beganAtMs + 41_000 + 5000);
    console.toEnd();
  });

  it("[P5] never is a node killed by rule that shows no sign of leaving", () => {
    const console = aRun({ step: { exitLimitMs: 41_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reach("be-1", "exit");
    console.for(600_000);
    expect(console.commands("force")).toEqual([]);
    expect(console.model.at("be-1").process).not.toBeNull();
    expect(console.run.hold?.reason.why).toBe("outcomeUnknown");
  });

  it("[C3] an unknown exit is asked again under the same id, with longer and longer waits", () => {
    const console = aRun({ step: { exitLimitMs: 600_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reachHold("outcomeUnknown");
    const issued = console.journal.filter(
      ({ event }) => event.type === "CommandIssued" && event.command.verb === "exit",
    );
    expect(issued.map(({ event }) => event.type === "CommandIssued" && event.attempt)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(console.commands("exit")).toEqual(["r1/be-1/exit/exit/1"]);
    const waits = issued.slice(1).map(({ atMs }, index) => atMs - (issued[index]?.atMs ?? 0));
    expect(waits).toEqual([2000, 3000, 5000, 9000, 16_000, 16_000, 16_000]);
    console.model.answerFor = () => null;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("exit")[1]).toBe("r1/be-1/exit/exit/2");
  });

  it("[P5] an exit without an answer is over when every witness says gone", () => {
    const console = aRun({ step: { exitLimitMs: 600_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reach("be-1", "exit");
    console.for(5000);
    const one = console.model.at("be-1");
    one.process = null;
    one.goneAtMs = console.model.nowMs;
    console.reach("be-1", "restart");
    expect(console.commands("exit")).toHaveLength(1);
  });

  it("[A10] a refused exit holds, for nothing was sent, and can be put back", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "exit" ? { outcome: "refused", reason: "no quorum" } : null);
    expect(console.reachHold("commandRefused")).toMatchObject({ reason: "no quorum" });
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "no quorum" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(results(console)[0]).toBe("putBack");
    expect(console.run.life.at).toBe("paused");
    expect(console.model.at("be-1").outOf.size).toBe(0);
  });

  it("[A12] a kill under way is a point of no return, although the exit before it was refused", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.ask({ do: "force", nodeId: "be-1" });
    console.model.answerFor = ({ verb }) => {
      if (verb === "exit") return { outcome: "refused", reason: "no quorum" };
      return verb === "force" ? { outcome: "unknown", cause: "the answer was lost" } : null;
    };
    console.crash();
    console.reachHold("commandRefused");
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "no quorum" })?.reason).toMatch(/exit was sent/);
    console.model.answerFor = () => null;
    console.reach("be-1", "restart");
  });

  it("[A11] from the signal on, the limit only comes closer", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 60_000 },
    });
    console.model.workMs = 600_000;
    console.reach("be-1", "exit");
    console.for(2000);
    expect(console.ask({ do: "shorten", nodeId: "be-1", limitMs: 90_000 })?.reason).toMatch(/only come closer/);
    expect(console.ask({ do: "shorten", nodeId: "be-1", limitMs: 10_000 })).toBeNull();
    const atMs = console.model.nowMs;
    expect(console.step("be-1").exit?.deadlineAtMs).toBe(atMs + 10_000);
    console.until(() => console.model.at("be-1").process === null);
    expect(console.model.nowMs - atMs).toBeLessThanOrEqual(11_000);
  });
});

describe("confirm", () => {
  it("[R2] a control plane that repeats old hearsay is waited for", () => {
    const console = aRun({ nodes: BES });
    const model = new Model(CLUSTER, randomFrom(7), { ...NO_FAULTS, hearsayMs: 9000 });
    const late = new Console(model, console.run.plan);
    late.reach("be-1", "upgrade");
    expect(model.nowMs - model.at("be-1").goneAtMs).toBeGreaterThanOrEqual(9000);
    expect(late.run.hold).toBeNull();
  });

  it("[P6] a witness that goes on saying up is a hold, and says who says what", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      if (seen === undefined) return all;
      const process = seen.process.map((fact) =>
        fact.witness === "controlPlane" && fact.value === "gone"
          ? { ...fact, value: "up" as const, asOfMs: console.model.nowMs, said: "SHOW BACKENDS: Alive" }
          : fact,
      );
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, process }) };
    };
    const hold = console.reachHold("witnessesDisagree");
    expect(hold).toMatchObject({
      evidence: "control plane: up (SHOW BACKENDS: Alive); its process: gone (process: gone)",
    });
    expect(console.commands("install")).toEqual([]);
    console.model.facts = facts;
    console.toEnd();
  });

  it("[R2] silence is not a witness", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      const exiting = console.step("be-1").exit !== null;
      if (seen === undefined || !exiting) return all;
      const process = seen.process.filter(({ witness }) => witness !== "process");
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, process }) };
    };
    expect(console.reachHold("notGone")).toMatchObject({
      evidence: "control plane: gone (controlPlane: gone); its process: silent",
    });
    expect(console.commands("install")).toEqual([]);
  });

  it("[R2] a node that somebody started anew after its exit is not installed under", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.model.answerFor = () => null;
    const one = console.model.at("be-1");
    one.process = { identity: "be-1#9", version: OLD, servesAtMs: console.model.nowMs };
    one.exitsAtMs = null;
    console.reachHold("topologyChanged");
    expect(console.commands("install")).toEqual([]);
    expect(console.ask({ do: "skip", nodeId: "be-1", reason: "somebody started it" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.model.at("be-1").outOf.size).toBe(0);
  });
});

describe("upgrade, restart and readmit", () => {
  it("[C5] a refused install holds; a retry has an id of its own", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.model.answerFor = () => null;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("install").slice(0, 2)).toEqual(["r1/be-1/upgrade/install/1", "r1/be-1/upgrade/install/2"]);
  });

  it("[R2] nothing is installed under a process that somebody started meanwhile", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.model.answerFor = () => null;
    console.model.at("be-1").process = { identity: "be-1#9", version: OLD, servesAtMs: console.model.nowMs };
    console.for(5000);
    console.ask({ do: "retry", nodeId: "be-1" });
    console.reachHold("topologyChanged");
    expect(console.model.broken).toEqual([]);
    console.model.at("be-1").process = null;
    console.toEnd();
  });

  it("[P7] an abort after a refused install restores what was there, starts it, and ends aborted", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.ask({ do: "abort", reason: "disk full" });
    console.toEnd();
    expect(console.commands("restorePrevious")).toEqual(["r1/be-1/upgrade/restorePrevious/1"]);
    expect(console.model.at("be-1").process?.version).toBe(OLD);
    expect(results(console)).toEqual(["aborted", "aborted"]);
    expect(console.run.life).toMatchObject({ verdict: "aborted", reason: "disk full" });
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[P8] a node that is up with the identity from before was not started anew", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const truth = telling(console, (seen) => ({
      ...seen,
      identity: seen.identity === null ? null : { ...seen.identity, value: "be-1#1" },
    }));
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "restart" });
    truth();
    console.reach("be-1", "verify");
  });

  it("[P8] one witness that says it refuses work is enough to wait", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const refuses = { value: "refusing", witness: "node", said: "/api/health: 500" } as const;
    const truth = telling(console, (seen) => {
      const atMs = console.model.nowMs;
      return { ...seen, admission: [...seen.admission, { ...refuses, asOfMs: atMs, seenAtMs: atMs }] };
    });
    expect(console.reachHold("notServing")).toMatchObject({ evidence: "It refuses work: /api/health: 500" });
    truth();
    console.reach("be-1", "verify");
  });

  it("[P8] a node that comes up with the wrong version does not serve", () => {
    const console = aRun({ step: { startLimitMs: 30_000 } });
    console.reach("be-1", "restart");
    console.model.at("be-1").disk = OLD;
    const one = console.model.at("be-1");
    if (one.process !== null) one.process = { ...one.process, version: OLD };
    expect(console.reachHold("notServing")).toMatchObject({ evidence: `It runs ${OLD}, not ${NEW}.` });
  });

  it("[A5] a retry in restart starts the node once more", () => {
    const console = aRun({ step: { startLimitMs: 30_000 } });
    console.reach("be-1", "restart");
    console.model.at("be-1").process = null;
    console.reachHold("notServing");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("start").slice(0, 2)).toEqual(["r1/be-1/restart/start/1", "r1/be-1/restart/start/2"]);
  });

  it("[L3] a loan that somebody else changed is reported, and does not keep the node from being verified", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const loan = owed(console.model.loans, ({ purpose, on }) => purpose === "isolate" && on === "fe-2")[0];
    const records = [...console.model.loans].map(([id, record]) =>
      id === loan?.id
        ? ([id, { ...record, state: { at: "superseded", atMs: 1, found: "MANUAL by eve" } }] as const)
        : ([id, record] as const),
    );
    console.model.loans = new Map(records);
    console.until(() => console.step("be-1").progress.at === "ended");
    const readmit = console.step("be-1").phases.find(({ phase }) => phase === "readmit");
    expect(readmit?.evidence).toBe(
      "fe-1: in, fe-2: out MANUAL. Left as others set it: be-1 on fe-2: found MANUAL by eve.",
    );
  });

  it("[L4] what cannot be given back is tried again and again, and a person is told", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) =>
      verb === "giveBack" ? { outcome: "unknown", cause: "fe-2 is silent" } : null;
    expect(console.reachHold("loansOwed")).toMatchObject({ evidence: expect.stringContaining("be-1 on fe-1") });
    console.for(300_000);
    console.model.answerFor = () => null;
    console.toEnd();
    expect(console.run.hold).toBeNull();
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });
});

describe("verify", () => {
  it("[P10] a gate that fails begins the soak anew", () => {
    const console = aRun({ policy: { soakMs: 20_000 } });
    console.until(() => console.step("be-1").soakSinceMs !== null);
    console.for(10_000);
    console.model.gates = [UNHEALTHY];
    console.for(5000);
    console.model.gates = [];
    const wellAtMs = console.model.nowMs;
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.all("SoakBroken")).toHaveLength(1);
    expect(console.model.nowMs - wellAtMs).toBeGreaterThanOrEqual(20_000);
  });

  it("[P10] not well for 10 min: hold, looked at further, and it ends by itself", () => {
    const console = aRun();
    console.reach("be-1", "verify");
    console.model.gates = [{ ...UNHEALTHY, severity: "blocks" }];
    const beganAtMs = console.model.nowMs;
    expect(console.reachHold("verifyFailed")).toMatchObject({ checkKeys: ["tablets"] });
    expect(console.model.nowMs - beganAtMs).toBeGreaterThanOrEqual(600_000);
    console.model.gates = [];
    console.toEnd();
  });

  it("[P10] more failures than allowed fail the soak until a person tries again", () => {
    const console = aRun();
    console.model.failures = 3;
    expect(console.reachHold("verifyFailed")).toMatchObject({ checkKeys: ["traffic"] });
    console.model.failures = null;
    console.for(60_000);
    expect(console.run.hold?.reason.why).toBe("verifyFailed");
    console.model.failures = 0;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.all("SoakBegan")).toHaveLength(3);
  });

  it.each([
    ["too few", 0, 0],
    ["none counted", null, null],
  ])("[P10] without enough requests (%s) the verdict waits for a person", (_, requests, failures) => {
    const console = aRun();
    console.model.requests = requests;
    console.model.failures = failures;
    console.reachHold("inconclusive");
    expect(console.ask({ do: "accept", nodeId: "be-1", reason: "it is night" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.step("be-1").accepted).toMatchObject({ reason: "it is night" });
  });

  it("[P10] a plan may accept a soak without traffic", () => {
    const console = aRun({ policy: { onNoTraffic: "accept" } });
    console.model.requests = null;
    console.toEnd();
    expect(console.all("HoldBegan")).toEqual([]);
  });
});

describe("ways out", () => {
  it("[A10] put back returns the node whole, and the next begins only after a person resumes", () => {
    const console = aRun();
    console.model.workMs = 90_000;
    console.reach("be-1", "drain");
    console.for(3000);
    console.ask({ do: "putBack", nodeId: "be-1", reason: "a load of the finance people" });
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(owed(console.model.loans, ({ nodeId }) => nodeId === "be-1")).toEqual([]);
    expect(console.model.at("be-1").outOf.size).toBe(0);
    console.for(60_000);
    expect(console.step("be-2").progress.at).toBe("waiting");
    console.ask({ do: "resume" });
    console.toEnd();
    expect(results(console)).toEqual(["putBack", "verified"]);
    expect(console.run.life).toMatchObject({ verdict: "finished" });
  });

  it("[A6] a router that shows nothing of a put back does not keep the step for ever", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    console.ask({ do: "putBack", nodeId: "be-1", reason: "enough" });
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      if (seen === undefined) return all;
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, routing: [] }) };
    };
    console.reachHold("notServing");
    expect(owed(console.model.loans, ({ nodeId }) => nodeId === "be-1")).toEqual([]);
    expect(console.ask({ do: "skip", nodeId: "be-1", reason: "looked by hand" })).toBeNull();
    expect(console.step("be-1").progress).toMatchObject({ result: "skipped" });
  });

  it("[A5] a retry in readmit gives back once more", () => {
    const console = aRun();
    console.reach("be-1", "readmit");
    const one = console.model.at("be-1");
    console.until(() => one.outOf.size === 0);
    one.outOf.add("fe-2");
    console.reachHold("notServing");
    one.outOf.clear();
    console.ask({ do: "retry", nodeId: "be-1" });
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.commands("giveBack").slice(0, 2)).toEqual([
      "r1/be-1/readmit/giveBack/1",
      "r1/be-1/readmit/giveBack/2",
    ]);
  });

  it("[A6] a skip needs a reason, and a step that waits is over at once", () => {
    const console = aRun();
    expect(console.ask({ do: "skip", nodeId: "be-2", reason: " " })?.reason).toMatch(/Say why/);
    console.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    expect(console.step("be-2").progress).toMatchObject({ result: "skipped", evidence: "broken disk" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "skipped"]);
  });

  it("[A3] an abort before the signal puts the node back; the rest is not touched", () => {
    const console = aRun({ nodes: CLUSTER });
    console.reach("be-1", "drain");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(results(console)).toEqual(CLUSTER.map(() => "aborted"));
    expect(console.commands("exit")).toEqual([]);
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[L5] what is being taken is waited for before it is given back", () => {
    const console = aRun();
    console.reach("be-1", "isolate");
    console.ask({ do: "abort", reason: "enough" });
    console.round();
    expect(console.commands("giveBack")).toEqual([]);
    console.toEnd();
    expect(console.commands("giveBack")[0]).toBe("r1/be-1/putBack/giveBack/1");
  });

  it("[L5] the run's own loans are given back only when taking them was answered", () => {
    const console = aRun();
    console.until((run) => run.commands.has("r1/-/check/borrow/1"));
    expect(owed(console.model.loans, () => true)).toHaveLength(1);
    console.ask({ do: "abort", reason: "enough" });
    console.round();
    expect(console.commands("giveBack")).toEqual([]);
    console.toEnd();
    expect(console.commands("giveBack")).toEqual(["r1/-/end/giveBack/1"]);
  });

  it("[A3] an abort after the signal installs nothing, and brings the node back as it was", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(console.commands("install")).toEqual([]);
    expect(console.model.at("be-1").process?.version).toBe(OLD);
    expect(results(console)).toEqual(["aborted", "aborted"]);
  });

  it("[A3] an abort while an install is under way waits for its answer", () => {
    const console = aRun();
    console.reach("be-1", "upgrade");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(console.model.at("be-1").process?.version).toBe(NEW);
    expect(results(console)).toEqual(["verified", "aborted"]);
    expect(console.run.life).toMatchObject({ verdict: "aborted" });
  });

  it("[A3] where the version is written before the exit, an abort goes on from there: there is no way back", () => {
    const order = [
      "gate",
      "check",
      "isolate",
      "drain",
      "upgrade",
      "exit",
      "confirm",
      "restart",
      "readmit",
      "verify",
    ] as const;
    const phases = order.map((phase) => ({ phase, skip: null }));
    const model = new Model(CLUSTER, randomFrom(7));
    const plan = aPlan(BES, "upgrade", { step: { phases } });
    const console = new Console(model, plan);
    console.reach("be-1", "upgrade");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(results(console)).toEqual(["verified", "aborted"]);
    expect(model.at("be-1").process?.version).toBe(NEW);
  });

  it("[A13] a stopped node stays out until a person starts it again", () => {
    const console = aRun({ kind: "stop", nodes: [aNode("be-1", "be")] });
    console.reachHold("outByHand");
    console.for(3_600_000);
    expect(console.model.at("be-1").process).toBeNull();
    console.ask({ do: "startAgain", nodeId: "be-1" }, BOB);
    console.toEnd();
    expect(results(console)).toEqual(["verified"]);
    expect(console.model.at("be-1").process).not.toBeNull();
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[A10] a drained node stays out until a person puts it back, and was never told to exit", () => {
    const console = aRun({ kind: "drain", nodes: [aNode("be-1", "be")] });
    console.reachHold("outByHand");
    console.for(600_000);
    expect(console.model.at("be-1").outOf.size).toBe(2);
    expect(console.ask({ do: "goOn", nodeId: "be-1" })?.reason).toMatch(/drain/);
    console.ask({ do: "putBack", nodeId: "be-1", reason: "done" });
    console.toEnd();
    expect(console.run.life).toMatchObject({ verdict: "finished" });
    expect(console.commands("exit")).toEqual([]);
    expect(console.model.at("be-1").outOf.size).toBe(0);
  });

  it("[H3] a touched node that is not listed any more waits for a person, and is watched on", () => {
    const console = aRun();
    console.model.workMs = 30_000;
    console.reach("be-1", "drain");
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      return { ...all, nodes: all.nodes?.filter(({ id }) => id !== "be-1") ?? null };
    };
    console.reachHold("topologyChanged");
    console.model.facts = facts;
    console.toEnd();
  });
});
