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
  | { readonly why: "topologyChanged"; readonly evidence: string }
  | { readonly why: "loansOwed"; readonly evidence: string };

export type Hold = { readonly nodeId: NodeId | null; readonly reason: HoldReason; readonly sinceMs: number };

/** How a run ended. */
export type RunVerdict = "finished" | "aborted";

/** How a step ended. `skipped` and `putBack` left the node as it was. */
export type StepResult = "verified" | "skipped" | "putBack" | "aborted";
