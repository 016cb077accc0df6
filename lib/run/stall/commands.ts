/** What a command that was asked for keeps waiting: nobody answers it, or nobody can say what became of it. */
import type { NodeId } from "../../cluster/node.ts";
import { backoffMs, MAX_ATTEMPTS } from "../ask.ts";
import type { Act } from "../command.ts";
import type { Scene } from "../move.ts";
import { left, unstopped, type Said } from "./parts.ts";
import type { CommandRecord } from "../state.ts";

/** Before this nobody wonders what becomes of a command. */
const WONDER_MS = 5000;

/** The newest command for this node (null: for the run) that is not answered, or that is to be asked again. */
export function ofCommands(scene: Scene, nodeId: NodeId | null): Said | null {
  const own = [...scene.run.commands.values()].filter(
    ({ command, setAside }) => !setAside && (command.nodeId === nodeId || command.nodeId === null),
  );
  // The exit is answered when the node is gone: waiting for it is no silence.
  const open = own.findLast(({ answer, command }) => answer === null && command.verb !== "exit");
  if (open !== undefined) return unanswered(open, scene.nowMs);
  const last = own.at(-1);
  return last === undefined ? null : askedAgain(last, scene.nowMs);
}

export function unanswered({ command, answer, issuedAtMs }: CommandRecord, nowMs: number): Said | null {
  if (answer !== null || nowMs - issuedAtMs < WONDER_MS) return null;
  if (command.verb === "hook") {
    const what = `The command to run ${command.when} ${command.nodeId} is running: ${command.argv.join(" ")}`;
    const number = left(issuedAtMs + command.limitMs - nowMs, "it is stopped");
    const who = "It ends by itself, or at its limit.";
    return { is: "hookRuns", what, number, sinceMs: issuedAtMs, who, act: null };
  }
  const what = `The ${actInWords(command)} is not answered yet`;
  const who = "Where it was sent to answers it, or its own time-out does; it is not sent twice.";
  return { is: "commandUnanswered", what, number: null, sinceMs: issuedAtMs, who, act: null };
}

export function askedAgain({ command, answer, attempt, issuedAtMs }: CommandRecord, nowMs: number): Said | null {
  if (answer === null || answer.outcome.outcome !== "unknown" || attempt >= MAX_ATTEMPTS) return null;
  const what = `Nobody can say whether the ${actInWords(command)} was carried out: ${unstopped(answer.outcome.cause)}`;
  const number = left(answer.atMs + backoffMs(attempt) - nowMs, "it is asked again");
  const who = `It is asked again under the same name by itself, after ${attempt} of ${MAX_ATTEMPTS} attempts.`;
  return { is: "askedAgain", what, number, sinceMs: issuedAtMs, who, act: null };
}

/** A command as people call it: "exit of be-02". */
export function actInWords(act: Act): string {
  switch (act.verb) {
    case "borrow":
      return "borrowing for the run";
    case "giveBack":
      return act.nodeId === null ? "giving back for the run" : `giving back for ${act.nodeId}`;
    case "isolate":
      return `isolation of ${act.nodeId}`;
    case "exit":
      return `${act.how} exit of ${act.nodeId}`;
    case "shorten":
      return `shortening of the exit of ${act.nodeId}`;
    case "force":
      return `kill of ${act.nodeId}`;
    case "install":
      return `install of ${act.version} on ${act.nodeId}`;
    case "start":
      return `start of ${act.nodeId}`;
    case "restorePrevious":
      return `restoring of the previous version of ${act.nodeId}`;
    case "hook":
      return `command to run ${act.when} ${act.nodeId}`;
    case "finalize":
      return `removal of the old files of ${act.nodeId}`;
    default:
      return act satisfies never;
  }
}
