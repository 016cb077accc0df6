import type { Actor } from "../actor.ts";
import type { Recorded, RunEvent } from "../event.ts";
import type { Plan, PlannedStep } from "../plan.ts";
import type { CommandRecord, Run, Step } from "../state.ts";

type Of<T extends RunEvent["type"]> = Extract<RunEvent, { readonly type: T }>;

/** A check that a person answered for when the plan was started is answered for in every step it speaks of. */
export function newStep(
  plan: Plan,
  planned: PlannedStep,
  { actor, atMs }: Pick<Recorded<RunEvent>, "actor" | "atMs">,
): Step {
  return {
    plan: planned,
    progress: { at: "waiting" },
    approval: null,
    phases: [],
    before: null,
    checks: [],
    checkedAtMs: null,
    overrides: new Map(plan.overrides.map(({ checkKey, reason }) => [checkKey, { by: actor, reason, atMs }])),
    drain: null,
    exit: null,
    lastWork: [],
    workListedAtMs: null,
    cut: [],
    soakSinceMs: null,
    soakBrokenAtMs: null,
    accepted: null,
    startAgain: null,
    hookAccepted: null,
    settled: null,
    inFlight: new Map(),
    ledger: [],
    ledgerAtMs: null,
  };
}

/**
 * Left as it is, the step stays as it ended, with who said so. Taken again, it waits as if it had never begun; what it
 * cut before is not forgotten. Its commands, and those of the run that were given back meanwhile, are asked for anew.
 */
export function stepSettled(run: Run, { nodeId, how, reason }: Of<"StepSettled">, by: Actor, atMs: number): Run {
  const old = run.steps.find(({ plan }) => plan.nodeId === nodeId);
  if (old === undefined || old.progress.at !== "ended") return run;
  const settled = { by, atMs, reason };
  if (how === "leave") return { ...run, steps: run.steps.map((one) => (one === old ? { ...old, settled } : one)) };
  const fresh: Step = {
    ...newStep(run.plan, old.plan, { actor: run.startedBy, atMs: run.startedAtMs }),
    cut: old.cut,
    ledger: old.ledger,
  };
  return {
    ...run,
    steps: run.steps.map((one) => (one === old ? fresh : one)),
    commands: new Map([...run.commands].map(([id, record]) => [id, isOf(record, nodeId) ? past(record) : record])),
    asked: new Map([...run.asked].filter(([key]) => !key.endsWith(`@${nodeId}`))),
  };
}

function isOf({ command }: CommandRecord, nodeId: string): boolean {
  return command.nodeId === nodeId || command.nodeId === null;
}

function past(record: CommandRecord): CommandRecord {
  return { ...record, setAside: true, past: true };
}
