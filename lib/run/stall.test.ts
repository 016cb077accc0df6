import { describe, expect, it } from "vitest";
import type { Observation } from "../cluster/observation.ts";
import type { HoldReason } from "./hold.ts";
import type { Policy } from "./plan.ts";
import { whyNotMoving, type Surroundings } from "./stall.ts";
import type { Stall } from "./stall-parts.ts";
import type { Run } from "./state.ts";
import { ANN, type Console } from "./testing/console.ts";
import { aRun, telling, UNHEALTHY } from "./testing/scenes.ts";
import { wanted } from "./wanted.ts";

const RULE = { kind: "rule", rule: "test" } as const;

function why(console: Console, around: Partial<Surroundings> = {}): Stall | null {
  const { nowMs, loans } = console.model;
  const facts = console.model.facts(wanted(console.run));
  const surroundings = {
    controlPlane: { answeredAtMs: nowMs, problem: null },
    journal: null,
    ownedBy: null,
    ...around,
  };
  return whyNotMoving(console.run, loans, { ...facts, ...surroundings }, nowMs);
}

/** A run that has come to this phase of its first node. */
function at(phase: Parameters<Console["reach"]>[1], policy: Partial<Policy> = {}): Console {
  const console = aRun({ policy });
  console.reach("be-1", phase);
  return console;
}

/** From now on nobody answers any command. */
function mute(console: Console): void {
  console.model.answers = () => [];
}

/** A hold as the journal has it; nothing is decided after it. */
function held(console: Console, reason: HoldReason, nodeId: string | null): Console {
  console.append([{ actor: RULE, event: { type: "HoldBegan", nodeId, reason } }]);
  return console;
}

function working(seen: Observation, work: Partial<NonNullable<Observation["work"]>>): Observation {
  return seen.work === null ? seen : { ...seen, work: { ...seen.work, ...work } };
}

/** What be-1 drains: one query of ann since a minute, for as long as the test lasts. */
function busy(console: Console): Console {
  console.model.at("be-1").work.set("q1", 9_000_000);
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (want) => {
    const all = facts(want);
    const items = [
      { id: "q1", kind: "query", user: "finance_ro", what: "SELECT 1", startedAtMs: 1, waitedFor: true },
      { id: "q2", kind: "query", user: "bi", what: "SELECT 2", startedAtMs: 5, waitedFor: true },
    ];
    return {
      ...all,
      work: new Map([["be-1", { items, asOfMs: all.nodes === null ? 0 : console.model.nowMs, source: "", gap: null }]]),
    };
  };
  return console;
}

type Case = {
  readonly name: string;
  readonly seeded: () => Stall | null;
  readonly expected: Readonly<Record<string, unknown>>;
};

const left = (ms: number, until: string): unknown => ({ is: "left", ms, until });
const act = (what: string, nodeId: string | null = "be-1"): unknown => ({ do: what, nodeId });

