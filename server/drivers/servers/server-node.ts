import type { NodeId } from "#lib/cluster/node.ts";

/** A node as the configuration tells it: where its service answers, and where its process and its files lie. */
export type ServerNode = {
  readonly id: NodeId;
  /** `host:port` of its service, as people find it. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Nodes of one pool stand in for each other. */
  readonly pool: string;
  /** The name of the machine it runs on, under `hosts`. */
  readonly machine: string;
  /** Its own directory there: the link to its release, and what the console keeps of its commands. */
  readonly home: string;
};
