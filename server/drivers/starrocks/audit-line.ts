/**
 * A line of fe.audit.log: `<time> [query] |Timestamp=<ms>|Client=...|Stmt=...|Digest=...|...`, written when a statement has
 * ended. Fields differ by version and are read by name; a `|` may stand in the statement. With `audit_log_json_format` the
 * same fields stand in one object (AuditLogBuilder, main of 2025; 4.0.7 as recorded; the documents' samples from 2.1 on).
 */
import { z } from "zod";

export type AuditLine = {
  /** A slow statement is written twice, to both. */
  readonly log: "query" | "slow_query";
  /** The id under which the client's statement began; attempts after the first have others (fe.log tells). */
  readonly queryId: string;
  /** OK and EOF: it ended well. ERR: it did not. */
  readonly state: string;
  readonly errorCode: string;
  readonly user: string | null;
  readonly database: string;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly statement: string;
  readonly digest: string;
  readonly isQuery: boolean;
};

const HEAD = /\[(query|slow_query)\] /;

/** Null for what is no statement's end: connections, other loggers, lines cut in half. */
export function parseAuditLine(line: string): AuditLine | null {
  const head = HEAD.exec(line);
  if (head === null) return null;
  const body = line.slice(head.index + head[0].length);
  const fields = body.startsWith("{") ? fieldsOfJson(body) : fieldsOfText(body);
  const queryId = fields?.get("QueryId") ?? "";
  if (fields === null || queryId === "") return null;
  const startedAtMs = whole(fields.get("Timestamp"));
  const tookMs = whole(fields.get("Time"));
  return {
    log: head[1] === "slow_query" ? "slow_query" : "query",
    queryId,
    state: fields.get("State") ?? "",
    errorCode: fields.get("ErrorCode") ?? "",
    user: fields.get("User") || null,
    database: fields.get("Db") ?? "",
    startedAtMs,
    endedAtMs: startedAtMs === null || tookMs === null ? null : startedAtMs + tookMs,
    statement: fields.get("Stmt") ?? "",
    digest: fields.get("Digest") ?? "",
    isQuery: fields.get("IsQuery") === "true",
  };
}

/** What follows the statement is found from the end: nobody writes `|Digest=` into a statement twice. */
function fieldsOfText(body: string): ReadonlyMap<string, string> {
  const begin = body.indexOf("|Stmt=");
  if (begin < 0) return pairs(body);
  const rest = body.slice(begin + "|Stmt=".length);
  const end = rest.lastIndexOf("|Digest=");
  const statement = end < 0 ? rest : rest.slice(0, end);
  const after = end < 0 ? "" : rest.slice(end);
  return new Map([...pairs(body.slice(0, begin)), ...pairs(after), ["Stmt", statement]]);
}

function pairs(text: string): ReadonlyMap<string, string> {
  const found = text.split("|").flatMap((part): [string, string][] => {
    const equals = part.indexOf("=");
    return equals < 0 ? [] : [[part.slice(0, equals), part.slice(equals + 1)]];
  });
  return new Map(found);
}

const record = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]).catch(null));

function fieldsOfJson(body: string): ReadonlyMap<string, string> | null {
  try {
    const parsed = record.safeParse(JSON.parse(body));
    if (!parsed.success) return null;
    return new Map(Object.entries(parsed.data).map(([name, value]) => [name, value === null ? "" : String(value)]));
  } catch {
    return null;
  }
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** `transfer QueryId: A to B`: the statement A is executed anew, under the id B (StmtExecutor.execute, 3.1 to 4.0). */
export type Transfer = { readonly from: string; readonly to: string; readonly line: string };

export function parseTransfer(line: string): Transfer | null {
  const match = /transfer QueryId: ([0-9a-f-]{36}) to ([0-9a-f-]{36})/.exec(line);
  return match === null ? null : { from: match[1] ?? "", to: match[2] ?? "", line };
}
