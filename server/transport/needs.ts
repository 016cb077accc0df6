import type { ClientMessage, ServerMessage } from "#lib/wire/messages.ts";
import type { Session } from "./session.ts";

/** What transport asks of its surroundings besides the services; as small as the calls. */
export interface TransportLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** A delta: it takes a client that stands at `from` to `to`. */
export type Frame = { readonly from: number; readonly to: number; readonly message: ServerMessage };

/** What brings a client to `at`, whatever it held (a run: everything after the number it gave). */
export type Snapshot = { readonly at: number; readonly message: ServerMessage };

/** One topic as it is streamed. Subscriptions with the same key see the same frames, encoded once. */
export type Feed = {
  readonly key: string;
  /** Publishes every frame from now on, in order, until the returned function is called. */
  readonly start: (publish: (frame: Frame) => void) => () => void;
  /** Taken after `start`; a frame published meanwhile may be part of it already. */
  readonly snapshot: (afterSeq: number | null) => Promise<Snapshot>;
};

export type SubscribeMessage = Extract<ClientMessage, { readonly type: "subscribe" }>;

/** Opens what a client asked for, or says in a sentence why not. */
export type OpenFeed = (subscribe: SubscribeMessage, session: Session) => Feed | { readonly refused: string };
