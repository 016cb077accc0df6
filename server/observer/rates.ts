import type { Rates } from "#lib/cluster/node.ts";
import type { Traffic } from "#lib/run/facts.ts";
import type { Counters } from "#server/orchestrator/ports.ts";

/** Totals as they stood at a moment. */
export type Reading = { readonly atMs: number; readonly counters: Counters };

export const NO_RATES: Rates = { requestsPerS: null, failedPerS: null, p99Ms: null };

/**
 * What happened between two readings. A total that is smaller than before belongs to a node that was started anew: of
 * such an interval nothing can be told, and null is not 0.
 */
export function difference(before: number | null, now: number | null): number | null {
  return before === null || now === null || now < before ? null : now - before;
}

export function ratesBetween(before: Reading | null, now: Reading): Rates {
  const { p99Ms } = now.counters;
  if (before === null || now.atMs <= before.atMs) return { ...NO_RATES, p99Ms };
  const perS = (count: number | null): number | null =>
    count === null ? null : count / ((now.atMs - before.atMs) / 1000);
  return {
    requestsPerS: perS(difference(before.counters.requests, now.counters.requests)),
    failedPerS: perS(difference(before.counters.failures, now.counters.failures)),
    p99Ms,
  };
}

/** A node that counts for the cluster; `gone` is one of which every witness says so, and which therefore serves nothing. */
export type Part = { readonly rates: Rates; readonly gone: boolean };

/** The parts added up. One that should tell and does not leaves the sum unknown; the worst latency stands for all. */
export function clusterRates(parts: readonly Part[]): Rates {
  const telling = parts.filter(({ gone }) => !gone).map(({ rates }) => rates);
  return {
    requestsPerS: sum(telling.map(({ requestsPerS }) => requestsPerS)),
    failedPerS: sum(telling.map(({ failedPerS }) => failedPerS)),
    p99Ms: worst(telling.map(({ p99Ms }) => p99Ms)),
  };
}

function sum(values: readonly (number | null)[]): number | null {
  if (values.length === 0) return null;
  let total = 0;
  for (const value of values) {
    if (value === null) return null;
    total += value;
  }
  return total;
}

function worst(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

type Counted = { readonly last: Counters; readonly requests: number | null; readonly failures: number | null };

/** Counts what the cluster's own totals gained since a moment, node by node. */
export interface TrafficCount {
  readonly sinceMs: number;
  add(nodeId: string, reading: Reading): void;
  /** `expected`: the nodes whose totals make up the cluster's, and which are not gone. */
  total(expected: readonly string[]): Traffic;
  /** What was counted until now, of nodes that are gone since as well; nodes never read count for nothing. */
  soFar(): Traffic;
}

/** `fromMs` is when the counting was asked for: what was read before it does not count. */
export function countTraffic(fromMs: number): TrafficCount {
  const nodes = new Map<string, Counted>();
  return {
    sinceMs: fromMs,
    add(nodeId, { atMs, counters }) {
      if (atMs < fromMs || !counters.countsForCluster) return;
      const known = nodes.get(nodeId);
      nodes.set(
        nodeId,
        known === undefined ? { last: counters, requests: null, failures: null } : gained(known, counters),
      );
    },
    total(expected) {
      const counted = expected.map((nodeId) => nodes.get(nodeId));
      return {
        sinceMs: fromMs,
        requests: sum(counted.map((node) => node?.requests ?? null)),
        failures: sum(counted.map((node) => node?.failures ?? null)),
      };
    },
    soFar() {
      const counted = [...nodes.values()];
      const known = (values: readonly (number | null)[]): readonly number[] => values.filter((one) => one !== null);
      return {
        sinceMs: fromMs,
        requests: sum(known(counted.map(({ requests }) => requests))),
        failures: sum(known(counted.map(({ failures }) => failures))),
      };
    },
  };
}

function gained(known: Counted, now: Counters): Counted {
  const plus = (sofar: number | null, more: number | null): number | null =>
    more === null ? sofar : (sofar ?? 0) + more;
  return {
    last: now,
    requests: plus(known.requests, difference(known.last.requests, now.requests)),
    failures: plus(known.failures, difference(known.last.failures, now.failures)),
  };
}
