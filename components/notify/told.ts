/** What was told once is not told again: not by a reload, not by another window of this browser. */
import "#lib/wire/no-eval.ts";
import type { Call } from "#lib/wire/call.ts";
import { z } from "zod";

const KEY = "sluice-told";
const MOST_KEPT = 200;
const keys = z.array(z.string());

/** Newest last, a bounded number. */
export function remembered(told: readonly string[], calls: readonly Call[]): readonly string[] {
  const fresh = calls.map(({ key }) => key).filter((key) => !told.includes(key));
  return [...told, ...fresh].slice(-MOST_KEPT);
}

export function untold(calls: readonly Call[], told: readonly string[]): readonly Call[] {
  return calls.filter(({ key }) => !told.includes(key));
}

/** Those that a badge counts: all that wait for an answer, and an abort as long as its run is not the one on the screen. */
export function counted(calls: readonly Call[], shownRunId: string | null): readonly Call[] {
  return calls.filter(({ what, runId }) => what !== "aborted" || runId !== shownRunId);
}

export function readTold(store: Pick<Storage, "getItem">): readonly string[] {
  try {
    const parsed = keys.safeParse(JSON.parse(store.getItem(KEY) ?? "[]"));
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

export function writeTold(store: Pick<Storage, "setItem">, told: readonly string[]): void {
  try {
    store.setItem(KEY, JSON.stringify(told));
  } catch {
    // A browser that stores nothing tells it again after a reload.
  }
}
