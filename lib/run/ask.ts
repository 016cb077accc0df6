import type { Act, Command, Outcome } from "./command.ts";
import { byRule, holding, recording, waiting, type Move, type StepScene } from "./move.ts";
import type { CommandRecord, Run } from "./state.ts";

/** Asked this often without an answer that says anything, a command waits for a person. */
export const MAX_ATTEMPTS = 8;

/** How long after the nth unanswered attempt the next one follows: 1, 2, 4, 8, then every 15 s. */
export function backoffMs(attempt: number): number {
  return Math.min(15_000, 1000 * 2 ** Math.min(attempt - 1, 10));
}

type Done = Extract<Outcome, { readonly outcome: "done" }>;

export type Asked =
  | { readonly is: "done"; readonly record: CommandRecord; readonly outcome: Done; readonly atMs: number }
  /** Not done yet: `move` says what is recorded or awaited, and whether a person is needed. */
  | { readonly is: "open"; readonly record: CommandRecord | null; readonly move: Move };

/**
 * Asks the world for `act`, once for this phase of this node, and follows the command to its end. The id is made of
 * where the run stands, so that the same history gives the same id to whoever reads it (rule 6).
 */
export function ask(scene: StepScene, phase: string, act: Act): Asked {
  const { run, step, nowMs } = scene;
  const prefix = commandPrefix(run, act.nodeId, phase, act.verb);
  const record = latestCommand(run, prefix);
  if (record === null || record.setAside) return { is: "open", record: null, move: recording(issue(run, prefix, act)) };
  const { answer, command, attempt } = record;
  if (answer === null) return { is: "open", record, move: waiting(null) };
  const nodeId = step.plan.nodeId;
  const { outcome } = answer;
  switch (outcome.outcome) {
    case "done":
      return { is: "done", record, outcome, atMs: answer.atMs };
    case "refused": {
      const reason = { why: "commandRefused", commandId: command.id, reason: outcome.reason } as const;
      return { is: "open", record, move: holding({ nodeId, reason }) };
    }
    case "unknown": {
      if (attempt >= MAX_ATTEMPTS) {
        const reason = { why: "outcomeUnknown", commandId: command.id, cause: outcome.cause } as const;
        return { is: "open", record, move: holding({ nodeId, reason }) };
      }
      return { is: "open", record, move: askAgain(record, answer.atMs, nowMs) };
    }
    default:
      return outcome satisfies never;
  }
}

/** The same command under the same id, when its turn has come. */
export function askAgain(record: CommandRecord, answeredAtMs: number, nowMs: number): Move {
  const dueAtMs = answeredAtMs + backoffMs(record.attempt);
  if (nowMs < dueAtMs) return waiting(dueAtMs);
  const { command, attempt } = record;
  return recording(byRule("C3", { type: "CommandIssued", command, attempt: attempt + 1 }));
}

export function commandPrefix(run: Run, nodeId: string | null, phase: string, verb: string): string {
  return `${run.id}/${nodeId ?? "-"}/${phase}/${verb}/`;
}

export function latestCommand(run: Run, prefix: string): CommandRecord | null {
  return run.commands.get(`${prefix}${countCommands(run, prefix)}`) ?? null;
}

export function countCommands(run: Run, prefix: string): number {
  let count = 0;
  while (run.commands.has(`${prefix}${count + 1}`)) count += 1;
  return count;
}

export function issue(run: Run, prefix: string, act: Act): ReturnType<typeof byRule> {
  return byRule("C1", { type: "CommandIssued", command: nextCommand(run, prefix, act), attempt: 1 });
}

export function nextCommand(run: Run, prefix: string, act: Act): Command {
  return { id: `${prefix}${countCommands(run, prefix) + 1}`, ...act };
}
