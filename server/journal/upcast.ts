import { JournalDamaged } from "#server/orchestrator/journal-damaged.ts";
import { damaged } from "./chain.ts";

/**
 * The schema that is written today. It grows when an older console would misread what a newer one wrote, and then that
 * one refuses the file instead.
 *   1  the first
 *   2  runs carry a failure budget, an answer to silence, hooks, a probe, a later finish and notes
 */
export const SCHEMA = 2;

/** From the schema that is the key to the next one. The chain is verified over what was written, before this. */
export type Upcasters = ReadonlyMap<number, (stream: string, event: unknown) => unknown>;

/** What schema 2 added has a value that means "as before", which `lib/wire/journal.ts` fills in. */
export const UPCASTERS: Upcasters = new Map([[1, (_stream: string, event: unknown) => event]]);

export type Written = { readonly stream: string; readonly seq: number; readonly schema: number; readonly text: string };

/** An event as today's code knows it. */
export function upcast(written: Written, upcasters: Upcasters, today: number): unknown {
  const { stream, seq, schema } = written;
  if (schema > today) {
    const what = `it was written by a newer Sluice (schema ${schema}, this one knows ${today}).`;
    throw new JournalDamaged(stream, seq, what, "Start that version again, or a newer one.");
  }
  let event: unknown = JSON.parse(written.text);
  for (let from = schema; from < today; from += 1) {
    const step = upcasters.get(from);
    if (step === undefined) throw damaged(stream, seq, `nothing reads schema ${from} any more.`);
    event = step(stream, event);
  }
  return event;
}
