/** One node of the simulated cluster, as it truly is. */
import type { ClusterNode, NodeId, Role } from "#lib/cluster/node.ts";

/** What stands somewhere, and whose doing it is. */
export type Mark = { readonly value: string; readonly by: "us" | "others" | "nobody"; readonly sinceMs: number };

export type Hang = "no" | "untilLimit" | "untilKilled";

export type Process = {
  readonly identity: string;
  readonly version: string;
  readonly startedAtMs: number;
  /** When it serves; never, if it came up broken. */
  readonly readyAtMs: number;
  exit: { readonly sinceMs: number; readonly hang: Hang; limitAtMs: number | null } | null;
};

/** What the control plane heard of it last. */
export type Heard = {
  readonly word: "OK" | "SHUTDOWN" | "DISCONNECTED" | "CONNECTING";
  readonly alive: boolean;
  readonly identity: string | null;
  readonly version: string;
  readonly atMs: number;
  readonly missed: number;
};

export type WorldNode = {
  readonly id: NodeId;
  readonly role: Role;
  readonly address: string;
  /** As the control plane lists it: it has another rank when the leadership moves. */
  listing: ClusterNode;
  isListed: boolean;
  /** Since when it is listed, or is not. */
  listedSinceMs: number;
  process: Process | null;
  starts: number;
  disk: string;
  previous: string | null;
  heard: Heard;
  /** An FE's own memory, gone with its process: who is kept off its routes, and its balance switch. */
  readonly blacklist: Map<NodeId, Mark>;
  balance: Mark;
  /** Its process' own wait setting, gone with it. */
  waitS: Mark;
  /** How long its work runs on after the last route was closed. */
  workMs: number;
  closedAtMs: number | null;
  /** Since when it does not serve, for whatever reason; null while it does. */
  outSinceMs: number | null;
  /** Woken when its process ends. */
  readonly onGone: Set<() => void>;
  /** What will go wrong with it next. */
  readonly trouble: {
    hang: Hang;
    startMs: number | null;
    neverServes: boolean;
    wrongVersion: boolean;
    comesBackMs: number | null;
  };
};

export const DEFAULT_BALANCE: Mark = { value: "false", by: "nobody", sinceMs: 0 };
export const DEFAULT_WAIT: Mark = { value: "20", by: "nobody", sinceMs: 0 };

/** What StarRocks' driver says: an upgrade takes BE, CN, FE and the leader last; a downgrade FE, leader, BE, CN. */
export function listingOf(node: Pick<WorldNode, "id" | "role" | "address">, leads: boolean): ClusterNode {
  const { id, role, address } = node;
  const upgrade = { be: 10, cn: 20, server: 20, fe: leads ? 40 : 30 }[role];
  const downgrade = { be: 30, cn: 40, server: 40, fe: leads ? 20 : 10 }[role];
  const leadership = role !== "fe" ? null : leads ? "leader" : "follower";
  return { id, role, leadership, address, pool: role, rank: { upgrade, downgrade } };
}
