import type { Fact, ProcessState } from "./observation.ts";

/** What nobody has confirmed for this long is not known any more (rule 10). */
export const FRESH_MS = 10_000;

/** Whether a fact still speaks of now. A control plane repeats what it heard last, so what counts is when it was so. */
export function isFresh(fact: Fact<unknown>, nowMs: number): boolean {
  return nowMs - fact.asOfMs <= FRESH_MS;
}

/**
 * "Gone" is the exception: the time in the control plane's row is that of the last heartbeat, which stands still for
 * ever once the node is gone (StarRocks 4.0: LastHeartbeat of a DISCONNECTED row). What counts is when we were told.
 */
export function isFreshProcess(fact: Fact<ProcessState>, nowMs: number): boolean {
  return fact.value === "gone" ? nowMs - fact.seenAtMs <= FRESH_MS : isFresh(fact, nowMs);
}
