/** Around the steps: the control plane, the journal, the cluster, hooks and the end. */
import { expect } from "vitest";
import { aRun, telling, UNHEALTHY } from "../scenes.ts";
import { why, at, mute, held, busy, left, act, RULE, type Case } from "./seed.ts";

export const AROUND: readonly Case[] = [
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
