/** What becomes of running work, in words: the groups, the window, and why a piece stands where it does. */
import type { Outlook, OutlookRow, Why, Window } from "#lib/run/outlook.ts";
import type { Step } from "#lib/run/state.ts";
import { duration, limit } from "#components/format.ts";
import type { IconName } from "#components/ui/icon.tsx";

export type GroupName = "willBeCut" | "mayBeCut" | "willFinish";

export const GROUPS: Readonly<
  Record<GroupName, { readonly icon: IconName; readonly tone: string; readonly words: string }>
> = {
  willBeCut: { icon: "fail", tone: "danger", words: "will be cut" },
  mayBeCut: { icon: "warn", tone: "attn", words: "may be cut" },
  willFinish: { icon: "serving", tone: "ok", words: "will finish" },
};

export type GroupedRow = OutlookRow & { readonly group: GroupName };

/** What costs most first. */
export function groupedRows(view: Outlook): readonly GroupedRow[] {
  return (["willBeCut", "mayBeCut", "willFinish"] as const).flatMap((group) =>
    view[group].map((row) => ({ ...row, group })),
  );
}

/** "Left now, it has 120 s to drain, then its exit waits 20 s." */
export function windowWords(window: Window, { plan }: Step): string {
  if (!window.cuts) return "Nothing is cut: this plan sends no exit.";
  if (window.drainMs === null) return "Its work has as long as it takes: the drain has no limit.";
  const drains = window.drainMs === 0 ? "No time is left to drain" : `It has ${limit(window.drainMs)} to drain`;
  return `${drains}; ${exitWords(window, plan.work.many)}.`;
}

function exitWords({ exitMs, waitKnown }: Window, many: string): string {
  if (!waitKnown) {
    const bound = exitMs === null ? "" : `, ${limit(exitMs)} at most`;
    return `how long its exit waits for its ${many} is not known${bound}`;
  }
  if (exitMs === null) return `its exit waits for its ${many}`;
  return exitMs === 0 ? `its exit does not wait for its ${many}` : `its exit waits ${limit(exitMs)} for its ${many}`;
}

export function whyWords(why: Why): string {
  switch (why.is) {
    case "endsInTime":
      return why.likelyLeftMs === 0 ? "about to end" : `about ${duration(why.likelyLeftMs)} left`;
    case "noLimit":
      return "nothing ends it";
    case "closeCall":
      return `about ${duration(why.likelyLeftMs)} left, has taken longer`;
    case "durationUnknown":
      return "how long it takes is not known";
    case "pastItsUsual":
      return `never took longer than ${duration(why.atMostMs)} before`;
    case "waitUnknown":
      return "needs a wait that is not known";
    case "tooLong":
      return `about ${duration(why.likelyLeftMs)} left`;
    case "notWaitedFor":
      return "the exit does not wait for it";
    case "noTime":
      return "no time is left";
    default:
      return why satisfies never;
  }
}
