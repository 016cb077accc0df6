/**
 * The journal in one file. A commit is on disk when it returns (WAL with synchronous=FULL), the epoch is checked in the
 * transaction that appends, and each stream is a chain of hashes whose head stands apart, so that a lost tail shows.
 */
import { chmodSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { actor } from "#lib/wire/journal.ts";
import { invariant } from "#lib/util/invariant.ts";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import type { AppendResult, Fence, Journal, Stored, StreamName } from "#server/orchestrator/ports.ts";
import type { Draft, Recorded } from "#lib/run/event.ts";
import { canonicalJson, damaged, hashOf, NO_HASH, verifyLink, type Entry } from "./chain.ts";
import { isDead, LEASE_TTL_MS, thisProcess, type Holder } from "./lease.ts";
import { SCHEMA, upcast, UPCASTERS, type Upcasters } from "./upcast.ts";

const TABLES = `
  CREATE TABLE IF NOT EXISTS stream (name TEXT PRIMARY KEY, last_seq INTEGER NOT NULL, last_hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS entry (
    stream TEXT NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, epoch INTEGER,
    schema INTEGER NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (stream, seq)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS owner (
    cluster_id TEXT PRIMARY KEY, epoch INTEGER NOT NULL, until_ms INTEGER NOT NULL,
    owner TEXT NOT NULL, place TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL) STRICT;
  CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS entries_are_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
`;

const headRow = z.object({ last_seq: z.int(), last_hash: z.string() });
const nameRow = z.object({ name: z.string() });
const entryRow = z.object({
  stream: z.string(),
  seq: z.int(),
  at_ms: z.int(),
  actor: z.string(),
  epoch: z.int().nullable(),
  schema: z.int(),
  prev_hash: z.string(),
  hash: z.string(),
  event: z.string(),
});
const ownerRow = z.object({
  epoch: z.int(),
  until_ms: z.int(),
  owner: z.string(),
  place: z.string(),
  pid: z.int(),
  born: z.string(),
});

export function createSqliteJournal(path: string, upcasters: Upcasters = UPCASTERS, schema: number = SCHEMA): Journal {
  const db = open(path);
  const selectHead = db.prepare("SELECT last_seq, last_hash FROM stream WHERE name = ?");
  const upsertHead = db.prepare(
    "INSERT INTO stream VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash",
  );
  const insertEntry = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const selectEntries = db.prepare("SELECT * FROM entry WHERE stream = ? AND seq >= ? ORDER BY seq");
  const selectStreams = db.prepare("SELECT name FROM stream WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name");
  const selectOwner = db.prepare("SELECT epoch, until_ms, owner, place, pid, born FROM owner WHERE cluster_id = ?");
  const upsertOwner = db.prepare("INSERT OR REPLACE INTO owner VALUES (?, ?, ?, ?, ?, ?, ?)");
  const extendLease = db.prepare("UPDATE owner SET until_ms = ? WHERE cluster_id = ? AND epoch = ?");

  const headOf = (stream: string): z.infer<typeof headRow> =>
    parseRow(headRow.optional(), selectHead.get(stream), stream, 0) ?? { last_seq: 0, last_hash: NO_HASH };
  const ownerOf = (clusterId: string): z.infer<typeof ownerRow> | undefined =>
    parseRow(ownerRow.optional(), selectOwner.get(clusterId), `cluster/${clusterId}`, 0);

  function appendNow<E>(
    stream: StreamName,
    expectedSeq: number,
    fence: Fence | null,
    atMs: number,
    drafts: readonly Draft<E>[],
  ): AppendResult<E> {
    if (fence !== null) {
      const owner = ownerOf(fence.clusterId);
      if (owner?.epoch !== fence.epoch) return { result: "fenced", owner: owner?.owner ?? "nobody" };
    }
    const head = headOf(stream);
    if (head.last_seq !== expectedSeq) return { result: "conflict", lastSeq: head.last_seq };
    let prevHash = head.last_hash;
    const events: Recorded<E>[] = [];
    for (const draft of drafts) {
      const seq = expectedSeq + events.length + 1;
      const event = canonicalJson(draft.event);
      const epoch = fence?.epoch ?? null;
      const hash = hashOf({ stream, seq, atMs, actor: draft.actor, epoch, schema, prevHash, event });
      insertEntry.run(stream, seq, atMs, canonicalJson(draft.actor), epoch, schema, prevHash, hash, event);
      events.push({ seq, atMs, actor: draft.actor, event: draft.event });
      prevHash = hash;
    }
    if (events.length > 0) upsertHead.run(stream, expectedSeq + events.length, prevHash);
    return { result: "appended", events };
  }

  function readNow(stream: StreamName, afterSeq: number): readonly Stored[] {
    const head = headOf(stream);
    // The entry before the first wanted one is read for its hash.
    const rows = selectEntries.all(stream, Math.max(1, afterSeq));
    const stored: Stored[] = [];
    let previous: Entry | null = null;
    for (const row of rows) {
      const seq: number = previous === null ? Math.max(1, afterSeq) : previous.seq + 1;
      const entry = toEntry(row, stream, seq);
      verifyLink(entry, seq, previous?.hash ?? (seq === 1 ? NO_HASH : entry.prevHash));
      previous = entry;
      if (seq <= afterSeq) continue;
      const written = { stream, seq, schema: entry.schema, text: entry.event };
      stored.push({ seq, atMs: entry.atMs, actor: entry.actor, event: upcast(written, upcasters, schema) });
    }
    const last = previous?.seq ?? afterSeq;
    if (last < head.last_seq) throw damaged(stream, last + 1, `the stream should end with #${head.last_seq}.`);
    if (previous !== null && previous.seq === head.last_seq && previous.hash !== head.last_hash) {
      throw damaged(stream, previous.seq, "it is not the last entry that was written.");
    }
    return stored;
  }

  function claimNow(clusterId: string, holder: Holder, atMs: number): Awaited<ReturnType<Journal["claim"]>> {
    const current = ownerOf(clusterId);
    const isMine = current?.owner === holder.owner && current.pid === holder.pid && current.place === holder.place;
    if (current !== undefined && !isMine && current.until_ms > atMs && !isDead(current)) {
      return { heldBy: current.owner, untilMs: current.until_ms };
    }
    const epoch = (current?.epoch ?? 0) + 1;
    upsertOwner.run(clusterId, epoch, atMs + LEASE_TTL_MS, holder.owner, holder.place, holder.pid, holder.born);
    return { clusterId, epoch };
  }

  return {
    async append(stream, expectedSeq, fence, atMs, drafts) {
      invariant(fence !== null || stream === "audit", `an append to ${stream} needs proof of ownership`);
      return transaction(db, () => appendNow(stream, expectedSeq, fence, Math.round(atMs), drafts));
    },
    async read(stream, afterSeq) {
      return guarded(stream, () => readNow(stream, afterSeq));
    },
    async streams(prefix) {
      return guarded(prefix, () => selectStreams.all(prefix).map((row) => streamName(nameRow.parse(row).name)));
    },
    async claim(clusterId, owner, atMs) {
      return guarded(`cluster/${clusterId}`, () =>
        transaction(db, () => claimNow(clusterId, thisProcess(owner), Math.round(atMs))),
      );
    },
    async renew(fence, atMs) {
      const until = Math.round(atMs) + LEASE_TTL_MS;
      return transaction(db, () => Number(extendLease.run(until, fence.clusterId, fence.epoch).changes) === 1);
    },
    async release(fence) {
      transaction(db, () => extendLease.run(0, fence.clusterId, fence.epoch));
    },
    async close() {
      db.close();
    },
  };
}

export type JournalReport = {
  readonly streams: number;
  readonly entries: number;
  /** One sentence each, with stream, number and remedy; empty when everything is as it was written. */
  readonly problems: readonly string[];
};

/** Reads everything and checks every link. */
export async function verifySqliteJournal(path: string): Promise<JournalReport> {
  const journal = createSqliteJournal(path);
  const problems: string[] = [];
  let entries = 0;
  const streams = await journal.streams("");
  for (const stream of streams) {
    try {
      entries += (await journal.read(stream, 0)).length;
    } catch (error) {
      if (!(error instanceof JournalDamaged)) throw error;
      problems.push(error.message);
    }
  }
  await journal.close();
  return { streams: streams.length, entries, problems };
}

function open(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(path, { timeout: 5000 });
  try {
    // Plans and statements are nobody else's to read.
    chmodSync(path, 0o600);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF;");
    db.exec(TABLES);
    return db;
  } catch (error) {
    db.close();
    throw isCorrupt(error) ? damaged("*", 0, `the file is no journal (${reasonOf(error)}).`) : error;
  }
}

function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite may have rolled back by itself, as it does when the disk is full.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function guarded<T>(stream: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isCorrupt(error) ? damaged(stream, 0, `the file cannot be read (${reasonOf(error)}).`) : error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
function isCorrupt(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (error.errcode === 11 || error.errcode === 26);
}

function toEntry(row: unknown, stream: string, seq: number): Entry {
  const { at_ms, prev_hash, ...rest } = parseRow(entryRow, row, stream, seq);
  return { ...rest, atMs: at_ms, prevHash: prev_hash, actor: parseActor(rest.actor, stream, seq) };
}

function parseActor(text: string, stream: string, seq: number): Entry["actor"] {
  try {
    return actor.parse(JSON.parse(text));
  } catch {
    throw damaged(stream, seq, "nobody can tell who wrote it.");
  }
}

function parseRow<T>(schema: z.ZodType<T>, row: unknown, stream: string, seq: number): T {
  const parsed = schema.safeParse(row);
  if (!parsed.success) throw damaged(stream, seq, "a row has another form than was written.");
  return parsed.data;
}

function streamName(name: string): StreamName {
  if (name === "audit") return name;
  const rest = name.slice(name.indexOf("/") + 1);
  return name.startsWith("cluster/") ? `cluster/${rest}` : `run/${rest}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
