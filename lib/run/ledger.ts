/**
 * What became of one piece of work that was in flight while a node drained or left. Its system tells (an audit log, a
 * load's own row); where nobody can, that is said.
 */
export type LedgerRow = {
  readonly id: string;
  readonly kind: "query" | "load";
  /** A digest or label, or the statement, shortened; never with a secret in it. */
  readonly what: string;
  readonly user: string | null;
  readonly startedAtMs: number | null;
  /** When it was first listed as running on the node. */
  readonly listedAtMs: number;
  /** `refused`: its system gave it back undone; `retried`: it was begun anew elsewhere, and ended well. */
  readonly outcome: "finished" | "cut" | "refused" | "retried" | "unknown";
  readonly endedAtMs: number | null;
  /** Who says so, in their own words. */
  readonly evidence: string;
  /** What to run again by hand, to be copied; null: nothing. */
  readonly again: string | null;
};
