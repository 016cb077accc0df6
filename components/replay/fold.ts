/**
 * A run as it stood after any of its events. The journal is folded once, as far as it is asked for, and a state is kept
 * every so many events: from there on a moment costs a few steps, wherever the thumb is dragged to. States share what did
 * not change, so that keeping them costs little.
 */
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";

export type Events = readonly Recorded<RunEvent>[];

export interface Replay {
  readonly events: Events;
  /** How many events had happened at this time. */
  readonly countAt: (atMs: number) => number;
  /** The run after the first `count` events; null before it was started. */
  readonly runAfter: (count: number) => Run | null;
}

const KEPT_EVERY = 32;

/** `before` is a replay of a beginning of these events: what it has folded is taken over. */
export function replayOf(events: Events, before: Replay | null = null): Replay {
  const grown = before === null ? null : (states.get(before) ?? null);
  // Events are only ever added at the end: where the last one stands, the others stand before it.
  const isBeginning = before !== null && before.events.at(-1) === events[before.events.length - 1];
  const kept = grown !== null && isBeginning ? grown : newStates();
  const times = timesOf(events, kept.times);
  kept.times = times;

  function runAfter(count: number): Run | null {
    const wanted = Math.min(Math.max(0, count), events.length);
    if (kept.last.count === wanted) return kept.last.run;
    const stop = Math.min(Math.floor(wanted / KEPT_EVERY), kept.runs.length - 1);
    const isNearer = kept.last.count <= wanted && kept.last.count > stop * KEPT_EVERY;
    let done = isNearer ? kept.last.count : stop * KEPT_EVERY;
    let run = isNearer ? kept.last.run : (kept.runs[stop] ?? null);
    for (; done < wanted; done += 1) {
      const event = events[done];
      if (event !== undefined) run = evolve(run, event);
      if ((done + 1) % KEPT_EVERY === 0) kept.runs[(done + 1) / KEPT_EVERY] = run;
    }
    kept.last = { count: wanted, run };
    return run;
  }

  const replay: Replay = { events, countAt: (atMs) => countUpTo(times, atMs), runAfter };
  states.set(replay, kept);
  return replay;
}

/** Replays of one run as it goes on, each made out of the one before. */
export function growingReplay(): (events: Events) => Replay {
  let before: Replay | null = null;
  return (events) => {
    before = replayOf(events, before);
    return before;
  };
}

type States = {
  /** After 0, 32, 64, ... events. */
  readonly runs: (Run | null)[];
  last: { readonly count: number; readonly run: Run | null };
  times: readonly number[];
};

/** Only `replayOf` looks into what another replay has kept. */
const states = new WeakMap<Replay, States>();

function newStates(): States {
  return { runs: [null], last: { count: 0, run: null }, times: [] };
}

/** A clock that was set back does not undo what had happened: an event happened when all before it had. */
function timesOf(events: Events, known: readonly number[]): readonly number[] {
  const times = [...known];
  for (const { atMs } of events.slice(known.length)) times.push(Math.max(atMs, times.at(-1) ?? atMs));
  return times;
}

function countUpTo(times: readonly number[], atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
