/**
 * Limits only shorten (MDEX Engine 2.1.1, administrator's guide, "exit"): what is asked last holds only if it ends sooner.
 * A request that would change nothing is not sent, and says why: the engine would answer it with OK all the same.
 */

/** The protocol takes whole seconds: never less than was promised. */
export function secondsOf(limitMs: number): number {
  return Math.max(0, Math.ceil(limitMs / 1000));
}

/** Why this limit would change nothing; null where it would. A null deadline: it has none, or nobody knows of one. */
export function whyNotSooner(deadlineMs: number | null, nowMs: number, limitMs: number): string | null {
  if (deadlineMs === null || nowMs + limitMs < deadlineMs) return null;
  const leftS = Math.max(0, Math.ceil((deadlineMs - nowMs) / 1000));
  return (
    `it ends within ${leftS} s already, and a limit can only come closer: the engine answers ${secondsOf(limitMs)} s ` +
    "with OK and keeps to the earlier one; it was not sent"
  );
}
