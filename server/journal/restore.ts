/** Puts a copy in the place of the journal. What was there is moved aside, and what was given up is written down. */
import { existsSync, renameSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Actor } from "#lib/run/actor.ts";
import type { Draft, RunEvent } from "#lib/run/event.ts";
import { clusterOf, copyAs, published, type Copied, type CopyAnswer } from "./copies.ts";
import { openWriting } from "./files.ts";
import { bringForward } from "./format.ts";
import { markPath, openMark } from "./mark.ts";
import { journalRow } from "./rows.ts";
import { createSqliteJournal } from "./sqlite.ts";
import { verifyJournal } from "./verify.ts";

/** Far above whatever was given out after the copy was made: a console that still runs somewhere is fenced off. */
const EPOCH_JUMP = 1000;

export type Restored = Copied & { readonly movedTo: string | null; readonly paused: readonly string[] };

export async function restore(
  path: string,
  source: string,
  actor: Actor,
  nowMs: number,
): Promise<CopyAnswer<Restored>> {
  if (!existsSync(source)) return { ok: false, why: `There is no file ${source}.` };
  const [problem] = verifyJournal(source, { marked: false }).problems;
  if (problem !== undefined) {
    const why = `${source} is not whole: ${problem.message} Take another backup, or salvage this one first.`;
    return { ok: false, why };
  }
  const fresh = `${path}.restored-${nowMs}`;
  const copied = published(fresh, copyAs(source));
  if (!copied.ok) return copied;
  const movedTo = moveAside(path, nowMs);
  renameSync(fresh, path);
  begin(path);
  const paused = await noteAndPause(path, actor, nowMs, source);
  return { ok: true, value: { ...copied.value, movedTo, paused } };
}

function moveAside(path: string, nowMs: number): string | null {
  const aside = `${path}.before-${nowMs}`;
  const ends = ["", "-wal", "-shm"].filter((end) => existsSync(`${path}${end}`));
  for (const end of ends) renameSync(`${path}${end}`, `${aside}${end}`);
  if (existsSync(markPath(path))) renameSync(markPath(path), markPath(aside));
  return ends.length === 0 ? null : aside;
}

/** It is another journal from here on: the mark of the one before does not speak of it. */
function begin(path: string): void {
  const db = openWriting(path);
  try {
    db.exec("BEGIN IMMEDIATE");
    bringForward(db);
    db.prepare("UPDATE journal SET id = ?").run(randomUUID());
    db.prepare("UPDATE owner SET epoch = epoch + ?, until_ms = 0").run(EPOCH_JUMP);
    db.exec("COMMIT");
    const { id, commits } = journalRow.parse(db.prepare("SELECT id, commits, entries FROM journal").get());
    openMark(path, id, commits).close();
  } finally {
    db.close();
  }
}

const runEnded = z.object({ type: z.literal("RunEnded") });

/** A run goes on from where the copy stands, which may be long ago: it waits until a person has looked. */
async function noteAndPause(path: string, actor: Actor, nowMs: number, source: string): Promise<readonly string[]> {
  const journal = createSqliteJournal(path);
  try {
    const what = `put ${source} in the place of the journal`;
    const notes = await journal.read("audit", 0);
    await journal.append("audit", notes.length, null, nowMs, [{ actor, event: { type: "Noted", what } }]);
    const paused: string[] = [];
    for (const stream of await journal.streams("run/")) {
      const events = await journal.read(stream, 0);
      const clusterId = clusterOf(stream);
      if (clusterId === null || events.some(({ event }) => runEnded.safeParse(event).success)) continue;
      const fence = await journal.claim(clusterId, `restore, process ${process.pid}`, nowMs);
      if ("heldBy" in fence) continue;
      const reason = `The journal was put back as of #${events.length}. Look at every node before you resume.`;
      const draft: Draft<RunEvent> = { actor, event: { type: "PauseRequested", reason } };
      await journal.append(stream, events.length, fence, nowMs, [draft]);
      await journal.release(fence);
      paused.push(stream.slice("run/".length));
    }
    return paused;
  } finally {
    await journal.close();
  }
}
