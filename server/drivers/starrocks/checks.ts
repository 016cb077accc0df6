/** The questions that are asked before a run, and before a node; check-list.ts holds them, docs/preflight.md shows them. */
import { isVersion } from "#lib/cluster/version.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Given } from "#server/orchestrator/ports.ts";
import { PLAN_IT_ANEW, UP_AGAIN, wasPlannedDown } from "../shared/planned-down.ts";
import { accountCheck } from "./account-checks.ts";
import type { Artifact, Artifacts } from "./artifacts.ts";
import { atOnce } from "../shared/at-once.ts";
import { ask } from "./check-parts.ts";
import { fails, unknown } from "../shared/check-parts.ts";
import {
  artifactsAgree,
  decommissionCheck,
  homesCheck,
  othersCheck,
  pathChecks,
  variableChecks,
  versionsCheck,
  type KeptOff,
} from "./cluster-checks.ts";
import { exitTimesCheck } from "./exit-times.ts";
import { clocksCheck, journalCheck, quorumCheck } from "./frontend-checks.ts";
import { tabletsNow, tabletsSince } from "./gates.ts";
import { filesAndProcess, hostAnswers, hostChecks } from "./host-checks.ts";
import { lookAtHost } from "./host-look.ts";
import { backupCheck, balanceNote, repairCheck, schemaChangeCheck } from "./job-checks.ts";
import { leaderExitCheck, publishCheck } from "./load-checks.ts";
import { imageNote, type MetadataImage } from "./metadata-image.ts";
import {
  artifactCheck,
  batchChecks,
  lastServingCheck,
  processCheck,
  readKeptOff,
  replicaChecks,
} from "./node-checks.ts";
import { readCluster } from "./read-cluster.ts";
import type { Replicas } from "./replicas.ts";
import { noticesCheck, routerChecks } from "./router-checks.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type CheckTools = {
  readonly world: World;
  readonly artifacts: Artifacts;
  readonly replicas: Replicas;
  readonly image: MetadataImage;
};

/** Hosts that are asked at the same time; each may have whole releases to sum up. */
const HOSTS_AT_ONCE = 8;

export async function preflight(tools: CheckTools, plan: Plan, signal: AbortSignal): Promise<readonly Check[]> {
  const { world } = tools;
  const reading = await readCluster(world);
  if (!reading.ok) return [unreadable(reading.why)];
  const steps = plan.steps.flatMap((step) => {
    const node = world.node(step.nodeId);
    return node === null ? [] : [{ step, node }];
  });
  const planned = new Set(plan.steps.map((step) => step.nodeId));
  const movesBackends = steps.some(({ node }) => node.role === "be");
  const movesFrontends = steps.some(({ node }) => node.role === "fe");
  const [account, keptOff, tablets, variables, ofCluster] = await Promise.all([
    accountCheck(world),
    readKeptOff(world),
    tabletsNow(world),
    variableChecks(world, plan),
    Promise.all([
      schemaChangeCheck(world),
      backupCheck(world),
      ...(movesBackends ? [repairCheck(world), balanceNote(world)] : []),
      ...(movesFrontends ? [clocksCheck(world)] : []),
    ]),
  ]);
  const perNode = await atOnce(
    steps,
    async ({ step, node }) => ({
      node,
      ...(await nodeChecks(tools, plan, step, node, { keptOff, out: [], now: false }, signal)),
    }),
    HOSTS_AT_ONCE,
  );
  const agreed = artifactsAgree(
    perNode.flatMap(({ node, artifact }) => (artifact === null ? [] : [{ node, ...artifact }])),
  );
  return [
    account,
    othersCheck(world, null, keptOff, planned, []),
    tablets,
    ...(upgradesFrontends(plan) ? [imageNote()] : []),
    versionsCheck(world),
    ...pathChecks(plan),
    ...variables,
    decommissionCheck(world),
    ...ofCluster,
    ...(movesFrontends ? [quorumCheck(world.frontends, null), journalCheck(world.frontends)] : []),
    homesCheck(world),
    ...(agreed === null ? [] : [agreed]),
    ...(await routerChecks(world, routed(steps), signal)),
    ...perNode.flatMap(({ checks: found }) => found),
  ];
}

