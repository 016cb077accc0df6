/**
 * One term of ownership of a cluster: decide, append, carry out, append the answer, again. It ends when it is called off
 * or when an append fails, and then nothing more is carried out; the next term begins by reading the journal.
 */
import type { Actor } from "#lib/run/actor.ts";
import type { Command, Outcome } from "#lib/run/command.ts";
import type { Draft, RunEvent } from "#lib/run/event.ts";
import { requestEvents } from "#lib/run/accept-request.ts";
import { decide } from "#lib/run/decide.ts";
import type { Facts } from "#lib/run/facts.ts";
import { isOwed, type Loan, type LoanEvent } from "#lib/run/loan.ts";
import { mayStillBeSent } from "#lib/run/inherited.ts";
import { outstanding } from "#lib/run/outstanding.ts";
import { refusal } from "#lib/run/refusal.ts";
import type { Refusal, RunRequest } from "#lib/run/request.ts";
import { runName } from "#lib/run/run-id.ts";
import { judgedPlan, wanted } from "#lib/run/wanted.ts";
import type { CommandRecord, Run } from "#lib/run/state.ts";
import { createProbeKeeper } from "#server/probe/probe-book.ts";
import { createProber } from "#server/probe/prober.ts";
import { OwnershipLost, type Book } from "./book.ts";
import { fencedDriver } from "./fenced-driver.ts";
import { execute, giveBackAll } from "./execute.ts";
import { createLedgers } from "./ledgers.ts";
import type { Clock, Driver, Fence, Focus, Journal, Log, Observer } from "./ports.ts";
import { createBell, createQueue, within } from "./turn.ts";

export type SessionParts = {
  readonly fence: Fence;
  /** When the fence was asked for, by our clock: the lease lasts from then. */
  readonly claimedAtMs: number;
  readonly book: Book;
  readonly journal: Journal;
  readonly driver: Driver;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Log;
  /** Told after every append: what others show may have changed. */
  readonly changed: () => void;
};

export type Accepted = { readonly seq: number };

export interface Session {
  /** Resolves with why the term ended; null when it was called off. Rejects for a bug. */
  readonly ended: Promise<OwnershipLost | null>;
  request(runId: string, request: RunRequest, actor: Actor): Promise<Accepted | Refusal>;
  /** Opens a run with its first event, unless another one is active: then that one is returned. */
  open(start: (runId: string) => Draft<RunEvent>): Promise<{ readonly runId: string } | { readonly active: Run }>;
  /** Starts nothing new, waits at most this long for short commands, gives the cluster up. */
  close(patienceMs: number): Promise<void>;
}

const CALLED_OFF = new OwnershipLost("fenced", "This console gave the cluster up.");
const SHORT_ACT_MS = 120_000;
const LONG_ACT_MS = 1_800_000;
const ANSWER_GRACE_MS = 300_000;
const A_DAY_MS = 86_400_000;
const RENEW_EVERY_MS = 3000;
/** Shorter than any journal lets a lease last: whoever was held up for longer asks before it sends anything. */
const SURE_FOR_MS = 8000;
/** Time itself changes what facts mean: they are looked at again although nobody told anything new. */
const LOOK_EVERY_MS = 1000;
const ORPHANS_EVERY_MS = 15_000;
/** A console that has just started knows nothing of the cluster for a moment. */
const KNOWN_WITHIN_MS = 15_000;

