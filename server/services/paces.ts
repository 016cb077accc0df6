/** How long phases took in the runs before: what forecasts are drawn from. */
import { pacesOf, type Pace } from "#lib/forecast/pace.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Run } from "#lib/run/state.ts";
import type { PacesView, RunSummary } from "#lib/wire/views.ts";

/** What was long ago was on other machines, with other data. */
const MOST_RUNS = 5;
/** Of a thousand nodes the times of some tell as much as those of all. */
const MOST_OF_A_KIND = 100;

export type PaceReader = (runs: readonly RunSummary[]) => Promise<PacesView>;

/** `runs` are newest first. A run that has ended stays as it was: it is read once. */
export function createPaceReader(read: (runId: string) => Promise<readonly Recorded<RunEvent>[]>): PaceReader {
  let known = new Map<string, readonly Pace[]>();
  return async (runs) => {
    const chosen = runs.filter(({ verdict, kind }) => verdict === "finished" && kind !== "drain" && kind !== "stop");
    const found = new Map<string, readonly Pace[]>();
    for (const { id } of chosen.slice(0, MOST_RUNS)) found.set(id, known.get(id) ?? pacesIn(await read(id)));
    known = found;
    return { paces: [...found.values()].flat(), runs: found.size };
  };
}

function pacesIn(events: readonly Recorded<RunEvent>[]): readonly Pace[] {
  const run = events.reduce<Run | null>((before, event) => evolve(before, event), null);
  const taken = new Map<string, number>();
  return (run === null ? [] : pacesOf(run)).filter(({ role, phase }) => {
    const before = taken.get(`${role} ${phase}`) ?? 0;
    taken.set(`${role} ${phase}`, before + 1);
    return before < MOST_OF_A_KIND;
  });
}
