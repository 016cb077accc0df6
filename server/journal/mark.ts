/**
 * A small file beside the journal that tells how far the journal had come: without it, a journal whose last commits were
 * lost as a whole (a missing or shortened -wal file, an older copy put in its place) would look like a sound one.
 *
 * It is written after each commit and not synced: after a power cut it may stand behind the journal, never ahead of it.
 * Two slots are written in turn, so that one of them is whole whenever the machine stops.
 */
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";

const SLOT_BYTES = 4096;
/** How many streams it remembers the ends of: those that were written last. */
const STREAMS = 16;

const marked = z.object({
  /** Which journal it belongs to. */
  id: z.string(),
  commits: z.int(),
  ends: z.array(z.object({ stream: z.string(), seq: z.int() })),
});
export type Marked = z.infer<typeof marked>;

export interface Mark {
  /** After the commit with this number, which made these streams end there. */
  put(commits: number, ends: Marked["ends"]): void;
  close(): void;
}

export function markPath(journalPath: string): string {
  return `${journalPath}-mark`;
}

/** Null: there is none, or none that can be read. */
export function readMark(journalPath: string): Marked | null {
  const path = markPath(journalPath);
  if (!existsSync(path)) return null;
  const bytes = readFileSync(path);
  const slots = [bytes.subarray(0, SLOT_BYTES), bytes.subarray(SLOT_BYTES, 2 * SLOT_BYTES)].flatMap(readSlot);
  return slots.reduce<Marked | null>((best, slot) => (slot.commits >= (best?.commits ?? 0) ? slot : best), null);
}

/** Opens the mark of a journal, or makes it; what it says at first is on disk when this returns. */
export function openMark(journalPath: string, id: string, commits: number): Mark {
  const path = markPath(journalPath);
  const before = readMark(journalPath);
  const fd = openSync(path, existsSync(path) ? "r+" : "w+", 0o600);
  let ends = before?.id === id ? before.ends : [];
  const write = (now: number): void => {
    writeSync(fd, slotOf({ id, commits: now, ends }), 0, SLOT_BYTES, (now % 2) * SLOT_BYTES);
  };
  if (before?.id !== id) {
    // Both slots: what another journal left here must not win over ours.
    for (const slot of [0, 1]) writeSync(fd, slotOf({ id, commits, ends }), 0, SLOT_BYTES, slot * SLOT_BYTES);
    fsyncSync(fd);
    syncDirectory(dirname(path));
  }
  return {
    put(now, added) {
      const names = new Set(added.map(({ stream }) => stream));
      ends = [...added, ...ends.filter(({ stream }) => !names.has(stream))].slice(0, STREAMS);
      write(now);
    },
    close() {
      fsyncSync(fd);
      closeSync(fd);
    },
  };
}

export function syncDirectory(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function slotOf(value: Marked): Buffer {
  const room = SLOT_BYTES - 65;
  let text = JSON.stringify(value);
  // Very long names: fewer of them.
  for (let kept = value.ends.length; Buffer.byteLength(text) > room; kept -= 1) {
    text = JSON.stringify({ ...value, ends: value.ends.slice(0, kept - 1) });
  }
  const slot = Buffer.alloc(SLOT_BYTES, " ");
  slot.write(`${digest(text)}${text}`);
  slot.write("\n", SLOT_BYTES - 1);
  return slot;
}

function readSlot(bytes: Buffer): readonly Marked[] {
  const text = bytes.subarray(64).toString("utf8").trimEnd();
  if (text === "" || bytes.subarray(0, 64).toString("utf8") !== digest(text)) return [];
  const parsed = marked.safeParse(JSON.parse(text));
  return parsed.success ? [parsed.data] : [];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
