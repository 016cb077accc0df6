/**
 * Owns one cluster, or waits to own it.
 *
 *   claiming --held by another--> following --its lease ran out--> claiming
 *   claiming --ours, journal folded--> owning --fenced, or the disk refused--> claiming (again, after a pause)
 *   claiming --the journal cannot be written--> claiming (again, after a pause; what it holds is shown meanwhile)
 *   any --journal damaged--> damaged   (watched, never touched; a person puts the journal right and starts anew)
 */
import type { Actor } from "#lib/run/actor.ts";
import { nameOf } from "#lib/run/actor.ts";
import { checkKey, type Check } from "#lib/run/check.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { isOwed, type LoanRecord } from "#lib/run/loan.ts";
import type { Plan, PlanOverride } from "#lib/run/plan.ts";
import type { Refusal, RunRequest } from "#lib/run/request.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { wanted } from "#lib/run/wanted.ts";
import type { RunSummary } from "#lib/wire/views.ts";
import { createBook, OwnershipLost } from "./book.ts";
import { JournalDamaged } from "./journal-damaged.ts";
import type { Clock, Driver, Fence, Journal, Log, Observer, Unsubscribe } from "./ports.ts";
import { startSession, type Accepted, type Session } from "./session.ts";

export type OrchestratorParts = {
  readonly clusterId: string;
  /** Which console this is, in words, and unlike any other that runs now: "ops-1, process 4711". */
  readonly owner: string;
  readonly driver: Driver;
  readonly observer: Observer;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
};

export type OrchestratorState = {
  readonly owned: boolean;
  readonly ownedBy: string;
  /** Why nothing can be done to the cluster, with the remedy; null when all is well. */
  readonly problem: string | null;
  /** The same, where the reason is the journal: the console watches, and every act is refused. */
  readonly readOnly: string | null;
  /** What is owed, and what the newest run borrowed. */
  readonly loans: readonly LoanRecord[];
  readonly runs: readonly RunSummary[];
};

export interface Orchestrator {
  /** Resolves when the journal is folded, or cannot be. */
  start(): Promise<void>;
  stop(): Promise<void>;
  state(): OrchestratorState;
  activeRun(): Run | null;
  startRun(plan: Plan, overrides: readonly PlanOverride[], actor: Actor): Promise<{ readonly runId: string } | Refusal>;
  request(runId: string, request: RunRequest, actor: Actor): Promise<Accepted | Refusal>;
  readRun(runId: string, afterSeq: number): Promise<readonly Recorded<RunEvent>[]>;
  onChange(listener: () => void): Unsubscribe;
  onRunEvents(listener: (runId: string, events: readonly Recorded<RunEvent>[]) => void): Unsubscribe;
}

type Standing =
  | { readonly at: "claiming"; readonly problem: string | null; readonly readOnly: boolean }
  | { readonly at: "following"; readonly owner: string }
  | { readonly at: "owning"; readonly session: Session }
  | { readonly at: "damaged"; readonly problem: string }
  | { readonly at: "stopped" };

const CLAIM_EVERY_MS = 2000;
const AFTER_FAILURE_MS = 5000;
const PATIENCE_MS = 5000;
const PREFLIGHT_LIMIT_MS = 120_000;

