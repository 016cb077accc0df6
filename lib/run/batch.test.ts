import { describe, expect, it } from "vitest";
import { statusOf } from "../cluster/status.ts";
import type { Check } from "./check.ts";
import type { RunEvent } from "./event.ts";
import { fold } from "./evolve/evolve.ts";
import { interlocks } from "./interlocks.ts";
import { pauseBites, verdict } from "./progress.ts";
import { whyNotMoving } from "./stall/stall.ts";
import { stepsUnderWay, type Run } from "./state.ts";
import { ANN, Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan, type PlanChange } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { FES, results } from "./testing/scenes.ts";
import { wanted } from "./wanted.ts";

const CNS = [1, 2, 3, 4, 5].map((number) => aNode(`cn-${number}`, "cn"));
const BES = [1, 2, 3].map((number) => aNode(`be-${number}`, "be"));
const TWO = { batch: 2, maxUnavailable: 2 } as const;

function aRun(
  nodes: readonly ReturnType<typeof aNode>[],
  change: PlanChange = {},
  all = [...CNS, ...BES, ...FES],
): Console {
  const model = new Model(all, randomFrom(7));
  return new Console(model, aPlan(nodes, "upgrade", { ...change, policy: { ...TWO, ...change.policy } }));
}

function underWay(run: Run): readonly string[] {
  return stepsUnderWay(run).map(
    ({ plan, progress }) => `${plan.nodeId} ${progress.at === "phase" ? progress.phase : progress.at}`,
  );
}

function isOut(console: Console, nodeId: string): boolean {
  const seen = console.model.facts(wanted(console.run)).observations.get(nodeId) ?? null;
  return statusOf(seen, null, console.model.nowMs).status !== "serving";
}

const DISK: Check = {
  id: "disk",
  nodeId: null,
  title: "Disk",
  severity: "blocks",
  verdict: "fail",
  evidence: "full",
  remedy: "",
};

/** From now on the system's own checks refuse this node while another is out by the run. */
function refuseBeside(console: Console, nodeId: string, severity: Check["severity"] = "blocks"): void {
  const facts = console.model.facts.bind(console.model);
  const check: Check = {
    id: "replicas",
    nodeId,
    title: "Replicas",
    severity,
    verdict: "fail",
    evidence: "shared",
    remedy: "",
  };
  console.model.facts = (wishes) => {
    const all = facts(wishes);
    const refuses = wishes.checksFor === nodeId && wishes.outByRun.length > 0;
    return refuses ? { ...all, checks: new Map([[nodeId, { checks: [check], asOfMs: console.model.nowMs }]]) } : all;
  };
}

