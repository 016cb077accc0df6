/** What becomes of running work, in words: the groups, the window, and why a piece stands where it does. */
import type { Outlook, OutlookRow, Why, Window } from "#lib/run/outlook.ts";
import type { Step } from "#lib/run/state.ts";
import { duration, limit } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";

export type GroupName = "willBeCut" | "mayBeCut" | "willFinish";

export const GROUPS: Readonly<
  Record<GroupName, { readonly icon: IconName; readonly tone: string; readonly words: string }>
> = {
  willBeCut: { icon: "fail", tone: "danger", words: msg("will be cut") },
  mayBeCut: { icon: "warn", tone: "attn", words: msg("may be cut") },
  willFinish: { icon: "serving", tone: "ok", words: msg("will finish") },
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
  if (!window.cuts) return t("Nothing is cut: this plan sends no exit.");
  if (window.drainMs === null) return t("Its work has as long as it takes: the drain has no limit.");
  const drains =
    window.drainMs === 0
      ? t("No time is left to drain")
      : t("It has {limit} to drain", { limit: limit(window.drainMs) });
  return t("{drains}; {exits}.", { drains, exits: exitWords(window, said(plan.work.many)) });
}

function exitWords({ exitMs, waitKnown }: Window, work: string): string {
  if (!waitKnown) {
    return exitMs === null
      ? t("how long its exit waits for its {work} is not known", { work })
      : t("how long its exit waits for its {work} is not known, {limit} at most", { work, limit: limit(exitMs) });
  }
  if (exitMs === null) return t("its exit waits for its {work}", { work });
  return exitMs === 0
    ? t("its exit does not wait for its {work}", { work })
    : t("its exit waits {limit} for its {work}", { limit: limit(exitMs), work });
}

export function whyWords(why: Why): string {
  switch (why.is) {
    case "endsInTime":
      return why.likelyLeftMs === 0
        ? t("about to end")
        : t("about {duration} left", { duration: duration(why.likelyLeftMs) });
    case "noLimit":
      return t("nothing ends it");
    case "closeCall":
      return t("about {duration} left, has taken longer", { duration: duration(why.likelyLeftMs) });
    case "durationUnknown":
      return t("how long it takes is not known");
    case "pastItsUsual":
      return t("never took longer than {duration} before", { duration: duration(why.atMostMs) });
    case "waitUnknown":
      return t("needs a wait that is not known");
    case "tooLong":
      return t("about {duration} left", { duration: duration(why.likelyLeftMs) });
    case "notWaitedFor":
      return t("the exit does not wait for it");
    case "noTime":
      return t("no time is left");
    default:
      return why satisfies never;
  }
}
