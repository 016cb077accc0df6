/**
 * Carries out one command. What it borrows is recorded before it is taken (rule 8), and what is owed already is taken
 * again as it was recorded: after a crash the cluster shows our own entry, and that is not what stood before.
 */
import type { Command, Outcome } from "#lib/run/command.ts";
import type { Draft } from "#lib/run/event.ts";
import { owed, type Loan, type LoanEvent, type Loans } from "#lib/run/loan.ts";
import type { Run } from "#lib/run/state.ts";
import type { Borrowing, Driver } from "./ports.ts";

export type World = {
  readonly driver: Driver;
  readonly run: Run;
  readonly loans: () => Loans;
  /** Resolves when they are on disk; rejects when the cluster is not ours any more. */
  readonly recordLoans: (drafts: readonly Draft<LoanEvent>[]) => Promise<void>;
  readonly signal: AbortSignal;
};

export async function execute(command: Command, world: World): Promise<Outcome> {
  const { driver, run, signal } = world;
  switch (command.verb) {
    case "borrow":
      return borrow({ purpose: "run", runId: run.id, plan: run.plan }, world);
    case "isolate":
      return borrow({ purpose: "isolate", runId: run.id, nodeId: command.nodeId }, world);
    case "exit": {
      const { nodeId, limitMs, how, identity } = command;
      const borrowed = await borrow({ purpose: "exit", runId: run.id, nodeId, exitLimitMs: limitMs }, world);
      if (borrowed.outcome !== "done") return borrowed;
      if (signal.aborted) return CALLED_OFF;
      return driver.exit(command.id, { nodeId, limitMs, how, identity }, signal);
    }
    case "giveBack": {
      const { nodeId, purposes } = command;
      const mine = (loan: Loan): boolean =>
        loan.runId === run.id && loan.nodeId === nodeId && purposes.includes(loan.purpose);
      return giveBackAll(owed(world.loans(), mine), world);
    }
    case "shorten":
      return driver.shorten(command.id, command.nodeId, command.limitMs, command.identity, signal);
    case "force":
      return driver.force(command.id, command.nodeId, command.identity, signal);
    case "install":
      return driver.install(command.id, command.nodeId, command.version, signal);
    case "start":
      return driver.start(command.id, command.nodeId, signal);
    case "restorePrevious":
      return driver.restorePrevious(command.id, command.nodeId, command.version, signal);
    case "hook":
      return driver.hook(command.id, command.nodeId, command.when, command.argv, command.limitMs, signal);
    case "finalize":
      return driver.finalize(command.id, command.nodeId, signal);
    default:
      return command satisfies never;
  }
}

/** Nobody waits for this any more: what comes late must not borrow again what was given back meanwhile. */
const CALLED_OFF: Outcome = { outcome: "unknown", cause: "It was called off before it was done." };

/**
 * Surveyed until nothing new is found, so that what is taken was looked at after the last word went on record: whoever was
 * held up meanwhile would else set again what somebody has changed.
 */
async function borrow(what: Borrowing, world: World): Promise<Outcome> {
  const { driver, recordLoans, signal } = world;
  const leftToOthers: Loan[] = [];
  for (;;) {
    const surveyed = await driver.survey(what, signal);
    if (!surveyed.ok) return { outcome: "unknown", cause: surveyed.why };
    if (signal.aborted) return CALLED_OFF;
    const wanted = surveyed.value.filter((loan) => !leftToOthers.some((theirs) => isSamePlace(theirs, loan)));
    const { known, fresh, theirs } = sortOut(wanted, world.loans());
    if (fresh.length === 0 && theirs.length === 0) return take(known, world);
    const superseded = theirs.map(({ loan, found }) => loanEvent({ type: "LoanSuperseded", loanId: loan.id, found }));
    if (superseded.length > 0) await recordLoans(superseded);
    if (fresh.length > 0) await recordLoans(fresh.map((loan) => loanEvent({ type: "LoanRecorded", loan })));
    leftToOthers.push(...theirs.flatMap(({ loan }) => (loan.purpose === "exit" ? [] : [loan])));
    if (signal.aborted) return CALLED_OFF;
  }
}

