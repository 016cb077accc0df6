/** How each node left: by itself or not, what its log told, and what answers the questions that people have afterwards. */
import type { NodeId } from "#lib/cluster/node.ts";
import { cutOf } from "#lib/run/cut.ts";
import type { Check } from "#lib/run/check.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { duration, limit } from "#components/format.ts";
import { sentences } from "#components/language/sentences.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { joined, unstopped } from "#components/run/words.ts";

export type ExitRow = {
  readonly nodeId: NodeId;
  readonly forced: boolean;
  readonly tookMs: number | null;
  readonly limitMs: number | null;
  /** What its script and its log said. */
  readonly told: string;
};

export function exitRows(run: Run): readonly ExitRow[] {
  return run.steps.flatMap((step) => {
    const { exit, plan } = step;
    const record = step.phases.find(({ phase, skipped }) => phase === "exit" && skipped === null);
    if (exit === null || record === undefined) return [];
    const tookMs = exit.endedAtMs === null ? null : exit.endedAtMs - exit.beganAtMs;
    return [{ nodeId: plan.nodeId, forced: exit.forced, tookMs, limitMs: plan.exitLimitMs, told: record.evidence }];
  });
}

export type Answered = {
  readonly question: string;
  /** True: it happened in this run. */
  readonly happened: boolean;
  readonly cause: string;
  readonly remedy: string;
};

/** The two questions that the procedure's own documentation answers, answered for this run. */
export function exitQuestions(run: Run, events: readonly Recorded<RunEvent>[]): readonly Answered[] {
  const left = run.steps.filter(({ exit, plan }) => exit !== null && (plan.role === "be" || plan.role === "cn"));
  return left.length === 0 ? [] : [byTimeout(left), notShutdown(left, events)];
}

function byTimeout(steps: readonly Step[]): Answered {
  const question = t("BE/CN exits by timeout");
  const forced = steps.filter(({ exit }) => exit?.forced === true);
  if (forced.length === 0) {
    const cause = t(
      "{count, plural, one {# BE or CN left} other {# BEs and CNs left}} by themselves, within their limits.",
      { count: steps.length },
    );
    return { question, happened: false, cause, remedy: "" };
  }
  const longestMs = Math.max(...forced.map(longestAgeMs));
  const cause = sentences(forced.map(causeOf));
  const remedy =
    longestMs > 0
      ? t(
          "Work there had run for up to {duration}. Drain before the exit, with a limit that covers it (--timeout alone does not: the node's own wait, loop_count_wait_fragments_finish x 10 s, has to cover it as well), or let such work end before the next run.",
          { duration: duration(longestMs) },
        )
      : t("Give the exit a longer --timeout, and loop_count_wait_fragments_finish x 10 s less than that by 31 s.");
  return { question, happened: true, cause, remedy };
}

function causeOf(step: Step): string {
  const { plan, exit } = step;
  const cut = cutOf(step);
  const wait = plan.exitWaitMs ?? null;
  const waited =
    wait === null
      ? t("how long it waits for its work is not known")
      : t("it waits {time} for its work", { time: limit(wait) });
  const bound = plan.exitLimitMs === null ? "" : t(", and is killed after {time}", { time: limit(plan.exitLimitMs) });
  const cause = t("{node}: {waited}; {count, plural, one {# piece of work} other {# pieces of work}} still ran.", {
    node: plan.nodeId,
    waited: waited + bound,
    count: cut.length,
  });
  return exit?.forceAskedBy?.kind === "person"
    ? sentences([cause, t("{person} forced it.", { person: exit.forceAskedBy.id })])
    : cause;
}

/** How long the oldest piece that was cut had run when it was. */
function longestAgeMs(step: Step): number {
  const { exit } = step;
  const endMs = exit?.endedAtMs ?? exit?.beganAtMs ?? 0;
  return Math.max(0, ...cutOf(step).map(({ startedAtMs }) => (startedAtMs === null ? 0 : endMs - startedAtMs)));
}

const EXIT_TIMES = "exit-times";
const HEARTBEAT_MS = 5000;

function notShutdown(steps: readonly Step[], events: readonly Recorded<RunEvent>[]): Answered {
  const question = t("Node status is not SHUTDOWN");
  const hasty = steps.filter(
    (step) => step.plan.exitWaitMs === 0 || leftUnseen(step, exitTimes(events, step.plan.nodeId)),
  );
  const told = steps.flatMap(({ plan }) => {
    const check = exitTimes(events, plan.nodeId);
    return check === null ? [] : [`${plan.nodeId}: ${unstopped(said(check.evidence))}.`];
  });
  const cause =
    hasty.length === 0
      ? sentences([t("Each of them stayed until an FE had seen it exit, or was told to."), told[0] ?? ""])
      : sentences([
          t("{nodes} left within a heartbeat of 5 s, so that no FE may have seen SHUTDOWN.", {
            nodes: joined(hasty.map(({ plan }) => plan.nodeId)),
          }),
          ...told,
        ]);
  const remedy =
    hasty.length === 0
      ? ""
      : t(
          "loop_count_wait_fragments_finish must be positive, and graceful_exit_wait_for_frontend_heartbeat true (3.4.5, 3.5.1 and later), so that a node waits until an FE was told. Off the routes before its exit it costs nothing.",
        );
  return { question, happened: hasty.length > 0, cause, remedy };
}

/** It was gone within a heartbeat, and its settings did not make it wait until an FE was told. */
function leftUnseen({ exit }: Step, times: Check | null): boolean {
  const isHasty = exit !== null && exit.endedAtMs !== null && exit.endedAtMs - exit.beganAtMs < HEARTBEAT_MS;
  return isHasty && (times === null || times.verdict !== "pass" || /cannot wait|without waiting/.test(times.evidence));
}

function exitTimes(events: readonly Recorded<RunEvent>[], nodeId: NodeId): Check | null {
  const answered = events.findLast(
    ({ event }) => event.type === "ChecksAnswered" && event.phase === "check" && event.nodeId === nodeId,
  )?.event;
  return answered?.type === "ChecksAnswered" ? (answered.checks.find(({ id }) => id === EXIT_TIMES) ?? null) : null;
}

export type Compared = {
  readonly gates: readonly Check[];
  readonly nodeId: NodeId | null;
  readonly atMs: number | null;
};

/** The gates as they stood last, of the node that was verified last: they compare with how it was when the run began. */
export function lastGates(run: Run): Compared {
  const verified = run.steps
    .filter(({ progress }) => progress.at === "ended" && progress.result === "verified")
    .toSorted((a, b) => endOf(b) - endOf(a));
  const last = verified[0];
  return last === undefined
    ? { gates: [], nodeId: null, atMs: null }
    : { gates: last.checks, nodeId: last.plan.nodeId, atMs: last.checkedAtMs };
}

function endOf({ progress }: Step): number {
  return progress.at === "ended" ? progress.atMs : 0;
}
