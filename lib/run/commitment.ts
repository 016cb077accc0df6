import { commandPrefix } from "./ask.ts";
import type { NodeId } from "../cluster/node.ts";
import type { Phase } from "./plan.ts";
import type { CommandRecord, Run, Step } from "./state.ts";

/** All commands of one kind for a node in one phase, in the order in which they were issued; not those of a step before. */
export function commandsOf(run: Run, nodeId: NodeId | null, phase: string, verb: string): readonly CommandRecord[] {
  return allCommandsOf(run, nodeId, phase, verb).filter(({ past }) => !past);
}

/** The same, with those of a step that was settled to be taken again. */
export function allCommandsOf(run: Run, nodeId: NodeId | null, phase: string, verb: string): readonly CommandRecord[] {
  const prefix = commandPrefix(run, nodeId, phase, verb);
  const found: CommandRecord[] = [];
  for (let n = 1; ; n += 1) {
    const record = run.commands.get(`${prefix}${n}`);
    if (record === undefined) return found;
    found.push(record);
  }
}

/**
 * From here there is no way back but through an exit and a start: the signal, or new files, may have been sent. Only
 * a refusal says for certain that nothing was.
 */
export function isCommitted(run: Run, step: Step): boolean {
  const { nodeId } = step.plan;
  const sent = [
    ...commandsOf(run, nodeId, "exit", "exit"),
    // A kill that was asked for while the exit was on its way counts, although that exit was refused in the end.
    ...commandsOf(run, nodeId, "exit", "force"),
    ...(isStaged(step) ? [] : commandsOf(run, nodeId, "upgrade", "install")),
  ];
  return sent.some((record) => record.answer?.outcome.outcome !== "refused");
}

/**
 * The version is written where its owner finds it at the next start, and the node runs on: nothing is committed, and it can
 * be taken back as it was written (P7). A phase that the plan skips comes before nothing.
 */
export function isStaged({ plan }: Pick<Step, "plan">): boolean {
  const at = (name: Phase): number => plan.phases.findIndex(({ phase, skip }) => phase === name && skip === null);
  return plan.startsItself === true && at("upgrade") !== -1 && at("upgrade") < at("exit");
}

/** Something was done to the node: it left gate and check behind. */
export function isTouched(step: Step): boolean {
  return step.phases.some(({ phase, skipped }) => phase !== "gate" && phase !== "check" && skipped === null);
}

/** Neither begun nor ended, or begun without anything done to the node yet. */
export function isUntouched(step: Step): boolean {
  return step.progress.at === "waiting" || (step.progress.at === "phase" && !isTouched(step));
}

export function isEnded(step: Step): boolean {
  return step.progress.at === "ended";
}
