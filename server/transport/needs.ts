/** What transport asks of its surroundings besides the services; as small as the calls. */
import type { Feed, Subscribe } from "#server/services/services.ts";
import type { Session } from "./session.ts";

export interface TransportLog {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Opens what a client asked for, or says in a sentence why not. */
export type OpenFeed = (subscribe: Subscribe, session: Session) => Feed | { readonly refused: string };
