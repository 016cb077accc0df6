/** Acts in a replay: every one stays where it is, and says why it cannot be asked. */
import { timeOfDay } from "#components/format.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { Acting } from "#components/run/use-acting.ts";

export function replayActing(atMs: number, isOver: boolean): Acting {
  const locked = whyLocked(atMs, isOver);
  const nothing = (): void => undefined;
  return {
    press: nothing,
    send: nothing,
    ask: nothing,
    isPending: () => false,
    lockOf: () => locked,
    lockOfRequest: () => locked,
    stale: locked,
    readOnly: locked,
  };
}

function whyLocked(atMs: number, isOver: boolean): string {
  const replayed = t("This is a replay of {time}.", { time: timeOfDay(atMs) });
  return sentences([replayed, t(isOver ? "The run is over: its report says how it ended." : "Go back to now to act.")]);
}
