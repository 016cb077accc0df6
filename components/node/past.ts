/** The times a node was taken out, as pictures and as marks: what the journal tells, and the one that goes on. */
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { TakenOut } from "#lib/run/taken-out.ts";
import type { DrainPicture } from "#components/charts/drain-multiples.ts";
import { day, minuteOfDay, releaseOf } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { runPath } from "#components/shell/place.ts";

/** What goes on is folded from the newest events: it stands for what was read of it before. */
export function withCurrent(times: readonly TakenOut[], current: TakenOut | null): readonly TakenOut[] {
  return current === null ? times : [current, ...times.filter(({ runId }) => runId !== current.runId)];
}

export function picturesOf(times: readonly TakenOut[], nowMs: number, most: number): readonly DrainPicture[] {
  return times.flatMap((time) => (time.drain === null ? [] : [pictureOf(time, time.drain, nowMs)])).slice(0, most);
}

function pictureOf(time: TakenOut, drain: NonNullable<TakenOut["drain"]>, nowMs: number): DrainPicture {
  const isNow = drain.endedAtMs === null;
  const { beganAtMs, startCount, points, limit, cut, forced } = drain;
  return {
    key: time.runId,
    title: isNow
      ? t("Now, run {run}", { run: runName(time.runId) })
      : t("{day}, {time}", { day: day(beganAtMs), time: minuteOfDay(beganAtMs) }),
    subtitle: whatFor(time, isNow),
    who: nameOf(time.startedBy),
    href: runPath(time.runId),
    isNow,
    beganAtMs,
    endedAtMs: drain.endedAtMs ?? nowMs,
    points,
    startCount,
    limitAfterMs: limit === null ? null : limit.atMs - beganAtMs,
    limitName: said(limit?.name ?? ""),
    cut,
    forced,
  };
}

/** "run 0187, 3.4.3 to 3.4.5", "by hand: kernel" */
function whatFor(time: TakenOut, isNow: boolean): string {
  const { kind, reason, fromVersion, targetVersion, runId } = time;
  if (kind === "drain" || kind === "stop")
    return withReason(t(kind === "stop" ? "stopped by hand" : "by hand"), reason);
  const versions =
    targetVersion === null
      ? said(kind)
      : fromVersion === null
        ? releaseOf(targetVersion)
        : t("{from} to {to}", { from: releaseOf(fromVersion), to: releaseOf(targetVersion) });
  return isNow ? versions : t("run {run}, {what}", { run: runName(runId), what: versions });
}

function withReason(what: string, reason: string): string {
  return reason === "" ? what : t("{what}: {reason}", { what, reason });
}

export type HistoryMark = {
  readonly key: string;
  readonly atMs: number;
  readonly untilMs: number;
  readonly text: string;
  readonly tone: "water" | "refit" | "danger";
  /** Null where no run tells of it. */
  readonly href: string | null;
};

/** Starts that no run explains are told too: something restarted the node. */
export function historyMarks(
  times: readonly TakenOut[],
  startedAtMs: number | null,
  allKnown: boolean,
  fromMs: number,
  nowMs: number,
): readonly HistoryMark[] {
  const marks = times.map((time): HistoryMark => {
    const untilMs = time.endedAtMs ?? nowMs;
    const cut = time.drain?.cut ?? 0;
    return {
      key: time.runId,
      atMs: time.beganAtMs,
      untilMs,
      text: `${day(time.beganAtMs)} ${wordsOf(time)}${cut > 0 ? t(", {count} cut", { count: cut }) : ""}`,
      tone: cut > 0 ? "danger" : time.kind === "drain" || time.kind === "stop" ? "water" : "refit",
      href: runPath(time.runId),
    };
  });
  const isOurs = (atMs: number): boolean =>
    times.some((time) => atMs >= time.beganAtMs - SLACK_MS && atMs <= (time.endedAtMs ?? nowMs) + SLACK_MS);
  const foreign: readonly HistoryMark[] =
    startedAtMs === null || !allKnown || isOurs(startedAtMs)
      ? []
      : [
          {
            key: "start",
            atMs: startedAtMs,
            untilMs: startedAtMs,
            text: t("{day} started, by no run of this console", { day: day(startedAtMs) }),
            tone: "refit",
            href: null,
          },
        ];
  return [...marks, ...foreign].filter(({ untilMs }) => untilMs >= fromMs).toSorted((a, b) => a.atMs - b.atMs);
}

const SLACK_MS = 60_000;

function wordsOf({ kind, runId, fromVersion, targetVersion, reason }: TakenOut): string {
  if (kind === "drain" || kind === "stop")
    return withReason(t(kind === "stop" ? "stopped by hand" : "drained by hand"), reason);
  const what = { kind: said(kind), run: runName(runId) };
  if (targetVersion === null) return t("{kind}, run {run}", what);
  const to = releaseOf(targetVersion);
  return fromVersion === null
    ? t("{kind} to {to}, run {run}", { ...what, to })
    : t("{kind} {from} to {to}, run {run}", { ...what, from: releaseOf(fromVersion), to });
}
