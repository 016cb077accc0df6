import { connect } from "node:net";
import { createConnection, type Connection } from "mysql2/promise";

export type Account = { readonly user: string; readonly password: string };
export type Row = Readonly<Record<string, string | null>>;
export type SqlAnswer =
  { readonly ok: true; readonly rows: readonly Row[] } | { readonly ok: false; readonly error: string };

/** One statement on a connection of its own, by the text protocol: everything arrives as text. */
export async function sql(
  host: string,
  port: number,
  account: Account,
  statement: string,
  localAddress: string = addressOf("test", host),
): Promise<SqlAnswer> {
  let connection: Connection | null = null;
  try {
    connection = await createConnection({
      ...account,
      stream: () => connect({ host, port, localAddress }),
      connectTimeout: 3000,
      dateStrings: true,
    });
    const [rows] = await connection.query({ sql: statement, timeout: 15_000 });
    return { ok: true, rows: Array.isArray(rows) ? rows.map(textRow) : [] };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  } finally {
    connection?.destroy();
  }
}

/**
 * The twin's own clients speak from addresses of their own, so that a cut between a node and everybody outside leaves them
 * alone.
 */
export function addressOf(client: "test" | "load", host: string): string {
  return host.replace(/\d+$/, client === "test" ? "250" : "251");
}

function textRow(row: unknown): Row {
  if (typeof row !== "object" || row === null) return {};
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? null : String(value)]));
}
