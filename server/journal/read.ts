/** Reading, link by link: the same for the journal that is written, for one that may only be read, and for what is left of one. */
import type { DatabaseSync } from "node:sqlite";
import type { z } from "zod";
import type { Stored, StreamName } from "#server/orchestrator/ports.ts";
import { damaged, NO_HASH, verifyLink, type Entry } from "./chain.ts";
import { isCorrupt, reasonOf } from "./files.ts";
import { headRow, nameRow, ownerRow, parseRow, toEntry } from "./rows.ts";
import { upcast, type Upcasters } from "./upcast.ts";

export interface Reader {
  /** From after one entry up to before another; without that, up to the end that the stream is known to have. */
  read(stream: StreamName, afterSeq: number, beforeSeq?: number): readonly Stored[];
  /** The same, as it stands in the file. */
  entries(stream: StreamName, afterSeq: number, beforeSeq?: number): readonly Entry[];
  streams(prefix: string): readonly StreamName[];
  headOf(stream: string): Head;
}

export type Head = { readonly last_seq: number; readonly last_hash: string };

export function createReader(db: DatabaseSync, upcasters: Upcasters, schema: number): Reader {
  const selectHead = db.prepare("SELECT last_seq, last_hash FROM stream WHERE name = ?");
  const selectEntries = db.prepare("SELECT * FROM entry WHERE stream = ? AND seq >= ? ORDER BY seq");
  const selectStreams = db.prepare("SELECT name FROM stream WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name");

  function headOf(stream: string): Head {
    const row = guarded(stream, 0, () => selectHead.get(stream));
    return parseRow(headRow.optional(), row, stream, 0) ?? { last_seq: 0, last_hash: NO_HASH };
  }

  /** Throws at the first link that is broken. Head and entries are seen as of one moment: another console may write. */
  function entries(stream: StreamName, afterSeq: number, beforeSeq?: number): readonly Entry[] {
    return guarded(stream, 0, () => {
      db.exec("BEGIN");
      try {
        return entriesNow(stream, afterSeq, beforeSeq);
      } finally {
        if (db.isTransaction) db.exec("COMMIT");
      }
    });
  }

  function entriesNow(stream: StreamName, afterSeq: number, beforeSeq?: number): readonly Entry[] {
    // The entry before the first wanted one is read for its hash.
    const from = Math.max(1, afterSeq);
    const found: Entry[] = [];
    let previous: Entry | null = null;
    for (const row of rowsOf(stream, from)) {
      const seq: number = previous === null ? from : previous.seq + 1;
      if (beforeSeq !== undefined && seq >= beforeSeq) break;
      const entry = toEntry(row, stream, seq);
      verifyLink(entry, seq, previous?.hash ?? (seq === 1 ? NO_HASH : entry.prevHash));
      previous = entry;
      if (seq > afterSeq) found.push(entry);
    }
    if (beforeSeq === undefined) verifyEnd(stream, previous, afterSeq);
    return found;
  }

  function* rowsOf(stream: StreamName, from: number): Generator<unknown, void> {
    let next = from;
    try {
      for (const row of selectEntries.iterate(stream, from)) {
        yield row;
        next += 1;
      }
    } catch (error) {
      throw isCorrupt(error) ? damaged(stream, next, `the file cannot be read there (${reasonOf(error)}).`) : error;
    }
  }

  function verifyEnd(stream: StreamName, last: Entry | null, afterSeq: number): void {
    const head = headOf(stream);
    const lastSeq = last?.seq ?? afterSeq;
    if (lastSeq < head.last_seq) throw damaged(stream, lastSeq + 1, `the stream should end with #${head.last_seq}.`);
    if (last !== null && (last.seq !== head.last_seq || last.hash !== head.last_hash)) {
      throw damaged(stream, last.seq, "it is not the last entry that was written.");
    }
  }

  return {
    headOf,
    entries,
    read: (stream, afterSeq, beforeSeq) =>
      entries(stream, afterSeq, beforeSeq).map(({ seq, atMs, actor, schema: written, event }) => ({
        seq,
        atMs,
        actor,
        event: upcast({ stream, seq, schema: written, text: event }, upcasters, schema),
      })),
    streams: (prefix) =>
      guarded("*", 0, () => selectStreams.all(prefix)).map((row) => streamName(parseRow(nameRow, row, "*", 0).name)),
  };
}

/** Null where it is not known any more. */
export function ownerOfCluster(db: DatabaseSync, clusterId: string): z.infer<typeof ownerRow> | null {
  try {
    const row = db
      .prepare("SELECT epoch, until_ms, owner, place, pid, born FROM owner WHERE cluster_id = ?")
      .get(clusterId);
    return ownerRow.safeParse(row).data ?? null;
  } catch (error) {
    if (isCorrupt(error)) return null;
    throw error;
  }
}

export function guarded<T>(stream: string, seq: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isCorrupt(error) ? damaged(stream, seq, `the file cannot be read (${reasonOf(error)}).`) : error;
  }
}

export function streamName(name: string): StreamName {
  if (name === "audit") return name;
  const rest = name.slice(name.indexOf("/") + 1);
  if (name.startsWith("cluster/")) return `cluster/${rest}`;
  return name.startsWith("probe/") ? `probe/${rest}` : `run/${rest}`;
}