async function take(loans: readonly Loan[], world: World): Promise<Outcome> {
  if (loans.length === 0) return { outcome: "done", evidence: "There is nothing to borrow." };
  const outcome = await world.driver.take(loans, world.signal);
  if (outcome.outcome !== "done") return outcome;
  const untaken = loans.filter(({ id }) => world.loans().get(id)?.state.at === "recorded");
  if (untaken.length > 0)
    await world.recordLoans(untaken.map(({ id }) => loanEvent({ type: "LoanTaken", loanId: id })));
  return outcome;
}

function loanEvent(event: LoanEvent): Draft<LoanEvent> {
  return { actor: { kind: "rule", rule: "R8" }, event };
}

type SortedOut = {
  readonly known: readonly Loan[];
  readonly fresh: readonly Loan[];
  /** What we owed and somebody else has set anew meanwhile: theirs from now on. */
  readonly theirs: readonly { readonly loan: Loan; readonly found: string }[];
};

/** Of what would be borrowed: what we owe already, as it was recorded, and what is new, under a name never used before. */
export function sortOut(surveyed: readonly Loan[], loans: Loans): SortedOut {
  const known: Loan[] = [];
  const fresh: Loan[] = [];
  const theirs: { readonly loan: Loan; readonly found: string }[] = [];
  const open = owed(loans, () => true);
  for (const loan of surveyed) {
    const recorded = open.find((other) => isSame(other, loan));
    const older = open.find((other) => isSamePlace(other, loan));
    const isOurs = open.some((other) => isSamePlace(other, loan) && other.value === loan.before);
    if (recorded !== undefined && !isOurs && isTheirs(recorded, loan)) {
      theirs.push({ loan: recorded, found: loan.before ?? "nothing" });
      // A switch of the whole run stays as they set it. A node's own exit needs its wait: borrowed from them, it goes back to them.
      if (loan.purpose === "exit") fresh.push({ ...loan, id: unusedId(loan.id, loans) });
    } else if (recorded !== undefined) known.push(recorded);
    // What stands there is ours, left by a run that ended: what stood before is what that one found.
    else
      fresh.push({ ...loan, id: unusedId(loan.id, loans), before: older === undefined ? loan.before : older.before });
  }
  return { known, fresh, theirs };
}

/**
 * Neither what stood before, which a process that was started anew shows again, nor what we set. Of a route nothing
 * follows from that: a router's own finding may stand there.
 */
function isTheirs(recorded: Loan, { purpose, before: found }: Loan): boolean {
  return purpose !== "isolate" && found !== recorded.before && found !== recorded.value;
}

function isSame(a: Loan, b: Loan): boolean {
  return a.runId === b.runId && a.purpose === b.purpose && a.nodeId === b.nodeId && isSamePlace(a, b);
}

function isSamePlace(a: Loan, b: Loan): boolean {
  return a.kind === b.kind && a.on === b.on && a.key === b.key;
}

/** A node that is isolated a second time in one run borrows a second time. */
function unusedId(id: string, loans: Loans): string {
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? id : `${id}#${n}`;
    if (!loans.has(candidate)) return candidate;
  }
}

/** Each by itself: one that cannot be given back now does not keep the others. */
export async function giveBackAll(
  loans: readonly Loan[],
  { driver, recordLoans, signal }: Pick<World, "driver" | "recordLoans" | "signal">,
): Promise<Outcome> {
  const actor = { kind: "rule", rule: "R8" } as const;
  const words: string[] = [];
  const unknown: string[] = [];
  for (const loan of loans) {
    if (signal.aborted) return CALLED_OFF;
    const answer = await driver.giveBack(loan, signal);
    switch (answer.outcome) {
      case "returned":
        await recordLoans([{ actor, event: { type: "LoanReturned", loanId: loan.id, how: answer.how } }]);
        words.push(`${loan.what}: ${answer.how}`);
        break;
      case "superseded":
        await recordLoans([{ actor, event: { type: "LoanSuperseded", loanId: loan.id, found: answer.found } }]);
        words.push(`${loan.what}: left as found, ${answer.found}`);
        break;
      case "left":
        await recordLoans([{ actor, event: { type: "LoanLeft", loanId: loan.id, why: answer.why } }]);
        words.push(`${loan.what}: left behind, ${answer.why}`);
        break;
      case "unknown":
        unknown.push(`${loan.what}: ${answer.cause}`);
        break;
      default:
        return answer satisfies never;
    }
  }
  if (unknown.length > 0) return { outcome: "unknown", cause: unknown.join("; ") };
  return { outcome: "done", evidence: words.length === 0 ? "Nothing was owed." : words.join("; ") };
}
