import type { Fe } from "./fe.ts";
import type { Heartbeats } from "./heartbeat/rounds.ts";

export type LeaderDuties = { readonly start: () => void };

/** What an FE does only while it leads; each part stops by itself when it no longer does. */
export function leaderDuties(fe: Fe, heartbeats: Heartbeats): LeaderDuties {
  return {
    start: () => {
      fe.home.truth({ atMs: fe.nowMs(), what: "leader", node: fe.home.node });
      fe.transactions.forget();
      heartbeats.start();
    },
  };
}
