/** Time to pixels, and where the ticks stand: on round minutes, UTC. */

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
  const first = Math.ceil(scale.fromMs / stepMs) * stepMs;
  const ticks: TimeTick[] = [];
  for (let atMs = first; atMs <= scale.toMs; atMs += stepMs) ticks.push({ atMs, label: clockLabel(atMs, stepMs) });
  return ticks;
}

/** Ticks counted from a beginning: its time, then "+30 s", "+60 s". */
export function elapsedTicks(scale: TimeScale, beganAtMs: number, gapPx: number): readonly TimeTick[] {
  const stepMs = roundStepMs(scale, gapPx);
  const ticks: TimeTick[] = [{ atMs: beganAtMs, label: new Date(beganAtMs).toISOString().slice(11, 19) }];
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

function clockLabel(atMs: number, stepMs: number): string {
  const text = new Date(atMs).toISOString();
  return stepMs < MINUTE_MS ? text.slice(11, 19) : text.slice(11, 16);
}

/** Seconds up to five minutes, whole minutes from there on. */
function elapsedLabel(afterMs: number): string {
  const seconds = Math.round(afterMs / SECOND_MS);
  return seconds <= 300 || seconds % 60 !== 0 ? `+${seconds} s` : `+${seconds / 60} m`;
}
