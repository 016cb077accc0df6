/** Making a node leave, and how it ended. From the deletion on there is no way back, and a limit only comes closer. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { ExitAct } from "#server/orchestrator/ports.ts";
import { explain, isLate } from "./client.ts";
import { endOf } from "./ending.ts";
import { evict } from "./evict.ts";
import { whyNotKnownDead } from "./machine.ts";
import type { PodNode } from "./nodes.ts";
import { podPath } from "./paths.ts";
import { lowerPartition, movesByPartition } from "./partition.ts";
import type { Pod } from "./resources.ts";
import { rollOut } from "./rollout.ts";
import type { World } from "./world.ts";

export async function exit(world: World, commandId: string, act: ExitAct, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(act.nodeId);
  if (node === null) return refused(`${act.nodeId} is not among the workloads any more`);
  return node.is === "whole"
    ? await rollOut(world, commandId, node, act.identity, signal)
    : await ofPod(world, node, act, signal);
}

async function ofPod(world: World, node: PodNode, act: ExitAct, signal: AbortSignal): Promise<Outcome> {
  const found = await world.pod(node.id, signal);
  if (!found.ok) return unknown(found.why);
  const pod = found.value;
  if (act.identity !== null && pod?.metadata.uid !== act.identity) return left(world, act.identity, pod);
  if (pod === null) return { outcome: "done", evidence: `there is no pod ${node.id}` };
  const beganAtMs = world.clock.now();
  const { metadata, status } = node.of.set;
  if (pod.metadata.deletionTimestamp == null) {
    if (status.observedGeneration < metadata.generation) {
      return unknown(`its controller has not seen the last change of ${metadata.name}: it would come back as it is`);
    }
    const told = await tell(world, node, pod, act.limitMs, signal);
    if (told !== null) return told;
  }
  const isGone = await waitGone(world, pod, act.limitMs, signal);
  if (isGone === "gone") return ended(world, pod, (world.clock.now() - beganAtMs) / 1000);
  if (isGone === "called off") return unknown("the console stopped waiting; the exit goes on");
  return unknown(`${node.id} (${pod.metadata.uid}) is leaving, and is still there after its limit`);
}

/** It has left already, by whomsoever: whoever is in its place is another, and is not touched. */
function left(world: World, uid: string, now: Pod | null): Outcome {
  const next = now === null ? "nobody is in its place yet" : `${now.metadata.uid} is in its place, and is not touched`;
  const last = world.watchOf(uid)?.last(uid) ?? null;
  const { forced, said } = last === null ? { forced: false, said: "how it ended was not seen" } : endOf(last);
  return {
    outcome: "done",
    evidence: `${uid} is not there any more (${said}); ${next}`,
    ...(forced ? { forced } : {}),
  };
}

function ended(world: World, pod: Pod, tookS: number): Outcome {
  const { uid } = pod.metadata;
  const watch = world.watchOf(uid);
  const gone = watch?.gone(uid) ?? null;
  const how = gone?.by === "DELETED" ? "its DELETED event came" : "a list has it no more";
  const { forced, said } = endOf(watch?.last(uid) ?? pod);
  const evidence = `${pod.metadata.name} (${uid}) is gone after ${tookS.toFixed(1)} s: ${how}; ${said}`;
  return { outcome: "done", evidence, ...(forced ? { forced } : {}) };
}

/** A budget may lag behind what has just become ready again: so long it is asked again. */
const BUDGET_PATIENCE_MS = 10_000;
const AGAIN_MS = 1000;

/** Null: it was told to leave. */
async function tell(
  world: World,
  node: PodNode,
  pod: Pod,
  limitMs: number | null,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const graceS = limitMs === null ? null : Math.max(1, Math.ceil(limitMs / 1000));
  const byPartition = movesByPartition(node, pod);
  const untilMs = world.clock.now() + BUDGET_PATIENCE_MS;
  for (;;) {
    // Looked at for long enough, another console may own the cluster: what is not sent yet is not sent.
    if (signal.aborted) return refused("this console was called off before the exit was sent");
    const answer = await evict(world, pod, { graceS, dryRun: byPartition }, signal);
    switch (answer.is) {
      case "granted":
        return byPartition ? await lowerPartition(world, node, signal) : null;
      case "absent":
        return null;
      case "unknown":
        return unknown(answer.cause);
      case "refused":
        return refused(answer.said);
      case "budget":
      case "later": {
        if (world.clock.now() < untilMs) {
          await world.clock.wait(answer.is === "later" ? Math.min(answer.afterMs, AGAIN_MS * 5) : AGAIN_MS, signal);
          break;
        }
        return answer.is === "budget" ? refused(answer.said) : unknown(answer.said);
      }
      default:
        return answer satisfies never;
    }
  }
}

