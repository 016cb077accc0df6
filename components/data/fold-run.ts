/** A run out of its events. Fetched with what reads messages: a page comes with its run folded. */
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { RunView } from "#lib/wire/views.ts";
import type { Applied, MessageOf } from "./apply-message.ts";
import { EMPTY_RUN, type LiveRun } from "./live.ts";

export function applyRun(held: LiveRun | null, message: MessageOf<"run">): Applied<LiveRun> {
  const live = held ?? EMPTY_RUN;
  const fresh = message.events.filter((event) => event.seq > live.seq);
  const follows = fresh.every((event, index) => event.seq === live.seq + 1 + index);
  if (message.afterSeq > live.seq || !follows) return { live: held, gap: true };
  return { live: withEvents(live, fresh), gap: false };
}

export function liveRun(view: RunView): LiveRun {
  return withEvents(EMPTY_RUN, view.events);
}

/** Events that follow without a gap; the caller has looked. */
function withEvents(live: LiveRun, events: readonly Recorded<RunEvent>[]): LiveRun {
  const last = events.at(-1);
  if (last === undefined) return live;
  let run = live.state.run;
  for (const event of events) run = evolve(run, event);
  return { seq: last.seq, state: { events: [...live.state.events, ...events], run } };
}
