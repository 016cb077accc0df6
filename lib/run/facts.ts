import type { ClusterNode, NodeId } from "../cluster/node.ts";
import type { Observation, WorkList } from "../cluster/observation.ts";
import type { CheckReport } from "./check.ts";

/** Requests and failures that the system counted since a moment; null where it does not tell. */
export type Traffic = { readonly sinceMs: number; readonly requests: number | null; readonly failures: number | null };

/** What the world looks like to the run now. It is never stored: what a decision rests on goes into its event. */
export type Facts = {
  /** The nodes as the control plane lists them now; null while nobody could list them. */
  readonly nodes: readonly ClusterNode[] | null;
  readonly observations: ReadonlyMap<NodeId, Observation>;
  /** Running work of the nodes in transition. */
  readonly work: ReadonlyMap<NodeId, WorkList>;
  /** The driver's interlocks for the node that is at its check. */
  readonly checks: ReadonlyMap<NodeId, CheckReport>;
  /** The driver's health gates for the node that is being verified. */
  readonly gates: ReadonlyMap<NodeId, CheckReport>;
  /** What the system counted during the present soak. */
  readonly traffic: Traffic | null;
};

/** What the run would like to know next; whoever feeds it facts asks this first. */
export type Wanted = {
  /** Watched closely: polled fast, with its work listed. */
  readonly watch: readonly NodeId[];
  readonly checksFor: NodeId | null;
  readonly gatesFor: NodeId | null;
  /** Count traffic from this moment on; null when no soak runs. */
  readonly trafficSinceMs: number | null;
};
