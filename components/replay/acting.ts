/** Acts in a replay: every one stays where it is, and says why it cannot be asked. */
import { timeOfDay } from "#components/format.ts";
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
  const way = isOver ? "The run is over: its report says how it ended." : "Go back to now to act.";
  return `This is a replay of ${timeOfDay(atMs)}. ${way}`;
}
