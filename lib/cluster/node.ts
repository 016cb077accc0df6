/** What a cluster is made of, in words that every system shares. */

export type Role = "fe" | "be" | "cn" | "server";

/** Whether an FE writes the journal, votes for who does, or only reads. Null for every other role. */
export type Leadership = "leader" | "follower" | "observer";

/** A node's name within its cluster: unique, and the same across restarts of the node and of the console. */
export type NodeId = string;

export type ClusterNode = {
  readonly id: NodeId;
  readonly role: Role;
  readonly leadership: Leadership | null;
  /** Where people find it, `host:port`, as its own system writes it. */
  readonly address: string;
  /** Nodes of one pool stand in for each other; the last of a pool that serves is never taken out. */
  readonly pool: string;
  /** Lower goes first. Read again before every step, since a leader may have moved (rule 5). */
  readonly rank: { readonly upgrade: number; readonly downgrade: number };
};

export type Rates = {
  /** Requests per second; null where the system does not tell. */
  readonly requestsPerS: number | null;
  readonly failedPerS: number | null;
  readonly p99Ms: number | null;
};
