/**
 * A cluster as its journal tells it: its loans, the run that has not ended, and the runs before it. Read from disk, then
 * kept up by folding in what was appended. Whoever only watches reads what another console wrote meanwhile.
 */
import { invariant } from "#lib/util/invariant.ts";
import type { Draft, Recorded, RunEvent } from "#lib/run/event.ts";
import { evolve } from "#lib/run/evolve/evolve.ts";
import { evolveLoans, isOwed, type LoanEvent, type Loans } from "#lib/run/loan.ts";
import { newRunId, runNumber } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { loanEvent, runEvent } from "#lib/wire/journal.ts";
import { runSummary } from "#lib/wire/summary.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import type { ZodType } from "zod";
import { asFarAsItGoes, JournalDamaged } from "./journal-damaged.ts";
import type { Derived, Fence, Journal, Stored, StreamName } from "./ports.ts";
import { summaryOf } from "./summary.ts";

/** Nothing was written, and nothing may be carried out: another console owns the cluster, or the disk refused. */
export class OwnershipLost extends Error {
  readonly why: "fenced" | "unwritable";

  constructor(why: "fenced" | "unwritable", message: string) {
    super(message);
    this.name = "OwnershipLost";
    this.why = why;
  }
}

export interface Book {
  loans(): Loans;
  /** Newest first. */
  runs(): readonly RunSummary[];
  /** The run that has not ended; null when there is none. */
  activeRun(): Run | null;
  /** The run as it stands, active or ended last. */
  run(runId: string): Run | null;
  /**
   * The events of a run after a number: of a run that is kept whole, without reading them again. Of a damaged one, those
   * before the damage: the journal itself tells of it, and the console is read-only from then on.
   */
  events(runId: string, afterSeq: number): Promise<readonly Recorded<RunEvent>[]>;
  /** Of a run that is started now. */
  nextRunId(atMs: number): string;
  /** Reads what the journal holds beyond what is known. Of runs that ended, their summaries are enough. */
  catchUp(): Promise<void>;
  /** The same of a damaged journal, as far as it goes. Nothing is decided on what was read so. */
  readWhatIsLeft(): Promise<void>;
  appendRun(runId: string, fence: Fence, atMs: number, drafts: readonly Draft<RunEvent>[]): Promise<number>;
  appendLoans(fence: Fence, atMs: number, drafts: readonly Draft<LoanEvent>[]): Promise<void>;
  onRunEvents(listener: (runId: string, events: readonly Recorded<RunEvent>[]) => void): () => void;
}

type Whole = { readonly run: Run; readonly events: readonly Recorded<RunEvent>[] };

