/**
 * What is borrowed: a partition, for the whole run, and a pod's place in its Services, by the readiness gate. The kubelet makes a pod whose gate is not True
 * NotReady, and its Services send it nothing new; it runs on meanwhile. A new pod comes with its gate shut.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Answer, Borrowing, LoanOutcome } from "#server/orchestrator/ports.ts";
import { explain } from "./client.ts";
import { givePartitionBack, PARTITION, surveyPartitions, takePartition } from "./partition-loan.ts";
import { podPath } from "./paths.ts";
import type { Condition, Pod } from "./resources.ts";
import type { World } from "./world.ts";

export const GATE = "readiness-gate";

export async function survey(world: World, what: Borrowing, signal: AbortSignal): Promise<Answer<readonly Loan[]>> {
  if (what.purpose === "run") return { ok: true, value: surveyPartitions(world, what.runId, what.plan) };
  if (what.purpose !== "isolate") return { ok: true, value: [] };
  const { nodeId, runId } = what;
  const node = world.node(nodeId);
  if (node?.is !== "pod") return { ok: true, value: [] };
  const found = await world.pod(nodeId, signal);
  if (!found.ok) return { ok: false, why: found.why };
  const key = node.of.config.readinessGate;
  const has = found.value?.spec.readinessGates.some(({ conditionType }) => conditionType === key) === true;
  // One that is shut already is somebody else's: not ours to take, nor to open.
  if (!has || gateOf(found.value, key)?.status !== "True") return { ok: true, value: [] };
  return {
    ok: true,
    value: [
      {
        id: `${runId}/isolate/${nodeId}`,
        runId,
        purpose: "isolate",
        nodeId,
        kind: GATE,
        on: nodeId,
        key,
        before: "True",
        value: "False",
        what: `${key} = False on ${nodeId} (was True)`,
      },
    ],
  };
}

function gateOf(pod: Pod | null, type: string): Condition | null {
  return pod?.status.conditions.find((one) => one.type === type) ?? null;
}

export async function take(world: World, loans: readonly Loan[], signal: AbortSignal): Promise<Outcome> {
  const words: string[] = [];
  for (const loan of loans) {
    if (loan.kind === PARTITION) {
      const taken = await takePartition(world, loan, signal);
      if (taken.outcome !== "done") return taken;
      words.push(taken.evidence);
      continue;
    }
    if (loan.kind !== GATE) return { outcome: "refused", reason: `this driver knows no loan of the kind ${loan.kind}` };
    const found = await world.pod(loan.on, signal);
    if (!found.ok) return { outcome: "unknown", cause: found.why };
    if (found.value === null) return { outcome: "unknown", cause: `there is no pod ${loan.on} now` };
    const set = await setGate(world, found.value, loan.key, "False", signal);
    if (set !== null) return set;
    words.push(loan.what);
  }
  return { outcome: "done", evidence: words.join("; ") || "nothing had to be borrowed" };
}

/** Null when it is read back as it was set. The uid makes sure that it is the pod that was looked at. */
async function setGate(
  world: World,
  { metadata }: Pod,
  type: string,
  status: "True" | "False",
  signal: AbortSignal,
): Promise<Exclude<Outcome, { readonly outcome: "done" }> | null> {
  const reason = status === "True" ? "InService" : "TakenOut";
  const condition = { type, status, reason, lastTransitionTime: new Date(world.clock.now()).toISOString() };
  const value = { metadata: { uid: metadata.uid }, status: { conditions: [condition] } };
  const path = `${podPath(world.namespace, metadata.name)}/status`;
  const answer = await world.send(metadata.name, "PATCH", path, { value, type: "strategic" }, signal);
  if (!answer.ok && answer.failure.kind === "status" && [403, 422].includes(answer.failure.code)) {
    const isOther = answer.failure.code === 422;
    const reasonWord = isOther ? `${metadata.name} is another pod now` : explain(answer.failure, `PATCH ${path}`);
    return isOther ? { outcome: "unknown", cause: reasonWord } : { outcome: "refused", reason: reasonWord };
  }
  if (!answer.ok) return { outcome: "unknown", cause: explain(answer.failure, `PATCH ${path}`) };
  const after = await world.pod(metadata.name, signal);
  if (!after.ok) return { outcome: "unknown", cause: after.why };
  const now = gateOf(after.value, type)?.status ?? "not set";
  return now === status
    ? null
    : { outcome: "unknown", cause: `${metadata.name} says ${type} = ${now} after it was set` };
}

/** Whoever is there now: the pod that was taken out has left, and the one in its place came with its gate shut. */
export async function giveBack(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  if (loan.kind === PARTITION) return await givePartitionBack(world, loan, signal);
  if (loan.kind !== GATE) return { outcome: "unknown", cause: `this driver knows no loan of the kind ${loan.kind}` };
  const found = await world.pod(loan.on, signal);
  if (!found.ok) return { outcome: "unknown", cause: found.why };
  if (found.value === null) return await whereNoPodIs(world, loan.on, loan.what);
  const { metadata, status } = found.value;
  if (metadata.deletionTimestamp != null || status.phase !== "Running") {
    return {
      outcome: "unknown",
      cause: `${loan.on} is ${metadata.deletionTimestamp == null ? status.phase : "leaving"}`,
    };
  }
  if (gateOf(found.value, loan.key)?.status === "True") return { outcome: "returned", how: `${loan.on} is in service` };
  const set = await setGate(world, found.value, loan.key, "True", signal);
  if (set === null)
    return { outcome: "returned", how: `${loan.key} = True on ${loan.on} (${metadata.uid}), read back` };
  return { outcome: "unknown", cause: set.outcome === "refused" ? set.reason : set.cause };
}

async function whereNoPodIs(world: World, nodeId: NodeId, what: string): Promise<LoanOutcome> {
  const node = world.node(nodeId);
  if (node === null) return { outcome: "returned", how: `${nodeId} is not among the replicas any more` };
  return await Promise.resolve({ outcome: "unknown", cause: `${what}: there is no pod ${nodeId} yet` });
}
