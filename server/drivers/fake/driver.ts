/** A driver over a modelled cluster: what tests and the simulator drive. Consoles may come and go; the cluster stays. */
import { neutralWords } from "#lib/cluster/words.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import { PHASES, type Phase, type Plan, type PlannedStep } from "#lib/run/plan.ts";
import type { Clock, Driver, ExitAct, PlanRequest } from "#server/orchestrator/ports.ts";
import { stepChecks, stepGates } from "./checks.ts";
import type { FakeCluster, FakeNode } from "./cluster.ts";
import { outcomesOf } from "./ledger.ts";
import { giveBackFake, surveyFake, takeFake } from "./loans.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import { heardSighting, identityOfFake, ownSighting } from "./sightings.ts";

/** What was carried out, by command id: it lies with the cluster, as it does on a real host. */
export type FakeHost = { readonly done: Map<string, Outcome> };

const LOOK_MS = 250;

export function createFakeDriver(cluster: FakeCluster, host: FakeHost, clock: Clock): Driver {
  const look = (): FakeCluster => {
    cluster.settle(clock.now());
    return cluster;
  };
  /** Once for an id, whoever asks. */
  const once = (id: string, act: () => Outcome): Outcome => {
    look();
    const before = host.done.get(id);
    if (before !== undefined) return before;
    const outcome = act();
    host.done.set(id, outcome);
    return outcome;
  };
  const at = (nodeId: string): FakeNode | null => look().node(nodeId);
  const ready = async <T>(value: T): Promise<T> => await Promise.resolve(value);

  return {
    system: "model",
    words: { ...neutralWords({ one: "query", many: "queries" }), name: "Model" },
    readCluster: async () => {
      const { leader, nodes, nowMs } = look();
      if (leader === null) return await ready({ ok: false, why: "there is no leader" });
      const all = [...nodes.values()];
      const sightings = all.map((node) => heardSighting(node, nowMs));
      return await ready({
        ok: true,
        value: { nodes: all.map((node) => cluster.clusterNode(node)), sightings, by: leader },
      });
    },
    readNode: async (nodeId) => {
      const node = at(nodeId);
      return await ready(node === null ? emptySighting(nodeId) : ownSighting(cluster, node));
    },
    work: async (nodeId) => {
      const items = look()
        .queriesOn(nodeId)
        .map(({ id, startedAtMs }) => ({
          id,
          kind: "query",
          user: "model",
          what: `SELECT ${id}`,
          startedAtMs,
          waitedFor: true,
        }));
      return await ready({ items, asOfMs: cluster.nowMs, source: "the model", gap: null });
    },
    readLog: async (nodeId) => await ready({ ok: true, value: { file: `${nodeId}.log`, cursor: "0", lines: [] } }),

    versions: async () => {
      const on = [...look().nodes.keys()];
      const value = cluster.shape.artifacts.map((version) => ({
        version,
        on,
        missingOn: [],
        checksums: [`sum-${version}`],
      }));
      return await ready({ ok: true, value });
    },
    plan: async (request) => {
      const made = planOf(look(), request);
      return await ready(
        typeof made === "string" ? ({ ok: false, why: made } as const) : ({ ok: true, value: made } as const),
      );
    },
    commandLines: (plan, nodeId) =>
      plan.steps
        .filter((step) => step.nodeId === nodeId)
        .flatMap((step) => step.phases.filter(({ skip }) => skip === null))
        .map(({ phase }) => ({ phase, where: `${nodeId}$`, text: `model ${phase}`, remark: "" })),
    preflight: async (plan) => await ready(plan.steps.flatMap((step) => stepChecks(look(), plan, step, []))),
    baseline: async () => await ready({ ok: true, value: { "tablets.bad": look().unhealthyTablets } }),
    checks: async (plan, step, { out }) => await ready(stepChecks(look(), plan, step, out)),
    gates: async (plan, step, { baseline }) => await ready(stepGates(look(), plan, step, baseline)),

    survey: async (what) => await ready(surveyFake(look(), what)),
    take: async (loans) => await ready(takeFake(look(), loans)),
    giveBack: async (loan) => await ready(giveBackFake(look(), loan)),

    exit: async (id, act, signal) => await exit(cluster, host, clock, look, id, act, signal),
    shorten: async (id, nodeId, limitMs) =>
      await ready(
        once(id, () => {
          const process = at(nodeId)?.process ?? null;
          if (process?.exit)
            process.exit = { ...process.exit, limitMs: cluster.nowMs - process.exit.sinceMs + limitMs };
          return done(`killed in ${limitMs} ms, unless it leaves before`);
        }),
      ),
    force: async (id, nodeId, identity) =>
      await ready(
        once(id, () => {
          const node = at(nodeId);
          if (node === null || node.process === null) return done(`${nodeId} is not running`);
          if (isNewer(node, identity)) return refused("the process began after the one that was to be ended");
          cluster.kill(node);
          return { outcome: "done", forced: true, evidence: "killed" };
        }),
      ),
    install: async (id, nodeId, version) =>
      await ready(
        once(id, () => {
          const node = at(nodeId);
          if (node === null) return refused(`there is no ${nodeId}`);
          if (node.process !== null) return refused(`${nodeId} is running`);
          const found = cluster.shape.artifacts.find((artifact) => isVersion(artifact, version));
          if (found === undefined) return refused(`${version} lies nowhere`);
          if (node.disk !== found) node.previous = node.disk;
          node.disk = found;
          return done(`${found} is in place`);
        }),
      ),
    start: async (id, nodeId) =>
      await ready(
        once(id, () => {
          const node = at(nodeId);
          if (node === null) return refused(`there is no ${nodeId}`);
          cluster.begin(node);
          return done("its process is there");
        }),
      ),
    restorePrevious: async (id, nodeId, version) =>
      await ready(
        once(id, () => {
          const node = at(nodeId);
          if (node !== null && node.disk === version) return done(`${version} still lies there`);
          if (node === null || node.previous === null) return refused("nothing earlier is kept");
          if (node.process !== null) return refused(`${nodeId} is running`);
          [node.disk, node.previous] = [node.previous, node.disk];
          return done(`${node.disk} is in place again`);
        }),
      ),
    hook: async (id, nodeId, when, argv) =>
      await ready(
        once(id, () => {
          if (at(nodeId) === null) return refused(`there is no ${nodeId}`);
          const fails = cluster.failingHooks.get(nodeId) ?? (argv[0] === "/bin/false" ? "exit status 1" : undefined);
          return fails === undefined ? done(`${argv.join(" ")} ran ${when} it, exit status 0`) : refused(fails);
        }),
      ),
    finalize: async (id, nodeId) =>
      await ready(
        once(id, () => {
          const node = at(nodeId);
          if (node === null) return refused(`there is no ${nodeId}`);
          const { previous } = node;
          node.previous = null;
          return done(previous === null ? "nothing earlier was kept" : `${previous} is removed`);
        }),
      ),
    outcomes: async (nodeId, items) => await ready({ ok: true, value: outcomesOf(look(), nodeId, items) }),
    close: async () => await ready(undefined),
  };
}

