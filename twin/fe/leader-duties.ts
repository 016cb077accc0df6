import type { Fe } from "./fe.ts";
import type { Heartbeats } from "./heartbeat/rounds.ts";
import { BrokerLoads } from "./loads/broker.ts";
import { RoutineLoads } from "./loads/routine.ts";
import { Repair } from "./tablets/repair.ts";

export type LeaderDuties = { readonly start: () => void };

const everyMs = 1000;

/** What an FE does only while it leads; each part stops by itself when it no longer does. */
export function leaderDuties(fe: Fe, heartbeats: Heartbeats): LeaderDuties {
  return {
    start: () => {
      fe.home.truth({ atMs: fe.nowMs(), what: "leader", node: fe.home.node });
      fe.transactions.forget();
      heartbeats.start();
      void keepTicking(fe);
    },
  };
}

async function keepTicking(fe: Fe): Promise<void> {
  const parts = [new Repair(fe), new RoutineLoads(fe), new BrokerLoads(fe)];
  while (fe.group.isLeading) {
    for (const part of parts) if (fe.group.isLeading) await part.tick();
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

const mostAbortsInARound = 100;

/** After each round: PREPARE transactions whose coordinating backend says SHUTDOWN or is dead are aborted (facts, 1.5). */
export async function abortOrphans(fe: Fe): Promise<void> {
  const gone = new Set(
    [...fe.store.nodes.values()]
      .filter((node) => !node.alive && node.status !== "CONNECTING")
      .map((node) => `BE: ${node.host}`),
  );
  const orphans = fe.transactions.prepared().filter((txn) => gone.has(txn.coordinator));
  for (const txn of orphans.slice(0, mostAbortsInARound)) await fe.transactions.abort(txn.id, "coordinate BE is down");
}
