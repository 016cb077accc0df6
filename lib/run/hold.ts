import type { NodeId } from "../cluster/node.ts";

/** Why the run waits for a person. What may be done about it, `refusal` tells. */
export type HoldReason =
  | { readonly why: "drainLimit" }
  | { readonly why: "checksFailed"; readonly checkKeys: readonly string[] }
  | { readonly why: "commandRefused"; readonly commandId: string; readonly reason: string }
  | { readonly why: "outcomeUnknown"; readonly commandId: string; readonly cause: string }
  /** The exit's limit is past and the process is still there, forced or not. */
  | { readonly why: "notGone"; readonly evidence: string }
  | { readonly why: "witnessesDisagree"; readonly evidence: string }
  | { readonly why: "notServing"; readonly evidence: string }
  | { readonly why: "verifyFailed"; readonly checkKeys: readonly string[] }
  | { readonly why: "inconclusive"; readonly evidence: string }
  /** Drained or stopped by hand: out until a person puts it back or starts it again. */
  | { readonly why: "outByHand" }
  /** Of one node: it is not the one that was planned for. Of the run: who appeared, and who vanished. */
  | {
      readonly why: "topologyChanged";
      readonly evidence: string;
      readonly appeared: readonly NodeId[];
      readonly vanished: readonly NodeId[];
    }
  | { readonly why: "loansOwed"; readonly evidence: string }
  | {
      readonly why: "hookFailed";
      readonly commandId: string;
      readonly when: "before" | "after";
      readonly evidence: string;
    }
  /** Every step has ended, and these were skipped or put back: a person says what is to become of them. */
  | { readonly why: "unsettled"; readonly nodeIds: readonly NodeId[] }
  /** Every step has ended: the old files are kept until a person says *Finish*. */
  | { readonly why: "finish" };

/** A node that is not the one that was planned for; the cluster around it is. */
export function nodeChanged(evidence: string): HoldReason {
  return { why: "topologyChanged", evidence, appeared: [], vanished: [] };
}

/** New words for the same cause are not a new hold. */
export function sameHold(a: Pick<Hold, "nodeId" | "reason">, b: Pick<Hold, "nodeId" | "reason">): boolean {
  return a.nodeId === b.nodeId && causeOf(a.reason) === causeOf(b.reason);
}

function causeOf(reason: HoldReason): string {
  const named = (ids: readonly string[]): string => [...ids].sort().join(" ");
  if ("commandId" in reason) return `${reason.why} ${reason.commandId}`;
  if ("checkKeys" in reason) return `${reason.why} ${named(reason.checkKeys)}`;
  if (reason.why === "unsettled") return `${reason.why} ${named(reason.nodeIds)}`;
  if (reason.why === "topologyChanged") return `${reason.why} ${named(reason.appeared)} / ${named(reason.vanished)}`;
  return reason.why;
}

export type Hold = { readonly nodeId: NodeId | null; readonly reason: HoldReason; readonly sinceMs: number };

/** How a run ended. */
export type RunVerdict = "finished" | "aborted";

/** How a step ended. `skipped` and `putBack` left the node as it was. */
export type StepResult = "verified" | "skipped" | "putBack" | "aborted";
