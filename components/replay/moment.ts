/** Moments of a replay: as the scrubber counts them, and those at which something happened. */
import type { Run } from "#lib/run/state.ts";
import { t } from "#components/language/t.ts";
import { evidenceLine, folded, type EvidenceLine } from "#components/run/evidence.ts";
import type { Events } from "./fold.ts";
import { within, type Span } from "./span.ts";

const SECOND_MS = 1000;

/** The scrubber counts whole seconds from the start; its last one is the end, whatever is left of it. */
export function secondsOf({ fromMs, toMs }: Span): number {
  return Math.max(1, Math.ceil((toMs - fromMs) / SECOND_MS));
}

export function secondOf(span: Span, atMs: number): number {
  return within(span, atMs) >= span.toMs ? secondsOf(span) : Math.floor((within(span, atMs) - span.fromMs) / SECOND_MS);
}

export function momentAt(span: Span, second: number): number {
  return within(span, span.fromMs + second * SECOND_MS);
}

/** A moment at which something happened, and the line that tells it. */
export type Stop = { readonly atMs: number; readonly line: EvidenceLine };

const WEIGHT = { danger: 3, attn: 2, ok: 1, plain: 0 } as const;

/** One stop a moment, with its weightiest line: counts that only go on are none. */
export function stopsOf(events: Events): readonly Stop[] {
  const stops: Stop[] = [];
  for (const line of folded(events.map(evidenceLine))) {
    const last = stops.at(-1);
    // A clock that was set back: it happened when what came before it had.
    const atMs = Math.max(line.atMs, last?.atMs ?? line.atMs);
    if (last === undefined || last.atMs < atMs) stops.push({ atMs, line });
    else if (WEIGHT[line.tone] >= WEIGHT[last.line.tone]) stops[stops.length - 1] = { atMs, line };
  }
  return stops;
}

export function stopBefore(stops: readonly Stop[], atMs: number): Stop | null {
  return stops.findLast((stop) => stop.atMs < atMs) ?? null;
}

export function stopAfter(stops: readonly Stop[], atMs: number): Stop | null {
  return stops.find((stop) => stop.atMs > atMs) ?? null;
}

/** What happened last at this moment. */
export function stopAt(stops: readonly Stop[], atMs: number): Stop | null {
  return stops.findLast((stop) => stop.atMs <= atMs) ?? null;
}

export type Tick = { readonly atMs: number; readonly tone: "attn" | "danger"; readonly label: string };

/** What the track shows beforehand: approvals and holds, and what was cut or aborted. */
export function ticksOf(events: Events): readonly Tick[] {
  return events.flatMap(({ atMs, event }): readonly Tick[] => {
    switch (event.type) {
      case "ApprovalGiven":
        return [{ atMs, tone: "attn", label: t("{node} approved", { node: event.nodeId }) }];
      case "HoldBegan":
        return [{ atMs, tone: "attn", label: t("a hold") }];
      case "WorkCut":
        return [{ atMs, tone: "danger", label: t("{count} cut", { count: event.items.length }) }];
      case "AbortRequested":
      case "ForceRequested":
        return [
          {
            atMs,
            tone: "danger",
            label: event.type === "AbortRequested" ? t("aborted") : t("{node} forced", { node: event.nodeId }),
          },
        ];
      default:
        return [];
    }
  });
}

/**
 * What the time axis shows: a little more than the run. One that is under way gets room by whole minutes, so that its
 * axis stands still while it goes on.
 */
export function replayWindow({ life }: Run, { fromMs, toMs }: Span): Span {
  const tookMs = Math.max(SECOND_MS, toMs - fromMs);
  if (life.at === "ended") return { fromMs, toMs: toMs + tookMs * 0.03 };
  return { fromMs, toMs: fromMs + Math.ceil((tookMs * 1.03) / 60_000) * 60_000 };
}
