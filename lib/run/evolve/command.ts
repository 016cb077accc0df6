import type { RunEvent } from "../event.ts";
import type { CommandRecord, Run, Step } from "../state.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

export function commandIssued(run: Run, event: Of<"CommandIssued">, atMs: number): Run {
  const { command, attempt } = event;
  const known = run.commands.get(command.id);
  if (known !== undefined && attempt <= known.attempt) return run;
  const record: CommandRecord = { command, attempt, issuedAtMs: atMs, answer: null, setAside: false, past: false };
  const next = { ...run, commands: new Map(run.commands).set(command.id, record) };
  // The exit's time runs from the signal: the first one, one of a retry, or one that nothing shows to have been sent before.
  if (command.verb !== "exit" || (attempt !== 1 && event.anew !== true)) return next;
  const deadlineAtMs = command.limitMs === null ? null : atMs + command.limitMs;
  return onExit(next, command.nodeId, (exit) => ({ ...exit, deadlineAtMs }));
}

/**
 * A definite answer counts, whichever attempt it belongs to: all attempts have one id and ensure one thing. "Unknown"
 * counts for the newest attempt alone, and never undoes what is known.
 */
export function commandAnswered(run: Run, event: Of<"CommandAnswered">, atMs: number): Run {
  const record = run.commands.get(event.commandId);
  if (record === undefined || event.attempt > record.attempt) return run;
  const known = record.answer?.outcome.outcome;
  if (known === "done" || known === "refused") return run;
  const definite = event.outcome.outcome !== "unknown";
  if (!definite && (event.attempt < record.attempt || known === "unknown")) return run;
  const answered = { ...record, answer: { outcome: event.outcome, atMs } };
  const next = { ...run, commands: new Map(run.commands).set(event.commandId, answered) };
  return wasForced(answered) ? onExit(next, record.command.nodeId, (exit) => ({ ...exit, forced: true })) : next;
}

/** The exit says that it ended in a kill; or a kill was carried out, and did not find the process gone already. */
function wasForced({ command, answer }: CommandRecord): boolean {
  if (answer?.outcome.outcome !== "done") return false;
  if (command.verb === "exit") return answer.outcome.forced === true;
  return command.verb === "force" && answer.outcome.forced !== false;
}

function onExit(run: Run, nodeId: string | null, change: (exit: NonNullable<Step["exit"]>) => Step["exit"]): Run {
  const steps = run.steps.map((step) =>
    step.plan.nodeId === nodeId && step.exit !== null ? { ...step, exit: change(step.exit) } : step,
  );
  return { ...run, steps };
}
