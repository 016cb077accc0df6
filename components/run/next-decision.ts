/** What a person decides next, in words that follow "Next decision:". */
import type { HoldReason } from "#lib/run/hold.ts";
import { nextDecision } from "#lib/run/progress.ts";
import { stepsUnderWay } from "#lib/run/state.ts";
import { minuteOfDay, timeOfDay } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import type { VerdictFacts } from "./verdict-facts.ts";
import { listed, listOf } from "./words.ts";

export function nextWords({ run, overAtMs = null }: Pick<VerdictFacts, "run" | "overAtMs">): string | null {
  const decision = nextDecision(run);
  switch (decision.is) {
    case "none":
      return null;
    case "resume":
      return t("resume the run");
    case "hold":
      return holdDecision(decision.reason, decision.nodeId ?? t("the run"));
    case "approve": {
      const node = decision.nodeId;
      const before = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
      if (decision.now || before.length === 0) return t("approve {node}", { node });
      const mates = listOf(before);
      return overAtMs === null
        ? t("approve {node}, when {count, plural, one {{nodes} is} other {{nodes} are}} verified or before", {
            node,
            ...mates,
          })
        : t(
            "approve {node}, when {count, plural, one {{nodes} is} other {{nodes} are}} verified about {time}, or before",
            { node, ...mates, time: minuteOfDay(overAtMs) },
          );
    }
    case "drainLimit":
      return t("extend or exit {node} at {time}, if it is not empty by then", {
        node: decision.nodeId,
        time: timeOfDay(decision.atMs),
      });
    default:
      return decision satisfies never;
  }
}

export function holdDecision(reason: HoldReason, node: string): string {
  switch (reason.why) {
    case "drainLimit":
      return t("extend, put back, or exit {node} now", { node });
    case "checksFailed":
      return t("mend it, override it with a reason, or skip");
    case "verifyFailed":
      return t("mend it, try again, or skip");
    case "inconclusive":
      return t("accept with a reason, or try again");
    case "commandRefused":
    case "outcomeUnknown":
    case "notServing":
    case "topologyChanged":
    case "witnessesDisagree":
      return t("mend it and try again");
    case "notGone":
      return t("force {node}, or look on its host and try again", { node });
    case "loansOwed":
      return t("mend what keeps it from being given back; it is tried by itself");
    case "outByHand":
      return t("bring {node} back", { node });
    case "hookFailed":
      return t(reason.when === "before" ? "mend it and try again, or skip" : "mend it and try again, or accept it");
    case "unsettled":
      return t("take {nodes} again, or leave as it is", { nodes: listed(reason.nodeIds) });
    case "finish":
      return t("finish, or roll back");
    default:
      return reason satisfies never;
  }
}
