import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { Answer, AvailableVersion, Driver, Sighting } from "#server/orchestrator/ports.ts";
import { checks, preflight } from "./checks.ts";
import { commandLines } from "./command-lines.ts";
import type { KubernetesConfig } from "./config.ts";
import { exit, force, shorten } from "./exit.ts";
import { listWork, readFigures } from "./figures.ts";
import { baseline, gates } from "./gates.ts";
import { giveBack, survey, take } from "./loans.ts";
import { templateVersion, versionsOf, type PodNode } from "./nodes.ts";
import { plan, versionNow } from "./plan.ts";
import { readCluster } from "./read-cluster.ts";
import { readLog } from "./read-log.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import { sightingOf } from "./sighting.ts";
import { install, restorePrevious } from "./template.ts";
import { wordsOf } from "./words.ts";
import { World, type KubernetesDeps } from "./world.ts";

/** Workloads of one namespace, by the API server alone: no host is reached, and nothing is installed in the cluster. */
export function createKubernetesDriver(config: KubernetesConfig, deps: KubernetesDeps): Driver {
  const world = new World(config, deps);

  /** A console that was just started may be asked for an act before it has read anything. */
  const known = async (signal: AbortSignal): Promise<string | null> => {
    if (world.reading !== null) return null;
    const reading = await readCluster(world, signal);
    return reading.ok ? null : reading.why;
  };
  const act = async (signal: AbortSignal, carryOut: () => Promise<Outcome>): Promise<Outcome> => {
    const why = await known(signal);
    return why === null ? await carryOut() : { outcome: "unknown", cause: why };
  };
  /** As every act begins: what was read a second ago may be of another pod. */
  const anew = async (signal: AbortSignal, carryOut: () => Promise<Outcome>): Promise<Outcome> => {
    const reading = await readCluster(world, signal);
    return reading.ok ? await carryOut() : { outcome: "unknown", cause: reading.why };
  };
  const podNode = (nodeId: NodeId): PodNode | null => {
    const node = world.node(nodeId);
    return node?.is === "pod" ? node : null;
  };

  return {
    system: "kubernetes",
    words: wordsOf(config),
    readCluster: async (signal) => await readCluster(world, signal),
    readNode: async (nodeId, close, signal) => await readNode(world, nodeId, close, signal),
    work: async (nodeId, signal) => await listWork(world, podNode(nodeId), signal),
    readLog: async (nodeId, cursor, signal) => {
      const node = podNode(nodeId);
      return node === null
        ? { ok: false, why: `${nodeId} is no single pod: its pods have a log each` }
        : await readLog(world, node, cursor, signal);
    },

    versions: async (signal) => {
      const why = await known(signal);
      return why === null ? versions(world) : { ok: false, why };
    },
    plan: async (request, signal) => await plan(world, request, signal),
    commandLines: (made, nodeId) => commandLines(world, made, nodeId),
    preflight: async (made, signal) => await preflight(world, made, signal),
    baseline: async (signal) => await baseline(world, signal),
    checks: async (made, step, given, signal) => await checks(world, made, step, given, signal),
    gates: async (made, step, _given, signal) => await gates(world, made, step, signal),

    survey: async (what, signal) => {
      const why = await known(signal);
      return why === null ? await survey(world, what, signal) : { ok: false, why };
    },
    take: async (loans, signal) => await act(signal, async () => await take(world, loans, signal)),
    giveBack: async (loan, signal) => {
      const why = await known(signal);
      return why === null ? await giveBack(world, loan, signal) : { outcome: "unknown", cause: why };
    },

    exit: async (id, order, signal) => await anew(signal, async () => await exit(world, id, order, signal)),
    shorten: async (_id, nodeId, limitMs, identity, signal) =>
      await act(signal, async () => await shorten(world, nodeId, limitMs, identity, signal)),
    force: async (_id, nodeId, identity, signal) =>
      await act(signal, async () => await force(world, nodeId, identity, signal)),
    install: async (_id, nodeId, version, signal) =>
      await act(signal, async () => await install(world, nodeId, version, signal)),
    start: async (_id, nodeId, signal) =>
      await anew(signal, async () => await Promise.resolve(startsByItself(world, nodeId))),
    restorePrevious: async (_id, nodeId, _version, signal) =>
      await act(signal, async () => await restorePrevious(world, nodeId, signal)),
    hook: async () =>
      await Promise.resolve({ outcome: "refused", reason: "a pod has no host on which a command of yours could run" }),
    finalize: async () => await Promise.resolve({ outcome: "done", evidence: "nothing is kept of the version before" }),
    outcomes: async (_nodeId, items) =>
      await Promise.resolve({ ok: true, value: items.map((item) => rowOf(item, world.clock.now())) }),
    close: async () => await world.close(),
  };
}

