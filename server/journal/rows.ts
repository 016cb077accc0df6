/** Rows of the file as the code knows them. A row of another form is damage, and names its place. */
import { z } from "zod";
import { actor } from "#lib/wire/journal.ts";
import { damaged, type Entry } from "./chain.ts";

export const headRow = z.object({ last_seq: z.int(), last_hash: z.string() });
export const namedHeadRow = z.object({ name: z.string(), last_seq: z.int(), last_hash: z.string() });
export const nameRow = z.object({ name: z.string() });
export const journalRow = z.object({ id: z.string(), commits: z.int(), entries: z.int() });
export const ownerRow = z.object({
  epoch: z.int(),
  until_ms: z.int(),
  owner: z.string(),
  place: z.string(),
  pid: z.int(),
  born: z.string(),
});

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

export function toEntry(row: unknown, stream: string, seq: number): Entry {
  const { at_ms, prev_hash, ...rest } = parseRow(entryRow, row, stream, seq);
  return { ...rest, atMs: at_ms, prevHash: prev_hash, actor: parseActor(rest.actor, stream, seq) };
}

export function parseRow<T>(schema: z.ZodType<T>, row: unknown, stream: string, seq: number): T {
  const parsed = schema.safeParse(row);
  if (!parsed.success) throw damaged(stream, seq, "a row has another form than was written.");
  return parsed.data;
}

function parseActor(text: string, stream: string, seq: number): Entry["actor"] {
  try {
    return actor.parse(JSON.parse(text));
  } catch {
    throw damaged(stream, seq, "nobody can tell who wrote it.");
  }
}
