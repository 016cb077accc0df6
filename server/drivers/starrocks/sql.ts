/** Statements to one FE: text protocol only, every wait bounded, every error a value. */
import { createConnection, type Connection } from "mysql2";
import type { Secret } from "../shared/secrets.ts";

/**
 * `auth`, `privilege` and `rejected` are final: another FE would say the same. The others speak of this FE, or of the way
 * to the leader, at this moment: an idempotent read may be asked of another one.
 */
export type SqlFailure = {
  readonly kind: "auth" | "privilege" | "rejected" | "refused" | "timeout" | "lost" | "unwell";
  readonly code: number | null;
  readonly message: string;
};

/** Columns by name, as text: StarRocks sends all of them so, and every version has others. */
export type Row = Readonly<Record<string, string | null>>;
export type SqlAnswer =
  { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false; readonly failure: SqlFailure };

export type FrontendAddress = { readonly host: string; readonly port: number; readonly database?: string };
export type Account = { readonly user: string; readonly password: () => Secret };

const CONNECT_TIMEOUT_MS = 3000;
const MAX_CONNECTIONS = 4;
/** An FE counts every open connection as work that its exit waits for, so none is kept for long without need. */
const KEEP_IDLE_MS = 30_000;

/** Our connections to one FE. */
export class FrontendSql {
  readonly address: FrontendAddress;
  #account: Account;
  #idle: { readonly connection: Connection; readonly timer: NodeJS.Timeout }[] = [];
  #open = new Set<Connection>();
  #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(address: FrontendAddress, account: Account) {
    this.address = address;
    this.#account = account;
  }

  /** How many connections of the FE's are ours. */
  get openCount(): number {
    return this.#open.size;
  }

  async ask(sql: string, timeoutMs: number): Promise<SqlAnswer> {
    await this.#takeTurn();
    try {
      const connected = this.#takeIdle() ?? (await this.#connect(timeoutMs));
      if ("failure" in connected) return { ok: false, failure: connected.failure };
      const answer = await query(connected.connection, sql, timeoutMs);
      if (answer.ok || isAboutStatement(answer.failure)) this.#keep(connected.connection);
      else this.#discard(connected.connection);
      return answer;
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** Closes every connection; the next statement opens a new one. */
  close(): void {
    for (const { timer } of this.#idle) clearTimeout(timer);
    this.#idle = [];
    for (const connection of this.#open) connection.destroy();
    this.#open.clear();
  }

  async #takeTurn(): Promise<void> {
    while (this.#busy >= MAX_CONNECTIONS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
  }

  #takeIdle(): { readonly connection: Connection } | null {
    const entry = this.#idle.pop();
    if (entry === undefined) return null;
    clearTimeout(entry.timer);
    return { connection: entry.connection };
  }

  #keep(connection: Connection): void {
    if (!this.#open.has(connection)) return;
    const timer = setTimeout(() => {
      this.#idle = this.#idle.filter((entry) => entry.connection !== connection);
      this.#discard(connection);
    }, KEEP_IDLE_MS);
    timer.unref();
    this.#idle.push({ connection, timer });
  }

  #discard(connection: Connection): void {
    this.#open.delete(connection);
    connection.destroy();
  }

  async #connect(timeoutMs: number): Promise<{ readonly connection: Connection } | { readonly failure: SqlFailure }> {
    const password = this.#account.password();
    if (!password.ok) return { failure: { kind: "auth", code: null, message: password.why } };
    const connection = createConnection({
      host: this.address.host,
      port: this.address.port,
      ...(this.address.database === undefined ? {} : { database: this.address.database }),
      user: this.#account.user,
      password: password.value,
      connectTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
      multipleStatements: false,
      rowsAsArray: false,
      enableKeepAlive: true,
      typeCast: (field) => field.string(),
    });
    this.#open.add(connection);
    return await new Promise((resolve) => {
      // An idle connection that the FE closes must not end the process.
      connection.on("error", () => {
        this.#idle = this.#idle.filter((entry) => entry.connection !== connection);
        this.#discard(connection);
      });
      connection.connect((error) => {
        if (error === null) return resolve({ connection });
        this.#discard(connection);
        return resolve({ failure: failureOf(error) });
      });
    });
  }
}

async function query(connection: Connection, sql: string, timeoutMs: number): Promise<SqlAnswer> {
  return await new Promise((resolve) => {
    connection.query({ sql, timeout: timeoutMs }, (error, result) => {
      if (error === null) resolve({ ok: true, rows: rowsOf(result) });
      else resolve({ ok: false, failure: failureOf(error) });
    });
  });
}

function rowsOf(result: unknown): readonly Row[] {
  if (!Array.isArray(result)) return [];
  return result.map((row: unknown) => {
    if (typeof row !== "object" || row === null) return {};
    return Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
    );
  });
}

function isAboutStatement(failure: SqlFailure): boolean {
  return failure.kind === "rejected" || failure.kind === "privilege" || failure.kind === "unwell";
}

type DriverError = { readonly message: string; readonly code?: unknown; readonly errno?: unknown };

/** Codes and texts: facts 1.10 and 0.2. The engine answers nearly everything with 1064, so the text decides. */
export function failureOf(error: DriverError): SqlFailure {
  const errno = typeof error.errno === "number" && error.errno > 0 ? error.errno : null;
  const as = (kind: SqlFailure["kind"], message = error.message): SqlFailure => ({ kind, code: errno, message });
  if (error.code === "PROTOCOL_SEQUENCE_TIMEOUT" || error.code === "ETIMEDOUT") {
    return as("timeout", "no answer in time");
  }
  if (error.code === "ECONNREFUSED") return as("refused", "connection refused");
  if (errno === 1045) return as("auth");
  if (errno === 5203) return as("privilege");
  if (errno === null) return as("lost");
  if (
    /syntax error|analyzing error|does not exist or is not mutable|Unknown (thread|query) id|^Not found /i.test(
      error.message,
    )
  ) {
    return as("rejected");
  }
  return errno === 1064 || errno === 5401 ? as("unwell") : as("rejected");
}
