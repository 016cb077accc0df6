import type { Observed } from "#server/orchestrator/ports.ts";

/** The simulator shows nothing to anybody. */
export const NO_FACTS: Observed = {
  polledAtMs: null,
  polledBy: null,
  problem: null,
  pollEveryMs: 1000,
  listed: null,
  nodes: {},
  rates: { requestsPerS: null, failedPerS: null, p99Ms: null },
  work: {},
};
