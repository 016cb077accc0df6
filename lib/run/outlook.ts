/**
 * What becomes of the work that runs on a node, if it leaves now: what people decide an approval or a hold on. The rules
 * are O1 to O6 of SPEC.md. Nothing here is promised: what is not known is *may be cut*, never *will finish*.
 *
 *   now ---- drain limit ----> exit sent ---- the node's own wait, or the exit's limit ----> whatever still runs is cut
 */
import type { WorkItem } from "../cluster/observation.ts";
import { canExit } from "./phases/drain.ts";
import type { Run, Step } from "./state.ts";

/** How long such a piece of work takes: usually, and at most as far as anybody saw. */
export type Usual = { readonly likelyMs: number; readonly atMostMs: number };

export type Why =
  /** It ends before the window does, even if it takes as long as ever. */
  | { readonly is: "endsInTime"; readonly likelyLeftMs: number }
  /** Nothing ends it: the drain takes as long as it takes, or the plan sends no exit. */
  | { readonly is: "noLimit" }
  /** Usually it ends in time; it has taken longer. */
  | { readonly is: "closeCall"; readonly likelyLeftMs: number }
  /** Nobody knows how long such work takes. */
  | { readonly is: "durationUnknown" }
  /** It runs longer than any of its kind did before. */
  | { readonly is: "pastItsUsual"; readonly atMostMs: number }
  /** It would end in time, if the node waits that long; whether it does is not known. */
  | { readonly is: "waitUnknown" }
  /** It usually takes longer than the window is. */
  | { readonly is: "tooLong"; readonly likelyLeftMs: number }
  /** The exit does not wait for it, and its drain is over by then. */
  | { readonly is: "notWaitedFor" }
  /** The window is over, or a kill was asked for. */
  | { readonly is: "noTime" };

export type OutlookRow = { readonly item: WorkItem; readonly ageMs: number | null; readonly why: Why };

export type Outlook = {
  readonly willFinish: readonly OutlookRow[];
  readonly mayBeCut: readonly OutlookRow[];
  readonly willBeCut: readonly OutlookRow[];
  /** Counted by the node and not listed by anybody. Null where it cannot be counted. */
  readonly unlisted: {
    /** In flight: each may be cut. */
    readonly mayBeCut: number | null;
    /** What the exit does not wait for: each will be cut. */
    readonly willBeCut: number | null;
  };
  readonly window: Window;
};

/** The time that work still has. Null is "without a limit". */
export type Window = {
  /** Left of the reversible drain. */
  readonly drainMs: number | null;
  /** Left, or to come, of the exit's wait: the smaller of the node's own and the exit's limit. */
  readonly exitMs: number | null;
  /** How long the node itself waits is known. */
  readonly waitKnown: boolean;
  /** Something ends it at all: a plan without an exit cuts nothing. */
  readonly cuts: boolean;
};

/** What the node itself counts, whether anybody lists it or not. */
export type Counted = { readonly inFlight: number | null; readonly willBeCut: number | null };

export function outlook(
  run: Run,
  step: Step,
  items: readonly WorkItem[],
  counted: Counted,
  usualOf: (item: WorkItem) => Usual | null,
  nowMs: number,
): Outlook {
  const window = windowOf(run, step, nowMs);
  const rows = oldestFirst(items).map((item) => ({ item, ...judge(item, usualOf(item), window, nowMs) }));
  const of = (group: Group): readonly OutlookRow[] =>
    rows.filter((row) => row.group === group).map(({ item, ageMs, why }) => ({ item, ageMs, why }));
  const listed = items.filter(({ waitedFor }) => waitedFor).length;
  const cuts = window.cuts && window.drainMs !== null;
  return {
    willFinish: of("willFinish"),
    mayBeCut: of("mayBeCut"),
    willBeCut: of("willBeCut"),
    unlisted: {
      mayBeCut: cuts ? beyond(counted.inFlight, listed) : 0,
      willBeCut: cuts ? beyond(counted.willBeCut, items.length - listed) : 0,
    },
    window,
  };
}

function beyond(counted: number | null, listed: number): number | null {
  return counted === null ? null : Math.max(0, counted - listed);
}

// -------------------------------------------------------------------------------------------------------------- window

