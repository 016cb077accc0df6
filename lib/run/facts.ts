import type { ClusterNode, NodeId } from "../cluster/node.ts";
import type { Observation, WorkList } from "../cluster/observation.ts";
import type { CheckReport } from "./check.ts";
import type { LedgerRow } from "./ledger.ts";

/** Requests and failures that the system counted since a moment; null where it does not tell. */
export type Traffic = { readonly sinceMs: number; readonly requests: number | null; readonly failures: number | null };

/** What the world looks like to the run now. It is never stored: what a decision rests on goes into its event. */
export type Facts = {
  /** The nodes as the control plane lists them now; null while nobody could list them. */
  readonly nodes: readonly ClusterNode[] | null;
  /** The nodes as the poll before listed them; null before there were two. Who is missing once has not vanished. */
  readonly nodesBefore: readonly ClusterNode[] | null;
  readonly observations: ReadonlyMap<NodeId, Observation>;
  /** Running work of the nodes in transition. */
  readonly work: ReadonlyMap<NodeId, WorkList>;
  /** The driver's interlocks for the node that is at its check. */
  readonly checks: ReadonlyMap<NodeId, CheckReport>;
  /** The driver's health gates for the nodes that are being verified. */
  readonly gates: ReadonlyMap<NodeId, CheckReport>;
  /** What the system counted during the soak of each node that has one. */
  readonly traffic: ReadonlyMap<NodeId, Traffic>;
  /** What the system counted since the run began, or since this console began to count. */
  readonly runTraffic: Traffic | null;
  /** The same of the probe's own statements; null where nothing probes. */
  readonly probe: Traffic | null;
  /** What became of the work of nodes that drained or left, as far as their system tells. */
  readonly outcomes: ReadonlyMap<NodeId, LedgerReport>;
};

export type LedgerReport = { readonly rows: readonly LedgerRow[]; readonly asOfMs: number };

/** What the run would like to know next; whoever feeds it facts asks this first. */
export type Wanted = {
  /** Watched closely: polled fast, with its work listed. */
  readonly watch: readonly NodeId[];
  /** The node whose approval is decided next: its work is listed now and then, to be looked at before. */
  readonly listFor?: NodeId | null;
  /** There is one at most: nodes are checked one after the other. */
  readonly checksFor: NodeId | null;
  readonly gatesFor: readonly NodeId[];
  /** Out of service by this run, and not well again yet: checks and gates of the others count them as lost, and do not fail for them alone. */
  readonly outByRun: readonly NodeId[];
  /** Count traffic for each of these from that moment on. */
  readonly soaks: readonly { readonly nodeId: NodeId; readonly sinceMs: number }[];
  /** Count the whole run's traffic from this moment on; null when there is no run, or it has ended. */
  readonly runTrafficSinceMs: number | null;
};
