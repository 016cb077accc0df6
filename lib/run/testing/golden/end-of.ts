import type { Run } from "../../state.ts";

/** What a golden journal is held to: where its run ended, and how each step and each command came out. */
export function endOf(run: Run): unknown {
  const { life } = run;
  return {
    id: run.id,
    seq: run.seq,
    life: life.at === "ended" ? `${life.verdict}: ${life.reason}` : life.at,
    steps: run.steps.map(({ plan, progress, phases, exit, cut, approval }) => ({
      node: plan.nodeId,
      ended: progress.at === "ended" ? progress.result : progress.at,
      phases: phases.map(({ phase, skipped, beganAtMs, endedAtMs }) =>
        skipped === null ? `${phase} ${beganAtMs}..${endedAtMs ?? ""}` : `${phase} skipped`,
      ),
      forced: exit?.forced ?? null,
      cut: cut.map(({ id }) => id),
      approved: approval === null ? null : approval.by,
    })),
    commands: [...run.commands.values()].map(
      ({ command, attempt, answer, setAside }) =>
        `${command.id} (${attempt}) ${answer?.outcome.outcome ?? "not answered"}${setAside ? ", set aside" : ""}`,
    ),
    asked: [...run.asked.keys()].sort(),
  };
}
