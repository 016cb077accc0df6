/** Why the run waits for a person: the sentence, what was seen, and the acts that may help, most sensible first. */
import type { Act } from "#lib/run/command.ts";
import { isTouched } from "#lib/run/commitment.ts";
import type { Hold, HoldReason } from "#lib/run/hold.ts";
import type { RequestName } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { EXIT_WORDS, listed, unstopped } from "./words.ts";

/** Without what was seen: that stands under it. */
export function holdSentence(run: Run, reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return t("Its drain limit is past and work is left.");
    case "checksFailed":
      return t(
        isUnderWay(run)
          ? "{count, plural, one {# check does} other {# checks do}} not hold, so it is not told to leave."
          : "{count, plural, one {# check does} other {# checks do}} not hold, so it is not touched.",
        { count: reason.checkKeys.length },
      );
    case "commandRefused":
      return t(isShort(reason.reason) ? "The {command} was refused: {reason}." : "The {command} was refused.", {
        command: commandWords(run, reason.commandId),
        reason: unstopped(said(reason.reason)),
      });
    case "outcomeUnknown":
      return t(
        isShort(reason.cause)
          ? "Nobody can say whether the {command} was carried out: {cause}."
          : "Nobody can say whether the {command} was carried out.",
        { command: commandWords(run, reason.commandId), cause: unstopped(said(reason.cause)) },
      );
    case "notGone":
      return t("Its exit limit is past and it is not gone.");
    case "witnessesDisagree":
      return t("Witnesses disagree on whether it is gone.");
    case "notServing":
      return t("It was started and does not serve.");
    case "verifyFailed":
      return t("{count, plural, one {# gate does} other {# gates do}} not hold after its return.", {
        count: reason.checkKeys.length,
      });
    case "inconclusive":
      return t("Whether it is well cannot be told.");
    case "outByHand":
      return t("It is out by hand.");
    case "topologyChanged":
      return t("The cluster is not as it was when this began.");
    case "loansOwed":
      return t("Something that was borrowed is not given back yet.");
    case "hookFailed":
      return t(
        reason.when === "before" ? "The command to run before it failed." : "The command to run after it failed.",
      );
    case "unsettled":
      return t(
        "{count, plural, one {# node was} other {# nodes were}} skipped or put back: say what becomes of {count, plural, one {it} other {them}}.",
        { count: reason.nodeIds.length },
      );
    case "finish":
      return t("Every step has ended; the old files are kept until somebody says Finish.");
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
      return said(reason.evidence);
    case "commandRefused":
      return isShort(reason.reason) ? null : said(reason.reason);
    case "outcomeUnknown":
      return isShort(reason.cause) ? null : said(reason.cause);
    case "drainLimit":
    case "checksFailed":
    case "verifyFailed":
    case "outByHand":
    case "finish":
      return null;
    case "unsettled":
      return listed(reason.nodeIds);
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

/** Short enough for a sentence; else it stands under it, whole. */
function isShort(why: string): boolean {
  return unstopped(why).length <= SHORT;
}

function commandWords(run: Run, commandId: string): string {
  const command = run.commands.get(commandId)?.command;
  return command === undefined ? t("command") : verbWords(command);
}

/** A command as people call it: "exit of be-02". */
export function verbWords(act: Act): string {
  const node = act.nodeId ?? t("the run");
  switch (act.verb) {
    case "borrow":
      return t("borrowing for the run");
    case "giveBack":
      return t("giving back for {node}", { node });
    case "isolate":
      return t("isolation of {node}", { node });
    case "exit":
      return t("{how} exit of {node}", { how: t(EXIT_WORDS[act.how]), node });
    case "shorten":
      return t("shortening of the exit of {node}", { node });
    case "force":
      return t("kill of {node}", { node });
    case "install":
      return t("install of {version} on {node}", { version: act.version, node });
    case "start":
      return t("start of {node}", { node });
    case "restorePrevious":
      return t("restoring of the previous version of {node}", { node });
    case "hook":
      return t(
        act.when === "before" ? "command to run before the step of {node}" : "command to run after the step of {node}",
        { node },
      );
    case "finalize":
      return t("removal of the old files of {node}", { node });
    default:
      return act satisfies never;
  }
}
