/**
 * Samples by series, in one file: each second for a day, and buckets of ten seconds for thirty. A sample that was not
 * taken has no row, and a point without rows is null: a gap stays a gap, across restarts too.
 */
import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { BUCKET_MS } from "#lib/wire/series-step.ts";
import type { History, Point } from "#server/orchestrator/ports.ts";

const RAW_KEPT_MS = 24 * 3600_000;
const BUCKETS_KEPT_MS = 30 * 24 * 3600_000;
const SWEEP_EVERY_MS = 600_000;
const MAX_POINTS = 20_000;

const TABLES = `
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, cluster TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (cluster, name)) STRICT;
  CREATE TABLE IF NOT EXISTS raw (series INTEGER NOT NULL, at_ms INTEGER NOT NULL, value REAL NOT NULL,
    PRIMARY KEY (series, at_ms)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS bucket (series INTEGER NOT NULL, at_ms INTEGER NOT NULL,
    total REAL NOT NULL, count INTEGER NOT NULL, peak REAL NOT NULL, low REAL,
    PRIMARY KEY (series, at_ms)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS raw_by_time ON raw (at_ms);
  CREATE INDEX IF NOT EXISTS bucket_by_time ON bucket (at_ms);
`;

const idRow = z.object({ id: z.int() });
const newestRow = z.object({ at_ms: z.number().nullable() });
const columnRow = z.object({ name: z.string() });
const pointRow = z.object({
  at_ms: z.number(),
  average: z.number(),
  peak: z.number(),
  /** Not known of what was kept before the lowest was kept too. */
  low: z.number().nullable(),
  count: z.number(),
});
type PointRow = z.infer<typeof pointRow>;

