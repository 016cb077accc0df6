/**
 * When the nodes that leave end at the latest. What this console asked for it remembers; what others did, the error log
 * tells where one is configured. Where neither knows, the engine's own law still holds.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { ServerNode } from "../servers/server-node.ts";
import { deadlineOf } from "./error-log.ts";
import { readLeaving } from "./leaving.ts";
import type { MdexWorld } from "./world.ts";

/** The log cuts its dates to the second: the end may be so much later. A request that changes nothing does no harm. */
const TO_THE_SECOND_MS = 1000;

export class Deadlines {
  readonly #world: MdexWorld;
  readonly #asked = new Map<NodeId, number>();

  constructor(world: MdexWorld) {
    this.#world = world;
  }

  /** A limit was taken by the engine at that moment. */
  note({ id }: ServerNode, askedAtMs: number, limitMs: number): void {
    this.#asked.set(id, Math.min(this.#asked.get(id) ?? Infinity, askedAtMs + limitMs));
  }

  /** It does not leave: what was asked of a process before it holds no more. */
  forget({ id }: ServerNode): void {
    this.#asked.delete(id);
  }

  /** Null: it has none, or nobody knows of one. */
  async of(node: ServerNode, signal: AbortSignal): Promise<number | null> {
    const ours = this.#asked.get(node.id) ?? null;
    const read = await readLeaving(this.#world, node, signal);
    // What was closed is over: the log of a process that leaves has no closing line yet.
    const leaving = read.ok && read.value?.closing === null ? read.value : null;
    const written = leaving === null ? null : deadlineOf(leaving);
    const theirs = written === null ? null : written + TO_THE_SECOND_MS;
    if (ours === null || theirs === null) return ours ?? theirs;
    return Math.min(ours, theirs);
  }
}
