/** What the parts of this driver need of the world, for each of its nodes. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import type { Paths } from "./engine.ts";

export type DgraphSettings = Paths & {
  /** Its error log, on its host; null where nobody says. */
  readonly errorLog: string | null;
  /** After an exit was asked for: 503 (2.1.1), or a closed port (6.5.2), which hears no second request. */
  readonly onExit: "refuse" | "close";
  /** Whether its host counts the connections to its port. */
  readonly countConnections: boolean;
};

export type MdexWorld = {
  readonly clock: Clock;
  tell(nodeId: NodeId | null, where: string, text: string, result: string): void;
  settingsOf(nodeId: NodeId): DgraphSettings;
  /** Null: the configuration does not name the node any more. */
  hostOf(nodeId: NodeId): Host | null;
};
