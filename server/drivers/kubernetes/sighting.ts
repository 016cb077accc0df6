/** What an object says of a node, in the words of every system; each fact with what Kubernetes said itself. */
import type { Admission, Fact, ProcessState, Route, Witness } from "#lib/cluster/observation.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import type { Sighting } from "#server/orchestrator/ports.ts";
import {
  clusterNodeOf,
  mainPods,
  partitionOf,
  revisionOf,
  versionOfPod,
  wantedContainer,
  type KubernetesNode,
  type PodNode,
  type WholeNode,
} from "./nodes.ts";
import { isHeldBack } from "./partition-loan.ts";
import { isTrue, type Pod } from "./resources.ts";

/** `controlPlane`: the object as the API server has it. `node`: what its kubelet reports of the containers in it. */
export function sightingOf(node: KubernetesNode, witness: Witness, nowMs: number): Sighting {
  return node.is === "pod" ? ofPod(node, witness, nowMs) : ofWhole(node, witness, nowMs);
}

type Say = <T>(value: T, said: string) => Fact<T>;

function speaking(witness: Witness, nowMs: number): Say {
  return (value, said) => ({ value, witness, asOfMs: nowMs, seenAtMs: nowMs, said });
}

function ofPod(node: PodNode, witness: Witness, nowMs: number): Sighting {
  const say = speaking(witness, nowMs);
  const { id, pod } = node;
  const routing = routesOf(node, nowMs);
  if (pod === null) {
    const process = witness === "controlPlane" ? [say("gone" as const, `no pod ${id} is listed`)] : [];
    return { ...emptySighting(id), process, routing, word: "absent", remark: "" };
  }
  const { word, remark } = wordOf(node, pod);
  const byControlPlane = witness === "controlPlane";
  return {
    ...emptySighting(id),
    process: [say(stateOf(pod), saidOf(pod))],
    admission: admissionOf(pod, say),
    routing,
    identity: byControlPlane ? say(pod.metadata.uid, `metadata.uid of ${id}`) : null,
    version: byControlPlane ? versionFact(pod, wantedContainer(node), say) : null,
    word,
    remark,
    startedAtMs: startedAtMs(pod),
  };
}

/** Ended, or not begun: no container of it runs. */
function stateOf({ metadata, status }: Pod): ProcessState {
  if (status.phase === "Failed" || status.phase === "Succeeded" || status.phase === "Pending") return "gone";
  return metadata.deletionTimestamp == null ? "up" : "exiting";
}

