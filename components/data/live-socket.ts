/**
 * One WebSocket for the whole page. Topics outlive connections: after every (re)connect each is asked for again, a run
 * from the last event that is held. No React here; `live-provider.tsx` wires it to the cache.
 *
 *   connecting --open--> open --close--> waiting --backoff--> connecting        any --close()--> closed
 */
import type { ClientMessage, ServerMessage } from "#lib/wire/messages.ts";

export type Subscribe = Extract<ClientMessage, { readonly type: "subscribe" }>;
export type SocketStatus = "connecting" | "open" | "waiting" | "closed";

export type SocketState = {
  readonly status: SocketStatus;
  /** When the status began, on this machine's clock. */
  readonly sinceMs: number;
  /** Since when there is no open connection, across every attempt; null while there is one. */
  readonly lostAtMs: number | null;
  /** When the console was heard last, on this machine's clock; null: never yet. */
  readonly heardAtMs: number | null;
  /** Console time minus this machine's; null until the console told. */
  readonly offsetMs: number | null;
  readonly consoleVersion: string | null;
  /** Which build of the pages the console serves; null until it told. */
  readonly buildId: string | null;
  /** The session has ended: only a new login helps, so it does not try again. */
  readonly loggedOut: boolean;
};

/** The part of a WebSocket that is used here; a test hands in its own. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

export type WireEvents = {
  readonly opened: () => void;
  readonly heard: (data: unknown) => void;
  readonly lost: (code: number) => void;
};

export type SocketParts = {
  readonly connect: (events: WireEvents) => Wire;
  readonly read: (data: unknown) => ServerMessage | null;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onState: (state: SocketState) => void;
  readonly now: () => number;
  readonly after: (ms: number, act: () => void) => () => void;
};

export interface LiveSocket {
  open(): void;
  /** Asks for a topic now and after every reconnect; `describe` is called each time, to say what is held already. */
  subscribe(topic: string, describe: () => Subscribe): void;
  /** After a gap, or when what is wanted of a topic has changed. */
  again(topic: string): void;
  unsubscribe(topic: string): void;
  close(): void;
}

const PING_EVERY_MS = 5000;
/** Two pings without a word: the connection is dead although nobody closed it. */
const SILENCE_MS = 12_000;
/** A handshake that is not answered in this time never will be: a proxy may hold it open for minutes. */
const HANDSHAKE_MS = 10_000;
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 3000;
export const CLOSE_SESSION_ENDED = 4401;

export const INITIAL_SOCKET_STATE: SocketState = {
  status: "connecting",
  sinceMs: 0,
  lostAtMs: null,
  heardAtMs: null,
  offsetMs: null,
  consoleVersion: null,
  buildId: null,
  loggedOut: false,
};

export function createLiveSocket(parts: SocketParts): LiveSocket {
  const topics = new Map<string, () => Subscribe>();
  let state = INITIAL_SOCKET_STATE;
  let wire: Wire | null = null;
  let attempt = 0;
  let cancelTimer: () => void = () => undefined;

  function become(change: Partial<SocketState>): void {
    state = { ...state, ...change };
    parts.onState(state);
  }

  function say(message: ClientMessage): void {
    if (state.status === "open") wire?.send(JSON.stringify(message));
  }

  function connect(): void {
    const mine: Wire = parts.connect({
      opened: () => {
        if (wire === mine) opened();
      },
      heard: (data) => {
        if (wire === mine) heard(data);
      },
      lost: (code) => lost(mine, code),
    });
    wire = mine;
    become({ status: "connecting", sinceMs: parts.now(), lostAtMs: state.lostAtMs ?? parts.now() });
    cancelTimer = parts.after(HANDSHAKE_MS, () => abandon(mine));
  }

  /** A dead connection may take minutes to say that it is closed. */
  function abandon(mine: Wire): void {
    mine.close();
    lost(mine, 0);
  }

  function opened(): void {
    cancelTimer();
    become({ status: "open", sinceMs: parts.now(), lostAtMs: null, heardAtMs: parts.now() });
    for (const describe of topics.values()) say(describe());
    watch();
  }

  function watch(): void {
    cancelTimer = parts.after(PING_EVERY_MS, () => {
      if (state.status !== "open") return;
      if (parts.now() - (state.heardAtMs ?? 0) > SILENCE_MS) {
        if (wire !== null) abandon(wire);
        return;
      }
      say({ type: "ping", sentAtMs: parts.now() });
      watch();
    });
  }

  function heard(data: unknown): void {
    const message = parts.read(data);
    const nowMs = parts.now();
    if (message === null) return become({ heardAtMs: nowMs });
    if (message.type === "hello") {
      attempt = 0;
      const { consoleVersion, buildId } = message;
      become({ heardAtMs: nowMs, offsetMs: message.nowMs - nowMs, consoleVersion, buildId });
    } else if (message.type === "pong") {
      // The answer was written half a round trip ago.
      const offsetMs = message.nowMs - (message.sentAtMs + nowMs) / 2;
      become({ heardAtMs: nowMs, offsetMs: Math.round(offsetMs) });
    } else {
      become({ heardAtMs: nowMs });
    }
    parts.onMessage(message);
  }

  function lost(which: Wire, code: number): void {
    if (wire !== which || state.status === "closed") return;
    wire = null;
    cancelTimer();
    const loggedOut = code === CLOSE_SESSION_ENDED;
    become({ status: "waiting", sinceMs: parts.now(), lostAtMs: state.lostAtMs ?? parts.now(), loggedOut });
    if (loggedOut) return;
    const waitMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
    attempt += 1;
    cancelTimer = parts.after(waitMs, connect);
  }

  return {
    open: connect,
    subscribe(topic, describe) {
      topics.set(topic, describe);
      say(describe());
    },
    again(topic) {
      const describe = topics.get(topic);
      if (describe !== undefined) say(describe());
    },
    unsubscribe(topic) {
      if (topics.delete(topic)) say({ type: "unsubscribe", topic });
    },
    close() {
      cancelTimer();
      const mine = wire;
      wire = null;
      become({ status: "closed", sinceMs: parts.now() });
      mine?.close();
    },
  };
}
