/** Many histories, one after the other, added up. */
import { simulate } from "./simulate.ts";
import type { Rule } from "./rules.ts";
import { addTally, count, type Tally } from "./tally.ts";

export type Failure = { readonly seed: number; readonly rule: Rule; readonly what: string };

export type Sum = {
  histories: number;
  /** Of all histories together, in whatever order they were played. */
  hash: number;
  virtualMs: number;
  writes: number;
  readonly faults: Tally;
  readonly acts: Tally;
  readonly endings: Tally;
  readonly failures: Failure[];
};

export function emptySum(): Sum {
  return { histories: 0, hash: 0, virtualMs: 0, writes: 0, faults: {}, acts: {}, endings: {}, failures: [] };
}

export async function playMany(firstSeed: number, histories: number): Promise<Sum> {
  const sum = emptySum();
  for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) {
    const { hash, breaches, faults, acts, endings, virtualMs, writes } = await simulate(seed);
    sum.histories += 1;
    sum.hash = (sum.hash + hash) >>> 0;
    sum.virtualMs += virtualMs;
    sum.writes += writes;
    addTally(sum.faults, faults);
    addTally(sum.acts, acts);
    for (const ending of endings) count(sum.endings, ending);
    for (const { rule, what } of breaches) sum.failures.push({ seed, rule, what });
  }
  return sum;
}

export function addSum(to: Sum, from: Sum): void {
  to.histories += from.histories;
  to.hash = (to.hash + from.hash) >>> 0;
  to.virtualMs += from.virtualMs;
  to.writes += from.writes;
  addTally(to.faults, from.faults);
  addTally(to.acts, from.acts);
  addTally(to.endings, from.endings);
  to.failures.push(...from.failures);
}