/** After its limit a kubelet ends it by force, and then takes down what it had: volumes, network. */
const AFTER_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** By the end of that very uid, never by a name: its StatefulSet makes another of the same name at once. */
export async function waitGone(
  world: World,
  { metadata }: Pod,
  limitMs: number | null,
  signal: AbortSignal,
): Promise<"gone" | "still there" | "called off"> {
  const { uid, name } = metadata;
  const untilMs = limitMs === null ? null : world.clock.now() + limitMs + AFTER_LIMIT_MS;
  for (;;) {
    const watch = world.watchOf(uid);
    if ((watch?.gone(uid) ?? null) !== null) return "gone";
    const found = await world.pod(name, signal);
    if (found.ok && found.value?.metadata.uid !== uid) {
      // The watch says a moment later how it ended.
      if (watch !== null && watch.gone(uid) === null) await watch.heard(LOOK_EVERY_MS, signal);
      return "gone";
    }
    if (signal.aborted) return "called off";
    if (untilMs !== null && world.clock.now() > untilMs) return "still there";
    if (watch === null) await world.clock.wait(LOOK_EVERY_MS, signal);
    else await watch.heard(LOOK_EVERY_MS, signal);
  }
}

/** A second deletion may shorten the grace, and nothing can make it longer. */
export async function shorten(
  world: World,
  nodeId: NodeId,
  limitMs: number,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not among the workloads any more`);
  if (node.is === "whole") return refused(ROLLOUT_HAS_NO_LIMIT);
  const limitS = Math.max(1, Math.ceil(limitMs / 1000));
  const sent = await remove(world, nodeId, identity, (pod) => limitS + leavingForS(pod, world.clock.now()), signal);
  if (sent.is === "gone") return { outcome: "done", evidence: sent.said };
  if (sent.is !== "sent") return sent.outcome;
  return { outcome: "done", evidence: `${limitS} s from now on its kubelet ends it by force` };
}

/** A grace counts from the first deletion, whenever it is told. */
export function leavingForS({ metadata }: Pod, nowMs: number): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp == null) return 0;
  const beganAtMs = deletionTimestamp - (deletionGracePeriodSeconds ?? 0) * 1000;
  return Math.max(0, Math.floor((nowMs - beganAtMs) / 1000));
}

const ROLLOUT_HAS_NO_LIMIT =
  "its pods are replaced one after the other by their controller: none of them is told a limit of ours. Abort the run, or roll back";

/** A kubelet ends what it is told to within a second, and says so by the end of the object; grace 0 proves nothing. */
const FORCED_GRACE_S = 1;
const KUBELET_MS = 20_000;

export async function force(
  world: World,
  nodeId: NodeId,
  identity: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not among the workloads any more`);
  if (node.is === "whole") return refused(ROLLOUT_HAS_NO_LIMIT);
  const sent = await remove(world, nodeId, identity, () => FORCED_GRACE_S, signal);
  if (sent.is === "gone") return { outcome: "done", evidence: sent.said };
  if (sent.is !== "sent") return sent.outcome;
  const gone = await waitGone(world, sent.pod, KUBELET_MS - AFTER_LIMIT_MS, signal);
  if (gone === "gone") return forced(world, sent.pod, `grace ${FORCED_GRACE_S} s`);
  if (gone === "called off") return unknown("the console stopped waiting; the deletion goes on");
  const why = await whyNotKnownDead(world, sent.pod, signal);
  if (why !== null) return refused(why);
  const zero = await remove(world, nodeId, sent.pod.metadata.uid, () => 0, signal);
  if (zero.is === "refused") return zero.outcome;
  const after = await waitGone(world, sent.pod, KUBELET_MS - AFTER_LIMIT_MS, signal);
  return after === "gone"
    ? forced(world, sent.pod, "grace 0, its host being known dead")
    : unknown(`${nodeId} was removed with grace 0, and is still there`);
}

function forced(world: World, pod: Pod, how: string): Outcome {
  const { said } = endOf(world.watchOf(pod.metadata.uid)?.last(pod.metadata.uid) ?? pod);
  return {
    outcome: "done",
    forced: true,
    evidence: `${pod.metadata.name} (${pod.metadata.uid}) was ended (${how}); ${said}`,
  };
}

type Removed =
  | { readonly is: "sent"; readonly pod: Pod }
  | { readonly is: "gone"; readonly said: string }
  | { readonly is: "refused"; readonly outcome: Outcome };

async function remove(
  world: World,
  name: string,
  identity: string | null,
  graceOf: (pod: Pod) => number,
  signal: AbortSignal,
): Promise<Removed> {
  const found = await world.pod(name, signal);
  if (!found.ok) return { is: "refused", outcome: unknown(found.why) };
  const pod = found.value;
  if (pod === null) return { is: "gone", said: `there is no pod ${name}` };
  const { uid } = pod.metadata;
  if (identity !== null && uid !== identity)
    return { is: "gone", said: `${identity} is gone; ${uid} is in its place, and is not touched` };
  const value = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: graceOf(pod), preconditions: { uid } };
  const answer = await world.send(name, "DELETE", podPath(world.namespace, name), { value, type: "json" }, signal);
  if (answer.ok) return { is: "sent", pod };
  const { failure } = answer;
  if (failure.kind === "status" && (failure.code === 404 || failure.code === 409))
    return { is: "gone", said: `${uid} is gone by itself` };
  const words = explain(failure, `DELETE ${name}`);
  return { is: "refused", outcome: isLate(failure) ? unknown(words) : refused(words) };
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
