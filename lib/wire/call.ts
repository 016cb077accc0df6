/** What of a run calls for a person, wherever they are: told by the console to every page that asked to be called. */
import type { NodeId } from "../cluster/node.ts";
import type { HoldReason } from "../run/hold.ts";
import { needsApproval } from "../run/phases/gate.ts";
import { currentStep, type Run } from "../run/state.ts";
import type { RunSummary } from "./views.ts";

export type Call = {
  /** The same as long as it is the same gate, the same hold: what was told once is known by it. */
  readonly key: string;
  readonly clusterId: string;
  readonly clusterName: string;
  readonly runId: string;
  /** `paused`: by a rule, such as the failure budget, not by a person. */
  readonly what: "gate" | "hold" | "paused" | "aborted";
  readonly nodeId: NodeId | null;
  /** Of a hold: why. */
  readonly why: HoldReason["why"] | null;
  readonly sinceMs: number;
};

type Of = { readonly clusterId: string; readonly clusterName: string };

/** Null while it goes on by itself, or somebody wants it to stand. */
export function callOf(run: Run, of: Of): Call | null {
  const call = (what: Call["what"], sinceMs: number, nodeId: NodeId | null, why: Call["why"]): Call => ({
    ...of,
    key: [run.id, what, nodeId ?? "", why ?? "", sinceMs].join(" "),
    runId: run.id,
    what,
    nodeId,
    why,
    sinceMs,
  });
  const { hold, life } = run;
  if (life.at === "ended") return null;
  // Taken out by hand is what somebody wanted.
  if (hold !== null && hold.reason.why !== "outByHand") {
    return call("hold", hold.sinceMs, hold.nodeId, hold.reason.why);
  }
  if (life.at === "paused" && life.by.kind === "rule") return call("paused", life.sinceMs, null, null);
  const step = currentStep(run);
  if (life.at !== "running" || step?.progress.at !== "phase" || step.progress.phase !== "gate") return null;
  if (step.approval !== null || !needsApproval(run, step)) return null;
  const since = step.phases.find(({ phase }) => phase === "gate")?.beganAtMs ?? run.startedAtMs;
  return call("gate", since, step.plan.nodeId, null);
}

const ABORT_IS_NEWS_MS = 30 * 60_000;

/** An abort is told to whoever was elsewhere, as long as it is news. */
export function callOfEnded(newest: RunSummary | undefined, of: Of, nowMs: number): Call | null {
  if (newest?.verdict !== "aborted" || newest.endedAtMs === null) return null;
  if (nowMs - newest.endedAtMs > ABORT_IS_NEWS_MS) return null;
  const key = `${newest.id} aborted`;
  return { ...of, key, runId: newest.id, what: "aborted", nodeId: null, why: null, sinceMs: newest.endedAtMs };
}
