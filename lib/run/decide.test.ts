import { describe, expect, it } from "vitest";
import { decide } from "./decide.ts";
import type { HoldReason } from "./hold.ts";
import { owed } from "./loan.ts";
import { BOB, Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan, NEW, OLD } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { aRun, BES, CLUSTER, FES, results } from "./testing/scenes.ts";
import { wanted } from "./wanted.ts";

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

describe("loans of others", () => {
  it("[R8] a run gives back its own loans, and neither waits for nor touches another's", () => {
    const console = aRun();
    const loan = {
      id: "r0/x",
      runId: "r0",
      purpose: "run",
      nodeId: null,
      kind: "model",
      on: "fe-9",
      key: "k",
    } as const;
    const record = {
      loan: { ...loan, before: null, value: "1", what: "k on fe-9" },
      state: { at: "taken", atMs: 0 },
    } as const;
    console.model.loans = new Map([[loan.id, record]]);
    const theirs = ({ runId }: { readonly runId: string }): boolean => runId === "r0";
    console.model.answerFor = ({ verb, nodeId }) =>
      verb === "giveBack" && nodeId === null ? { outcome: "done", evidence: "" } : null;
    console.until((run) => run.steps.every(({ progress }) => progress.at === "ended"));
    const mine = [...console.model.loans].filter(([, one]) => one.loan.runId === "r1").map(([id]) => id);
    console.model.loans = new Map([...console.model.loans].filter(([id]) => !mine.includes(id)));
    console.until((run) => run.life.at === "ended", 60_000);
    expect(owed(console.model.loans, theirs)).toHaveLength(1);
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
    expect(console.reachHold("unsettled")).toEqual({ why: "unsettled", nodeIds: ["be-1"] });
    console.ask({ do: "settle", nodeId: "be-1", how: "leave", reason: "it stays as it is" });
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
    console.reachHold("unsettled");
    expect(results(console)).toEqual(["verified", "skipped"]);
  });

  it("[A3] an abort before the signal puts the node back; the rest is not touched", () => {
    const console = aRun({ nodes: CLUSTER });
    console.reach("be-1", "drain");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(results(console)).toEqual(CLUSTER.map(() => "aborted"));
    expect(console.step("be-2").progress).toMatchObject({ evidence: "Not touched: the run was aborted. enough" });
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
    expect(console.all("PhaseSkipped")).toMatchObject([{ phase: "upgrade", reason: "The run was aborted." }]);
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

  it("[H3] a touched node that two polls do not list any more waits for a person, and is watched on", () => {
    const console = aRun();
    let isTwice = false;
    console.model.workMs = 30_000;
    console.reach("be-1", "drain");
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const nodes = all.nodes?.filter(({ id }) => id !== "be-1") ?? null;
      return { ...all, nodes, nodesBefore: isTwice ? nodes : all.nodesBefore };
    };
    console.for(3000);
    expect(console.run.hold).toBeNull();
    isTwice = true;
    console.reachHold("topologyChanged");
    console.model.facts = facts;
    console.toEnd();
  });
});

describe("a hold whose cause is gone", () => {
  const evidence = "";
  const commandId = "c1";
  const ends: readonly (readonly [HoldReason, string])[] = [
    [{ why: "drainLimit" }, "The drain goes on, or is over."],
    [{ why: "checksFailed", checkKeys: [] }, "Every check holds, or is answered for."],
    [{ why: "commandRefused", commandId, reason: "" }, "The command was answered, or is asked anew."],
    [{ why: "outcomeUnknown", commandId, cause: "" }, "The command was answered, or is asked anew."],
    [{ why: "notGone", evidence }, "Every witness says that it is gone, or it is looked at anew."],
    [{ why: "witnessesDisagree", evidence }, "Every witness says that it is gone, or it is looked at anew."],
    [{ why: "notServing", evidence }, "It serves, or it is tried anew."],
    [{ why: "verifyFailed", checkKeys: [] }, "The gates pass, or a person decided."],
    [{ why: "inconclusive", evidence }, "The gates pass, or a person decided."],
    [{ why: "outByHand" }, "A person brings it back."],
    [
      { why: "topologyChanged", evidence, appeared: [], vanished: [] },
      "The cluster is as it was, or a person decided.",
    ],
    [{ why: "loansOwed", evidence }, "Everything was given back."],
    [{ why: "hookFailed", commandId, when: "before", evidence }, "The command is run anew, or a person decided."],
    [{ why: "unsettled", nodeIds: [] }, "A person said what becomes of them."],
    [{ why: "finish" }, "A person said so, or the policy is another now."],
  ];

  it.each(ends)("[H1] is ended by rule, with what ended it: %o", (reason, because) => {
    const { run, model } = aRun();
    const held = { ...run, hold: { nodeId: "be-1", reason, sinceMs: 0 } };
    const { events } = decide(held, model.loans, model.facts(wanted(run)), model.nowMs);
    expect(events[0]).toEqual({ actor: { kind: "rule", rule: "H1" }, event: { type: "HoldEnded", because } });
  });
});