export async function checks(
  tools: CheckTools,
  plan: Plan,
  step: PlannedStep,
  { baseline, out }: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { world } = tools;
  const reading = await readCluster(world);
  if (!reading.ok) return [unreadable(reading.why)];
  const node = world.node(step.nodeId);
  if (node === null) {
    const words = "SHOW FRONTENDS, SHOW BACKENDS and SHOW COMPUTE NODES do not list it";
    return [fails(ask("node-listed", step.nodeId), words, "Skip this step.")];
  }
  const keptOff = await readKeptOff(world);
  const isBeforeFirst = upgradesFrontends(plan) && !someFrontendIsDone(world, plan);
  if (isBeforeFirst) await tools.image.ensureAsked(signal);
  const isFrontend = node.role === "fe";
  const [tablets, ofCluster, image, own] = await Promise.all([
    tabletsSince(world, node, baseline, out),
    Promise.all([
      schemaChangeCheck(world),
      backupCheck(world),
      ...(node.role === "be" ? [repairCheck(world)] : []),
      ...(isFrontend ? [clocksCheck(world)] : []),
    ]),
    isBeforeFirst && isFrontend ? tools.image.check(node.id, signal) : null,
    nodeChecks(tools, plan, step, node, { keptOff, out, now: true }, signal),
  ]);
  return [
    othersCheck(world, node, keptOff, new Set(), out),
    tablets,
    decommissionCheck(world),
    ...ofCluster,
    ...(isFrontend ? [quorumCheck(world.frontends, node), journalCheck(world.frontends)] : []),
    ...(image === null ? [] : [image]),
    ...(await routerChecks(world, routed([{ step, node }]), signal)),
    ...own.checks,
  ];
}

/** Those whose routers will be told. */
function routed(
  steps: readonly { readonly step: PlannedStep; readonly node: StarRocksNode }[],
): readonly StarRocksNode[] {
  const isTold = ({ phases }: PlannedStep): boolean =>
    phases.some(({ phase, skip }) => phase === "isolate" && skip === null);
  return steps.filter(({ step }) => isTold(step)).map(({ node }) => node);
}

type NodeChecks = { readonly checks: readonly Check[]; readonly artifact: Artifact | null };

async function nodeChecks(
  { world, artifacts, replicas }: CheckTools,
  plan: Plan,
  step: PlannedStep,
  node: StarRocksNode,
  { keptOff, out, now }: { readonly keptOff: KeptOff; readonly out: readonly NodeId[]; readonly now: boolean },
  signal: AbortSignal,
): Promise<NodeChecks> {
  const leaves = step.phases.some(({ phase, skip }) => phase === "exit" && skip === null);
  const found: Check[] = [lastServingCheck(world, node, keptOff, out)];
  found.push(...(await batchChecks(world, replicas, node, keptOff, out)));
  if (now && node.alive && wasPlannedDown(step)) found.push(fails(ask("as-planned", node.id), UP_AGAIN, PLAN_IT_ANEW));
  if (node.alive) found.push(...(await replicaChecks(replicas, node, world.config.account.user)));
  if (!leaves) return { checks: found, artifact: null };
  const version = changesVersion(plan) ? plan.targetVersion : null;
  const { place, look, facts } = await lookAtHost(world, artifacts, node, version, signal);
  const prefix = place.ok ? (world.config.hosts.find(({ name }) => name === place.value.host.name)?.prefix ?? []) : [];
  found.push(hostAnswers(node, place, facts, prefix));
  if (node.alive) {
    const known = facts?.ok === true ? facts.value : null;
    found.push(await exitTimesCheck(world, { node, step, facts: known }, signal));
    const loads = await Promise.all([
      leaderExitCheck(world, node, step, now),
      publishCheck(world, node, now),
      noticesCheck(world, node, step, signal),
    ]);
    found.push(...loads.filter((check) => check !== null));
  }
  // Without a host that answers, the rest would only say so again.
  if (!place.ok || look === null || facts?.ok !== true) return { checks: found, artifact: null };
  found.push(processCheck(node, place.value, look, facts.value));
  found.push(...hostChecks(node, place.value, version, facts.value));
  found.push(filesAndProcess(node, place.value, await artifacts.onDisk(place.value)));
  if (version === null) return { checks: found, artifact: null };
  const lies = await world.alone(node.id, async () => await artifactCheck(world, artifacts, place.value, version));
  return { checks: [...found, lies.check], artifact: lies.artifact };
}

function unreadable(why: string): Check {
  return unknown(ask("cluster-readable", null), why, "Correct this first; nothing else can be checked.");
}

function changesVersion(plan: Plan): boolean {
  return plan.kind === "upgrade" || plan.kind === "downgrade";
}

function upgradesFrontends(plan: Plan): boolean {
  return changesVersion(plan) && plan.steps.some((step) => step.role === "fe");
}

function someFrontendIsDone(world: World, plan: Plan): boolean {
  const { targetVersion } = plan;
  return world.frontends.some(
    (node) => targetVersion !== null && node.version !== null && isVersion(node.version, targetVersion),
  );
}
