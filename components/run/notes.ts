/** What people wrote on a run, oldest first, as its journal has it. */
import type { NodeId } from "#lib/cluster/node.ts";
import { nameOf } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Hold } from "#lib/run/hold.ts";

export type Note = {
  readonly seq: number;
  readonly atMs: number;
  readonly by: string;
  /** Null: on the run as a whole. */
  readonly nodeId: NodeId | null;
  readonly text: string;
};

export function notesOf(events: readonly Recorded<RunEvent>[]): readonly Note[] {
  return events.flatMap(({ seq, atMs, actor, event }): readonly Note[] =>
    event.type === "NoteAdded" ? [{ seq, atMs, by: nameOf(actor), nodeId: event.nodeId, text: event.text }] : [],
  );
}

/** What was written on this hold: since it began, on the run or on the node that holds it. */
export function notesOfHold(events: readonly Recorded<RunEvent>[], hold: Hold): readonly Note[] {
  const began = events.findLastIndex(({ event }) => event.type === "HoldBegan");
  return notesOf(events.slice(began + 1)).filter(
    ({ nodeId }) => nodeId === null || hold.nodeId === null || nodeId === hold.nodeId,
  );
}
