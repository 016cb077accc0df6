import type { CommandRecord, Run } from "./state.ts";

/**
 * Issued and not answered: what is to be carried out now. After a crash it is read again and carried out again, under
 * the same ids (rule 6). An answer `unknown` is an answer: `decide` says when it is asked again.
 */
export function outstanding(run: Run): readonly CommandRecord[] {
  return [...run.commands.values()].filter((record) => record.answer === null && !record.setAside);
}