export function createSqliteHistory(path: string): History {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path, { timeout: 2000 });
  chmodSync(path, 0o600);
  // The last second may be lost with the machine: history decides nothing.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  db.exec(TABLES);
  const columns = db.prepare("PRAGMA table_info (bucket)").all();
  if (!columns.some((row) => columnRow.parse(row).name === "low")) db.exec("ALTER TABLE bucket ADD COLUMN low REAL");
  const insertSeries = db.prepare("INSERT OR IGNORE INTO series (cluster, name) VALUES (?, ?)");
  const selectSeries = db.prepare("SELECT id FROM series WHERE cluster = ? AND name = ?");
  const insertRaw = db.prepare("INSERT OR REPLACE INTO raw VALUES (?, ?, ?)");
  const addToBucket = db.prepare(
    `INSERT INTO bucket (series, at_ms, total, count, peak, low) VALUES (?1, ?2, ?3, 1, ?3, ?3)
     ON CONFLICT (series, at_ms) DO UPDATE
     SET total = total + excluded.total, count = count + 1, peak = max(peak, excluded.peak), low = min(low, excluded.low)`,
  );
  const selectRaw = db.prepare(
    `SELECT at_ms / CAST(?4 AS INTEGER) * CAST(?4 AS INTEGER) AS at_ms, avg(value) AS average, max(value) AS peak,
       min(value) AS low, count(*) AS count FROM raw
     WHERE series = ?1 AND at_ms >= ?2 AND at_ms < ?3 GROUP BY 1 ORDER BY 1`,
  );
  const selectBuckets = db.prepare(
    `SELECT at_ms / CAST(?4 AS INTEGER) * CAST(?4 AS INTEGER) AS at_ms, sum(total) / sum(count) AS average,
       max(peak) AS peak, CASE WHEN count(low) = count(*) THEN min(low) END AS low, sum(count) AS count FROM bucket
     WHERE series = ?1 AND at_ms >= ?2 AND at_ms < ?3 GROUP BY 1 ORDER BY 1`,
  );
  const sweepRaw = db.prepare("DELETE FROM raw WHERE at_ms < ?");
  const sweepBuckets = db.prepare("DELETE FROM bucket WHERE at_ms < ?");
  const ids = new Map<string, number>();
  let sweptAtMs = 0;
  let newestMs = newestRow.parse(db.prepare("SELECT max(at_ms) AS at_ms FROM raw").get()).at_ms ?? 0;

  function idOf(clusterId: string, name: string): number {
    const key = `${clusterId}\n${name}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    insertSeries.run(clusterId, name);
    const { id } = idRow.parse(selectSeries.get(clusterId, name));
    ids.set(key, id);
    return id;
  }

  function sweep(nowMs: number): void {
    if (nowMs - sweptAtMs < SWEEP_EVERY_MS) return;
    sweptAtMs = nowMs;
    sweepRaw.run(nowMs - RAW_KEPT_MS);
    sweepBuckets.run(nowMs - BUCKETS_KEPT_MS);
  }

  return {
    append(clusterId, atMs, values) {
      newestMs = Math.max(newestMs, atMs);
      db.exec("BEGIN");
      try {
        for (const [name, value] of Object.entries(values)) {
          if (value === null || !Number.isFinite(value)) continue;
          const id = idOf(clusterId, name);
          insertRaw.run(id, atMs, value);
          addToBucket.run(id, Math.floor(atMs / BUCKET_MS) * BUCKET_MS, value);
        }
        sweep(atMs);
        db.exec("COMMIT");
      } catch (error) {
        ids.clear();
        if (db.isTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },
    async query(clusterId, series, fromMs, toMs, stepMs) {
      const wanted = stepFor(fromMs, toMs, stepMs);
      // What is older than the raw rows is answered from buckets, in whole ones; so is whatever is coarse enough.
      const isOld = fromMs < newestMs - RAW_KEPT_MS;
      const step = isOld ? Math.ceil(wanted / BUCKET_MS) * BUCKET_MS : wanted;
      const useBuckets = step % BUCKET_MS === 0;
      const from = Math.floor(fromMs / step) * step;
      const id = idRow.safeParse(selectSeries.get(clusterId, series)).data?.id;
      const rows = id === undefined ? [] : (useBuckets ? selectBuckets : selectRaw).all(id, from, toMs, step);
      return pointsOf(
        rows.map((row) => pointRow.parse(row)),
        from,
        toMs,
        step,
      );
    },
    async close() {
      db.close();
    },
  };
}

/** Where no file can be kept: every curve is a gap. */
export function createNoHistory(): History {
  return {
    append: () => undefined,
    query: async (_clusterId, _series, fromMs, toMs, stepMs) => {
      const step = stepFor(fromMs, toMs, stepMs);
      const from = Math.floor(fromMs / step) * step;
      return pointsOf([], from, toMs, step);
    },
    close: async () => undefined,
  };
}

const ENOUGH = 0.75;

/** One a step, in order. A step that has fewer samples than is usual is known in part; one that was late by itself is not. */
function pointsOf(rows: readonly PointRow[], from: number, toMs: number, step: number): readonly Point[] {
  const usual = rows.map(({ count }) => count).toSorted((a, b) => a - b)[rows.length >> 1] ?? 0;
  const found = new Map(rows.map((row) => [row.at_ms, row]));
  return Array.from({ length: Math.max(0, Math.ceil((toMs - from) / step)) }, (_, index) => {
    const atMs = from + index * step;
    const row = found.get(atMs);
    if (row === undefined) return { atMs, value: null };
    const { average: value, peak, low, count } = row;
    return {
      atMs,
      value,
      ...(low === null || low === peak ? {} : { low }),
      ...(low === peak ? {} : { high: peak }),
      ...(count < ENOUGH * usual ? { known: count / usual } : {}),
    };
  });
}

/** A whole number of seconds, and never more points than anyone could look at. */
export function stepFor(fromMs: number, toMs: number, stepMs: number): number {
  const wanted = Math.max(1000, Math.ceil(stepMs / 1000) * 1000);
  const needed = Math.ceil((toMs - fromMs) / MAX_POINTS / 1000) * 1000;
  return Math.max(wanted, needed);
}
