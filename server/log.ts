import type { Log } from "#server/orchestrator/ports.ts";

export type LogFormat = "json" | "text";
type Level = "info" | "warn" | "error";
type Fields = Readonly<Record<string, unknown>>;

/** One line an entry: JSON for machines, columns for a terminal. Values under secret-looking keys never leave the process. */
export function createLog(write: (line: string) => void, format: LogFormat, now: () => number): Log {
  const emit = (level: Level, message: string, fields: Fields = {}): void => {
    const safe = redact(fields, 0);
    const at = new Date(now()).toISOString();
    write(format === "json" ? jsonLine(at, level, message, safe) : textLine(at, level, message, safe));
  };
  return {
    info: (message, fields) => emit("info", message, fields),
    warn: (message, fields) => emit("warn", message, fields),
    error: (message, fields) => emit("error", message, fields),
  };
}

const SECRET_KEY = /pass(word|wd|phrase)?$|token|secret|cookie|authorization|credential/i;
const MAX_DEPTH = 4;

function redact(value: unknown, depth: number): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, SECRET_KEY.test(key) ? "[redacted]" : redact(item, depth + 1)]),
  );
}

function jsonLine(at: string, level: Level, message: string, fields: unknown): string {
  const rest = typeof fields === "object" && fields !== null ? fields : {};
  return `${JSON.stringify({ at, level, message, ...rest })}\n`;
}

function textLine(at: string, level: Level, message: string, fields: unknown): string {
  const pairs = typeof fields === "object" && fields !== null ? Object.entries(fields) : [];
  const rest = pairs.map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const mark = level === "info" ? "" : `${level.toUpperCase()} `;
  return `${[at.slice(11, 23), `${mark}${message}`, ...rest].join("  ")}\n`;
}
