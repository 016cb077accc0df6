/** Answers of real front ends (twin/recordings/statements.json), as rows by column name. */
import { z } from "zod";
import statements from "#twin/recordings/statements.json" with { type: "json" };
import type { Row, SqlFailure } from "../sql.ts";
import { failureOf } from "../sql.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
const entry = z.object({
  sql: z.string(),
  columns: z.array(z.tuple([z.string()]).rest(z.unknown())).optional(),
  rows: z.array(z.array(cell)).optional(),
  error: z.object({ code: z.number(), message: z.string() }).optional(),
});
const asked = z.record(z.string(), z.unknown()).parse(statements);

type Who = "leader" | "follower" | "user without rights" | "user with OPERATE, BLACKLIST, cluster_admin";

function entryOf(who: Who, sql: string, nth: number): z.infer<typeof entry> {
  const found = z
    .array(entry)
    .parse(asked[who])
    .filter((candidate) => candidate.sql === sql)[nth];
  if (found === undefined) throw new Error(`${who} was never asked ${sql}`);
  return found;
}

export function recordedRows(sql: string, who: Who = "leader", nth = 0): readonly Row[] {
  const { columns, rows } = entryOf(who, sql, nth);
  const names = (columns ?? []).map(([name]) => name);
  return (rows ?? []).map((row) =>
    Object.fromEntries(row.map((value, index) => [names[index] ?? "", value === null ? null : String(value)])),
  );
}

export function recordedFailure(sql: string, who: Who = "leader"): SqlFailure {
  const { error } = entryOf(who, sql, 0);
  if (error === undefined) throw new Error(`${sql} did not fail`);
  return failureOf({ message: error.message, errno: error.code, code: "ER" });
}
