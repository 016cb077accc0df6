/** A cluster of four nodes that behaves, for tests: it carries out what it is told in its own time, and remembers all of it. */
import { neutralWords } from "#lib/cluster/words.ts";
import type { ClusterNode, NodeId } from "#lib/cluster/node.ts";
import type { Fact, ProcessState, Witness } from "#lib/cluster/observation.ts";
import type { Check } from "#lib/run/check.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import { aNode, aPlan, NEW, OLD } from "#lib/run/testing/plan.ts";
import { emptySighting } from "../empty-sighting.ts";
import type { Borrowing, Clock, Driver, LoanOutcome, Sighting } from "../ports.ts";

export const SCRIPTED_NODES: readonly ClusterNode[] = [
  aNode("be-1", "be"),
  aNode("be-2", "be"),
  aNode("fe-1", "fe", "follower"),
  aNode("fe-2", "fe", "leader"),
];
const ROUTERS = ["fe-1", "fe-2"];
const EXIT_MS = 2000;
const START_MS = 1500;
const WORK_MS = 3000;

type ScriptedNode = {
  readonly node: ClusterNode;
  identity: number;
  version: string;
  disk: string;
  up: boolean;
  upSinceMs: number;
  exitsAtMs: number | null;
};

/** What was really done, once each however often it was asked for. */
export type Deed = { readonly verb: string; readonly nodeId: NodeId; readonly commandId: string };

export interface ScriptedCluster {
  readonly driver: Driver;
  readonly deeds: readonly Deed[];
  /** What stands on the routers and in their settings now, as `router key`. */
  readonly borrowed: ReadonlyMap<string, string>;
  versionOf(nodeId: NodeId): string;
  /** Checks that every preflight and interlock adds. */
  checks: readonly Check[];
  /** What the next exits answer instead of being carried out. */
  exitAnswer: Outcome | null;
}

