/** A call in words: what it is, and what it is about. */
import type { HoldReason } from "#lib/run/hold.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Call } from "#lib/wire/call.ts";

const HOLDS: Readonly<Record<HoldReason["why"], string>> = {
  drainLimit: "Its drain limit is past and work is left.",
  checksFailed: "Checks do not hold.",
  commandRefused: "A command was refused.",
  outcomeUnknown: "Nobody can say whether a command was carried out.",
  notGone: "Its exit limit is past and it is not gone.",
  witnessesDisagree: "Witnesses disagree on whether it is gone.",
  notServing: "It was started and does not serve.",
  verifyFailed: "Gates do not hold after its return.",
  inconclusive: "Whether it is well cannot be told.",
  outByHand: "It is out by hand.",
  topologyChanged: "The cluster is not as it was when this began.",
  loansOwed: "Something that was borrowed is not given back yet.",
  hookFailed: "The command to run failed.",
  unsettled: "Nodes were skipped or put back.",
  finish: "Every step has ended; it waits for Finish.",
};

export function callWords(call: Call): { readonly title: string; readonly body: string } {
  const { what, nodeId, why, clusterName, runId } = call;
  const about = `${clusterName}, run ${runName(runId)}`;
  switch (what) {
    case "gate":
      return { title: `${nodeId ?? "A node"} waits for approval`, body: about };
    case "hold":
      return {
        title: `${nodeId ?? "The run"} waits for a person`,
        body: `${why === null ? "" : `${HOLDS[why]} `}${about}`,
      };
    case "paused":
      return { title: "The run was paused by its rules", body: about };
    case "aborted":
      return { title: "The run was aborted", body: about };
    default:
      return what satisfies never;
  }
}
