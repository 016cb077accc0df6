import type { NodeId } from "#lib/cluster/node.ts";
import type { Clock, Driver, Log, Tail, Unsubscribe } from "#server/orchestrator/ports.ts";
import { startLoop, type Loop } from "./poll.ts";
import { within } from "#server/orchestrator/turn.ts";

const EVERY_MS = 1000;
const LIMIT_MS = 5000;
const KEPT_LINES = 500;

const EMPTY: Tail = { file: "", lines: [] };

type Followed = {
  tail: Tail;
  cursor: string | null;
  problem: string;
  loop: Loop;
  listeners: Set<(added: Tail) => void>;
};

/** Reads the logs of those nodes that somebody looks at, and forgets them when nobody does. */
export interface Tails {
  tail(nodeId: NodeId): Tail;
  onTail(nodeId: NodeId, listener: (added: Tail) => void): Unsubscribe;
  stop(): Promise<void>;
}

export function createTails(driver: Driver, clock: Clock, log: Log): Tails {
  const followed = new Map<NodeId, Followed>();

  function follow(nodeId: NodeId): Followed {
    const listeners = new Set<(added: Tail) => void>();
    const state: Followed = {
      tail: EMPTY,
      cursor: null,
      problem: "",
      listeners,
      loop: startLoop(
        clock,
        () => EVERY_MS,
        (signal) => readMore(nodeId, state, signal),
      ),
    };
    followed.set(nodeId, state);
    return state;
  }

  async function readMore(nodeId: NodeId, state: Followed, signal: AbortSignal): Promise<void> {
    const chunk = await within(clock, LIMIT_MS, signal, (both) => driver.readLog(nodeId, state.cursor, both)).catch(
      (error: unknown) => {
        log.error("The driver failed to read a log", { nodeId, error });
        return null;
      },
    );
    if (chunk === null || signal.aborted) return;
    if (!chunk.ok) return complain(state, chunk.why);
    const { file, cursor, lines } = chunk.value;
    state.cursor = cursor;
    state.problem = "";
    if (lines.length > 0) tell(state, { file, lines });
  }

  /** What keeps us from reading stands where the lines would, once. */
  function complain(state: Followed, why: string): void {
    if (state.problem === why) return;
    state.problem = why;
    tell(state, { file: state.tail.file, lines: [{ atMs: clock.now(), text: `-- ${why}` }] });
  }

  function tell(state: Followed, added: Tail): void {
    state.tail = { file: added.file, lines: [...state.tail.lines, ...added.lines].slice(-KEPT_LINES) };
    for (const listener of state.listeners) listener(added);
  }

  return {
    tail: (nodeId) => followed.get(nodeId)?.tail ?? EMPTY,
    onTail(nodeId, listener) {
      const state = followed.get(nodeId) ?? follow(nodeId);
      state.listeners.add(listener);
      return () => {
        state.listeners.delete(listener);
        if (state.listeners.size > 0 || followed.get(nodeId) !== state) return;
        followed.delete(nodeId);
        void state.loop.stop();
      };
    },
    async stop() {
      const all = [...followed.values()];
      followed.clear();
      await Promise.all(all.map(({ loop }) => loop.stop()));
    },
  };
}
