import { FRESH_MS } from "../../cluster/freshness.ts";
import { countOf, isEmpty, type Work, type WorkItem } from "../../cluster/observation.ts";
import type { Draft, RunEvent } from "../event.ts";
import { byRule, type StepScene } from "../move.ts";
import { observationOf } from "../witness.ts";

/** The list of work is kept no oftener than this. */
const LIST_EVERY_MS = 1000;
/** So long the first list is waited for when only a count is there. */
const FIRST_LIST_MS = 2000;

/**
 * The work as it stands, when there is something new to keep: at the beginning, when it became empty or no longer is,
 * and when other pieces run than before. Null when there is nothing to keep. `work` is the node's own count, null where
 * it does not tell.
 */
export function workEvent(scene: StepScene, sinceMs: number, work: Work | null): Draft<RunEvent> | null {
  const { step, facts, nowMs } = scene;
  const { nodeId } = step.plan;
  const list = facts.work.get(nodeId) ?? null;
  const listed = list !== null && list.asOfMs >= sinceMs ? list.items : null;
  if (work === null && listed === null) return null;
  const empty = work !== null && isEmpty(work);
  // What ran at the beginning stands in the first list: it is waited for, since a count names nothing.
  const isFirst = step.workListedAtMs === null;
  if (isFirst && !empty && listed === null && list !== null && nowMs < sinceMs + FIRST_LIST_MS) return null;
  // The node's own count is nearer the truth than a list that somebody else keeps.
  const items = empty ? [] : (listed ?? step.lastWork);
  const count = work === null ? null : countOf(work.inFlight);
  const asOfMs = work?.asOfMs ?? list?.asOfMs ?? nowMs;
  const event = byRule("P4.list", { type: "WorkListed", nodeId, items, count, empty, asOfMs });
  if (step.workListedAtMs === null) return event;
  const isDraining = step.progress.at === "phase" && step.progress.phase === "drain";
  // What was empty before the routes were closed for the last time was not seen empty yet.
  const emptyAsOfMs = step.drain?.emptyAsOfMs ?? null;
  const wasEmpty = emptyAsOfMs !== null && emptyAsOfMs >= sinceMs;
  if (isDraining && work !== null && empty !== wasEmpty) return event;
  return sameWork(items, step.lastWork) || nowMs < step.workListedAtMs + LIST_EVERY_MS ? null : event;
}

/** The node's own count, if it was made since then and is young enough to speak of now. */
export function countedSince(scene: StepScene, sinceMs: number): Work | null {
  const work = observationOf(scene)?.work ?? null;
  return work !== null && work.asOfMs >= sinceMs && scene.nowMs - work.asOfMs <= FRESH_MS ? work : null;
}

function sameWork(a: readonly WorkItem[], b: readonly WorkItem[]): boolean {
  if (a.length !== b.length) return false;
  const ids = new Set(b.map(({ id }) => id));
  return a.every(({ id }) => ids.has(id));
}