function rowOf({ id, kind, what, user, startedAtMs }: WorkItem, nowMs: number): LedgerRow {
  return {
    id,
    kind: kind === "load" ? "load" : "query",
    what,
    user,
    startedAtMs,
    listedAtMs: nowMs,
    outcome: "unknown",
    endedAtMs: null,
    evidence: "Kubernetes keeps no record of what a pod worked on.",
    again: null,
  };
}

/** What its kubelet reports, and its own figures. In transition the pod itself is asked for, else the last list will do. */
async function readNode(world: World, nodeId: NodeId, close: boolean, signal: AbortSignal): Promise<Sighting> {
  const node = world.node(nodeId);
  if (node === null) return emptySighting(nodeId);
  const nowMs = world.clock.now();
  if (node.is === "whole") return sightingOf(node, "node", nowMs);
  if (!close) return await withFigures(world, node, sightingOf(node, "node", world.reading?.atMs ?? nowMs), signal);
  const found = await world.pod(nodeId, signal);
  if (!found.ok) return emptySighting(nodeId);
  const looked: PodNode = { ...node, pod: found.value };
  const byControlPlane = sightingOf(looked, "controlPlane", world.clock.now());
  const byKubelet = sightingOf(looked, "node", world.clock.now());
  // The lists of what is sent where are as old as the last reading: it has told them with its own time.
  return await withFigures(
    world,
    looked,
    {
      ...byControlPlane,
      process: [...byControlPlane.process, ...byKubelet.process],
      admission: [...byControlPlane.admission, ...byKubelet.admission],
      routing: null,
    },
    signal,
  );
}

async function withFigures(world: World, node: PodNode, sighting: Sighting, signal: AbortSignal): Promise<Sighting> {
  const figures = await readFigures(world, node, signal);
  return figures === null ? sighting : { ...sighting, work: figures.work, counters: figures.counters };
}

/** The tags and digests that are typed in the configuration, and what runs or stands in a template already. */
function versions(world: World): Answer<readonly AvailableVersion[]> {
  const on = new Map<string, NodeId[]>();
  for (const node of world.reading?.nodes ?? []) {
    const known = [...versionsOf(node), templateVersion(node), versionNow(node)].filter((version) => version !== null);
    for (const version of new Set(known)) on.set(version, [...(on.get(version) ?? []), node.id]);
  }
  const value = [...on].map(([version, ids]) => ({ version, on: ids, missingOn: [], checksums: [] }));
  return { ok: true, value };
}

function startsByItself(world: World, nodeId: NodeId): Outcome {
  const node = world.node(nodeId);
  if (node === null) return { outcome: "refused", reason: `${nodeId} is not among the workloads any more` };
  if (node.is === "whole") return { outcome: "done", evidence: "its controller replaces its pods by itself" };
  const { spec, metadata } = node.of.set;
  const last = spec.ordinals.start + spec.replicas - 1;
  return node.ordinal > last
    ? { outcome: "refused", reason: `${metadata.name} has ${spec.replicas} replicas: nobody starts ${nodeId} again` }
    : { outcome: "done", evidence: `StatefulSet ${metadata.name} starts it by itself` };
}