export function windowOf(run: Run, step: Step, nowMs: number): Window {
  const waitMs = step.plan.exitWaitMs ?? null;
  const cuts = canExit({ run, step });
  const known = { waitKnown: waitMs !== null, cuts };
  const { exit } = step;
  if (exit === null)
    return { drainMs: drainLeftMs(run, step, nowMs), exitMs: least(waitMs, step.plan.exitLimitMs), ...known };
  if (exit.forceAskedBy !== null || exit.endedAtMs !== null) return { drainMs: 0, exitMs: 0, ...known };
  const waitLeftMs = waitMs === null ? null : left(exit.beganAtMs + waitMs, nowMs);
  const limitLeftMs = exit.deadlineAtMs === null ? null : left(exit.deadlineAtMs, nowMs);
  return { drainMs: 0, exitMs: least(waitLeftMs, limitLeftMs), ...known };
}

/** What is left of the drain, with what the plan's own rule adds to it; nothing where the work runs out inside the exit. */
function drainLeftMs(run: Run, step: Step, nowMs: number): number | null {
  const drains = step.plan.phases.some(({ phase, skip }) => phase === "drain" && skip === null);
  const { drain } = step;
  if (!drains || (drain !== null && drain.goOn !== null)) return 0;
  const policy = run.plan.policy.onDrainLimit;
  const moreMs = policy.do === "extend" ? Math.max(0, policy.atMostMs - (drain?.extendedMs ?? 0)) : 0;
  if (drain === null) return step.plan.drainLimitMs === null ? null : step.plan.drainLimitMs + moreMs;
  return drain.deadlineAtMs === null ? null : left(drain.deadlineAtMs + moreMs, nowMs);
}

function left(untilMs: number, nowMs: number): number {
  return Math.max(0, untilMs - nowMs);
}

function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

// --------------------------------------------------------------------------------------------------------------- judge

type Group = "willFinish" | "mayBeCut" | "willBeCut";
type Judged = { readonly group: Group; readonly ageMs: number | null; readonly why: Why };

function judge(item: WorkItem, usual: Usual | null, window: Window, nowMs: number): Judged {
  const ageMs = item.startedAtMs === null ? null : Math.max(0, nowMs - item.startedAtMs);
  const { group, why } = verdict(item, usual, ageMs, window);
  return { group, ageMs, why };
}

function verdict(item: WorkItem, usual: Usual | null, ageMs: number | null, window: Window): Omit<Judged, "ageMs"> {
  const { drainMs } = window;
  if (!window.cuts || drainMs === null) return { group: "willFinish", why: { is: "noLimit" } };
  // Without a limit of the exit, the node's own wait ends it all the same, and nobody knows when.
  const givenMs = item.waitedFor ? drainMs + (window.exitMs ?? Infinity) : drainMs;
  if (givenMs === 0) return { group: "willBeCut", why: { is: item.waitedFor ? "noTime" : "notWaitedFor" } };
  if (usual === null || ageMs === null)
    return item.waitedFor
      ? { group: "mayBeCut", why: { is: "durationUnknown" } }
      : { group: "willBeCut", why: { is: "notWaitedFor" } };
  const likelyLeftMs = Math.max(0, usual.likelyMs - ageMs);
  if (ageMs >= usual.atMostMs) return { group: "mayBeCut", why: { is: "pastItsUsual", atMostMs: usual.atMostMs } };
  if (likelyLeftMs > givenMs)
    return { group: "willBeCut", why: item.waitedFor ? { is: "tooLong", likelyLeftMs } : { is: "notWaitedFor" } };
  const longestLeftMs = usual.atMostMs - ageMs;
  if (longestLeftMs > givenMs) return { group: "mayBeCut", why: { is: "closeCall", likelyLeftMs } };
  const certainMs = window.waitKnown ? givenMs : drainMs;
  return longestLeftMs <= certainMs
    ? { group: "willFinish", why: { is: "endsInTime", likelyLeftMs } }
    : { group: "mayBeCut", why: { is: "waitUnknown" } };
}

/** What runs longest is what holds; what nobody knows the age of comes last. */
function oldestFirst(items: readonly WorkItem[]): readonly WorkItem[] {
  return items.toSorted((a, b) => (a.startedAtMs ?? Infinity) - (b.startedAtMs ?? Infinity));
}
