import { connect } from "node:net";
import { addressOf } from "../sql.ts";
import { createConnection, type Connection } from "mysql2";

/** A statement's end, as the client saw it. `sent: false` means that nothing left the client: it may go elsewhere. */
export type Answer =
  | { readonly status: "ok" }
  | { readonly status: "error"; readonly sent: boolean; readonly lost: boolean; readonly message: string };

/**
 * Connections of one user to one FE, opened as needed. One that was closed while it lay idle is dropped; one that lay
 * long enough for the FE to think of closing it is not used any more, so that no statement meets a closing connection.
 */
export class Pool {
  private idle: { readonly connection: Connection; readonly sinceMs: number }[] = [];
  private readonly closed = new WeakSet<Connection>();
  private readonly open: () => Connection;

  constructor(host: string, user: string, password: string) {
    this.open = () =>
      createConnection({
        stream: () => connect({ host, port: 9030, localAddress: addressOf("load", host) }),
        user,
        password,
        connectTimeout: 3000,
        dateStrings: true,
        supportBigNumbers: true,
      });
  }

  async query(statement: string): Promise<Answer> {
    const connection = this.takeIdle() ?? (await this.connect());
    if (connection instanceof Error) return { status: "error", sent: false, lost: true, message: connection.message };
    return new Promise((resolve) => {
      connection.query(statement, (error) => {
        if (error === null) {
          // A turn of the loop later, an FE that closes after each statement has said so.
          setTimeout(() => this.giveBack(connection), 5);
          resolve({ status: "ok" });
          return;
        }
        const lost = error.fatal;
        if (lost) connection.destroy();
        else this.giveBack(connection);
        resolve({ status: "error", sent: true, lost, message: error.message });
      });
    });
  }

  /** What lies idle is not used any more: its FE is leaving. */
  dropIdle(): void {
    for (const { connection } of this.idle) connection.destroy();
    this.idle = [];
  }

  private takeIdle(): Connection | null {
    for (;;) {
      const last = this.idle.pop();
      if (last === undefined) return null;
      const fresh = performance.now() - last.sinceMs < longestIdleMs;
      if (fresh && !this.closed.has(last.connection)) return last.connection;
      last.connection.destroy();
    }
  }

  private giveBack(connection: Connection): void {
    if (this.closed.has(connection)) return;
    this.idle.push({ connection, sinceMs: performance.now() });
  }

  private connect(): Promise<Connection | Error> {
    return new Promise((resolve) => {
      const connection = this.open();
      // mysql2 tells a connection's end in more than one way, and closes it itself: destroyed at the first of them, it would
      // never answer a statement that was just given to it.
      connection.on("error", () => this.closed.add(connection));
      connection.on("end", () => this.closed.add(connection));
      connection.connect((error) => resolve(error ?? connection));
    });
  }
}

/** An exiting FE closes what has slept for more than a second (fact sheet 4.1). */
const longestIdleMs = 700;