export function createOrchestrator(parts: OrchestratorParts): Orchestrator {
  const { clusterId, owner, driver, observer, journal, clock, log } = parts;
  const stopped = new AbortController();
  const listeners = new Set<() => void>();
  const book = createBook(clusterId, journal);
  let standing: Standing = { at: "claiming", problem: null, readOnly: false };
  let life: Promise<void> = Promise.resolve();

  function changed(): void {
    for (const listener of listeners) listener();
  }

  function stand(next: Standing): void {
    standing = next;
    changed();
  }

  /** Claims, works until the term is over, and claims again. `folded` is told once the journal was read. */
  async function live(folded: () => void): Promise<void> {
    while (!stopped.signal.aborted) {
      let pauseMs = CLAIM_EVERY_MS;
      try {
        const askedAtMs = clock.now();
        const claim = await journal.claim(clusterId, owner, askedAtMs).catch(notClaimed);
        if ("heldBy" in claim) await follow(claim.heldBy, folded);
        else await own(claim, askedAtMs, folded);
      } catch (error) {
        if (error instanceof JournalDamaged) {
          log.error("The journal is damaged: the cluster is watched and not touched", { clusterId, error });
          observer.focus(null);
          await book.readWhatIsLeft().catch((cause: unknown) => log.error("No run can be read", { clusterId, cause }));
          stand({ at: "damaged", problem: error.message });
          return folded();
        }
        const why = error instanceof Error ? error.message : String(error);
        // Who was fenced asks at once who owns the cluster now.
        const isFenced = error instanceof OwnershipLost && error.why === "fenced";
        const readOnly = error instanceof OwnershipLost && error.why === "unwritable";
        pauseMs = isFenced ? 0 : AFTER_FAILURE_MS;
        if (isFenced) log.warn("The cluster was taken over", { clusterId, why });
        else log.error("The cluster cannot be owned now; trying again", { clusterId, error });
        if (readOnly)
          await book.catchUp().catch((cause: unknown) => log.warn("No run can be read", { clusterId, cause }));
        stand({ at: "claiming", problem: `Nothing is carried out: ${why}`, readOnly });
        folded();
      }
      await clock.wait(pauseMs, stopped.signal);
    }
  }

  /** Another console owns the cluster: what it wrote is read, and shown. */
  async function follow(heldBy: string, folded: () => void): Promise<void> {
    await book.catchUp();
    const run = book.activeRun();
    // It asks no checks: those are its owner's to judge.
    const seen = run === null ? null : { ...wanted(run), checksFor: null, gatesFor: [] };
    observer.focus(
      run === null || seen === null ? null : { wanted: seen, planOf: () => run.plan, baseline: run.baseline },
    );
    stand({ at: "following", owner: heldBy });
    folded();
  }

  async function own(fence: Fence, claimedAtMs: number, folded: () => void): Promise<void> {
    await book.catchUp();
    const session = startSession({ fence, claimedAtMs, book, journal, driver, observer, clock, log, changed });
    log.info("Owning the cluster", { clusterId, epoch: fence.epoch, activeRun: book.activeRun()?.id ?? null });
    stand({ at: "owning", session });
    folded();
    if (stopped.signal.aborted) await session.close(0);
    const lost = await session.ended;
    if (stopped.signal.aborted) return;
    observer.focus(null);
    if (lost !== null) throw lost;
  }

  async function startRun(
    plan: Plan,
    overrides: readonly PlanOverride[],
    actor: Actor,
  ): Promise<{ readonly runId: string } | Refusal> {
    const cannot = notOwning();
    if (cannot !== null) return cannot;
    const active = book.activeRun();
    if (active !== null) return runIsActive(active);
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(PREFLIGHT_LIMIT_MS)]);
    // Who is there now is who the plan was approved for: whoever appears or vanishes later is told (T1).
    const listed = observer.facts().nodes?.map(({ id }) => id) ?? null;
    const complete = { ...plan, listed, overrides: [...plan.overrides, ...overrides] };
    const failing = unanswered(await driver.preflight(complete, signal), complete.overrides);
    if (failing.length > 0) return checksFail(failing);
    const baseline = await driver.baseline(signal);
    if (!baseline.ok) return { reason: `How the cluster stands now could not be read: ${baseline.why}`, already: null };
    if (standing.at !== "owning") return notOwning() ?? STOPPING;
    const opened = await standing.session.open((runId) => ({
      actor,
      event: { type: "RunStarted", runId, plan: complete, baseline: baseline.value },
    }));
    return "active" in opened ? runIsActive(opened.active) : opened;
  }

  function notOwning(): Refusal | null {
    switch (standing.at) {
      case "owning":
        return null;
      case "following":
        return { reason: `Another console, ${standing.owner}, owns this cluster: ask there.`, already: null };
      case "claiming":
        return { reason: standing.problem ?? "This console does not own the cluster yet; ask again.", already: null };
      case "damaged":
        return { reason: standing.problem, already: null };
      case "stopped":
        return STOPPING;
      default:
        return standing satisfies never;
    }
  }

  return {
    start() {
      return new Promise((resolve) => {
        life = live(resolve);
      });
    },
    async stop() {
      stopped.abort();
      const was = standing;
      if (was.at === "owning") await was.session.close(PATIENCE_MS);
      await life;
      stand({ at: "stopped" });
    },
    state() {
      const runs = book.runs();
      const newest = runs[0]?.id;
      return {
        owned: standing.at === "owning",
        ownedBy: standing.at === "following" ? standing.owner : owner,
        problem: standing.at === "owning" ? null : (notOwning()?.reason ?? null),
        readOnly:
          standing.at === "damaged" || (standing.at === "claiming" && standing.readOnly) ? standing.problem : null,
        loans: [...book.loans().values()].filter((record) => isOwed(record) || record.loan.runId === newest),
        runs,
      };
    },
    activeRun: () => book.activeRun(),
    startRun: (plan, overrides, actor) => startRun(plan, overrides, actor).catch(asRefusal),
    async request(runId, request, actor) {
      const cannot = notOwning();
      if (cannot !== null || standing.at !== "owning") return cannot ?? STOPPING;
      return standing.session.request(runId, request, actor).catch(asRefusal);
    },
    readRun: (runId, afterSeq) => book.events(runId, afterSeq),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRunEvents: (listener) => book.onRunEvents(listener),
  };
}

