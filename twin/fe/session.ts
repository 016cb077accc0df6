import { randomUUID } from "node:crypto";

/** One client's connection, as SHOW PROCESSLIST sees it. */
export type Session = {
  readonly id: number;
  readonly user: string;
  readonly remote: string;
  readonly connectedMs: number;
  database: string;
  command: "Sleep" | "Query";
  sinceMs: number;
  /** `EOF` after rows, `OK` after anything else that went well, `ERR`. */
  state: "OK" | "EOF" | "ERR";
  info: string;
  queryId: string | null;
  statements: number;
  /** Whether the last statement went to the leader. */
  forwarded: boolean;
  readonly sessionId: string;
  readonly variables: Map<string, string>;
  /** Only while the connection is this FE's own; a forwarded statement's session has none. */
  readonly close: (() => void) | null;
};

export function forwardedSession(user: string, database: string, nowMs: number): Session {
  return {
    id: 0,
    user,
    remote: "",
    connectedMs: nowMs,
    database,
    command: "Query",
    sinceMs: nowMs,
    state: "OK",
    info: "",
    queryId: null,
    statements: 1,
    forwarded: false,
    sessionId: randomUUID(),
    variables: new Map(),
    close: null,
  };
}

export class Sessions {
  readonly #open = new Map<number, Session>();
  #next = 0;

  /** From 4.0 the FE's id fills the high byte, so that ids are unique in the cluster (seen live: FE 2 -> 33554460). */
  nextId(frontendId: number, clusterWide: boolean): number {
    this.#next += 1;
    return clusterWide ? frontendId * 2 ** 24 + this.#next : this.#next;
  }

  add(session: Session): void {
    this.#open.set(session.id, session);
  }

  delete(id: number): void {
    this.#open.delete(id);
  }

  get(id: number): Session | null {
    return this.#open.get(id) ?? null;
  }

  all(): readonly Session[] {
    return [...this.#open.values()];
  }

  get size(): number {
    return this.#open.size;
  }
}
