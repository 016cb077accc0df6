/**
 * How statements ended, as the FEs wrote it down. What is listed on a backend is known by the id of its execution; the audit
 * log knows the id under which the client's statement began. They are one, but for statements that an FE executed anew:
 * then fe.log tells which became which.
 */
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import type { AuditLine, Transfer } from "./audit-line.ts";
import { shorten } from "./work-parts.ts";

export type Told = {
  readonly lines: readonly (AuditLine & { readonly frontend: string })[];
  readonly transfers: readonly (Transfer & { readonly frontend: string })[];
  /** Executions that run now, as the FEs list them. */
  readonly running: ReadonlySet<string>;
  /** Why lines may be missing. */
  readonly gaps: readonly string[];
};

/** The last group of a fragment instance's id is its query's, counted up: the others are shared (facts, 1.4). */
export function sharedId(id: string): string {
  return id.split("-").slice(0, 4).join("-");
}

/** What an id has to do with: itself, what it was before, what it became. */
export function relatedIds(id: string, transfers: readonly Transfer[]): readonly string[] {
  const origin = originOf(id, transfers);
  return [origin, ...transfers.filter(({ from }) => sharedId(from) === sharedId(origin)).map(({ to }) => to)];
}

function originOf(id: string, transfers: readonly Transfer[]): string {
  return transfers.find(({ to }) => sharedId(to) === sharedId(id))?.from ?? id;
}

export function outcomeOfQuery(item: WorkItem, told: Told): LedgerRow {
  const id = executionId(item);
  const origin = originOf(id, told.transfers);
  const found = told.lines.filter((line) => sharedId(line.queryId) === sharedId(origin));
  // A slow one stands in both logs; they say the same.
  const line = found.find(({ log }) => log === "query") ?? found[0];
  if (line === undefined) return unknown(item, whyUnknown(item, origin, told));
  const anew = executedAnew(id, origin, told.transfers);
  const kind = isLoad(line) ? "load" : "query";
  const statement = shorten(line.statement) || item.what;
  const row = {
    id: item.id,
    kind,
    what: line.digest === "" ? statement : `${line.digest}: ${statement}`,
    user: line.user ?? item.user,
    startedAtMs: line.startedAtMs ?? item.startedAtMs,
    listedAtMs: item.startedAtMs ?? 0,
    endedAtMs: line.endedAtMs,
  } as const;
  const said = inWords(line, anew);
  switch (line.state) {
    case "EOF":
    case "OK":
      return { ...row, outcome: anew === null ? "finished" : "retried", evidence: said, again: null };
    case "ERR":
      return { ...row, outcome: "cut", evidence: said, again: againInWords(line, statement) };
    default:
      return { ...row, outcome: "unknown", evidence: `${said}; that is neither a good end nor a bad one`, again: null };
  }
}

/** An FE's connections are listed by their number; the statement that one runs has an id of its own. */
export function executionId(item: WorkItem): string {
  return item.queryId ?? item.id;
}

/** The execution that followed the one that was listed; null when that was the last. */
function executedAnew(
  id: string,
  origin: string,
  transfers: Told["transfers"],
): (Transfer & { readonly frontend: string }) | null {
  const chain = transfers.filter(({ from }) => sharedId(from) === sharedId(origin));
  const at = chain.findIndex(({ to }) => sharedId(to) === sharedId(id));
  return chain[at + 1] ?? null;
}

function inWords(line: AuditLine & { readonly frontend: string }, anew: Told["transfers"][number] | null): string {
  const code = line.errorCode === "" ? "" : `, ErrorCode=${line.errorCode}`;
  const took =
    line.startedAtMs === null || line.endedAtMs === null
      ? ""
      : ` after ${((line.endedAtMs - line.startedAtMs) / 1000).toFixed(1)} s`;
  const audit = `audit log of ${line.frontend}: State=${line.state}${code}${took}, QueryId=${line.queryId}`;
  return anew === null ? audit : `${audit}; fe.log of ${anew.frontend}: transfer QueryId: ${anew.from} to ${anew.to}`;
}

/** INSERT and CREATE TABLE AS SELECT write: IsQuery is false for them. */
function isLoad(line: AuditLine): boolean {
  return !line.isQuery && /^\s*(\/\*.*?\*\/\s*)*(insert|create\s+table|update|delete|submit)\b/i.test(line.statement);
}

function againInWords(line: AuditLine, statement: string): string {
  const place = line.database === "" ? "" : ` in ${line.database}`;
  const digest = line.digest === "" ? "" : `, digest ${line.digest}`;
  return `As ${line.user ?? "its user"}${place}${digest}: ${statement}`;
}

function whyUnknown(item: WorkItem, origin: string, { running, gaps, transfers }: Told): string {
  const executions = [executionId(item), ...relatedIds(origin, transfers)].map(sharedId);
  const still = executions.find((id) => running.has(id));
  if (still !== undefined) return "SHOW PROC '/current_queries' lists it: it runs on";
  const nowhere = "no FE lists it any more, and no audit log that could be read tells its end";
  if (gaps.length > 0) return `${nowhere}: ${gaps.join("; ")}`;
  return `${nowhere}; an FE that is killed writes none for what it carried`;
}

export function unknown(item: WorkItem, evidence: string): LedgerRow {
  return {
    id: item.id,
    kind: item.kind === "load" ? "load" : "query",
    what: item.what,
    user: item.user,
    startedAtMs: item.startedAtMs,
    listedAtMs: item.startedAtMs ?? 0,
    outcome: "unknown",
    endedAtMs: null,
    evidence,
    again: null,
  };
}
