/** Time to pixels, and where the ticks stand: on round minutes and hours of the wall clock that is shown. */
import { day, minuteOfDay, timeOfDay, zoneName } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { offsetMsAt, UTC, type Zone } from "#components/zone.ts";

export type TimeScale = { readonly fromMs: number; readonly toMs: number; readonly widthPx: number };

export function xOf({ fromMs, toMs, widthPx }: TimeScale, atMs: number): number {
  return toMs <= fromMs ? 0 : ((atMs - fromMs) / (toMs - fromMs)) * widthPx;
}

/** The same, kept inside the plot: for what begins before it or has not ended. */
export function clampedXOf(scale: TimeScale, atMs: number): number {
  return Math.min(scale.widthPx, Math.max(0, xOf(scale, atMs)));
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const QUARTER_MS = 15 * MINUTE_MS;
const HOUR_MS = 60 * MINUTE_MS;
const STEPS_MS = [
  ...[5, 10, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12, 24].map((hours) => hours * HOUR_MS),
];

export type TimeTick = { readonly atMs: number; readonly label: string };

/** The finest round step whose labels keep `gapPx` between them. */
export function timeTicks(scale: TimeScale, gapPx: number): readonly TimeTick[] {
  const stepMs = roundStepMs(scale, gapPx);
  return roundTimes(scale, stepMs, zoneName()).map((atMs) => ({ atMs, label: clockLabel(atMs, stepMs) }));
}

/** Where a clock is set, two round times may come too near each other: the second has no tick. */
const NEAREST = 0.6;

/** Moments at which the zone's wall clock shows a multiple of the step. */
function roundTimes({ fromMs, toMs }: TimeScale, stepMs: number, zone: Zone): readonly number[] {
  // Wall clocks are whole quarters of an hour apart from UTC, and are set on one: round times lie on those, or finer.
  const gridMs = zone === UTC ? stepMs : Math.min(stepMs, QUARTER_MS);
  const found: number[] = [];
  for (let atMs = Math.ceil(fromMs / gridMs) * gridMs; atMs <= toMs; atMs += gridMs) {
    const isRound = (atMs + offsetMsAt(atMs, zone)) % stepMs === 0;
    if (isRound && atMs - (found.at(-1) ?? -Infinity) >= NEAREST * stepMs) found.push(atMs);
  }
  return found;
}

/** Ticks counted from a beginning: its time, then "+30 s", "+60 s". */
export function elapsedTicks(scale: TimeScale, beganAtMs: number, gapPx: number): readonly TimeTick[] {
  const stepMs = roundStepMs(scale, gapPx);
  const ticks: TimeTick[] = [{ atMs: beganAtMs, label: timeOfDay(beganAtMs) }];
  for (let afterMs = stepMs; beganAtMs + afterMs <= scale.toMs; afterMs += stepMs) {
    ticks.push({ atMs: beganAtMs + afterMs, label: elapsedLabel(afterMs) });
  }
  return ticks;
}

function roundStepMs({ fromMs, toMs, widthPx }: TimeScale, gapPx: number): number {
  const atLeastMs = widthPx <= 0 ? Infinity : ((toMs - fromMs) / widthPx) * gapPx;
  return (
    (STEPS_MS.find((step) => step >= atLeastMs) ?? Math.max(24, Math.ceil(atLeastMs / HOUR_MS)) * HOUR_MS) || HOUR_MS
  );
}

/** Over hours, midnight is where the day begins. */
function clockLabel(atMs: number, stepMs: number): string {
  if (stepMs < MINUTE_MS) return timeOfDay(atMs);
  const text = minuteOfDay(atMs);
  return stepMs >= HOUR_MS && text === "00:00" ? day(atMs) : text;
}

/** Seconds up to five minutes, whole minutes from there on. */
function elapsedLabel(afterMs: number): string {
  const seconds = Math.round(afterMs / SECOND_MS);
  return seconds <= 300 || seconds % 60 !== 0
    ? t("+{seconds} s", { seconds: `${seconds}` })
    : t("+{minutes} m", { minutes: `${seconds / 60}` });
}
