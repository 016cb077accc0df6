/** The two logs a Dgraph keeps, and the truth, which a real one does not keep. */
import { appendFileSync } from "node:fs";

export type Truth =
  | { readonly what: "started"; readonly pid: number; readonly dataVersion: number }
  | { readonly what: "exitAsked"; readonly limitSeconds: number | null }
  | { readonly what: "queryDone" | "queryCut"; readonly url: string }
  | { readonly what: "updateApplied" | "updateCut"; readonly dataVersion: number }
  | { readonly what: "mergeDone" | "mergeAborted" }
  | { readonly what: "ended"; readonly how: "normally" | "cut" };

export function appender(file: string): (line: string) => void {
  return (line) => appendFileSync(file, `${line}\n`);
}

/** In the error log's own way: "Thu Feb 17 13:12:54 2011", in local time. */
export function dateOf(nowMs: number): string {
  const at = new Date(nowMs);
  const [day = "", month = ""] = [DAYS[at.getDay()], MONTHS[at.getMonth()]];
  const two = (value: number): string => String(value).padStart(2, "0");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${day} ${month} ${String(at.getDate()).padStart(2, " ")} ${time} ${at.getFullYear()}`;
}

export type Logged = {
  readonly endedAtMs: number;
  readonly client: string;
  readonly exchangeId: number;
  readonly bytes: number;
  readonly totalMs: number;
  readonly processingMs: number;
  readonly code: number;
  readonly queueStatus: number;
  readonly url: string;
};

/** Thirteen columns (Performance Tuning Guide, "Request log file format"); a dash where there is nothing to say. */
export function requestLine(entry: Logged): string {
  const { endedAtMs, client, exchangeId, bytes, totalMs, processingMs, code, queueStatus, url } = entry;
  const results = code === 200 ? 1 : 0;
  return [
    Math.round(endedAtMs),
    client,
    exchangeId,
    bytes,
    totalMs.toFixed(2),
    processingMs.toFixed(2),
    code,
    results,
    queueStatus,
    "-",
    encodeURI(url),
    "-",
    "-",
  ].join(" ");
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
