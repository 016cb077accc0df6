import type { NodeId } from "../cluster/node.ts";

/** `blocks` stops the run, `needsReason` can be overridden by a person with a reason, `note` only tells. */
export type Severity = "blocks" | "needsReason" | "note";

/** The answer to one question about the cluster, asked before a node is touched or after it came back. */
export type Check = {
  /** Stable id of the question, such as `quorum` or `artifact-present`. */
  readonly id: string;
  /** The node it speaks of; null for the cluster as a whole. */
  readonly nodeId: NodeId | null;
  readonly title: string;
  readonly severity: Severity;
  /** `unknown`: it could not be asked; `evidence` says why. Counts as failed unless `severity` is `note`. */
  readonly verdict: "pass" | "fail" | "unknown";
  /** What was seen and where. */
  readonly evidence: string;
  /** What to do about it, with the statement to paste where there is one; "" when it passes. */
  readonly remedy: string;
};

export type CheckReport = { readonly checks: readonly Check[]; readonly asOfMs: number };

/** A check, for one node or for the cluster. Overrides are kept under this key. */
export function checkKey(check: Pick<Check, "id" | "nodeId">): string {
  return check.nodeId === null ? check.id : `${check.id}@${check.nodeId}`;
}

/** How the cluster stood when the run began, in the driver's own keys: gates compare with it. */
export type Baseline = Readonly<Record<string, number | string>>;
