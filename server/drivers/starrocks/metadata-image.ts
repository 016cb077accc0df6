/**
 * An image of the metadata, before the first FE begins with another version: if that fails to read the journal, the image
 * is what is left (facts, 5.2 and 8: 17). Writing one changes nothing, so the checks ask for it by themselves.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Check } from "#lib/run/check.ts";
import { ask } from "./check-parts.ts";
import { fails, passes, unknown } from "../shared/check-parts.ts";
import { parseMetrics, sumOf } from "../shared/metrics.ts";
import { explain, type World } from "./world.ts";

type Asked = { readonly atMs: number; readonly counts: ReadonlyMap<NodeId, number>; readonly failure: string | null };

/** An image is good for this long; after that another one is asked for. */
const GOOD_MS = 3_600_000;
/** A failed statement is repeated after this long. */
const AGAIN_MS = 30_000;
/** The leader looks once a minute whether one is wanted, and may let another FE write it (CheckpointController, 4.0). */
const USUAL_MS = 120_000;
const STATEMENT = "ALTER SYSTEM CREATE IMAGE";
const COUNTERS = new Set(["starrocks_fe_image_write", "starrocks_fe_image_push"]);

export class MetadataImage {
  #world: World;
  #asked: Asked | null = null;
  #seenAtMs: number | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Asks for one, unless one was asked for lately. It is written while the first nodes are upgraded. */
  async ensureAsked(signal: AbortSignal): Promise<void> {
    const nowMs = this.#world.clock.now();
    const goodForMs = this.#asked?.failure === null ? GOOD_MS : AGAIN_MS;
    if (this.#asked !== null && nowMs - this.#asked.atMs < goodForMs) return;
    const leader = this.#world.askableFrontends.find((node) => node.leadership === "leader");
    if (leader === undefined) return;
    const counts = await this.#counts(signal);
    const answer = await this.#world.send(leader, STATEMENT, null, 30_000);
    const failure = answer.ok ? null : `${leader.id}: ${explain(answer.failure, this.#world.config.account.user)}`;
    this.#asked = { atMs: nowMs, counts, failure };
    this.#seenAtMs = null;
  }

  /** For the first FE of a run. */
  async check(nodeId: NodeId, signal: AbortSignal): Promise<Check> {
    const question = ask("metadata-image", nodeId);
    const remedy = `${STATEMENT}; then wait for "push image" in the leader's fe.log.`;
    await this.ensureAsked(signal);
    const asked = this.#asked;
    if (asked === null) return unknown(question, "SHOW FRONTENDS names no leader to ask", remedy);
    if (asked.failure !== null) return fails(question, asked.failure, remedy);
    const nowMs = this.#world.clock.now();
    if (this.#seenAtMs === null) {
      const now = await this.#counts(signal);
      const rose = [...now].find(([id, count]) => count > (asked.counts.get(id) ?? Number.POSITIVE_INFINITY));
      if (rose !== undefined) this.#seenAtMs = nowMs;
    }
    const agoS = Math.round((nowMs - asked.atMs) / 1000);
    if (this.#seenAtMs !== null)
      return passes(question, `${STATEMENT} was sent ${agoS} s ago; an FE counts an image written since`);
    const wait =
      nowMs - asked.atMs < USUAL_MS ? "it is written within two minutes; this passes by itself then" : remedy;
    return fails(question, `${STATEMENT} was sent ${agoS} s ago; no FE counts an image written since`, wait);
  }

  async #counts(signal: AbortSignal): Promise<ReadonlyMap<NodeId, number>> {
    const frontends = this.#world.frontends.filter((node) => node.alive);
    const counts = await Promise.all(
      frontends.map(async (node) => {
        const answer = await this.#world.http(node, "GET", "/metrics", signal);
        const metrics = answer.ok && answer.status === 200 ? parseMetrics(answer.body, COUNTERS) : null;
        const count =
          metrics === null ? null : [...COUNTERS].reduce((sum, name) => sum + (sumOf(metrics, name) ?? 0), 0);
        return [node.id, count] as const;
      }),
    );
    return new Map(counts.flatMap(([id, count]) => (count === null ? [] : [[id, count] as const])));
  }
}

export function imageNote(): Check {
  const question = ask("metadata-image", null, { severity: "note" });
  return passes(question, `${STATEMENT} is sent before the first node, and awaited before the first FE`);
}
