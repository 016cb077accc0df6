import { createHash } from "node:crypto";
import type { Actor } from "#lib/run/actor.ts";
import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";

/** What stands around an event on disk. `event` is its text, hashed as it is: nothing depends on writing it twice alike. */
export type Entry = {
  readonly stream: string;
  readonly seq: number;
  readonly atMs: number;
  readonly actor: Actor;
  /** The epoch of the owner that wrote it; null in the audit stream. */
  readonly epoch: number | null;
  readonly schema: number;
  readonly prevHash: string;
  readonly hash: string;
  readonly event: string;
};

/** Before the first entry of every stream. */
export const NO_HASH = "0".repeat(64);

export function hashOf(entry: Omit<Entry, "hash">): string {
  const { stream, seq, atMs, actor, epoch, schema, prevHash, event } = entry;
  const envelope = canonicalJson({ stream, seq, atMs, actor, epoch, schema, prevHash });
  return createHash("sha256").update(`${prevHash}\n${envelope}\n${event}`).digest("hex");
}

/** Throws at the first entry that does not follow from the one before it. */
export function verifyLink(entry: Entry, seq: number, prevHash: string): void {
  if (entry.seq !== seq) throw damaged(entry.stream, seq, `the entry is missing; the next one is #${entry.seq}.`);
  if (entry.prevHash !== prevHash) throw damaged(entry.stream, seq, "it does not follow from the entry before it.");
  if (entry.hash !== hashOf(entry)) throw damaged(entry.stream, seq, "its content is not what was written.");
}

/** What puts a journal right whose content is not what was written. */
export const PUT_RIGHT =
  "Stop the console. `sluice journal verify` tells all that is wrong; put back a backup with `sluice journal restore`, or " +
  "save what can be read with `sluice journal salvage`. Loans that are recorded in what was lost may still stand on the " +
  "cluster: look at its blacklists and settings by hand.";

export function damaged(stream: string, seq: number, what: string): JournalDamaged {
  return new JournalDamaged(stream, seq, what, PUT_RIGHT);
}

/** JSON with sorted keys: the same value is the same text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${pairs.join(",")}}`;
}