export function startSession(parts: SessionParts): Session {
  const { fence, book, journal, observer, clock, log, changed } = parts;
  const driver = fencedDriver(parts.driver, beSure);
  const exclusive = createQueue();
  const bell = createBell(clock);
  const over = new AbortController();
  const inFlight = new Map<string, { readonly verb: Command["verb"]; readonly done: Promise<void> }>();
  const unsubscribe = observer.onChange(() => bell.ring());
  const closing = new AbortController();
  const inherited = new Set(outstandingIds(book.activeRun()));
  let renewedAtMs = parts.claimedAtMs;
  const ledgers = createLedgers({ driver, clock, log, signal: over.signal, changed: () => bell.ring() });
  const prober =
    driver.frontDoors === undefined
      ? null
      : createProber({
          doors: driver.frontDoors,
          clock,
          log,
          keep: createProbeKeeper(journal, fence, () => clock.now()),
        });
  let lost: OwnershipLost | null = null;
  let bug: { readonly error: unknown } | null = null;

  // ----------------------------------------------------------------------------------------------------------- writing

  /** The one way to the journal. After the first failure nothing is written, and nothing carried out. */
  async function write<T>(append: () => Promise<T>): Promise<T> {
    if (over.signal.aborted) throw lost ?? CALLED_OFF;
    try {
      return await append();
    } catch (error) {
      fail(error);
      throw error;
    } finally {
      changed();
    }
  }

  /** Ends the term. What fails because it has ended is no news. */
  function fail(error: unknown): void {
    if (over.signal.aborted) return;
    if (error instanceof OwnershipLost) lost = error;
    else bug = { error };
    end();
  }

  function end(): void {
    closing.abort();
    over.abort();
    bell.ring();
  }

  function appendRun(runId: string, drafts: readonly Draft<RunEvent>[]): Promise<number> {
    return write(() => book.appendRun(runId, fence, clock.now(), drafts));
  }

  function recordLoans(drafts: readonly Draft<LoanEvent>[]): Promise<void> {
    return exclusive(() => write(() => book.appendLoans(fence, clock.now(), drafts)));
  }

  // ---------------------------------------------------------------------------------------------------------- deciding

  async function work(): Promise<void> {
    while (!over.signal.aborted && !closing.signal.aborted) {
      const wakeAtMs = await exclusive(decideOnce);
      const run = book.activeRun();
      if (run !== null && !over.signal.aborted && !closing.signal.aborted) {
        for (const record of outstanding(run)) if (!inFlight.has(record.command.id)) carryOut(run.id, record);
      }
      const napMs = wakeAtMs === null ? LOOK_EVERY_MS : Math.max(0, wakeAtMs - clock.now());
      await bell.wait(Math.min(napMs, LOOK_EVERY_MS));
    }
  }

  /** Records what follows from the facts, and says when to look again. */
  async function decideOnce(): Promise<number | null> {
    const run = book.activeRun();
    if (over.signal.aborted || closing.signal.aborted) return null;
    if (run === null) {
      observer.focus(null);
      prober?.look(null);
      return null;
    }
    ledgers.look(run);
    const { events, wakeAtMs } = decide(run, book.loans(), facts(), clock.now());
    if (events.length > 0) await appendRun(run.id, events);
    const next = book.activeRun();
    // Before anything is carried out: a door is left before its node is told to go.
    prober?.look(next);
    observer.focus(next === null ? null : focusOn(next));
    return wakeAtMs;
  }

  function facts(): Facts {
    return { ...observer.facts(), probe: prober?.traffic() ?? null, outcomes: ledgers.reports() };
  }

  function carryOut(runId: string, { command, attempt }: CommandRecord): void {
    const answer = inherited.delete(command.id) ? answerOfInherited(runId, command) : answerOf(runId, command);
    const done = answer
      .then((outcome) =>
        exclusive(async () => {
          if (over.signal.aborted) return;
          const event = { type: "CommandAnswered", commandId: command.id, attempt, outcome } as const;
          await appendRun(runId, [{ actor: { kind: "rule", rule: "C2" }, event }]);
        }),
      )
      .catch(fail)
      .finally(() => {
        inFlight.delete(command.id);
        bell.ring();
      });
    inFlight.set(command.id, { verb: command.verb, done });
  }

  /** What a console before us had written down is sent if the others still allow it (C6); else it is decided anew. */
  async function answerOfInherited(runId: string, command: Command): Promise<Outcome> {
    const giveUpAtMs = clock.now() + KNOWN_WITHIN_MS;
    for (;;) {
      if (over.signal.aborted) throw CALLED_OFF;
      const run = book.run(runId);
      const scene = run === null ? null : { run, loans: book.loans(), facts: facts(), nowMs: clock.now() };
      const may = scene === null ? "yes" : mayStillBeSent(scene, command);
      if (may === "yes") return answerOf(runId, command);
      if (may === "no" || clock.now() >= giveUpAtMs) break;
      await clock.wait(LOOK_EVERY_MS, over.signal);
    }
    const cause = "The console that was to send it is gone, and may have sent it or not.";
    return { outcome: "unknown", cause };
  }

  /** A driver that throws has a bug; what it did before that nobody knows, and that is what is recorded. */
  async function answerOf(runId: string, command: Command): Promise<Outcome> {
    const run = book.run(runId);
    if (run === null) return { outcome: "refused", reason: "The run is not known any more." };
    log.info("Carrying out", { runId, command: command.id });
    try {
      const outcome = await within(clock, limitOf(command), over.signal, (signal) =>
        execute(command, { driver, run, loans: () => book.loans(), recordLoans, signal }),
      );
      if (over.signal.aborted) throw CALLED_OFF;
      if (outcome === null) {
        const cause = `No answer within ${limitOf(command) / 1000} s.`;
        log.warn("No answer", { command: command.id, cause });
        return { outcome: "unknown", cause };
      }
      log.info("Answered", { command: command.id, ...outcome });
      return outcome;
    } catch (error) {
      if (over.signal.aborted) throw CALLED_OFF;
      log.error("The driver failed: a bug", { command: command.id, error });
      const cause = error instanceof Error ? error.message : String(error);
      return { outcome: "unknown", cause: `The console failed while it carried this out: ${cause}` };
    }
  }

  // ------------------------------------------------------------------------------------------------- what was left over

  /** Runs that ended owe nothing, unless a console died at the wrong moment; what they still owe is given back here. */
  async function giveBackOrphans(): Promise<void> {
    while (!over.signal.aborted && !closing.signal.aborted) {
      const orphans = orphanedLoans();
      if (orphans.length > 0) {
        const outcome = await giveBackAll(orphans, { driver, recordLoans, signal: over.signal });
        log.info("Gave back what an ended run still owed", { loans: orphans.map(({ what }) => what), ...outcome });
      }
      await clock.wait(ORPHANS_EVERY_MS, closing.signal);
    }
  }

  function orphanedLoans(): readonly Loan[] {
    const active = book.activeRun();
    const open = [...book.loans().values()].filter(isOwed).map(({ loan }) => loan);
    const used = new Set(open.filter((loan) => loan.runId === active?.id).map(placeOf));
    return open.filter((loan) => loan.runId !== active?.id && !used.has(placeOf(loan)));
  }

  // ------------------------------------------------------------------------------------------------------------- lease

  async function keepLease(): Promise<void> {
    while (!over.signal.aborted) {
      await clock.wait(RENEW_EVERY_MS, over.signal);
      if (over.signal.aborted) return;
      await renew();
    }
  }

  async function renew(): Promise<void> {
    const askedAtMs = clock.now();
    await write(async () => {
      const kept = await journal.renew(fence, askedAtMs).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new OwnershipLost("unwritable", `The journal cannot be written: ${why}.`);
      });
      if (!kept) throw new OwnershipLost("fenced", "Another console owns this cluster now.");
    });
    renewedAtMs = askedAtMs;
  }

  /** Resolves when nobody else can own the cluster; rejects when somebody does. */
  async function beSure(): Promise<void> {
    if (clock.now() - renewedAtMs >= SURE_FOR_MS) await renew();
  }

  async function run(): Promise<OwnershipLost | null> {
    await Promise.all([work(), giveBackOrphans(), keepLease()].map((loop) => loop.catch(fail)));
    end();
    unsubscribe();
    await prober?.close();
    if (bug !== null) throw bug.error;
    return lost;
  }

  const ended = run();

  return {
    ended,

    request(runId, request, actor) {
      return exclusive(async () => {
        const run = book.run(runId);
        if (run === null) return { reason: `Run ${runName(runId)} has ended or does not exist.`, already: null };
        const nowMs = clock.now();
        const refused = refusal(run, request, actor, nowMs);
        if (refused !== null) return refused;
        const seq = await appendRun(runId, requestEvents(run, request, actor, nowMs));
        bell.ring();
        return { seq };
      });
    },

    open(start) {
      return exclusive(async () => {
        const active = book.activeRun();
        if (active !== null) return { active };
        const runId = book.nextRunId(clock.now());
        await appendRun(runId, [start(runId)]);
        bell.ring();
        return { runId };
      });
    },

    async close(patienceMs) {
      closing.abort();
      bell.ring();
      // An exit takes as long as its node; it goes on without us, and is asked for again under its id.
      const short = [...inFlight.values()].filter(({ verb }) => verb !== "exit").map(({ done }) => done);
      await Promise.race([Promise.all(short), clock.wait(patienceMs, over.signal)]);
      end();
      await ended.catch(() => undefined);
      await journal.release(fence).catch((error: unknown) => log.warn("The lease was not given up", { error }));
    },
  };
}

function focusOn(run: Run): Focus {
  return { wanted: wanted(run), planOf: (nodeId) => judgedPlan(run, nodeId), baseline: run.baseline };
}

function outstandingIds(run: Run | null): readonly string[] {
  return run === null ? [] : outstanding(run).map(({ command }) => command.id);
}

/** How long a driver may take to answer. Longer, and what became of the act is looked at, and asked for again. */
function limitOf(command: Command): number {
  switch (command.verb) {
    case "exit":
      return command.limitMs === null ? A_DAY_MS : command.limitMs + ANSWER_GRACE_MS;
    case "install":
    case "start":
    case "restorePrevious":
    case "finalize":
      return LONG_ACT_MS;
    case "hook":
      return command.limitMs + ANSWER_GRACE_MS;
    case "borrow":
    case "isolate":
    case "giveBack":
    case "shorten":
    case "force":
      return SHORT_ACT_MS;
    default:
      return command satisfies never;
  }
}

function placeOf({ kind, on, key }: Loan): string {
  return `${kind}\n${on}\n${key}`;
}