const STALLS: readonly Case[] = [
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
  {
    name: "a command that nobody answers",
    seeded: () => {
      const console = at("check");
      mute(console);
      console.for(12_000);
      return why(console);
    },
    expected: { is: "commandUnanswered", what: "The borrowing for the run is not answered yet" },
  },
  {
    name: "an outcome that is unknown, and asked again",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "isolate" ? { outcome: "unknown", cause: "fe-2 timed out" } : null;
      console.until((run) =>
        [...run.commands.values()].some(({ attempt, answer }) => attempt === 4 && answer !== null),
      );
      return why(console);
    },
    expected: {
      is: "askedAgain",
      what: "Nobody can say whether the isolation of be-1 was carried out: fe-2 timed out",
      number: left(8000, "it is asked again"),
    },
  },
  {
    name: "an outcome that stays unknown",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "isolate" ? { outcome: "unknown", cause: "fe-2 timed out" } : null;
      console.reachHold("outcomeUnknown");
      return why(console);
    },
    expected: { is: "outcomeUnknown", what: expect.stringContaining("fe-2 timed out"), act: act("retry") },
  },
  {
    name: "a command that was refused",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "install" ? { outcome: "refused", reason: "disk full." } : null;
      console.reachHold("commandRefused");
      return why(console);
    },
    expected: {
      is: "commandRefused",
      what: "The install of 4.0.7-bbbbbbb on be-1 was refused: disk full",
      act: act("retry"),
    },
  },
  {
    name: "a route that is still open on one router",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        routing: seen.routing.map((route) => (route.router === "fe-2" ? { ...route, state: "in" } : route)),
      }));
      console.reach("be-1", "isolate");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "routeOpen",
      what: "The route to be-1 is still open on fe-2",
      number: { is: "count", count: 1, one: "route", many: "routes" },
      act: act("putBack"),
    },
  },
  {
    name: "a route that opened again while it drains",
    seeded: () => {
      const console = busy(at("drain", { unansweredMs: null }));
      console.for(6000);
      console.model.at("be-1").outOf.delete("fe-1");
      console.for(1000);
      return why(console);
    },
    expected: { is: "routeOpen", what: "The route to be-1 is still open on fe-1" },
  },
  {
    name: "queries that drain, and whose is the oldest",
    seeded: () => {
      const console = busy(at("drain"));
      console.for(10_000);
      return why(console);
    },
    expected: {
      is: "drains",
      what: "be-1 drains; the oldest is a query of finance_ro",
      number: { is: "count", count: 1, one: "query", many: "queries" },
      who: "Its queries end by themselves, or its drain limit is reached.",
      act: act("goOn"),
    },
  },
  {
    name: "queries that drain beyond the limit",
    seeded: () => {
      const console = busy(at("drain", { unansweredMs: 600_000 }));
      console.reachHold("drainLimit");
      return why(console);
    },
    expected: { is: "drains", what: expect.stringContaining("its drain limit is past"), act: act("moveDrainLimit") },
  },
  {
    name: "a drain with only routine loads left",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) =>
        working(seen, {
          inFlight: [],
          willBeCut: [
            { kind: "stream loads", count: 0 },
            { kind: "routine load tasks", count: 2 },
          ],
        }),
      );
      console.for(5000);
      return why(console);
    },
    expected: {
      is: "onlyCutWork",
      what: "be-1 has only work left that its exit does not wait for: 2 routine load tasks",
      number: { is: "count", count: 2, one: "piece", many: "pieces" },
      act: act("goOn"),
    },
  },
  {
    name: "work that cannot be measured",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) => working(seen, { inFlight: [{ kind: "queries", count: null }] }));
      console.for(12_000);
      return why(console);
    },
    expected: { is: "notMeasurable", what: "Nobody can count what still runs on be-1", act: act("goOn") },
  },
  {
    name: "an exit that is bounded by its limit",
    seeded: () => {
      const console = busy(at("drain", { onDrainLimit: { do: "goOn" } }));
      console.reach("be-1", "exit");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "exits",
      what: "be-1 is exiting, with 1 query left",
      number: left(40_000, "it is killed"),
      act: act("force"),
    },
  },
  {
    name: "a kill that a person asked for",
    seeded: () => {
      const console = busy(at("drain", { onDrainLimit: { do: "goOn" } }));
      console.reach("be-1", "exit");
      console.for(3000);
      mute(console);
      console.model.carry = () => undefined;
      console.ask({ do: "force", nodeId: "be-1" });
      return why(console);
    },
    expected: { is: "forced", what: "be-1 is being killed, asked by ann" },
  },
  {
    name: "a witness that is silent after the exit",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.filter(({ witness, value }) => witness === "process" || value === "up"),
      }));
      console.reach("be-1", "confirm");
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "witnessSilent",
      what: "Not everybody says that be-1 is gone: control plane: silent",
      number: left(100_000, "a person is asked"),
      act: null,
    },
  },
  {
    name: "witnesses that disagree after the exit",
    seeded: () => {
      const console = aRun();
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.map((fact) =>
          fact.witness === "process" && fact.value === "gone"
            ? { ...fact, value: "up", asOfMs: fact.seenAtMs, said: "pid 41 runs" }
            : fact,
        ),
      }));
      console.reachHold("witnessesDisagree");
      return why(console);
    },
    expected: { is: "witnessesDisagree", what: expect.stringContaining("pid 41 runs"), act: act("retry") },
  },
  {
    name: "a control plane that repeats what it heard before the exit",
    seeded: () => {
      const console = at("drain");
      telling(console, (seen) => ({
        ...seen,
        process: seen.process.map((fact) =>
          fact.witness === "controlPlane" && fact.value === "gone" ? { ...fact, value: "up", asOfMs: 1 } : fact,
        ),
      }));
      console.reach("be-1", "confirm");
      console.for(8000);
      return why(console);
    },
    expected: { is: "hearsay", what: expect.stringContaining("control plane: old") },
  },
  {
    name: "an install that takes its time",
    seeded: () => {
      const console = aRun();
      const carry = console.model.carry.bind(console.model);
      console.model.carry = (command, attempt) => (command.verb === "install" ? undefined : carry(command, attempt));
      console.until((run) => [...run.commands.values()].some(({ command }) => command.verb === "install"));
      console.for(30_000);
      return why(console);
    },
    expected: { is: "commandUnanswered", what: "The install of 4.0.7-bbbbbbb on be-1 is not answered yet" },
  },
  {
    name: "a start that is slow",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({ ...seen, process: [], admission: [], remark: "loading tablets" }));
      console.for(30_000);
      return why(console);
    },
    expected: {
      is: "startSlow",
      what: expect.stringContaining("loading tablets"),
      number: left(90_000, "a person is asked"),
      act: null,
    },
  },
  {
    name: "a wrong version after the start",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        version: seen.version === null ? null : { ...seen.version, value: "4.0.6-aaaaaaa" },
      }));
      console.for(30_000);
      return why(console);
    },
    expected: { is: "versionWrong", what: "be-1 was started: It runs 4.0.6-aaaaaaa, not 4.0.7-bbbbbbb" },
  },
  {
    name: "an identity that did not change",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        identity: seen.identity === null ? null : { ...seen.identity, value: "be-1#1" },
      }));
      console.reachHold("notServing");
      return why(console);
    },
    expected: { is: "identityUnchanged", what: expect.stringContaining("be-1#1"), number: null, act: act("retry") },
  },
  {
    name: "a loan that an FE does not take back",
    seeded: () => {
      const console = aRun();
      console.model.answerFor = ({ verb }) =>
        verb === "giveBack" ? { outcome: "unknown", cause: "fe-2 does not answer" } : null;
      console.reachHold("loansOwed");
      return why(console);
    },
    expected: {
      is: "loanOwed",
      what: expect.stringContaining("fe-2"),
      number: expect.objectContaining({ until: "it is tried again" }),
    },
  },
  {
    name: "a router that does not show it again",
    seeded: () => {
      const console = at("restart");
      telling(console, (seen) => ({
        ...seen,
        routing: seen.routing.map((route) =>
          route.router === "fe-2" ? { ...route, state: "out", kind: "MANUAL" } : route,
        ),
      }));
      console.reach("be-1", "readmit");
      console.for(20_000);
      return why(console);
    },
    expected: { is: "routeClosed", what: "be-1 is not shown as let in again on fe-2" },
  },
  {
    name: "a soak that lasts",
    seeded: () => {
      const console = at("verify", { soakMs: 60_000 });
      console.until((run) => run.steps[0]?.soakSinceMs !== null);
      console.for(20_000);
      return why(console);
    },
    expected: { is: "soak", number: left(40_000, "its soak is over"), act: null },
  },
  {
    name: "gates that fail",
    seeded: () => {
      const console = at("verify");
      console.model.gates = [UNHEALTHY];
      console.for(20_000);
      return why(console);
    },
    expected: {
      is: "gatesFail",
      what: "be-1 is back, and “Every tablet is healthy” does not hold: 12 are not",
      number: { is: "count", count: 1, one: "gate", many: "gates" },
    },
  },
  {
    name: "too few requests to tell",
    seeded: () => {
      const console = at("verify", { minRequests: 500 });
      console.model.requests = 12;
      console.reachHold("inconclusive");
      return why(console);
    },
    expected: {
      is: "tooFewRequests",
      what: "Whether be-1 is well cannot be told: 12 requests, 0 failed, during the soak",
      who: expect.stringContaining("500"),
      act: act("accept"),
    },
  },
  {
    name: "a control plane that does not answer",
    seeded: () => {
      const console = busy(at("drain"));
      console.for(20_000);
      const answeredAtMs = console.model.nowMs - 11_000;
      return why(console, { controlPlane: { answeredAtMs, problem: "fe-1 and fe-2: connection refused." } });
    },
    expected: {
      is: "controlPlaneSilent",
      what: "The control plane does not answer: fe-1 and fe-2: connection refused",
      sinceMs: expect.any(Number),
      act: null,
    },
  },
  {
    name: "a journal that cannot be written",
    seeded: () => why(at("drain"), { journal: { problem: "no space left on device", sinceMs: 4000 } }),
    expected: { is: "journalBroken", what: expect.stringContaining("no space left on device"), sinceMs: 4000 },
  },
  {
    name: "another console that owns the cluster",
    seeded: () => why(at("drain"), { ownedBy: "console-b" }),
    expected: { is: "otherConsole", what: "console-b owns this cluster, and this console only watches" },
  },
  {
    name: "a topology that changed",
    seeded: () => {
      const console = at("gate", { approval: "every" });
      const evidence = "be-9 appeared, cn-2 vanished";
      return why(held(console, { why: "topologyChanged", evidence, appeared: ["be-9"], vanished: ["cn-2"] }, null));
    },
    expected: {
      is: "topologyChanged",
      what: "The cluster is not the one that was planned for: be-9 appeared; cn-2 vanished",
      number: { is: "count", count: 2, one: "node", many: "nodes" },
      act: act("acceptTopology", null),
    },
  },
  {
    name: "a node that is not listed any more",
    seeded: () => {
      const console = busy(at("drain"));
      const facts = console.model.facts.bind(console.model);
      console.model.facts = (want) => {
        const all = facts(want);
        const nodes = all.nodes?.filter(({ id }) => id !== "be-1") ?? null;
        return { ...all, nodes, nodesBefore: nodes };
      };
      console.reachHold("topologyChanged");
      return why(console);
    },
    expected: { is: "notListed", what: "be-1 is not listed any more" },
  },
  {
    name: "a node that somebody started anew",
    seeded: () => {
      const console = busy(at("drain"));
      console.for(2000);
      telling(console, (seen) => ({
        ...seen,
        identity: seen.identity === null ? null : { ...seen.identity, value: "be-1#7" },
      }));
      console.reachHold("topologyChanged");
      return why(console);
    },
    expected: { is: "startedAnew", what: expect.stringContaining("be-1#7"), act: act("retry") },
  },
  {
    name: "a node that was taken out by hand",
    seeded: () => {
      const console = aRun({ kind: "drain" });
      console.reachHold("outByHand");
      return why(console);
    },
    expected: { is: "outByHand", what: "be-1 is out by hand: for a test", act: act("putBack") },
  },
  {
    name: "nodes of which nobody said what becomes of them",
    seeded: () => why(held(at("gate", { approval: "every" }), { why: "unsettled", nodeIds: ["be-1", "be-2"] }, null)),
    expected: {
      is: "unsettled",
      what: "be-1 and be-2 were skipped or put back",
      number: { is: "count", count: 2, one: "node", many: "nodes" },
      act: act("settle"),
    },
  },
  {
    name: "the end that waits for Finish",
    seeded: () => why(held(at("gate", { approval: "every" }), { why: "finish" }, null)),
    expected: { is: "finish", act: act("finish", null) },
  },
  {
    name: "a hook that runs",
    seeded: () => {
      const console = at("gate", { approval: "every" });
      const command = {
        id: "h1",
        verb: "hook",
        nodeId: "be-1",
        when: "before",
        argv: ["./jdk.sh", "17"],
        limitMs: 60_000,
      } as const;
      console.ask({ do: "approve", nodeId: "be-1" });
      console.model.checks = [{ ...UNHEALTHY, verdict: "unknown" }];
      console.reach("be-1", "check");
      console.append([{ actor: RULE, event: { type: "CommandIssued", command, attempt: 1 } }]);
      mute(console);
      console.model.nowMs += 20_000;
      return why(console);
    },
    expected: {
      is: "hookRuns",
      what: "The command to run before be-1 is running: ./jdk.sh 17",
      number: left(40_000, "it is stopped"),
    },
  },
  {
    name: "a hook that failed",
    seeded: () => {
      const evidence = "exit status 3: no JDK 17";
      return why(held(at("check"), { why: "hookFailed", commandId: "h1", when: "before", evidence }, "be-1"));
    },
    expected: {
      is: "hookFailed",
      what: "The command to run before be-1 failed: exit status 3: no JDK 17",
      act: act("retry"),
    },
  },
  {
    name: "a run that is over",
    seeded: () => {
      const console = aRun();
      console.toEnd();
      return why(console);
    },
    expected: { is: "ended", what: "The run is over: it finished", act: null },
  },
];

