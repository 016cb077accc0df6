import type { Socket } from "node:net";
import type { Followers } from "./followers.ts";

/**
 * The FEs' replication group, which stands for BDB JE's: one member leads, the others follow its journal, a majority of
 * the followers (the leader among them) must have an entry before it counts.
 *
 *     seeking --found a leader--> following --lost it--> seeking
 *     seeking --won a majority--> leading --deposed--> (the process ends)
 *     leading --graceful exit--> closed
 */
export type Stage =
  | { readonly is: "seeking"; electionAtMs: number; busy: boolean }
  | { readonly is: "following"; readonly leader: string; socket: Socket | null; heardMs: number; ready: boolean }
  | { readonly is: "leading"; readonly followers: Followers }
  | { readonly is: "closed"; leader: string | null; ready: boolean };

export interface GroupEvents {
  wonElection(): void;
  following(leader: string): void;
  /** The leader one follows says that it serves. */
  leaderReady(leader: string): void;
  lostLeader(): void;
  deposed(): void;
}

export type GroupOptions = {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly silenceMs: number;
  readonly nowMs: () => number;
  readonly random: () => number;
};
