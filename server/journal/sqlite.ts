/**
 * The journal in one file. A commit is on disk when it returns (WAL with synchronous=FULL), the epoch is checked in the
 * transaction that appends, and each stream is a chain of hashes whose head stands apart, so that a lost tail shows.
 */
import { statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { invariant } from "#lib/util/invariant.ts";
import type { AppendResult, Fence, Journal, StreamName } from "#server/orchestrator/ports.ts";
import type { Draft, Recorded } from "#lib/run/event.ts";
import { canonicalJson, hashOf, PUT_RIGHT } from "./chain.ts";
import { createDerived } from "./derived.ts";
import { isCorrupt, openWriting, reasonOf, unwritable } from "./files.ts";
import { bringForward } from "./format.ts";
import { inspect, whole } from "./inspect.ts";
import { isDead, LEASE_TTL_MS, thisProcess, type Holder } from "./lease.ts";
import { openMark, type Marked } from "./mark.ts";
import { createReader, guarded } from "./read.ts";
import { journalRow, ownerRow, parseRow } from "./rows.ts";
import { SCHEMA, UPCASTERS, type Upcasters } from "./upcast.ts";

export type SqliteOptions = {
  readonly upcasters?: Upcasters;
  readonly schema?: number;
  /** For tests: the file may not grow beyond so many pages, and SQLite says that the disk is full. */
  readonly maxPages?: number;
};

const commitsRow = z.object({ commits: z.int() });

/** Opens the journal to write, or throws: `JournalDamaged` where it may not be touched, a sentence where it cannot be now. */
export function createSqliteJournal(path: string, options: SqliteOptions = {}): Journal {
  const found = sentence(path, () => inspect(path));
  if (found !== null) throw found;
  const { upcasters = UPCASTERS, schema = SCHEMA } = options;
  const db = sentence(path, () => openFile(path, options));
  const { id, commits: commitsAtStart } = parseRow(
    journalRow,
    db.prepare("SELECT id, commits, entries FROM journal").get(),
    "*",
    0,
  );
  const mark = sentence(path, () => openMark(path, id, commitsAtStart));
  const { ino, dev } = statSync(path);
  const reader = createReader(db, upcasters, schema);
  const derived = createDerived(db);
  const upsertHead = db.prepare(
    "INSERT INTO stream VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET last_seq = excluded.last_seq, last_hash = excluded.last_hash",
  );
  const insertEntry = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const selectOwner = db.prepare("SELECT epoch, until_ms, owner, place, pid, born FROM owner WHERE cluster_id = ?");
  const upsertOwner = db.prepare("INSERT OR REPLACE INTO owner VALUES (?, ?, ?, ?, ?, ?, ?)");
  const extendLease = db.prepare("UPDATE owner SET until_ms = ? WHERE cluster_id = ? AND epoch = ?");
  const countCommit = db.prepare("UPDATE journal SET commits = commits + 1, entries = entries + ? RETURNING commits");

  const ownerOf = (clusterId: string): z.infer<typeof ownerRow> | undefined =>
    parseRow(ownerRow.optional(), selectOwner.get(clusterId), `cluster/${clusterId}`, 0);

  /** The mark follows what is on disk: a commit that it does not hear of leaves it behind, which is no harm. */
  function counted<T>(work: () => Counted<T>): T {
    stillThere();
    const { value, commits, ends } = sentence(path, () =>
      transaction(db, () => {
        const { value, added, ends } = work();
        const commits = added === null ? null : commitsRow.parse(countCommit.get(added)).commits;
        return { value, commits, ends };
      }),
    );
    if (commits !== null) mark.put(commits, ends);
    return value;
  }

  /** A file that was moved away or deleted can be written on for hours, and all of it is lost. */
  function stillThere(): void {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino === ino && now.dev === dev) return;
    throw whole("the file was moved or deleted while the console runs.", `Put it back as ${path}. ${PUT_RIGHT}`);
  }

  function appendNow<E>(
    stream: StreamName,
    expectedSeq: number,
    fence: Fence | null,
    atMs: number,
    drafts: readonly Draft<E>[],
  ): Counted<AppendResult<E>> {
    if (fence !== null) {
      const owner = ownerOf(fence.clusterId);
      if (owner?.epoch !== fence.epoch) return nothing({ result: "fenced", owner: owner?.owner ?? "nobody" });
    }
    const head = reader.headOf(stream);
    if (head.last_seq !== expectedSeq) return nothing({ result: "conflict", lastSeq: head.last_seq });
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
    if (events.length === 0) return nothing({ result: "appended", events });
    const seq = expectedSeq + events.length;
    upsertHead.run(stream, seq, prevHash);
    return { value: { result: "appended", events }, added: events.length, ends: [{ stream, seq }] };
  }

  function claimNow(clusterId: string, holder: Holder, atMs: number): Counted<Awaited<ReturnType<Journal["claim"]>>> {
    const current = ownerOf(clusterId);
    const isMine = current?.owner === holder.owner && current.pid === holder.pid && current.place === holder.place;
    if (current !== undefined && !isMine && current.until_ms > atMs && !isDead(current)) {
      return nothing({ heldBy: current.owner, untilMs: current.until_ms });
    }
    const epoch = (current?.epoch ?? 0) + 1;
    upsertOwner.run(clusterId, epoch, atMs + LEASE_TTL_MS, holder.owner, holder.place, holder.pid, holder.born);
    // Counted: an epoch that is lost would be given out again.
    return { value: { clusterId, epoch }, added: 0, ends: [] };
  }

  return {
    async append(stream, expectedSeq, fence, atMs, drafts) {
      invariant(fence !== null || stream === "audit", `an append to ${stream} needs proof of ownership`);
      return counted(() => appendNow(stream, expectedSeq, fence, Math.round(atMs), drafts));
    },
    async read(stream, afterSeq, beforeSeq) {
      return reader.read(stream, afterSeq, beforeSeq);
    },
    async streams(prefix) {
      return reader.streams(prefix);
    },
    async derived(prefix) {
      return guarded("*", 0, () => derived.all(prefix));
    },
    async derive(values) {
      sentence(path, () => transaction(db, () => values.forEach((value) => derived.put(value))));
    },
    async claim(clusterId, owner, atMs) {
      return counted(() => claimNow(clusterId, thisProcess(owner), Math.round(atMs)));
    },
    async renew(fence, atMs) {
      stillThere();
      const until = Math.round(atMs) + LEASE_TTL_MS;
      return sentence(path, () =>
        transaction(db, () => Number(extendLease.run(until, fence.clusterId, fence.epoch).changes) === 1),
      );
    },
    async release(fence) {
      sentence(path, () => transaction(db, () => extendLease.run(0, fence.clusterId, fence.epoch)));
    },
    async close() {
      mark.close();
      db.close();
    },
  };
}

/** What a transaction came to. `added` is null where it changed nothing that may not be lost. */
type Counted<T> = { readonly value: T; readonly added: number | null; readonly ends: Marked["ends"] };

function nothing<T>(value: T): Counted<T> {
  return { value, added: null, ends: [] };
}

function openFile(path: string, { maxPages }: SqliteOptions): DatabaseSync {
  const db = openWriting(path);
  try {
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    transaction(db, () => bringForward(db));
    return db;
  } catch (error) {
    db.close();
    throw error;
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

/** SQLite's words become ours: damage, or why nothing can be written now. */
function sentence<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isCorrupt(error)) throw whole(`the file cannot be read (${reasonOf(error)}).`, PUT_RIGHT);
    throw unwritable(error, path);
  }
}
