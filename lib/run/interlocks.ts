import { statusOf, type NodeStatus } from "../cluster/status.ts";
import type { NodeId } from "../cluster/node.ts";
import type { Check } from "./check.ts";
import { matesOf, outByRun, whyNotBeside } from "./batch.ts";
import { isEnded } from "./commitment.ts";
import type { Scene, StepScene } from "./move.ts";
import { rankOf } from "./plan.ts";
import { topologyChange } from "./topology.ts";

/**
 * What must hold before any node of any system is touched (rules 1, 3, 5 and 10). No person can override them: a
 * driver adds those of its system, which say for themselves whether one can.
 */
export function interlocks(scene: StepScene): readonly Check[] {
  return [listed(scene), observed(scene), previousSettled(scene), inOrder(scene), oneAtATime(scene), notTheLast(scene)];
}

type Answer = { readonly verdict: Check["verdict"]; readonly evidence: string; readonly remedy: string };

function blocking(id: string, nodeId: NodeId, title: string, answer: Answer): Check {
  return { id, nodeId, title, severity: "blocks", ...answer };
}

function pass(evidence: string): Answer {
  return { verdict: "pass", evidence, remedy: "" };
}

function fail(evidence: string, remedy: string): Answer {
  return { verdict: "fail", evidence, remedy };
}

const UNLISTED: Answer = {
  verdict: "unknown",
  evidence: "Nobody lists the cluster's nodes now.",
  remedy: "See whether the control plane can be reached.",
};

/** The plan speaks of a node of a certain role at a certain place. Another one under its name is not that node. */
function listed({ run, facts, step }: StepScene): Check {
  const { nodeId, role, address } = step.plan;
  const answer = (): Answer => {
    if (facts.nodes === null) return UNLISTED;
    const node = facts.nodes.find(({ id }) => id === nodeId);
    const remedy = "End this run and plan anew: the cluster is not the one that was planned for.";
    if (node === undefined) return fail(`${nodeId} is not listed any more.`, remedy);
    // Whether somebody appeared or vanished takes two polls to tell.
    if (facts.nodesBefore === null) return { ...UNLISTED, evidence: "The nodes were listed only once so far." };
    if (node.role !== role) return fail(`${nodeId} is a ${node.role} now, and was a ${role}.`, remedy);
    const change = matesOf(run, step).length === 0 ? null : topologyChange(run, facts);
    const others = change === null ? [] : [...change.appeared, ...change.vanished];
    if (others.length > 0)
      return fail(`Appeared or vanished since it began: ${others.join(", ")}.`, "A person is asked.");
    if (node.address !== address) return fail(`${nodeId} is at ${node.address} now, and was at ${address}.`, remedy);
    return pass(`${node.role} at ${node.address}.`);
  };
  return blocking("topology", nodeId, "The cluster is the one that was planned for", answer());
}

/** Rule 10: what is not known now is not acted upon. */
function observed(scene: StepScene): Check {
  const { nodeId } = scene.step.plan;
  const { status, disagreement, asOfMs } = statusNow(scene, nodeId);
  const remedy = "See why nobody tells of the node; the run goes on by itself when somebody does.";
  const answer = (): Answer => {
    if (disagreement !== null) return fail(disagreement.map((fact) => fact.said).join("; "), "Find out who is right.");
    if (status !== "unknown") return pass(`It is ${status}.`);
    const age =
      asOfMs === null
        ? "Nothing was ever told of it."
        : `Last told of ${Math.round((scene.nowMs - asOfMs) / 1000)} s ago.`;
    return { verdict: "unknown", evidence: age, remedy };
  };
  return blocking("observed", nodeId, "Its state is known now", answer());
}

/** Rule 3, and for a batch N1 and N2. */
function previousSettled({ run, step }: StepScene): Check {
  const { nodeId } = step.plan;
  const before = run.steps.slice(
    0,
    run.steps.findIndex((other) => other.plan.nodeId === nodeId),
  );
  const mates = matesOf(run, step);
  const open = before.filter((other) => !isEnded(other) && !mates.includes(other)).map((other) => other.plan.nodeId);
  const why = open.length > 0 ? `Not settled yet: ${open.join(", ")}.` : whyNotBeside(run, step);
  const beside =
    mates.length === 0 ? "" : ` ${mates.map((mate) => mate.plan.nodeId).join(", ")} is under way beside it.`;
  const answer =
    why === null
      ? pass(`${before.filter(isEnded).length} before it are settled.${beside}`)
      : fail(why, "It goes on by itself.");
  return blocking("previous-settled", nodeId, "The step before it is settled", answer);
}

