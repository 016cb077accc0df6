/** Windows of time that are made narrower, wider, or drawn with the pointer. */

export type TimeWindow = { readonly fromMs: number; readonly toMs: number };

/** What a plot can ask of its screen: all charts of a screen show the same window. */
export type ChartZoom = {
  readonly isZoomed: boolean;
  /** Nothing lies outside. */
  readonly bounds: TimeWindow;
  readonly onZoom: (window: TimeWindow) => void;
  readonly onReset: () => void;
};

/** Narrower than this nothing is told apart. */
export const LEAST_MS = 10_000;

/** Between two moments, in whole seconds; null where that would be too short to be meant. */
export function drawnWindow(oneMs: number, otherMs: number, bounds: TimeWindow): TimeWindow | null {
  const fromMs = Math.max(bounds.fromMs, Math.floor(Math.min(oneMs, otherMs) / 1000) * 1000);
  const toMs = Math.min(bounds.toMs, Math.ceil(Math.max(oneMs, otherMs) / 1000) * 1000);
  return toMs - fromMs < LEAST_MS ? null : { fromMs, toMs };
}

/** `factor` below one: narrower, around a moment that stays where it is. Null: it is as narrow or as wide already. */
export function scaledWindow(now: TimeWindow, aroundMs: number, factor: number, bounds: TimeWindow): TimeWindow | null {
  const spanMs = Math.min(bounds.toMs - bounds.fromMs, Math.max(LEAST_MS, (now.toMs - now.fromMs) * factor));
  const share = (aroundMs - now.fromMs) / Math.max(1, now.toMs - now.fromMs);
  const wantedMs = Math.round((aroundMs - share * spanMs) / 1000) * 1000;
  const fromMs = Math.max(bounds.fromMs, Math.min(wantedMs, bounds.toMs - spanMs));
  const toMs = Math.min(bounds.toMs, Math.ceil((fromMs + spanMs) / 1000) * 1000);
  return fromMs === now.fromMs && toMs === now.toMs ? null : { fromMs, toMs };
}
