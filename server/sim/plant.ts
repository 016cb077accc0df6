import type { NodeId } from "#lib/cluster/node.ts";
import type { Facts } from "#lib/run/facts.ts";
import type { Driver, Journal } from "#server/orchestrator/ports.ts";
import type { Host } from "./sim-driver.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What may be seen from where a breach is planted. */
export interface Seam {
  readonly clock: VirtualClock;
  readonly host: Host;
  /** The newest epoch that was claimed. */
  newestEpoch(): number;
  /** The node whose step is under way, as the owner sees it. */
  currentNode(): NodeId | null;
}

/** What stands between the orchestrator and the simulated world: nothing, unless a breach is planted there. */
export type Plant = {
  readonly facts: (facts: Facts, seam: Seam) => Facts;
  readonly driver: (driver: Driver, seam: Seam) => Driver;
  readonly journal: (journal: Journal, seam: Seam) => Journal;
};

export const NOTHING_PLANTED: Plant = {
  facts: (facts) => facts,
  driver: (driver) => driver,
  journal: (journal) => journal,
};
