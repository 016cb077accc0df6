/**
 * Copies of the journal: a backup while it is written, the readable part of a damaged one, and a copy put in its place.
 * A copy is written beside its name, checked link by link, and only then given that name.
 */
import { chmodSync, closeSync, copyFileSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { canonicalJson, type Entry } from "./chain.ts";
import { openReading, openWriting, reasonOf } from "./files.ts";
import { bringForward } from "./format.ts";
import { inspect } from "./inspect.ts";
import { readMark, syncDirectory, type Marked } from "./mark.ts";
import { ownerOfCluster, streamName, type Head, type Reader } from "./read.ts";
import { streamsOf, verifyJournal, withWhatIsLeft } from "./verify.ts";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import type { StreamName } from "#server/orchestrator/ports.ts";

export type CopyAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

export type Copied = { readonly streams: number; readonly entries: number };

/** As of one moment, whatever is written meanwhile. */
export function backUp(path: string, target: string): CopyAnswer<Copied> {
  if (!existsSync(path)) return no(`There is no journal at ${path}.`);
  const trouble = inspect(path);
  if (trouble !== null) return no(`${trouble.message} A damaged journal is not backed up.`);
  return published(target, (partial) => {
    const db = openReading(path);
    try {
      db.prepare("VACUUM INTO ?").run(partial);
    } finally {
      db.close();
    }
  });
}

export type StreamLeft = {
  readonly stream: StreamName;
  readonly kept: number;
  /** How many entries it had; null where that is not known any more. */
  readonly had: number | null;
  /** Why it was not read to its end; null when it was. */
  readonly problem: string | null;
};

export type Salvaged = Copied & { readonly left: readonly StreamLeft[] };

/** Each stream from its beginning up to the first entry that is not as it was written, in a new file. */
export function salvage(path: string, target: string): CopyAnswer<Salvaged> {
  const left: StreamLeft[] = [];
  const copied = published(target, (partial) => {
    const db = openWriting(partial);
    try {
      db.exec("BEGIN");
      bringForward(db);
      const broken = existsSync(path)
        ? withWhatIsLeft(path, (from, reader) => {
            for (const stream of streamsOf(from)) left.push(copyStream(from, reader, stream, db));
          })
        : null;
      db.exec("COMMIT; PRAGMA journal_mode = DELETE;");
      if (broken !== null) left.push({ stream: "audit", kept: 0, had: null, problem: broken.message });
    } finally {
      db.close();
    }
  });
  return copied.ok ? { ok: true, value: { ...copied.value, left: withMark(left, readMark(path)) } } : copied;
}

/** What was lost with its commits leaves no trace in the file: the mark knows how far the streams had come. */
function withMark(left: readonly StreamLeft[], mark: Marked | null): readonly StreamLeft[] {
  const ends = new Map((mark?.ends ?? []).map(({ stream, seq }) => [streamName(stream), seq]));
  const lost = "The commits that followed are gone: the -wal file was lost or cut, or this is an older copy.";
  const known = left.map((one): StreamLeft => {
    const seq = ends.get(one.stream) ?? 0;
    ends.delete(one.stream);
    return seq <= Math.max(one.kept, one.had ?? 0) ? one : { ...one, had: seq, problem: one.problem ?? lost };
  });
  return [...known, ...[...ends].map(([stream, seq]): StreamLeft => ({ stream, kept: 0, had: seq, problem: lost }))];
}

function copyStream(from: DatabaseSync, reader: Reader, stream: StreamName, to: DatabaseSync): StreamLeft {
  const { entries, problem } = readable(reader, stream);
  const insert = to.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const { seq, atMs, actor, epoch, schema, prevHash, hash, event } of entries) {
    insert.run(stream, seq, atMs, canonicalJson(actor), epoch, schema, prevHash, hash, event);
  }
  const last = entries.at(-1);
  if (last !== undefined) {
    to.prepare("INSERT INTO stream VALUES (?, ?, ?)").run(stream, last.seq, last.hash);
    to.prepare("UPDATE journal SET commits = commits + 1, entries = entries + ?").run(entries.length);
  }
  keepEpoch(from, stream, entries, to);
  return { stream, kept: entries.length, had: headOf(reader, stream)?.last_seq ?? null, problem };
}

function readable(
  reader: Reader,
  stream: StreamName,
): { readonly entries: readonly Entry[]; readonly problem: string | null } {
  let problem: string | null = null;
  for (let before: number | undefined; ;) {
    try {
      return { entries: reader.entries(stream, 0, before), problem };
    } catch (error) {
      if (!(error instanceof JournalDamaged)) throw error;
      problem ??= error.message;
      if (error.seq <= 1 || (before !== undefined && error.seq >= before)) return { entries: [], problem };
      before = error.seq;
    }
  }
}

function headOf(reader: Reader, stream: StreamName): Head | null {
  try {
    const head = reader.headOf(stream);
    return head.last_seq === 0 ? null : head;
  } catch {
    return null;
  }
}

/** An epoch is never given out twice: what is known of it goes along, from the owner or from what it wrote. */
function keepEpoch(from: DatabaseSync, stream: StreamName, entries: readonly Entry[], to: DatabaseSync): void {
  const clusterId = clusterOf(stream);
  if (clusterId === null) return;
  const written = entries.reduce((highest, { epoch }) => Math.max(highest, epoch ?? 0), 0);
  const epoch = Math.max(written, ownerOfCluster(from, clusterId)?.epoch ?? 0);
  to.prepare(
    "INSERT INTO owner VALUES (?, ?, 0, 'nobody', '', 0, '') ON CONFLICT (cluster_id) DO UPDATE SET epoch = max(epoch, excluded.epoch)",
  ).run(clusterId, epoch);
}

export function clusterOf(stream: StreamName): string | null {
  if (stream === "audit") return null;
  const name = stream.slice(stream.indexOf("/") + 1);
  return stream.startsWith("cluster/") ? name : name.slice(0, name.lastIndexOf("."));
}

/** Makes a file under another name, checks it, and gives it its name; nothing of it is left when it is not right. */
export function published(target: string, make: (partial: string) => void): CopyAnswer<Copied> {
  if (existsSync(target)) return no(`${target} is there already: name a new file.`);
  const partial = `${target}.partial`;
  const clear = (): void => {
    for (const end of ["", "-wal", "-shm", "-journal"]) rmSync(`${partial}${end}`, { force: true });
  };
  clear();
  try {
    make(partial);
    chmodSync(partial, 0o600);
    const { problems, streams, entries } = verifyJournal(partial, { marked: false });
    const [problem] = problems;
    if (problem !== undefined) {
      clear();
      return no(`The copy is not whole, and was removed: ${problem.message}`);
    }
    sync(partial);
    renameSync(partial, target);
    syncDirectory(dirname(target));
    return { ok: true, value: { streams, entries } };
  } catch (error) {
    clear();
    return no(`${target} could not be written (${reasonOf(error)}).`);
  } finally {
    for (const end of ["-wal", "-shm"]) rmSync(`${partial}${end}`, { force: true });
  }
}

export function copyAs(source: string): (partial: string) => void {
  return (partial) => copyFileSync(source, partial);
}

function sync(path: string): void {
  const fd = openSync(path, "r+");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function no(why: string): { readonly ok: false; readonly why: string } {
  return { ok: false, why };
}
