/** A run that has ended, as numbers: a row a node, how long people were waited for, who did what, what was cut. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { LoanRecord } from "#lib/run/loan.ts";
import type { Phase } from "#lib/run/plan.ts";
import { cutOf } from "#lib/run/cut.ts";
import { durations, stepElapsedMs } from "#lib/run/progress.ts";
import type { Run, Step } from "#lib/run/state.ts";
import type { Mark } from "#components/charts/lanes.ts";
import { limit } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { evidenceLine, type EvidenceLine } from "#components/run/evidence.ts";
import { RESULT_WORDS } from "#components/run/words.ts";

export type ReportRow = {
  readonly nodeId: NodeId;
  /** Milliseconds by phase; one that was skipped or not reached is absent. */
  readonly took: Readonly<Partial<Record<Phase, number>>>;
  /** Why a phase was skipped, by phase. */
  readonly skipped: Readonly<Partial<Record<Phase, string>>>;
  /** The drain beside the limit that it had in the end; null where there was none. */
  readonly againstLimit: { readonly tookMs: number; readonly limitMs: number } | null;
  readonly startCount: number | null;
  readonly cut: number;
  readonly totalMs: number | null;
  /** How it ended, where that is not simply "verified". */
  readonly remark: string;
  readonly isWell: boolean;
};

export function reportRows(run: Run): readonly ReportRow[] {
  const endMs = run.life.at === "ended" ? run.life.atMs : run.updatedAtMs;
  return run.steps.map((step) => {
    const took = durations(step, endMs);
    const cut = cutOf(step).length;
    return {
      nodeId: step.plan.nodeId,
      took,
      skipped: skippedBy(step),
      againstLimit: againstLimit(step, took.drain ?? null),
      startCount: step.drain?.startCount ?? null,
      cut,
      totalMs: step.phases.length === 0 ? null : stepElapsedMs(step, endMs),
      remark: remarkOf(step),
      isWell: step.progress.at === "ended" && step.progress.result === "verified" && cut === 0,
    };
  });
}

/** By the plan, or on the way: a node that went down needs no drain. */
function skippedBy({ plan, phases }: Step): ReportRow["skipped"] {
  const planned = plan.phases.flatMap(({ phase, skip }) => (skip === null ? [] : [[phase, skip] as const]));
  const met = phases.flatMap(({ phase, skipped }) => (skipped === null ? [] : [[phase, skipped] as const]));
  return Object.fromEntries([...planned, ...met]);
}

function againstLimit({ drain }: Step, tookMs: number | null): ReportRow["againstLimit"] {
  if (drain === null || drain.deadlineAtMs === null || tookMs === null) return null;
  return { tookMs, limitMs: drain.deadlineAtMs - drain.beganAtMs };
}

function remarkOf(step: Step): string {
  const { progress, exit, drain, plan, accepted } = step;
  if (progress.at !== "ended") return t("not ended");
  const result =
    progress.result === "verified"
      ? ""
      : progress.result === "aborted" && step.phases.length === 0
        ? t("not taken")
        : t(RESULT_WORDS[progress.result]);
  const moved =
    drain !== null && drain.deadlineAtMs !== null && plan.drainLimitMs !== null
      ? drain.deadlineAtMs - drain.beganAtMs - plan.drainLimitMs
      : 0;
  return [
    result,
    exit?.forced === true ? t("forced") : "",
    moved > 0 ? t("drain extended by {time}", { time: limit(moved) }) : "",
    accepted === null
      ? ""
      : t("accepted by {person}", { person: accepted.by.kind === "person" ? accepted.by.id : t("a rule") }),
    step.overrides.size === 0
      ? ""
      : t("{count, plural, one {# override} other {# overrides}}", { count: step.overrides.size }),
  ]
    .filter(Boolean)
    .join(t(", "));
}

/** Together: at gates, in holds and while paused; where they overlap it counts once. */
export function waitedForPeopleMs(events: readonly Recorded<RunEvent>[]): number {
  const since = new Map<string, number>();
  const spans: (readonly [number, number])[] = [];
  const open = (key: string, atMs: number): void => void (since.has(key) ? undefined : since.set(key, atMs));
  const close = (key: string, atMs: number): void => {
    const from = since.get(key);
    if (from !== undefined) spans.push([from, atMs]);
    since.delete(key);
  };
  for (const { event, atMs } of events) {
    if (event.type === "PhaseBegan" && event.phase === "gate") open(`gate ${event.nodeId}`, atMs);
    if (event.type === "PhaseEnded" && event.phase === "gate") close(`gate ${event.nodeId}`, atMs);
    if (event.type === "StepEnded") close(`gate ${event.nodeId}`, atMs);
    if (event.type === "HoldBegan") open("hold", atMs);
    if (event.type === "HoldEnded") close("hold", atMs);
    if (event.type === "PauseRequested") open("pause", atMs);
    if (event.type === "RunResumed" || event.type === "AbortRequested") close("pause", atMs);
    if (event.type === "RunEnded") for (const key of since.keys()) close(key, atMs);
  }
  return unionMs(spans);
}