function saidOf({ metadata, status }: Pod): string {
  const leaving = metadata.deletionTimestamp == null ? "" : `, deletionTimestamp ${isoOf(metadata.deletionTimestamp)}`;
  return `${metadata.name}: phase ${status.phase || "unknown"}, uid ${metadata.uid}${leaving}`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Whether its containers would take work; whether any is sent there is for the routes to say. */
function admissionOf(pod: Pod, say: Say): readonly Fact<Admission>[] {
  if (pod.status.phase !== "Running") return [];
  const isReady = isTrue(pod.status.conditions, "ContainersReady");
  return [say(isReady ? "accepting" : "refusing", `ContainersReady=${isReady ? "True" : "False"}`)];
}

function versionFact(pod: Pod, container: string | undefined, say: Say): Fact<string> | null {
  const version = versionOfPod(pod, container);
  return version === null ? null : say(version, `image of ${pod.metadata.name}`);
}

function startedAtMs({ status }: Pod): number | null {
  const [first] = status.containerStatuses;
  return first?.state.running?.startedAt ?? status.startTime ?? null;
}

/** One entry a Service. An endpoint is the pod of that uid, never of that name. */
function routesOf({ pod, of }: PodNode, nowMs: number): readonly Route[] {
  return of.services.map(({ service, slices }) => {
    const endpoint = slices
      .flatMap(({ endpoints }) => endpoints)
      .find(({ targetRef }) => pod !== null && targetRef?.uid === pod.metadata.uid);
    const { ready = false, serving = false, terminating = false } = endpoint?.conditions ?? {};
    const words =
      endpoint === undefined
        ? ["absent"]
        : [serving ? "serving" : "not serving", ...(terminating ? ["terminating"] : [])];
    const kind = ready ? "ready" : words.join(", ");
    return { router: service.metadata.name, state: ready ? "in" : "out", kind, asOfMs: nowMs };
  });
}

function wordOf(node: PodNode, pod: Pod): { readonly word: string; readonly remark: string } {
  const { status, metadata } = pod;
  const waiting = status.containerStatuses.find(({ state }) => state.waiting !== undefined)?.state.waiting;
  if (metadata.deletionTimestamp != null) return { word: "Terminating", remark: "" };
  if (waiting !== undefined && waiting.reason !== "ContainerCreating")
    return { word: waiting.reason, remark: waiting.message };
  if (status.phase !== "Running") {
    const unscheduled = status.conditions.find(({ type, status: is }) => type === "PodScheduled" && is === "False");
    return { word: status.phase || "unknown", remark: status.message || (unscheduled?.message ?? "") };
  }
  if (isTrue(status.conditions, "Ready")) {
    const remarks = [restartsOf(pod), heldBackOf(node, pod)].filter((remark) => remark !== "");
    return { word: "Ready", remark: remarks.join("; ") };
  }
  const gate = closedGate(node, pod);
  return { word: "NotReady", remark: gate === null ? restartsOf(pod) : `its readiness gate ${gate} is not True` };
}

function restartsOf({ status }: Pod): string {
  const restarts = Math.max(0, ...status.containerStatuses.map(({ restartCount }) => restartCount));
  return restarts === 0 ? "" : `its container was started again ${restarts} times in this pod`;
}

/** While a run is under way it waits for its turn; after one that was aborted it is what that one left behind. */
function heldBackOf({ of }: PodNode, pod: Pod): string {
  if (!isHeldBack(pod, of)) return "";
  const version = versionOfPod(pod, of.config.container) ?? "its version";
  return `held on ${version} by partition ${partitionOf(of.set)} of ${of.set.metadata.name}, which a run of this console set`;
}

export function closedGate({ of }: PodNode, pod: Pod): string | null {
  const gate = of.config.readinessGate;
  const has = pod.spec.readinessGates.some(({ conditionType }) => conditionType === gate);
  return has && !isTrue(pod.status.conditions, gate) ? gate : null;
}

// ---------------------------------------------------------------------------------------------------------- a whole

/** It serves while enough of its pods do; its identity is the revision that they are of. */
function ofWhole(node: WholeNode, witness: Witness, nowMs: number): Sighting {
  const say = speaking(witness, nowMs);
  const main = mainPods(node.pods);
  const ready = node.pods.filter(({ status }) => isTrue(status.conditions, "Ready")).length;
  const words = `${ready} of ${node.desired} pods ready`;
  const [first] = main;
  const byControlPlane = witness === "controlPlane";
  const revisions = new Set(node.pods.filter(({ metadata }) => metadata.deletionTimestamp == null).map(revisionOf));
  return {
    ...emptySighting(node.id),
    process: [say(node.pods.length === 0 ? "gone" : "up", `${clusterNodeOf(node).address}: ${words}`)],
    admission: node.pods.length === 0 ? [] : [say(ready > 0 ? "accepting" : "refusing", words)],
    routing: [],
    identity: byControlPlane && first !== undefined ? say(revisionOf(first), "the revision of its pods") : null,
    version: byControlPlane && first !== undefined ? versionFact(first, wantedContainer(node), say) : null,
    word: revisions.size > 1 ? "Rolling" : ready >= node.desired ? "Complete" : "NotReady",
    remark: ready >= node.desired ? "" : words,
  };
}