async function exit(
  cluster: FakeCluster,
  host: FakeHost,
  clock: Clock,
  look: () => FakeCluster,
  id: string,
  act: ExitAct,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = look().node(act.nodeId);
  if (node === null) return refused(`there is no ${act.nodeId}`);
  const { process } = node;
  if (!host.done.has(id)) {
    if (process === null) return done(`${act.nodeId} was not running`);
    if (isNewer(node, act.identity)) return refused("the process began after the one that was to leave");
    host.done.set(id, done("told to leave"));
    if (act.how === "plain") cluster.kill(node);
    else cluster.beginExit(node, act.limitMs);
  }
  const left = new Set(cluster.queriesOn(act.nodeId).map((query) => query.id));
  const isThere = (): boolean => process !== null && look().node(act.nodeId)?.process === process;
  while (isThere()) {
    if (signal.aborted) return { outcome: "unknown", cause: "the console stopped waiting" };
    await clock.wait(LOOK_MS, signal);
  }
  const cut = cluster.truth.filter(({ what, id: queryId }) => what === "cut" && left.has(queryId)).length;
  return cut === 0
    ? done("it left by itself")
    : { outcome: "done", forced: true, evidence: `time was up with ${cut} queries left` };
}

function isNewer(node: FakeNode, identity: string | null): boolean {
  const told = Date.parse(/ since (\S+)$/.exec(identity ?? "")?.[1] ?? "");
  return (
    node.process !== null &&
    identity !== identityOfFake(node, node.process.startedAtMs) &&
    node.process.startedAtMs > told
  );
}

