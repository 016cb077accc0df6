import { createConnection, type Connection } from "mysql2";
import { columnTypes } from "#twin/mysql/answers.ts";

export type Shape = { readonly name: string; readonly type: string; readonly length: number };
export type Seen =
  | {
      readonly kind: "rows";
      readonly columns: readonly Shape[];
      readonly rows: readonly (readonly (string | null)[])[];
    }
  | { readonly kind: "ok"; readonly affected: number }
  | { readonly kind: "error"; readonly code: number; readonly message: string };

/** What the recordings call the protocol's types. */
const namesByCode: ReadonlyMap<number, string> = new Map(
  Object.entries(columnTypes).map(([name, code]) => [code, name === "TINY" ? "CHAR" : name]),
);

/** One connection that tells everything that the wire says, and rejects nothing. */
export class Client {
  readonly #connection: Connection;

  constructor(host: string, user = "root", password = "") {
    this.#connection = createConnection({ host, port: 9030, user, password, rowsAsArray: true, connectTimeout: 3000 });
    this.#connection.on("error", () => undefined);
  }

  ask(sql: string): Promise<Seen> {
    return new Promise((resolve) => {
      this.#connection.query(
        { sql, typeCast: (field: TextField) => field.string() },
        (error, result: unknown, columns: unknown) => {
          if (error !== null) {
            resolve({ kind: "error", code: error.errno ?? 0, message: error.message });
            return;
          }
          if (!Array.isArray(result)) {
            resolve({ kind: "ok", affected: affectedRows(result) });
            return;
          }
          resolve({ kind: "rows", columns: shapes(columns), rows: result.map(cells) });
        },
      );
    });
  }

  prepare(sql: string): Promise<{ readonly code: number; readonly message: string } | null> {
    return new Promise((resolve) => {
      this.#connection.prepare(sql, (error) => {
        resolve(error === null ? null : { code: error.errno ?? 0, message: error.message });
      });
    });
  }

  execute(sql: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#connection.execute(sql, (error, rows: unknown) => (error === null ? resolve(rows) : reject(error)));
    });
  }

  end(): void {
    this.#connection.destroy();
  }
}

type TextField = { string(): string | null };

function shapes(columns: unknown): readonly Shape[] {
  if (!Array.isArray(columns)) return [];
  return columns.map((column: unknown) => {
    const known = new Map<string, unknown>(typeof column === "object" && column !== null ? fieldsOf(column) : []);
    return {
      name: String(known.get("name")),
      type: namesByCode.get(Number(known.get("columnType"))) ?? "unknown",
      length: Number(known.get("columnLength")) / (Number(known.get("columnType")) === columnTypes.VAR_STRING ? 3 : 1),
    };
  });
}

/** mysql2 keeps some of a column in getters of its prototype. */
function fieldsOf(column: object): readonly (readonly [string, unknown])[] {
  return ["name", "columnType", "columnLength"].map((key) => [key, Reflect.get(column, key)] as const);
}

const cells = (row: unknown): readonly (string | null)[] =>
  Array.isArray(row) ? row.map((cell: unknown) => (typeof cell === "string" ? cell : null)) : [];

const affectedRows = (result: unknown): number =>
  typeof result === "object" && result !== null && "affectedRows" in result ? Number(result.affectedRows) : -1;