describe("why a run does not move", () => {
  it.each(STALLS)("names $name", ({ seeded, expected }) => {
    expect(seeded()).toMatchObject(expected);
  });

  it("is told by at least thirty names, and each of them has been seeded", () => {
    const names = new Set(STALLS.map(({ expected }) => expected["is"]));
    expect(names.size).toBeGreaterThanOrEqual(30);
  });

  it("is not told while it moves as it should", () => {
    const console = aRun();
    const moving: (readonly [number, string])[] = [];
    console.watch = (run: Run) => {
      const said = why(console)?.is ?? null;
      if (said !== null) moving.push([run.seq, said]);
    };
    console.toEnd();
    // Waits that belong to every run: work that runs out, an exit, a start, a soak; and then its end.
    const usual = new Set(["drains", "exits", "startSlow", "soak", "ended"]);
    expect(moving.filter(([, said]) => !usual.has(said))).toEqual([]);
  });

  it("says when the plan's own rule puts a node back that nobody answers for", () => {
    const console = busy(at("drain", { unansweredMs: 600_000 }));
    console.reachHold("drainLimit");
    expect(why(console)?.byRuleAtMs).toBe((console.run.hold?.sinceMs ?? 0) + 600_000);
    const endless = busy(at("drain", { unansweredMs: null }));
    endless.reachHold("drainLimit");
    expect(why(endless)?.byRuleAtMs).toBeNull();
    const gate = held(at("gate", { approval: "every", unansweredMs: 600_000 }), { why: "finish" }, null);
    expect(why(gate)?.byRuleAtMs).toBeNull();
  });

  it("prefers what nobody here can decide over what a person could", () => {
    const console = at("gate", { approval: "every" });
    expect(why(console, { ownedBy: "console-b" })?.is).toBe("otherConsole");
    console.ask({ do: "pause", reason: "" }, ANN);
    expect(why(console)?.is).toBe("paused");
    console.ask({ do: "resume" });
    expect(why(console)?.is).toBe("waitsForApproval");
  });
});
