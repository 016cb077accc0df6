/** What the run waits for a person about, in a sentence. What was seen stands in it as it was told. */
import type { HoldReason } from "#lib/run/hold.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";

export function holdSentence(reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return t("Its drain limit is past and work is left.");
    case "checksFailed":
      return t("{count, plural, one {# check does} other {# checks do}} not hold.", { count: reason.checkKeys.length });
    case "commandRefused":
      return t("A command was refused: {reason}", { reason: said(reason.reason) });
    case "outcomeUnknown":
      return t("Nobody can say whether a command was carried out: {cause}", { cause: said(reason.cause) });
    case "notGone":
      return t("The exit limit is past and it is not gone: {evidence}", { evidence: said(reason.evidence) });
    case "witnessesDisagree":
      return t("Witnesses disagree: {evidence}", { evidence: said(reason.evidence) });
    case "notServing":
      return t("It was started and does not serve: {evidence}", { evidence: said(reason.evidence) });
    case "verifyFailed":
      return t("{count, plural, one {# gate does} other {# gates do}} not hold after its return.", {
        count: reason.checkKeys.length,
      });
    case "inconclusive":
      return t("Its verification is inconclusive: {evidence}", { evidence: said(reason.evidence) });
    case "outByHand":
      return t("It is out by hand.");
    case "topologyChanged":
      return t("The cluster has changed: {evidence}", { evidence: said(reason.evidence) });
    case "loansOwed":
      return t("Something borrowed is not given back yet: {evidence}", { evidence: said(reason.evidence) });
    case "hookFailed":
      return t("The command to run {when, select, before {before} other {after}} it failed: {evidence}", {
        when: reason.when,
        evidence: said(reason.evidence),
      });
    case "unsettled":
      return t("Skipped or put back, and not settled: {nodes}.", { nodes: reason.nodeIds.join(t(", ")) });
    case "finish":
      return t("Every step has ended: it waits for Finish.");
    default:
      return reason satisfies never;
  }
}
