import type { HoldReason } from "#lib/run/hold.ts";
import { plural } from "#components/format.ts";
import { joined, unstopped } from "./words.ts";

/** A hold as its event tells it: whole, since an event stands alone. */
export function holdSentenceOf(reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return "the drain limit is past and work is left";
    case "checksFailed":
    case "verifyFailed":
      return `${plural(reason.checkKeys.length, "check does", "checks do")} not hold: ${joined(reason.checkKeys)}`;
    case "commandRefused":
      return `a command was refused: ${unstopped(reason.reason)}`;
    case "outcomeUnknown":
      return `nobody can say whether a command was carried out: ${unstopped(reason.cause)}`;
    case "notGone":
      return `not gone: ${unstopped(reason.evidence)}`;
    case "witnessesDisagree":
      return `witnesses disagree: ${unstopped(reason.evidence)}`;
    case "notServing":
      return `it does not serve: ${unstopped(reason.evidence)}`;
    case "inconclusive":
      return `inconclusive: ${unstopped(reason.evidence)}`;
    case "outByHand":
      return "out by hand, until a person brings it back";
    case "topologyChanged":
      return `the cluster has changed: ${unstopped(reason.evidence)}`;
    case "loansOwed":
      return `not given back yet: ${unstopped(reason.evidence)}`;
    case "hookFailed":
      return `the command to run ${reason.when} it failed: ${unstopped(reason.evidence)}`;
    case "unsettled":
      return `skipped or put back, and not settled: ${joined(reason.nodeIds)}`;
    case "finish":
      return "every step has ended: it waits for Finish";
    default:
      return reason satisfies never;
  }
}
