/** Before a node is touched. */
import { expect } from "vitest";
import { aRun, telling, UNHEALTHY } from "../scenes.ts";
import { why, at, left, act, RULE, type Case } from "./seed.ts";

export const BEFORE: readonly Case[] = [
  {
    name: "waiting for approval",
    seeded: () => {
      const console = at("gate", { approval: "every" });
      console.for(14_000);
      return why(console);
    },
    expected: { is: "waitsForApproval", what: "be-1 waits for approval", sinceMs: 0, act: act("approve") },
  },
  {
    name: "approved, and it may still be taken back",
    seeded: () => {
      const console = at("gate", { approval: "every" });
      console.ask({ do: "approve", nodeId: "be-1" });
      console.for(2000);
      return why(console);
    },
    expected: { is: "approvalDelay", number: left(3000, "it begins"), act: act("withdrawApproval") },
  },
  {
    name: "paused by whom, and why",
    seeded: () => {
      const console = at("gate", { approval: "every" });
      console.ask({ do: "pause", reason: "backup runs" });
      return why(console);
    },
    expected: { is: "paused", what: "Paused by ann: backup runs", act: act("resume", null) },
  },
  {
    name: "the failure budget is spent",
    seeded: () => {
      const console = at("gate", { approval: "every", failureBudget: 5 });
      const counted = { sinceMs: 0, requests: 900, failures: 6, probeFailures: 1 };
      console.append([
        { actor: RULE, event: { type: "FailuresCounted", ...counted } },
        { actor: { kind: "rule", rule: "B1" }, event: { type: "PauseRequested", reason: "7 failed" } },
      ]);
      return why(console);
    },
    expected: {
      is: "failureBudget",
      what: "The failure budget of 5 is spent",
      number: { is: "count", count: 7, one: "failure", many: "failures" },
      act: act("resume", null),
    },
  },
  {
    name: "checks that nobody answers",
    seeded: () => {
      const console = aRun();
      const facts = console.model.facts.bind(console.model);
      console.model.facts = (want) => ({ ...facts(want), checks: new Map() });
      console.reach("be-1", "check");
      console.for(10_000);
      return why(console);
    },
    expected: { is: "checksUnanswered", number: left(20_000, "their silence counts as a failed check") },
  },
  {
    name: "a check of the system that a person may answer for",
    seeded: () => {
      const console = aRun();
      console.model.checks = [UNHEALTHY];
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: {
      is: "checkFails",
      what: "be-1 is not touched: “Every tablet is healthy” does not hold: 12 are not",
      who: "Wait.",
      act: act("override"),
    },
  },
  ...[
    ["quorum", "An FE majority stays", "2 of 3 would be left of 5", "Bring fe-3 back."],
    ["artifact-present", "The artifact is on its host", "4.0.7 is not on be-1", "Put it there."],
    ["metadata-image", "A fresh image of the metadata", "asked for 40 s ago, not pushed yet", "It is waited for."],
  ].map(([id = "", title = "", evidence = "", remedy = ""]): Case => ({
    name: `the check ${id}, which nobody may answer for`,
    seeded: () => {
      const console = aRun();
      console.model.checks = [{ id, nodeId: "be-1", title, severity: "blocks", verdict: "fail", evidence, remedy }];
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: {
      is: "checkFails",
      what: `be-1 is not touched: “${title}” does not hold: ${evidence}`,
      who: remedy,
      act: null,
    },
  })),
  {
    name: "another node that is out",
    seeded: () => {
      const console = aRun();
      console.model.at("cn-1").process = null;
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: { is: "anotherNodeOut", what: expect.stringContaining("cn-1"), act: null },
  },
  {
    name: "the last that serves",
    seeded: () => {
      const console = aRun({ policy: { maxUnavailable: 2 } });
      console.model.at("be-2").outOf.add("fe-1").add("fe-2");
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: { is: "lastServing", what: expect.stringContaining("No other be of pool default serves") },
  },
  {
    name: "a node of which nobody tells",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({ ...seen, process: [], admission: [] }));
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: { is: "witnessSilent", what: "Nobody tells how be-1 is" },
  },
  {
    name: "witnesses that contradict each other before it is touched",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.map((fact) =>
          fact.witness === "process" ? { ...fact, value: "gone", said: "no pid" } : fact,
        ),
      }));
      console.reachHold("checksFailed");
      return why(console);
    },
    expected: { is: "witnessesDisagree", what: expect.stringContaining("no pid") },
  },
];
