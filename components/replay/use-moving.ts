"use client";
/** How the moment of a replay is moved: at once on the screen, a little later in the address. */
import { useEffect, useRef } from "react";
import { pushParams, replaceParams } from "#components/shell/params.ts";
import { holdMoment, playReplay, restReplay, useReplayStore } from "#components/stores/replay.ts";
import { momentText } from "#components/shell/moment-text.ts";
import { useMoment } from "#components/shell/use-moment.ts";
import { within, type Span } from "./span.ts";

export type Moving = {
  readonly span: Span;
  /** Null: the run is shown as it is. */
  readonly atMs: number | null;
  readonly goTo: (atMs: number) => void;
  /** From here on, or from the beginning where it is at its end. */
  readonly toggle: () => void;
  readonly leave: () => void;
  readonly playing: boolean;
};

const TICK_MS = 100;
/** Browsers refuse an address that is written more often than some times a second. */
const WRITE_EVERY_MS = 500;

/** Stands as long as the run's page does, whichever of its screens is shown. */
export function useMoving(span: Span): Moving {
  const moment = useMoment();
  const atMs = moment === null ? null : within(span, moment);
  const { heldMs, playing, speed } = useReplayStore();
  const newest = useRef({ span, atMs });
  useEffect(() => {
    newest.current = { span, atMs };
  });

  const writtenAt = useRef(-WRITE_EVERY_MS);
  useEffect(() => {
    if (heldMs === null) return undefined;
    const write = (): void => {
      writtenAt.current = performance.now();
      replaceParams({ at: momentText(heldMs) });
    };
    const timer = setTimeout(write, Math.max(0, WRITE_EVERY_MS - (performance.now() - writtenAt.current)));
    return () => clearTimeout(timer);
  }, [heldMs]);

  useEffect(() => {
    // *Back* and *Forward* go to the address's own moment.
    window.addEventListener("popstate", restReplay);
    return () => {
      window.removeEventListener("popstate", restReplay);
      restReplay();
    };
  }, []);

  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => {
      const { span, atMs } = newest.current;
      const nextMs = within(span, (atMs ?? span.fromMs) + TICK_MS * speed);
      holdMoment(nextMs);
      if (nextMs >= span.toMs) playReplay(false);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [playing, speed]);

  const goTo = (toMs: number): void => {
    const nextMs = within(span, toMs);
    if (atMs === null) pushParams({ at: momentText(nextMs) });
    holdMoment(nextMs);
  };
  return {
    span,
    atMs,
    goTo,
    playing,
    toggle() {
      const isAtEnd = atMs === null || atMs >= span.toMs;
      if (!playing && isAtEnd) goTo(span.fromMs);
      playReplay(!playing);
    },
    leave() {
      restReplay();
      pushParams({ at: null });
    },
  };
}
