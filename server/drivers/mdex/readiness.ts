/**
 * Asks the readiness query and the ping. While an engine applies a configuration it has queries wait: one of ours waits
 * then and no more, since each would stand in its queue and its exit would wait for all of them.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { ServerNode } from "../servers/server-node.ts";
import { pathOf, urlOf, type Engine, type EngineAnswer } from "./engine.ts";
import { toldBy } from "./look.ts";
import type { MdexWorld } from "./world.ts";

const LOOK_MS = 1000;
const QUERY_MS = 60_000;

type Waiting = { readonly answer: Promise<EngineAnswer>; readonly end: AbortController };

export class Readiness {
  readonly #world: MdexWorld;
  readonly #engine: Engine;
  readonly #waiting = new Map<NodeId, Waiting>();

  constructor(world: MdexWorld, engine: Engine) {
    this.#world = world;
    this.#engine = engine;
  }

  async ask(node: ServerNode, signal: AbortSignal): Promise<ReturnType<typeof toldBy>> {
    const paths = this.#world.settingsOf(node.id);
    const [query, ping] = await Promise.all([
      this.#query(node, signal),
      this.#engine.get(node, pathOf(paths, "ping"), LOOK_MS, signal),
    ]);
    return toldBy(query, ping, urlOf(node, paths.query));
  }

  /** Ours must not be what its exit waits for. */
  letGo({ id }: Pick<ServerNode, "id">): void {
    this.#waiting.get(id)?.end.abort();
  }

  letAllGo(): void {
    for (const id of this.#waiting.keys()) this.letGo({ id });
  }

  async #query(node: ServerNode, signal: AbortSignal): Promise<EngineAnswer> {
    const before = this.#waiting.get(node.id);
    if (before !== undefined) {
      const late = await this.#within(before, signal);
      // One that was taken a while ago says nothing of what a new one gets.
      if (late === null) return STILL_WAITS;
    }
    return (await this.#within(this.#send(node), signal)) ?? STILL_WAITS;
  }

  #send(node: ServerNode): Waiting {
    const end = new AbortController();
    const { query } = this.#world.settingsOf(node.id);
    const answer = this.#engine.get(node, query, QUERY_MS, end.signal);
    const waiting = { answer, end };
    this.#waiting.set(node.id, waiting);
    void answer.then(() => {
      if (this.#waiting.get(node.id) === waiting) this.#waiting.delete(node.id);
    });
    return waiting;
  }

  async #within({ answer }: Waiting, signal: AbortSignal): Promise<EngineAnswer | null> {
    const over = new AbortController();
    const late = this.#world.clock.wait(LOOK_MS, AbortSignal.any([signal, over.signal])).then(() => null);
    const first = await Promise.race([answer, late]);
    over.abort();
    return first;
  }
}

const STILL_WAITS: EngineAnswer = { is: "silent", why: `no answer within ${LOOK_MS / 1000} s` };
