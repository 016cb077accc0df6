/** Why the run waits for a person: the sentence, what was seen, and the acts that may help, most sensible first. */
import type { Act } from "#lib/run/command.ts";
import { isTouched } from "#lib/run/commitment.ts";
import type { Hold, HoldReason } from "#lib/run/hold.ts";
import type { RequestName } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import { plural } from "#components/format.ts";
import { unstopped } from "./words.ts";

/** Without what was seen: that stands under it. */
export function holdSentence(run: Run, reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return "Its drain limit is past and work is left.";
    case "checksFailed":
      return `${plural(reason.checkKeys.length, "check does", "checks do")} not hold, so it is not ${isUnderWay(run) ? "told to leave" : "touched"}.`;
    case "commandRefused":
      return `The ${commandWords(run, reason.commandId)} was refused${gist(reason.reason)}.`;
    case "outcomeUnknown":
      return `Nobody can say whether the ${commandWords(run, reason.commandId)} was carried out${gist(reason.cause)}.`;
    case "notGone":
      return "Its exit limit is past and it is not gone.";
    case "witnessesDisagree":
      return "Witnesses disagree on whether it is gone.";
    case "notServing":
      return "It was started and does not serve.";
    case "verifyFailed":
      return `${plural(reason.checkKeys.length, "gate does", "gates do")} not hold after its return.`;
    case "inconclusive":
      return "Whether it is well cannot be told.";
    case "outByHand":
      return "It is out by hand.";
    case "topologyChanged":
      return "The cluster is not as it was when this began.";
    case "loansOwed":
      return "Something that was borrowed is not given back yet.";
    case "hookFailed":
      return `The command to run ${reason.when} it failed.`;
    case "unsettled":
      return `${plural(reason.nodeIds.length, "node was", "nodes were")} skipped or put back: say what becomes of ${reason.nodeIds.length === 1 ? "it" : "them"}.`;
    case "finish":
      return "Every step has ended; the old files are kept until somebody says Finish.";
    default:
      return reason satisfies never;
  }
}

/** A node that is off its routes already is touched; what it waits for then is its signal. */
function isUnderWay(run: Run): boolean {
  return run.steps.some((step) => step.progress.at === "phase" && isTouched(step));
}

/** What was seen, as the event carries it; null where the sentence says it all. */
export function holdEvidence(reason: HoldReason): string | null {
  switch (reason.why) {
    case "notGone":
    case "witnessesDisagree":
    case "notServing":
    case "inconclusive":
    case "topologyChanged":
    case "loansOwed":
    case "hookFailed":
      return reason.evidence;
    case "commandRefused":
      return gist(reason.reason) === "" ? reason.reason : null;
    case "outcomeUnknown":
      return gist(reason.cause) === "" ? reason.cause : null;
    case "drainLimit":
    case "checksFailed":
    case "verifyFailed":
    case "outByHand":
    case "finish":
      return null;
    case "unsettled":
      return reason.nodeIds.join(", ");
    default:
      return reason satisfies never;
  }
}

/** What may help, most sensible first; which of these is allowed now, the refusals tell. */
export function holdActs({ reason }: Hold): readonly RequestName[] {
  switch (reason.why) {
    case "drainLimit":
      return ["moveDrainLimit", "putBack", "goOn"];
    case "checksFailed":
      return ["skip"];
    case "verifyFailed":
      return ["retry", "skip"];
    case "inconclusive":
      return ["accept", "retry", "skip"];
    case "commandRefused":
    case "outcomeUnknown":
      return ["retry", "putBack", "skip"];
    case "topologyChanged":
      return ["acceptTopology", "retry", "putBack", "skip"];
    case "hookFailed":
      return reason.when === "before" ? ["retry", "skip", "putBack"] : ["retry", "accept"];
    case "unsettled":
      return ["settle"];
    case "finish":
      return ["finish", "changePolicy"];
    case "notGone":
    case "witnessesDisagree":
      return ["retry", "force", "skip"];
    case "notServing":
      return ["retry", "skip"];
    case "outByHand":
      return ["putBack", "startAgain"];
    case "loansOwed":
      return [];
    default:
      return reason satisfies never;
  }
}

const SHORT = 90;

/** Why, where it is short enough for a sentence; else it stands under it, whole. */
function gist(why: string): string {
  const bare = unstopped(why);
  return bare.length > SHORT ? "" : `: ${bare}`;
}

function commandWords(run: Run, commandId: string): string {
  const command = run.commands.get(commandId)?.command;
  return command === undefined ? "command" : verbWords(command);
}

/** A command as people call it: "exit of be-02". */
export function verbWords(act: Act): string {
  const of = act.nodeId === null ? "" : ` of ${act.nodeId}`;
  switch (act.verb) {
    case "borrow":
      return "borrowing for the run";
    case "giveBack":
      return `giving back${act.nodeId === null ? " for the run" : ` for ${act.nodeId}`}`;
    case "isolate":
      return `isolation${of}`;
    case "exit":
      return `${act.how} exit${of}`;
    case "shorten":
      return `shortening of the exit${of}`;
    case "force":
      return `kill${of}`;
    case "install":
      return `install of ${act.version} on ${act.nodeId}`;
    case "start":
      return `start${of}`;
    case "restorePrevious":
      return `restoring of the previous version${of}`;
    case "hook":
      return `command to run ${act.when}${of === "" ? "" : ` the step${of}`}`;
    case "finalize":
      return `removal of the old files${of}`;
    default:
      return act satisfies never;
  }
}
