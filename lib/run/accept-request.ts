import type { NodeId } from "../cluster/node.ts";
import type { Actor } from "./actor.ts";
import { commandPrefix, nextCommand } from "./ask.ts";
import type { Draft, RunEvent } from "./event.ts";
import { isUntouched } from "./commitment.ts";
import { by } from "./move.ts";
import { patched } from "./policy.ts";
import { refusalOf } from "./refusal.ts";
import { type Refusal, type RequestName, type RunRequest } from "./request.ts";
import { stepOf, type Run } from "./state.ts";

/** An approval takes effect after this; until then it can be taken back, whatever becomes of the browser. */
export const UNDO_MS = 5000;

/** What to record for a request that `refusal` does not refuse. A request that it does refuse records nothing. */
export function requestEvents(run: Run, request: RunRequest, actor: Actor, nowMs: number): readonly Draft<RunEvent>[] {
  if (actor.kind !== "person" || refusalOf(run, request, nowMs) !== null) return [];
  return eventsOf(run, request, nowMs).map((event) => by(actor, event));
}

function eventsOf(run: Run, request: RunRequest, nowMs: number): readonly RunEvent[] {
  switch (request.do) {
    case "approve":
      return [{ type: "ApprovalGiven", nodeId: request.nodeId, effectiveAtMs: nowMs + UNDO_MS }];
    case "withdrawApproval":
      return [{ type: "ApprovalWithdrawn", nodeId: request.nodeId }];
    case "pause":
      return [{ type: "PauseRequested", reason: request.reason }];
    case "resume":
      return [{ type: "RunResumed" }];
    case "abort":
      return [{ type: "AbortRequested", reason: request.reason }];
    case "retry":
      return [{ type: "RetryRequested", nodeId: request.nodeId }];
    case "skip":
      return skipped(run, request.nodeId, request.reason);
    case "override":
      return [{ type: "CheckOverridden", nodeId: request.nodeId, checkKey: request.checkKey, reason: request.reason }];
    case "moveDrainLimit":
      return drainLimitMoved(run, request.nodeId, request.byMs, nowMs);
    case "goOn":
      return [{ type: "GoOnRequested", nodeId: request.nodeId }];
    case "putBack":
      return putBack(run, request.nodeId, request.reason);
    case "shorten":
      return shortened(run, request.nodeId, request.limitMs, nowMs);
    case "force":
      return [{ type: "ForceRequested", nodeId: request.nodeId }];
    case "startAgain":
      return [{ type: "StartAgainRequested", nodeId: request.nodeId }];
    case "accept":
      return [{ type: "VerdictAccepted", nodeId: request.nodeId, reason: request.reason }];
    case "changePolicy":
      return [{ type: "PolicyChanged", policy: patched(run.plan.policy, request.policy), reason: request.reason }];
    case "acceptTopology":
      return topologyAccepted(run, request.reason);
    case "settle":
      return [{ type: "StepSettled", nodeId: request.nodeId, how: request.how, reason: request.reason }];
    case "note":
      return [{ type: "NoteAdded", nodeId: request.nodeId, text: request.text.trim() }];
    case "finish":
      return [{ type: "FinishRequested" }];
    default:
      return request satisfies never;
  }
}

function topologyAccepted(run: Run, reason: string): readonly RunEvent[] {
  const held = run.hold?.reason;
  if (held?.why !== "topologyChanged") return [];
  return [{ type: "TopologyAccepted", appeared: held.appeared, vanished: held.vanished, reason }];
}

/** A step that was not begun, or has gone back already, is over at once; any other goes back first. */
function skipped(run: Run, nodeId: NodeId, reason: string): readonly RunEvent[] {
  const asked: RunEvent = { type: "SkipRequested", nodeId, reason };
  const at = stepOf(run, nodeId)?.progress.at;
  return at === "waiting" || at === "puttingBack"
    ? [asked, { type: "StepEnded", nodeId, result: "skipped", evidence: reason }]
    : [asked];
}

function drainLimitMoved(run: Run, nodeId: NodeId, byMs: number, nowMs: number): readonly RunEvent[] {
  const deadlineAtMs = stepOf(run, nodeId)?.drain?.deadlineAtMs ?? nowMs;
  // A limit that is past already is moved from now on; one that is brought nearer ends now at the earliest.
  const from = Math.max(deadlineAtMs, nowMs);
  return [{ type: "DrainLimitMoved", nodeId, deadlineAtMs: Math.max(nowMs, from + byMs) }];
}

/** The next node is not touched after one was put back, unless a person says so (rule 3). */
function putBack(run: Run, nodeId: NodeId, reason: string): readonly RunEvent[] {
  const asked: RunEvent = { type: "PutBackRequested", nodeId, reason };
  const more = run.steps.some((step) => step.plan.nodeId !== nodeId && isUntouched(step));
  return more && run.life.at === "running"
    ? [asked, { type: "PauseRequested", reason: `${nodeId} was put back.` }]
    : [asked];
}

function shortened(run: Run, nodeId: NodeId, limitMs: number, nowMs: number): readonly RunEvent[] {
  const identity = stepOf(run, nodeId)?.before?.identity ?? null;
  const prefix = commandPrefix(run, nodeId, "exit", "shorten");
  const command = nextCommand(run, prefix, { verb: "shorten", nodeId, limitMs, identity });
  return [
    { type: "ExitLimitMoved", nodeId, deadlineAtMs: nowMs + limitMs },
    { type: "CommandIssued", command, attempt: 1 },
  ];
}

// ------------------------------------------------------------------------------------------------------------ buttons

export type ActView = { readonly do: RequestName; readonly refusal: Refusal | null };

/**
 * Every act there is, for a node or (null) for the run as a whole, with why it is not allowed now: what is refused stays
 * visible and says why. `override` is asked per check and `changePolicy` per change, with `refusal`.
 */
export function allowedActs(run: Run, nodeId: NodeId | null, nowMs: number): readonly ActView[] {
  const requests = nodeId === null ? ofRun() : ofNode(nodeId);
  return requests.map((request) => ({ do: request.do, refusal: refusalOf(run, request, nowMs) }));
}

const SOME_REASON = "example";

function ofRun(): readonly RunRequest[] {
  return [
    { do: "pause", reason: SOME_REASON },
    { do: "resume" },
    { do: "abort", reason: SOME_REASON },
    { do: "acceptTopology", reason: SOME_REASON },
    { do: "note", nodeId: null, text: SOME_REASON },
    { do: "finish" },
  ];
}

function ofNode(nodeId: NodeId): readonly RunRequest[] {
  return [
    { do: "approve", nodeId },
    { do: "withdrawApproval", nodeId },
    { do: "moveDrainLimit", nodeId, byMs: 60_000 },
    { do: "goOn", nodeId },
    { do: "putBack", nodeId, reason: SOME_REASON },
    { do: "shorten", nodeId, limitMs: 0 },
    { do: "force", nodeId },
    { do: "startAgain", nodeId },
    { do: "retry", nodeId },
    { do: "accept", nodeId, reason: SOME_REASON },
    { do: "skip", nodeId, reason: SOME_REASON },
    { do: "settle", nodeId, how: "again", reason: SOME_REASON },
  ];
}