function notClaimed(error: unknown): never {
  if (error instanceof JournalDamaged || error instanceof OwnershipLost) throw error;
  const why = error instanceof Error ? error.message : String(error);
  throw new OwnershipLost("unwritable", `The journal cannot be written: ${why}`);
}

const STOPPING: Refusal = { reason: "The console is stopping: ask again when it is back.", already: null };

/** Who asked while the cluster was lost hears that nothing was done. */
function asRefusal(error: unknown): Refusal {
  if (error instanceof OwnershipLost) return { reason: `Nothing was done. ${error.message}`, already: null };
  throw error;
}

function runIsActive(run: Run): Refusal {
  const already = { by: run.startedBy, atMs: run.startedAtMs };
  const who = nameOf(run.startedBy);
  if (run.hold?.reason.why === "outByHand") {
    const out = run.hold.nodeId ?? "A node";
    const back = run.plan.kind === "drain" ? "put it back" : "start it again";
    const why = run.plan.reason === "" ? "" : `: ${run.plan.reason}`;
    const reason = `${out} is out by hand, since ${time(run.hold.sinceMs)}, by ${who}${why}. First ${back}, in run ${runName(run.id)}.`;
    return { reason, already };
  }
  return {
    reason: `Run ${runName(run.id)} (${run.plan.kind}) is active: ${who} started it at ${time(run.startedAtMs)}. One run a cluster: let it end or abort it.`,
    already,
  };
}

function time(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** What stands against starting: blocking checks, and those that need a reason and have none. */
export function unanswered(checks: readonly Check[], overrides: readonly PlanOverride[]): readonly Check[] {
  const answered = new Set(overrides.map((override) => override.checkKey));
  return checks.filter((check) => {
    if (check.verdict === "pass" || check.severity === "note") return false;
    return check.severity === "blocks" || !answered.has(checkKey(check));
  });
}

function checksFail(failing: readonly Check[]): Refusal {
  const words = failing.map(
    ({ title, evidence, remedy }) => `${title}: ${[evidence, remedy].filter(Boolean).map(ended).join(" ")}`,
  );
  return { reason: `The plan cannot start. ${words.join(" ")}`, already: null };
}

/** A sentence that ends, so that the next one can begin. */
function ended(text: string): string {
  return /[.!?;]$/.test(text) ? text : `${text}.`;
}
