/** A call in words: what it is, and what it is about. */
import type { HoldReason } from "#lib/run/hold.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Call } from "#lib/wire/call.ts";
import { sentences } from "#components/language/sentences.ts";
import { msg, t } from "#components/language/t.ts";

const HOLDS: Readonly<Record<HoldReason["why"], string>> = {
  drainLimit: msg("Its drain limit is past and work is left."),
  checksFailed: msg("Checks do not hold."),
  commandRefused: msg("A command was refused."),
  outcomeUnknown: msg("Nobody can say whether a command was carried out."),
  notGone: msg("Its exit limit is past and it is not gone."),
  witnessesDisagree: msg("Witnesses disagree on whether it is gone."),
  notServing: msg("It was started and does not serve."),
  verifyFailed: msg("Gates do not hold after its return."),
  inconclusive: msg("Whether it is well cannot be told."),
  outByHand: msg("It is out by hand."),
  topologyChanged: msg("The cluster is not as it was when this began."),
  loansOwed: msg("Something that was borrowed is not given back yet."),
  hookFailed: msg("The command to run failed."),
  unsettled: msg("Nodes were skipped or put back."),
  finish: msg("Every step has ended; it waits for Finish."),
};

export function callWords(call: Call): { readonly title: string; readonly body: string } {
  const { what, nodeId, why, clusterName, runId } = call;
  const about = t("{cluster}, run {run}", { cluster: clusterName, run: runName(runId) });
  switch (what) {
    case "gate":
      return { title: t("{node} waits for approval", { node: nodeId ?? t("A node") }), body: about };
    case "hold":
      return {
        title: t("{node} waits for a person", { node: nodeId ?? t("The run") }),
        body: sentences([why === null ? "" : t(HOLDS[why]), about]),
      };
    case "paused":
      return { title: t("The run was paused by its rules"), body: about };
    case "aborted":
      return { title: t("The run was aborted"), body: about };
    default:
      return what satisfies never;
  }
}