/** Rule 5. A dead node may go before its rank, for nothing else may be touched while it is down. */
function inOrder(scene: StepScene): Check {
  const { run, step, facts } = scene;
  const { nodeId } = step.plan;
  const answer = (): Answer => {
    if (facts.nodes === null) return UNLISTED;
    const ranks = new Map(facts.nodes.map((node) => [node.id, rankOf(node, run.plan.kind)]));
    const own = ranks.get(nodeId);
    if (own === undefined) return fail(`${nodeId} is not listed any more.`, "End this run and plan anew.");
    if (isOut(statusNow(scene, nodeId)) === "out") return pass("It is down already, so it goes first.");
    const waiting = run.steps.filter((other) => !isEnded(other));
    const first = waiting
      .filter((other) => (ranks.get(other.plan.nodeId) ?? own) < own)
      .map((other) => other.plan.nodeId);
    return first.length === 0
      ? pass("Nobody has to go before it.")
      : fail(`To go first: ${first.join(", ")}.`, "It goes on by itself.");
  };
  return blocking("order", nodeId, "Its turn has come", answer());
}

/** Rule 1, first half. The step's own node never counts against itself. */
function oneAtATime(scene: StepScene): Check {
  const { run, facts, step } = scene;
  const { nodeId } = step.plan;
  const most = run.plan.policy.maxUnavailable;
  const answer = (): Answer => {
    if (facts.nodes === null) return UNLISTED;
    if (isOut(statusNow(scene, nodeId)) === "out")
      return pass(`${nodeId} is out already: its step takes no other out.`);
    const others = facts.nodes.filter(({ id }) => id !== nodeId);
    const ours = outByRun(run, nodeId);
    const standing = (id: NodeId): ReturnType<typeof isOut> =>
      ours.includes(id) ? "out" : isOut(statusNow(scene, id));
    const out = others.filter(({ id }) => standing(id) === "out").map(({ id }) => id);
    const unknown = others.filter(({ id }) => standing(id) === "unknown").map(({ id }) => id);
    const words = [
      ...(out.length > 0 ? [`out of service: ${out.join(", ")}`] : []),
      ...(unknown.length > 0 ? [`not known: ${unknown.join(", ")}`] : []),
    ].join("; ");
    if (out.length + unknown.length + 1 <= most)
      return pass(words === "" ? "All others serve." : `Allowed ${most}; ${words}.`);
    const verdict = out.length + 1 > most ? "fail" : "unknown";
    return {
      verdict,
      evidence: `Allowed ${most} at a time; ${words}.`,
      remedy: "Bring the others back; the run goes on by itself.",
    };
  };
  return blocking("max-unavailable", nodeId, `Not more than ${most} out of service`, answer());
}

/** Rule 1, second half. */
function notTheLast(scene: StepScene): Check {
  const { run, facts, step } = scene;
  const { nodeId, role, pool } = step.plan;
  const answer = (): Answer => {
    if (facts.nodes === null) return UNLISTED;
    if (isOut(statusNow(scene, nodeId)) === "out") return pass(`${nodeId} does not serve already.`);
    if (step.plan.inPlace === true) return pass(`${nodeId} is replaced part by part, and goes on serving.`);
    const peers = facts.nodes.filter((node) => node.id !== nodeId && node.role === role && node.pool === pool);
    const ours = outByRun(run, nodeId);
    const serving = peers
      .filter(({ id }) => !ours.includes(id) && statusNow(scene, id).status === "serving")
      .map(({ id }) => id);
    if (serving.length > 0) return pass(`${serving.length} others serve: ${serving.slice(0, 5).join(", ")}.`);
    return fail(`No other ${role} of pool ${pool} serves.`, "Add or bring back another one first.");
  };
  return blocking("last-serving", nodeId, "Another one of its role and pool serves", answer());
}

function statusNow({ facts, nowMs }: Scene, nodeId: NodeId): NodeStatus {
  return statusOf(facts.observations.get(nodeId) ?? null, null, nowMs);
}

/** Whether a node counts as out of service: neither one that is kept out by a router's own finding, nor one that serves. */
function isOut({ status, disagreement }: NodeStatus): "in" | "out" | "unknown" {
  if (disagreement !== null || status === "unknown") return "unknown";
  return status === "serving" ? "in" : "out";
}
