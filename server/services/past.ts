/** A cluster that is not in the configuration any more, as its journal tells it: nothing is watched, nothing can be done. */
import { neutralWords } from "#lib/cluster/words.ts";
import { isOwed } from "#lib/run/loan.ts";
import { runNumber } from "#lib/run/run-id.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { ClusterView, RunSummary } from "#lib/wire/views.ts";
import { createBook } from "#server/orchestrator/book.ts";
import type { Journal, Observed } from "#server/orchestrator/ports.ts";
import { viewOf } from "./cluster-view.ts";

export type Past = {
  readonly id: string;
  readonly name: string;
  readonly view: () => ClusterView;
  readonly runs: () => readonly RunSummary[];
  readonly readRun: (runId: string, afterSeq: number) => Promise<readonly Recorded<RunEvent>[]>;
  readonly onRunEvents: (listener: (runId: string, events: readonly Recorded<RunEvent>[]) => void) => () => void;
};

const UNSEEN: Observed = {
  polledAtMs: null,
  polledBy: null,
  problem: null,
  pollEveryMs: 1000,
  listed: null,
  nodes: {},
  rates: { requestsPerS: null, failedPerS: null, p99Ms: null },
  work: {},
};

/** Every cluster that has runs in the journal and is not among those that are watched. */
export async function pastClusters(watched: ReadonlySet<string>, journal: Journal): Promise<readonly Past[]> {
  const streams = await journal.streams("run/").catch(() => []);
  const ids = streams.flatMap((name) => {
    const runId = name.slice("run/".length);
    return runNumber(runId) === null ? [] : [runId.slice(0, runId.lastIndexOf("."))];
  });
  const gone = [...new Set(ids)].filter((id) => !watched.has(id));
  return Promise.all(gone.map((id) => openPast(id, id, journal)));
}

export async function openPast(id: string, name: string, journal: Journal): Promise<Past> {
  const book = createBook(id, journal);
  // As far as it can be read: the clusters that are watched tell what is wrong with the journal, and what to do.
  await book.catchUp().catch(async () => await book.readWhatIsLeft().catch(() => undefined));
  const owed = [...book.loans().values()].filter(isOwed);
  const left =
    book.activeRun() === null && owed.length === 0
      ? ""
      : " A run of it has not ended, or something borrowed was not given back: put its section back into the file, and the console goes on with it.";
  const readOnly = `${name} is not in the configuration any more. Its runs and reports stay.${left}`;
  const known = { owned: false, ownedBy: "", problem: null, readOnly, loans: owed };
  return {
    id,
    name,
    view: () =>
      viewOf({ id, name, system: "", words: neutralWords(undefined) }, UNSEEN, { ...known, runs: book.runs() }),
    runs: () => book.runs(),
    readRun: (runId, afterSeq) => book.events(runId, afterSeq),
    onRunEvents: () => () => undefined,
  };
}