function planOf(cluster: FakeCluster, request: PlanRequest): Plan | string {
  const { kind, targetVersion, nodeIds } = request;
  const changes = kind === "upgrade" || kind === "downgrade";
  if (changes && targetVersion === null) return "choose a version";
  const chosen = [...cluster.nodes.values()].filter((node) => nodeIds === null || nodeIds.includes(node.id));
  const isDone = (node: FakeNode): boolean =>
    changes && targetVersion !== null && isVersion(node.heard.version, targetVersion);
  const steps = chosen.filter((node) => !isDone(node));
  if (steps.length === 0) return `every chosen node runs ${targetVersion ?? ""} already`;
  const rank = (node: FakeNode): number =>
    cluster.clusterNode(node).rank[kind === "downgrade" ? "downgrade" : "upgrade"];
  return {
    clusterId: "model",
    system: "model",
    kind,
    targetVersion: changes ? targetVersion : null,
    fromVersions: [...new Set(steps.map((node) => node.heard.version))],
    reason: request.reason,
    policy: request.policy,
    steps: [...steps].sort((a, b) => rank(a) - rank(b)).map((node) => stepOf(cluster, node, request)),
    leftOut: chosen.filter(isDone).map((node) => ({ nodeId: node.id, reason: `already on ${targetVersion ?? ""}` })),
    listed: null,
    overrides: [],
  };
}

function stepOf(cluster: FakeCluster, node: FakeNode, request: PlanRequest): PlannedStep {
  const { id: nodeId, role } = node;
  const { address, pool } = cluster.clusterNode(node);
  return {
    nodeId,
    role,
    address,
    pool,
    phases: PHASES.map((phase) => ({ phase, skip: skipOf(phase, node, request) })),
    drainLimitMs: request.drainLimitMs,
    exitLimitMs: request.exitLimitMs[nodeId] ?? 60_000,
    exit: cluster.leadershipOf(node) === "leader" ? request.leaderExit : "graceful",
    witnesses: ["controlPlane", "node", "process"],
    work: { one: "query", many: "queries" },
    forgetsLoans: role === "fe",
    startLimitMs: 120_000,
  };
}

const NO_ROUTE: readonly Phase[] = ["isolate", "drain", "readmit"];
const NO_SIGNAL: readonly Phase[] = ["exit", "confirm", "upgrade", "restart", "readmit", "verify"];

function skipOf(phase: Phase, node: FakeNode, request: PlanRequest): string | null {
  if (node.role === "fe" && NO_ROUTE.includes(phase)) return "no router stands before it";
  if (!request.isolate && (phase === "isolate" || phase === "drain")) return "switched off, to measure";
  if (request.policy.drain === "inside" && phase === "drain") return "work runs out inside the exit";
  if (request.kind === "drain" && NO_SIGNAL.includes(phase)) return "a drain sends no signal";
  if (phase === "upgrade" && request.kind !== "upgrade" && request.kind !== "downgrade")
    return `a ${request.kind} changes no version`;
  return null;
}

function done(evidence: string): Outcome {
  return { outcome: "done", evidence };
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}