export function createScriptedCluster(clock: Clock): ScriptedCluster {
  const nodes = new Map<NodeId, ScriptedNode>(
    SCRIPTED_NODES.map((node) => [
      node.id,
      { node, identity: 1, version: OLD, disk: OLD, up: true, upSinceMs: clock.now(), exitsAtMs: null },
    ]),
  );
  const borrowed = new Map<string, string>();
  const isolatedAtMs = new Map<NodeId, number>();
  const deeds: Deed[] = [];
  const done = new Set<string>();

  const at = (nodeId: NodeId): ScriptedNode => {
    const node = nodes.get(nodeId);
    if (node === undefined) throw new Error(`There is no node ${nodeId}`);
    return node;
  };

  /** Things that happen by themselves, looked at whenever somebody looks. */
  function settle(): void {
    for (const one of nodes.values()) {
      if (one.exitsAtMs === null || clock.now() < one.exitsAtMs) continue;
      one.up = false;
      one.exitsAtMs = null;
      // A front end keeps blacklist and settings in its memory alone.
      for (const place of borrowed.keys()) if (place.startsWith(`${one.node.id} `)) borrowed.delete(place);
    }
  }

  function once(verb: string, nodeId: NodeId, commandId: string, act: () => void): Outcome {
    settle();
    if (!done.has(commandId)) {
      done.add(commandId);
      deeds.push({ verb, nodeId, commandId });
      act();
    }
    return { outcome: "done", evidence: `${verb} of ${nodeId}` };
  }

  function fact<T>(witness: Witness, value: T): Fact<T> {
    return { value, witness, asOfMs: clock.now(), seenAtMs: clock.now(), said: `${witness}: ${String(value)}` };
  }

  function processOf({ up, exitsAtMs }: ScriptedNode): ProcessState {
    return !up ? "gone" : exitsAtMs === null ? "up" : "exiting";
  }

  function byControlPlane(one: ScriptedNode): Sighting {
    const state = processOf(one);
    const told = one.up && clock.now() - one.upSinceMs >= START_MS;
    return {
      ...emptySighting(one.node.id),
      process: state === "up" && !told ? [] : [fact("controlPlane", state)],
      admission: told ? [fact("controlPlane", state === "up" ? "accepting" : "refusing")] : [],
      identity: told ? fact("controlPlane", `${one.node.id}#${one.identity}`) : null,
      version: told ? fact("controlPlane", one.version) : null,
      word: state,
    };
  }

  function byItself(one: ScriptedNode): Sighting {
    const { id, role } = one.node;
    const sinceMs = isolatedAtMs.get(id);
    const count = sinceMs !== undefined && clock.now() - sinceMs >= WORK_MS ? 0 : 2;
    const requests = Math.floor((clock.now() - one.upSinceMs) / 10);
    return {
      ...emptySighting(id),
      process: [fact("process", processOf(one))],
      routing:
        role === "fe"
          ? null
          : ROUTERS.filter((router) => at(router).up).map((router) => {
              const kind = borrowed.get(`${router} ${id}`) ?? "";
              return { router, state: kind === "" ? "in" : "out", kind, asOfMs: clock.now() };
            }),
      work: one.up
        ? { inFlight: [{ kind: "query", count }], willBeCut: [], notCollected: 0, asOfMs: clock.now() }
        : null,
      counters: one.up ? { requests, failures: 0, p99Ms: 5, countsForCluster: role === "fe" } : null,
    };
  }

  function loansFor(what: Borrowing): readonly Loan[] {
    if (what.purpose === "exit") return [];
    const nodeId = what.purpose === "isolate" ? what.nodeId : null;
    const key = nodeId ?? "balance";
    return ROUTERS.map((router) => {
      const before = borrowed.get(`${router} ${key}`) ?? null;
      const id = `${what.runId}/${what.purpose}/${router}/${key}`;
      const words = `${key} on ${router}`;
      return {
        id,
        runId: what.runId,
        purpose: what.purpose,
        nodeId,
        kind: "scripted",
        on: router,
        key,
        before,
        value: "MANUAL",
        what: words,
      };
    });
  }

  const cluster: ScriptedCluster = {
    deeds,
    borrowed,
    checks: [],
    exitAnswer: null,
    versionOf: (nodeId) => at(nodeId).version,
    driver: {
      system: "scripted",
      words: { ...neutralWords({ one: "query", many: "queries" }), name: "Scripted" },
      async readCluster() {
        settle();
        const all = [...nodes.values()];
        return {
          ok: true,
          value: { nodes: all.map(({ node }) => node), sightings: all.map(byControlPlane), by: "fe-2" },
        };
      },
      async readNode(nodeId) {
        settle();
        return byItself(at(nodeId));
      },
      async work() {
        return { items: [], asOfMs: clock.now(), source: "SHOW WORK", gap: null };
      },
      async readLog() {
        return { ok: false, why: "There is no log." };
      },
      async versions() {
        return { ok: true, value: [{ version: NEW, on: [...nodes.keys()], missingOn: [], checksums: ["abc"] }] };
      },
      async plan({ kind, policy, reason }) {
        return { ok: true, value: { ...aPlan(SCRIPTED_NODES, kind), policy, reason } };
      },
      commandLines: (_plan, nodeId) => [{ phase: "exit", where: `${nodeId}$`, text: "stop", remark: "" }],
      async preflight() {
        return cluster.checks;
      },
      async baseline() {
        return { ok: true, value: { tablets: 0 } };
      },
      async checks() {
        return cluster.checks;
      },
      async gates() {
        return [];
      },
      async survey(what) {
        return { ok: true, value: loansFor(what) };
      },
      async take(loans) {
        settle();
        for (const { on, key, value, nodeId } of loans) {
          if (at(on).up) borrowed.set(`${on} ${key}`, value);
          if (nodeId !== null && !isolatedAtMs.has(nodeId)) isolatedAtMs.set(nodeId, clock.now());
        }
        return { outcome: "done", evidence: "read back" };
      },
      async giveBack({ on, key, nodeId, before }): Promise<LoanOutcome> {
        settle();
        if (before === null) borrowed.delete(`${on} ${key}`);
        else borrowed.set(`${on} ${key}`, before);
        if (nodeId !== null) isolatedAtMs.delete(nodeId);
        return { outcome: "returned", how: "taken off" };
      },
      async exit(commandId, { nodeId }) {
        if (cluster.exitAnswer !== null) return cluster.exitAnswer;
        const outcome = once("exit", nodeId, commandId, () => {
          at(nodeId).exitsAtMs = clock.now() + EXIT_MS;
        });
        const { exitsAtMs } = at(nodeId);
        if (exitsAtMs !== null) await clock.wait(exitsAtMs - clock.now());
        settle();
        return outcome;
      },
      async shorten(commandId, nodeId) {
        return once("shorten", nodeId, commandId, () => undefined);
      },
      async force(commandId, nodeId) {
        return once("force", nodeId, commandId, () => {
          at(nodeId).exitsAtMs = clock.now();
        });
      },
      async install(commandId, nodeId, version) {
        return once("install", nodeId, commandId, () => {
          at(nodeId).disk = version;
        });
      },
      async start(commandId, nodeId) {
        return once("start", nodeId, commandId, () => {
          const one = at(nodeId);
          one.up = true;
          one.upSinceMs = clock.now();
          one.identity += 1;
          one.version = one.disk;
        });
      },
      async restorePrevious(commandId, nodeId) {
        return once("restorePrevious", nodeId, commandId, () => {
          at(nodeId).disk = OLD;
        });
      },
      async hook(commandId, nodeId) {
        return once("hook", nodeId, commandId, () => undefined);
      },
      async finalize(commandId, nodeId) {
        return once("finalize", nodeId, commandId, () => undefined);
      },
      async outcomes() {
        return { ok: false, why: "There is no log." };
      },
      async close() {},
    },
  };
  return cluster;
}
