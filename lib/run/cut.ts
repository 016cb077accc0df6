import type { WorkItem } from "../cluster/observation.ts";
import type { Step } from "./state.ts";

/**
 * What was cut on a node, as far as anybody knows: what ran when it left, unless its system tells that it ended well all the
 * same, and what its system tells was cut although the node seemed to have let it end.
 */
export function cutOf({ cut, ledger }: Pick<Step, "cut" | "ledger">): readonly WorkItem[] {
  const told = new Map(ledger.map((row) => [row.id, row.outcome]));
  const seen = new Set(cut.map(({ id }) => id));
  const stands = cut.filter(({ id }) => told.get(id) !== "finished" && told.get(id) !== "retried");
  const more = ledger
    .filter(({ id, outcome }) => outcome === "cut" && !seen.has(id))
    .map(({ id, kind, user, what, startedAtMs }) => ({ id, kind, user, what, startedAtMs, waitedFor: true }));
  return [...stands, ...more];
}