function unionMs(spans: readonly (readonly [number, number])[]): number {
  let total = 0;
  let untilMs = -Infinity;
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    total += Math.max(0, to - Math.max(from, untilMs));
    untilMs = Math.max(untilMs, to);
  }
  return total;
}

/** What people did, and the acts of the run that matter to an auditor; newest first. */
export function auditLines(events: readonly Recorded<RunEvent>[]): readonly EvidenceLine[] {
  return events
    .filter(({ actor, event }) => actor.kind === "person" || AUDITED.has(event.type))
    .map((recorded) => briefly(recorded))
    .toReversed();
}

/** That a node was verified is enough here; by what, its row tells. */
function briefly(recorded: Recorded<RunEvent>): EvidenceLine {
  const line = evidenceLine(recorded);
  const { event } = recorded;
  return event.type === "StepEnded" && event.result === "verified"
    ? { ...line, text: t("{node} verified", { node: event.nodeId }) }
    : line;
}

const AUDITED: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "RunEnded",
  "StepEnded",
  "HoldBegan",
  "WorkCut",
  "GoOnRequested",
  "DrainLimitMoved",
  "SoakBroken",
]);

export type CutRow = { readonly nodeId: NodeId; readonly item: WorkItem; readonly why: string; readonly atMs: number };

/** When and why: by the run itself where it saw it, else by what the system told. */
export function cutRows(run: Run, events: readonly Recorded<RunEvent>[]): readonly CutRow[] {
  return run.steps.flatMap((step) =>
    cutOf(step).map((item): CutRow => {
      const { nodeId } = step.plan;
      const seen = events.find(
        ({ event }) =>
          event.type === "WorkCut" && event.nodeId === nodeId && event.items.some(({ id }) => id === item.id),
      );
      const told = step.ledger.find(({ id }) => id === item.id);
      const atMs = told?.endedAtMs ?? seen?.atMs ?? step.exit?.endedAtMs ?? step.exit?.beganAtMs ?? run.startedAtMs;
      const why = seen?.event.type === "WorkCut" ? seen.event.evidence : t("it did not end well, its system tells");
      return { nodeId, item, why, atMs };
    }),
  );
}

export type LoanSummary = {
  readonly total: number;
  readonly owed: readonly LoanRecord[];
  readonly superseded: readonly LoanRecord[];
  readonly left: readonly LoanRecord[];
  readonly sentence: string;
};

export function loanSummary(loans: readonly LoanRecord[], runId: string): LoanSummary {
  const mine = loans.filter(({ loan }) => loan.runId === runId);
  const owed = mine.filter(({ state }) => state.at === "recorded" || state.at === "taken");
  const superseded = mine.filter(({ state }) => state.at === "superseded");
  const left = mine.filter(({ state }) => state.at === "left");
  const sentence = loanSentence(mine.length, owed.length, superseded.length, left.length);
  return { total: mine.length, owed, superseded, left, sentence };
}

function loanSentence(total: number, owed: number, superseded: number, left: number): string {
  if (total === 0) return t("Nothing was borrowed from the cluster.");
  const lent = t("{count, plural, one {# setting was borrowed} other {# settings were borrowed}}", { count: total });
  if (owed > 0) return t("{lent}; {count} not given back yet.", { lent, count: owed });
  if (left > 0) return t("{lent}; {count} left behind by this run.", { lent, count: left });
  return superseded === 0
    ? t("{lent}, all given back.", { lent })
    : t("{lent}: {given} given back, {changed} changed by somebody else meanwhile and left as they are.", {
        lent,
        given: total - superseded,
        changed: superseded,
      });
}

/** Moments at which work was cut, for a time axis. */
export function cutMarks(events: readonly Recorded<RunEvent>[]): readonly Mark[] {
  return events.flatMap(({ event, atMs }): readonly Mark[] =>
    event.type === "WorkCut" ? [{ atMs, label: t("{count} cut", { count: event.items.length }), tone: "danger" }] : [],
  );
}
