import type { HoldReason } from "#lib/run/hold.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { joined, unstopped } from "./words.ts";

/** A hold as its event tells it: whole, since an event stands alone. */
export function holdSentenceOf(reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return t("the drain limit is past and work is left");
    case "checksFailed":
    case "verifyFailed":
      return t("{count, plural, one {# check does} other {# checks do}} not hold: {checks}", {
        count: reason.checkKeys.length,
        checks: joined(reason.checkKeys),
      });
    case "commandRefused":
      return t("a command was refused: {reason}", { reason: unstopped(said(reason.reason)) });
    case "outcomeUnknown":
      return t("nobody can say whether a command was carried out: {cause}", { cause: unstopped(said(reason.cause)) });
    case "notGone":
      return t("not gone: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "witnessesDisagree":
      return t("witnesses disagree: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "notServing":
      return t("it does not serve: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "inconclusive":
      return t("inconclusive: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "outByHand":
      return t("out by hand, until a person brings it back");
    case "topologyChanged":
      return t("the cluster has changed: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "loansOwed":
      return t("not given back yet: {evidence}", { evidence: unstopped(said(reason.evidence)) });
    case "hookFailed":
      return t(
        reason.when === "before"
          ? "the command to run before it failed: {evidence}"
          : "the command to run after it failed: {evidence}",
        { evidence: unstopped(said(reason.evidence)) },
      );
    case "unsettled":
      return t("skipped or put back, and not settled: {nodes}", { nodes: joined(reason.nodeIds) });
    case "finish":
      return t("every step has ended: it waits for Finish");
    default:
      return reason satisfies never;
  }
}
