import type { WorkItem } from "../cluster/observation.ts";
import type { LedgerRow } from "./ledger.ts";
import type { Usual } from "./outlook.ts";

/** Fewer of a kind than this say nothing of the next one. */
const LEAST_SEEN = 3;

/**
 * How long such work took before, by what ledgers tell of pieces that ended by themselves. The same statement or label
 * of the same kind is the same work; null where too few of them were seen.
 */
export function usualFrom(rows: readonly LedgerRow[]): (item: WorkItem) => Usual | null {
  const seen = new Map<string, number[]>();
  for (const { kind, what, outcome, startedAtMs, endedAtMs } of rows) {
    if (outcome !== "finished" || startedAtMs === null || endedAtMs === null) continue;
    const key = keyOf(kind, what);
    seen.set(key, [...(seen.get(key) ?? []), Math.max(0, endedAtMs - startedAtMs)]);
  }
  return ({ kind, what }) => {
    const all = (seen.get(keyOf(kind, what)) ?? []).toSorted((a, b) => a - b);
    const likelyMs = all[Math.floor(all.length / 2)];
    const atMostMs = all.at(-1);
    return all.length < LEAST_SEEN || likelyMs === undefined || atMostMs === undefined ? null : { likelyMs, atMostMs };
  };
}

function keyOf(kind: string, what: string): string {
  return `${kind} ${what}`;
}