export function createBook(clusterId: string, journal: Journal): Book {
  const listeners = new Set<(runId: string, events: readonly Recorded<RunEvent>[]) => void>();
  const summaries = new Map<string, RunSummary>();
  /** Only runs that have not ended, and the one that ended last, are kept whole. */
  const whole = new Map<string, Whole>();
  let newestFirst: readonly RunSummary[] | null = null;
  const clusterStream: StreamName = `cluster/${clusterId}`;
  const prefix = `run/${clusterId}.`;
  let loans: Loans = new Map();
  let loansSeq = 0;

  function foldLoans(events: readonly Recorded<LoanEvent>[]): void {
    for (const { event, atMs, seq } of events) {
      loans = withoutOld(evolveLoans(loans, event, atMs));
      loansSeq = seq;
    }
  }

  function foldRun(runId: string, added: readonly Recorded<RunEvent>[]): void {
    const known = whole.get(runId);
    let run = known?.run ?? null;
    for (const event of added) run = evolve(run, event);
    if (run === null || added.length === 0) return;
    whole.set(runId, { run, events: known === undefined ? added : [...known.events, ...added] });
    summaries.set(runId, summaryOf(run));
    newestFirst = null;
    for (const listener of listeners) listener(runId, added);
  }

  /** An ended run is not folded on: what comes after its end changes nothing. */
  function forgetEnded(): void {
    const ended = [...whole.values()].map(({ run }) => run).filter(({ life }) => life.at === "ended");
    const newest = ended.sort((a, b) => b.startedAtMs - a.startedAtMs)[0];
    for (const run of ended) if (run !== newest) whole.delete(run.id);
  }

  /** What was kept of the runs that ended, but the newest, which is kept whole. */
  async function recall(runIds: readonly string[]): Promise<void> {
    const newest = Math.max(0, ...runIds.map(numberOf));
    const unknown = runIds.filter((runId) => !summaries.has(runId) && numberOf(runId) !== newest);
    if (unknown.length === 0) return;
    const kept = await journal.derived(prefix);
    for (const runId of unknown) {
      const { data } = runSummary.safeParse(kept.get(`run/${runId}`));
      if (data?.id === runId && data.endedAtMs !== null) summaries.set(runId, data);
    }
    newestFirst = null;
  }

  /** Best effort: whoever misses it reads the run instead. */
  async function keep(runs: readonly Whole[]): Promise<void> {
    const ended = runs.filter(({ run }) => run.life.at === "ended");
    if (ended.length === 0) return;
    const values = ended.map(({ run, events }): Derived => ({
      stream: `run/${run.id}`,
      seq: events.at(-1)?.seq ?? 0,
      value: summaryOf(run),
    }));
    await journal.derive(values).catch(() => undefined);
  }

  function seqOf(runId: string): number {
    return whole.get(runId)?.events.at(-1)?.seq ?? 0;
  }

  function ownRuns(streams: readonly StreamName[]): readonly string[] {
    const own = streams.filter((name) => !name.includes(".", prefix.length)).map((name) => name.slice("run/".length));
    return own.filter((runId) => runNumber(runId) !== null);
  }

  return {
    loans: () => loans,
    runs() {
      newestFirst ??= [...summaries.values()].sort((a, b) => numberOf(b.id) - numberOf(a.id));
      return newestFirst;
    },
    activeRun: () => [...whole.values()].find(({ run }) => run.life.at !== "ended")?.run ?? null,
    run: (runId) => whole.get(runId)?.run ?? null,
    async events(runId, afterSeq) {
      const events = whole.get(runId)?.events;
      if (events !== undefined) return events.filter(({ seq }) => seq > afterSeq);
      return asFarAsItGoes((beforeSeq) => readRun(journal, runId, afterSeq, beforeSeq));
    },
    nextRunId: (atMs) => newRunId(clusterId, Math.max(0, ...[...summaries.keys()].map(numberOf)) + 1, atMs),

    async catchUp() {
      foldLoans(parse(clusterStream, await journal.read(clusterStream, loansSeq), loanEvent));
      const runIds = ownRuns(await journal.streams(prefix));
      await recall(runIds);
      const read: Whole[] = [];
      for (const runId of runIds) {
        const ended = summaries.has(runId) && !whole.has(runId);
        if (ended) continue;
        const isNew = !whole.has(runId);
        foldRun(runId, await readRun(journal, runId, seqOf(runId)));
        const known = whole.get(runId);
        if (isNew && known !== undefined) read.push(known);
        forgetEnded();
      }
      await keep(read);
    },

    async readWhatIsLeft() {
      const added = await asFarAsItGoes((beforeSeq) => readLoans(journal, clusterStream, loansSeq, beforeSeq));
      foldLoans(added);
      const streams = await journal.streams(prefix).catch(() => []);
      for (const runId of ownRuns(streams)) {
        if (summaries.has(runId) && !whole.has(runId)) continue;
        foldRun(runId, await asFarAsItGoes((beforeSeq) => readRun(journal, runId, seqOf(runId), beforeSeq)));
        forgetEnded();
      }
    },

    async appendRun(runId, fence, atMs, drafts) {
      const stream: StreamName = `run/${runId}`;
      const events = await append(journal, stream, seqOf(runId), fence, atMs, drafts);
      foldRun(runId, events);
      const seq = seqOf(runId);
      const known = whole.get(runId);
      forgetEnded();
      if (known !== undefined) await keep([known]);
      return seq;
    },

    async appendLoans(fence, atMs, drafts) {
      foldLoans(await append(journal, clusterStream, loansSeq, fence, atMs, drafts));
    },

    onRunEvents(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function readRun(
  journal: Journal,
  runId: string,
  afterSeq: number,
  beforeSeq?: number,
): Promise<readonly Recorded<RunEvent>[]> {
  const stream: StreamName = `run/${runId}`;
  return parse(stream, await journal.read(stream, afterSeq, beforeSeq), runEvent);
}

async function readLoans(
  journal: Journal,
  stream: StreamName,
  afterSeq: number,
  beforeSeq?: number,
): Promise<readonly Recorded<LoanEvent>[]> {
  return parse(stream, await journal.read(stream, afterSeq, beforeSeq), loanEvent);
}

function parse<E>(stream: StreamName, stored: readonly Stored[], schema: ZodType<E>): readonly Recorded<E>[] {
  return stored.map(({ seq, atMs, actor, event }) => {
    const parsed = schema.safeParse(event);
    if (parsed.success) return { seq, atMs, actor, event: parsed.data };
    const what = `this Sluice cannot read the entry (${parsed.error.issues[0]?.message ?? "unknown form"}).`;
    throw new JournalDamaged(stream, seq, what, "Start the version of Sluice that wrote it, or a newer one.");
  });
}

async function append<E>(
  journal: Journal,
  stream: StreamName,
  seq: number,
  fence: Fence,
  atMs: number,
  drafts: readonly Draft<E>[],
): Promise<readonly Recorded<E>[]> {
  const answer = await journal.append(stream, seq, fence, atMs, drafts).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new OwnershipLost("unwritable", `The journal cannot be written: ${why}${/[.!?]$/.test(why) ? "" : "."}`);
  });
  if (answer.result === "appended") return answer.events;
  if (answer.result === "fenced") {
    throw new OwnershipLost("fenced", `Another console, ${answer.owner}, owns this cluster now.`);
  }
  invariant(false, `${stream} ends with #${answer.lastSeq}, and its only owner knows of #${seq}`);
  return [];
}

/** How many loans one keeps before those that nobody asks for any more are dropped. */
const MANY_LOANS = 256;

/** A loan that was given back matters to its own run alone, and only the newest run may borrow again. */
function withoutOld(loans: Loans): Loans {
  if (loans.size <= MANY_LOANS) return loans;
  const newest = [...loans.values()].at(-1)?.loan.runId;
  return new Map([...loans].filter(([, record]) => isOwed(record) || record.loan.runId === newest));
}

function numberOf(runId: string): number {
  return runNumber(runId) ?? 0;
}
