import type { NodeId } from "#lib/cluster/node.ts";

/** How a statement through a front door went. `notSent`: nothing left the console, and that is no fault of the system's. */
export type Knock =
  | { readonly answer: "ok" }
  | { readonly answer: "failed"; readonly error: string }
  | { readonly answer: "notSent"; readonly why: string };

/** What clients come in by, each on a connection of our own. A driver without front doors cannot be probed. */
export interface FrontDoors {
  /** Those that there are now, by the node behind them. */
  doors(): readonly NodeId[];
  /** One statement through this door, as a client sends it: never a second time, and never rejecting. */
  knock(door: NodeId, signal: AbortSignal): Promise<Knock>;
  /** Closes our connection, which would hold the node's exit up; the next knock opens another. */
  leave(door: NodeId): void;
  /** A probe is never faster than this, whatever a plan says. */
  readonly leastEveryMs: number;
}