describe("a batch of two", () => {
  it("[N1] has two under way at once and never three, each to its end", () => {
    const console = aRun(CNS.slice(0, 4));
    let most = 0;
    let mostOut = 0;
    console.until((run) => {
      most = Math.max(most, stepsUnderWay(run).length);
      mostOut = Math.max(mostOut, CNS.filter(({ id }) => isOut(console, id)).length);
      return run.life.at === "ended";
    });
    expect([most, mostOut]).toEqual([2, 2]);
    expect(results(console)).toEqual(["verified", "verified", "verified", "verified"]);
  });

  it("[R3] is never taken where the policy says one at a time", () => {
    const console = aRun(CNS.slice(0, 3), { policy: { batch: 1 } });
    console.until((run) => {
      expect(stepsUnderWay(run).length).toBeLessThanOrEqual(1);
      return run.life.at === "ended";
    });
  });

  it("[N2] begins its second only when the first has left isolate, so that no two are entered at once", () => {
    const console = aRun(CNS.slice(0, 3));
    console.watch = (run) => {
      const entering = stepsUnderWay(run).filter(
        ({ progress }) => progress.at === "phase" && ["gate", "check", "isolate"].includes(progress.phase),
      );
      expect(entering.length).toBeLessThanOrEqual(1);
    };
    console.reach("cn-2", "check");
    expect(console.step("cn-1").phases.find(({ phase }) => phase === "isolate")?.endedAtMs).not.toBeNull();
    console.toEnd();
  });

  it("[N1] is of one role and one pool, and never of front ends", () => {
    const other = { ...aNode("cn-9", "cn"), pool: "another" };
    const all = [...CNS, other, { ...other, id: "cn-8" }, ...BES, ...FES];
    for (const nodes of [[...CNS.slice(0, 1), other], [...BES.slice(0, 1), ...CNS.slice(0, 1)], FES.slice(0, 2)]) {
      const console = aRun(nodes, {}, all);
      console.until((run) => {
        expect(stepsUnderWay(run).length).toBeLessThanOrEqual(1);
        return run.life.at === "ended";
      });
    }
  });

  it("[R1] never takes the last that serves of its role and pool", () => {
    const console = aRun(BES.slice(0, 2), {}, [...BES.slice(0, 2), ...FES]);
    console.model.workMs = 60_000;
    console.for(15_000);
    expect(underWay(console.run)).toEqual(["be-1 drain", "be-2 check"]);
    expect(console.run.hold).toBeNull();
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it.each([
    ["firstOfRole", 1],
    ["firstThenLook", 2],
  ] as const)("[N1] under %s begins when the first %i of the role are proven", (approval, proven) => {
    const console = aRun(CNS.slice(0, 5), { policy: { approval } });
    for (const { id } of CNS) console.ask({ do: "approve", nodeId: id });
    const seen: number[] = [];
    console.until((run) => {
      for (const { plan } of run.steps) console.ask({ do: "approve", nodeId: plan.nodeId });
      const verified = run.steps.filter(({ progress }) => progress.at === "ended").length;
      if (stepsUnderWay(run).length === 2) seen.push(verified);
      return run.life.at === "ended";
    });
    expect(Math.min(...seen)).toBe(proven);
  });
});

describe("the second of a batch", () => {
  it("[N4] waits without a hold while its checks refuse it beside the first, and goes on when that is back", () => {
    const console = aRun(BES.slice(0, 2));
    refuseBeside(console, "be-2");
    console.until(() => console.step("be-2").checks.some(({ id, verdict }) => id === "replicas" && verdict === "fail"));
    let held = false;
    console.until((run) => {
      held ||= run.hold !== null;
      const [first, second] = run.steps;
      const isTouched = second?.phases.some(({ phase }) => phase === "isolate") === true;
      const verifying =
        first?.progress.at === "ended" || (first?.progress.at === "phase" && first.progress.phase === "verify");
      if (isTouched) expect(verifying).toBe(true);
      return run.life.at === "ended";
    });
    expect(held).toBe(false);
    expect(results(console)).toEqual(["verified", "verified"]);
  });

  it("[N4] holds the run when it is alone and its checks still refuse it", () => {
    const console = aRun(BES.slice(0, 2));
    console.reach("be-1", "isolate");
    console.model.checks = [DISK];
    console.until((run) => run.steps[0]?.progress.at === "ended");
    console.reachHold("checksFailed");
    expect(console.run.hold?.nodeId).toBe("be-2");
  });

  it("[N3] counts the first as out although nobody shows it so yet", () => {
    const console = aRun(CNS.slice(0, 3));
    console.model.workMs = 60_000;
    console.reach("cn-1", "isolate");
    console.model.checks = [DISK];
    console.reach("cn-2", "check");
    const { run, model } = console;
    const facts = model.facts(wanted(run));
    const seen = facts.observations.get("cn-5");
    if (seen === undefined) throw new Error("nobody tells of cn-5");
    const observations = new Map(facts.observations).set("cn-1", seen);
    for (const id of ["cn-3", "cn-4", "cn-5"]) observations.delete(id);
    const step = console.step("cn-2");
    const found = interlocks({ run, step, loans: model.loans, facts: { ...facts, observations }, nowMs: model.nowMs });
    const refused = new Map(found.map(({ id, verdict, evidence }) => [id, `${verdict} ${evidence}`]));
    expect(refused.get("max-unavailable")).toMatch(/^unknown .*out of service: cn-1; not known: cn-3, cn-4, cn-5/);
    expect(refused.get("last-serving")).toMatch(/^fail No other cn/);
  });

  it("[N3] counts one that is back, and whose gates do not pass, as out", () => {
    const console = aRun(BES.slice(0, 2));
    console.model.gates = [{ ...DISK, id: "tablets" }];
    refuseBeside(console, "be-2");
    console.reach("be-1", "verify");
    console.for(20_000);
    expect(wanted(console.run).outByRun).toEqual(["be-1"]);
    expect(underWay(console.run)).toEqual(["be-1 verify", "be-2 check"]);
    console.model.gates = [];
    console.reach("be-2", "drain");
    expect(console.step("be-1").progress.at).toBe("phase");
  });

  it("[N2] [N5] is not touched after a crash when its checks were over and it may not go beside any more", () => {
    const ended = { type: "PhaseEnded", nodeId: "cn-2", phase: "check", evidence: "" } as const;
    for (const stop of [
      { do: "changePolicy", policy: { batch: 1 }, reason: "slowly" },
      { do: "pause", reason: "lunch" },
    ] as const) {
      const console = aRun(CNS.slice(0, 3));
      console.model.workMs = 60_000;
      console.reach("cn-1", "isolate");
      console.model.checks = [DISK];
      console.reach("cn-2", "check");
      // All that a console wrote before it died.
      console.append([{ actor: { kind: "rule", rule: "P2" }, event: ended }]);
      expect(console.ask(stop)).toBeNull();
      console.crash();
      console.for(10_000);
      expect(console.step("cn-2").phases.some(({ phase }) => phase === "isolate")).toBe(false);
    }
  });

  it("[R1] waits while somebody else is out as well", () => {
    const console = aRun(CNS.slice(0, 3));
    console.model.workMs = 60_000;
    console.reach("cn-1", "isolate");
    console.model.at("cn-4").process = null;
    console.for(12_000);
    expect(underWay(console.run)[1]).toBe("cn-2 check");
    expect(console.run.hold).toBeNull();
  });

  it("[A1] is not touched while the run is paused; those that are under way are finished", () => {
    const console = aRun(CNS.slice(0, 3));
    console.reach("cn-2", "check");
    console.ask({ do: "pause", reason: "lunch" });
    console.until((run) => run.steps[0]?.progress.at === "ended");
    expect(underWay(console.run)).toEqual(["cn-2 check"]);
    console.ask({ do: "resume" });
    console.toEnd();
  });

  it("[T1] is not touched when somebody appeared; the run holds for that when the first is finished", () => {
    const console = aRun(CNS.slice(0, 2));
    console.model.workMs = 30_000;
    console.reach("cn-1", "isolate");
    console.model.checks = [DISK];
    const other = new Model([aNode("cn-9", "cn")], randomFrom(1), undefined, console.model.nowMs);
    console.model.nodes.set("cn-9", other.at("cn-9"));
    console.for(3000);
    console.model.checks = [];
    console.reachHold("topologyChanged");
    expect(results(console)).toEqual(["verified", expect.anything()]);
    expect(console.step("cn-2").phases.some(({ phase }) => phase === "isolate")).toBe(false);
  });

  it("[N1] goes back to one at a time when the policy does", () => {
    const console = aRun(CNS.slice(0, 3));
    console.reach("cn-2", "check");
    expect(console.ask({ do: "changePolicy", policy: { batch: 1 }, reason: "slowly" })).toBeNull();
    console.until((run) => {
      expect(underWay(run).filter((words) => !/gate|check/.test(words)).length).toBeLessThanOrEqual(1);
      return run.life.at === "ended";
    });
  });

  it("[A15] is not asked for by a policy that lets fewer be out", () => {
    const console = aRun(CNS.slice(0, 3));
    const refused = console.ask({ do: "changePolicy", policy: { maxUnavailable: 1 }, reason: "slowly" });
    expect(refused?.reason).toMatch(/2 at once are more than may be out of service at a time, 1\. Write a batch of 1/);
    expect(console.ask({ do: "changePolicy", policy: { maxUnavailable: 1, batch: 1 }, reason: "slowly" })).toBeNull();
  });
});

describe("while one is on its way back, or holds", () => {
  it("[N2] nobody begins beside a node that is being put back, though its step does not pause the run", () => {
    const console = aRun(CNS.slice(0, 3));
    console.model.workMs = 600_000;
    console.reach("cn-1", "isolate");
    console.model.checks = [DISK];
    console.reach("cn-2", "check");
    console.model.answerFor = ({ verb }) =>
      verb === "giveBack" ? { outcome: "unknown", cause: "nobody tells" } : null;
    expect(console.ask({ do: "skip", nodeId: "cn-1", reason: "its disk is bad" })).toBeNull();
    console.model.checks = [];
    console.for(10_000);
    expect(underWay(console.run)).toEqual(["cn-1 puttingBack", "cn-2 check"]);
    expect(console.run.life.at).toBe("running");
    console.model.answerFor = () => null;
    console.reach("cn-2", "drain");
    expect(console.step("cn-1").progress).toMatchObject({ at: "ended", result: "skipped" });
  });

  it("[N5] who was at its check when another began to hold is not touched, and is when that is answered", () => {
    const console = aRun(CNS.slice(0, 3), { step: { drainLimitMs: 10_000 } });
    console.model.workMs = 600_000;
    console.reach("cn-1", "isolate");
    console.model.checks = [DISK];
    console.reachHold("drainLimit");
    console.model.checks = [];
    console.for(10_000);
    expect(underWay(console.run)).toEqual(["cn-1 drain", "cn-2 check"]);
    expect(console.step("cn-2").checks.every(({ verdict }) => verdict === "pass")).toBe(true);
    // Its checks are asked until it is touched: none of them is as old as the hold.
    expect(console.step("cn-2").phases.find(({ phase }) => phase === "check")?.endedAtMs).toBeNull();
    console.ask({ do: "moveDrainLimit", nodeId: "cn-1", byMs: 600_000 });
    console.reach("cn-2", "drain");
    expect(console.step("cn-1").progress).toMatchObject({ phase: "drain" });
  });
});

describe("several that are under way", () => {
  function bothDraining(change: PlanChange = {}): Console {
    const model = new Model([...CNS, ...FES], randomFrom(7));
    model.workMs = 3_600_000;
    const console = new Console(
      model,
      aPlan(CNS.slice(0, 3), "upgrade", { ...change, policy: { ...TWO, ...change.policy } }),
    );
    console.until((run) => underWay(run).join() === "cn-1 drain,cn-2 drain");
    return console;
  }

  it("[N6] hold one after the other: the first is shown till it is answered, nobody new begins meanwhile", () => {
    const console = bothDraining();
    console.reachHold("drainLimit");
    expect(console.run.hold?.nodeId).toBe("cn-1");
    console.for(30_000);
    expect(console.run.hold?.nodeId).toBe("cn-1");
    expect(console.ask({ do: "retry", nodeId: "cn-2" })?.reason).toBe(
      "The run holds for cn-1: that is answered first.",
    );
    console.ask({ do: "goOn", nodeId: "cn-1" });
    console.until((run) => run.hold?.nodeId === "cn-2");
    expect(verdict(console.run, console.model.nowMs)).toMatchObject({ is: "hold", nodeId: "cn-2" });
    console.until((run) => run.steps[0]?.progress.at === "ended");
    expect(console.step("cn-3").progress.at).toBe("waiting");
    console.ask({ do: "goOn", nodeId: "cn-2" });
    console.reach("cn-3", "check");
  });

  it("[N6] a node that is kept aside comes before one that only a person can help, and U1 puts it back", () => {
    const console = bothDraining({
      policy: { unansweredMs: 120_000 },
      step: { exitLimitMs: null, drainLimitMs: 200_000 },
    });
    console.model.hangs = true;
    console.model.answerFor = ({ verb }) => (verb === "exit" ? { outcome: "unknown", cause: "nobody tells" } : null);
    console.ask({ do: "goOn", nodeId: "cn-1" });
    console.reachHold("outcomeUnknown");
    expect(console.run.hold?.nodeId).toBe("cn-1");
    console.until((run) => run.hold?.nodeId === "cn-2");
    console.until(() => console.step("cn-2").progress.at === "ended");
    expect(console.step("cn-2").progress).toMatchObject({ result: "putBack" });
    expect(console.run.life.at).toBe("paused");
    console.until((run) => run.hold?.nodeId === "cn-1");
  });

  it("[A3] an abort brings each to its defined end", () => {
    const console = bothDraining();
    console.ask({ do: "goOn", nodeId: "cn-1" });
    console.reach("cn-1", "exit");
    console.ask({ do: "abort", reason: "enough" });
    console.model.workMs = 0;
    console.toEnd();
    expect(results(console)).toEqual(["aborted", "aborted", "aborted"]);
    expect(CNS.filter(({ id }) => isOut(console, id))).toEqual([]);
    expect([...console.model.nodes.values()].filter(({ outOf }) => outOf.size > 0)).toEqual([]);
  });

  it("[A10] one that is put back pauses the run, and the other is finished", () => {
    const console = bothDraining();
    console.ask({ do: "putBack", nodeId: "cn-1", reason: "not now" });
    expect(console.run.life.at).toBe("paused");
    expect(pauseBites(console.run).words).toBe("after cn-1 is put back, and cn-2 is verified");
    console.ask({ do: "goOn", nodeId: "cn-2" });
    console.until(() => console.step("cn-2").progress.at === "ended");
    expect(results(console)).toEqual(["putBack", "verified", "waiting"]);
  });

  it("[A10] a put back pauses the run also when nobody waits but the one at its check", () => {
    const console = bothDraining();
    console.ask({ do: "skip", nodeId: "cn-3", reason: "not tonight" });
    console.ask({ do: "pause", reason: "lunch" });
    console.ask({ do: "resume" });
    const only = aRun(CNS.slice(0, 2));
    only.model.workMs = 60_000;
    only.reach("cn-1", "isolate");
    only.model.checks = [DISK];
    only.reach("cn-2", "check");
    only.ask({ do: "putBack", nodeId: "cn-1", reason: "not now" });
    expect(only.run.life.at).toBe("paused");
    // Here both are touched, and nobody new is to come.
    console.ask({ do: "putBack", nodeId: "cn-1", reason: "not now" });
    expect(console.run.life.at).toBe("running");
  });

  it("[A5] [A14] what is asked of one does not answer the hold of another", () => {
    const { run, model } = bothDraining();
    const after = (...events: readonly RunEvent[]): Run =>
      events.reduce(
        (before, event) => fold(before, { seq: before.seq + 1, atMs: model.nowMs, actor: ANN, event }),
        run,
      );
    const command = { id: "c1", verb: "start", nodeId: "cn-1" } as const;
    const refused = { outcome: "refused", reason: "no way in" } as const;
    const retried = after(
      { type: "CommandIssued", command, attempt: 1 },
      { type: "CommandAnswered", commandId: "c1", attempt: 1, outcome: refused },
      { type: "HoldBegan", nodeId: "cn-1", reason: { why: "commandRefused", commandId: "c1", reason: "no way in" } },
      { type: "RetryRequested", nodeId: "cn-2" },
    );
    expect(retried.commands.get("c1")?.setAside).toBe(false);
    const hook = { why: "hookFailed", commandId: "c1", when: "after", evidence: "" } as const;
    const accepted = after(
      { type: "HoldBegan", nodeId: "cn-1", reason: hook },
      { type: "VerdictAccepted", nodeId: "cn-2", reason: "it is well" },
    );
    expect(accepted.steps[1]?.hookAccepted).toBeNull();
  });

  it("[P10] each has its own gates and its own count of traffic", () => {
    const console = aRun(CNS.slice(0, 2), { policy: { soakMs: 60_000 } });
    console.until((run) => run.steps.every(({ soakSinceMs }) => soakSinceMs !== null));
    const { gatesFor, soaks, outByRun } = wanted(console.run);
    expect(gatesFor).toEqual(["cn-1", "cn-2"]);
    expect(soaks.map(({ nodeId }) => nodeId)).toEqual(["cn-1", "cn-2"]);
    expect(outByRun).toEqual([]);
  });

  it("a stall is told of the node that has it", () => {
    const console = bothDraining();
    console.model.answerFor = ({ verb, nodeId }) =>
      verb === "exit" && nodeId === "cn-2" ? { outcome: "refused", reason: "no way in" } : null;
    console.ask({ do: "goOn", nodeId: "cn-2" });
    console.reachHold("commandRefused");
    const facts = console.model.facts(wanted(console.run));
    const around = { controlPlane: { answeredAtMs: console.model.nowMs, problem: null }, journal: null, ownedBy: null };
    const said = whyNotMoving(console.run, console.model.loans, { ...facts, ...around }, console.model.nowMs);
    expect(said).toMatchObject({ what: expect.stringContaining("cn-2"), act: { do: "retry", nodeId: "cn-2" } });
  });
});
