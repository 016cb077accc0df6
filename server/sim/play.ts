/** Plays what is on a stage until every run has ended, and asks the judge. */
import type { Run } from "#lib/run/state.ts";
import type { Plan } from "#lib/run/plan.ts";
import { runName } from "#lib/run/run-id.ts";
import { startRun } from "./people.ts";
import type { Breach } from "./rules.ts";
import type { Stage } from "./stage.ts";
import type { Tally } from "./tally.ts";

/** A history that was played. */
export type Ended = {
  readonly hash: number;
  readonly breaches: readonly Breach[];
  readonly faults: Tally;
  readonly acts: Tally;
  /** How each run ended. */
  readonly endings: readonly string[];
  readonly lines: readonly string[];
  /** How it all came out: what a history that was disturbed is compared with. */
  readonly result: readonly string[];
  readonly virtualMs: number;
  readonly writes: number;
};

/** A run that is helped and not ended after this will not end. */
const PATIENCE_MS = 900_000;
const HELP_EVERY_MS = 2500;
/** After the last run what a dead console left is given back, every 15 s. */
const AFTER_END_MS = 40_000;

/** `plans`: one run after the other. `help` is called now and then: people who bring the runs on. */
export async function playToEnd(
  stage: Stage,
  plans: readonly Plan[],
  notBeforeMs: number,
  help: () => void,
): Promise<Ended> {
  const { world, clock, judge, journal } = stage;
  const startedMs = clock.now();
  let begun = 0;
  const tend = (): void => {
    begun = judge.runs.size;
    const next = plans[begun];
    const active = stage.console()?.orchestrator.activeRun() ?? null;
    if (next !== undefined && active === null) startRun(stage, next);
    help();
    clock.after(HELP_EVERY_MS, tend);
  };
  clock.after(500, tend);

  let overAtMs: number | null = null;
  const isOver = (): boolean => {
    const ended = judge.runs.size === plans.length && [...judge.runs.values()].every((run) => run.isOver);
    overAtMs = ended && clock.now() > notBeforeMs ? (overAtMs ?? clock.now()) : null;
    // Only where a loan is left is there something to wait for.
    return overAtMs !== null && (world.ours().length === 0 || clock.now() > overAtMs + AFTER_END_MS);
  };
  await clock.play(startedMs + PATIENCE_MS, isOver);
  if (overAtMs === null) judge.breach("R11", `it does not end: ${whereItStands(stage)}`);
  judge.nothingLeft("all is over");
  for (const [stream, length] of judge.lengths()) {
    const last = await journal.read(stream, length - 1);
    if (last.length !== 1) judge.breach("R11", `${stream} was acknowledged up to #${length}, and does not end there`);
  }
  for (const console of stage.consoles) console.isDead = true;
  const { faults, acts, history, writes } = stage;
  const endings = [...judge.runs.values()].map(({ plan, verdict }) => `${plan.kind} ${verdict}`);
  const { breaches } = judge;
  const virtualMs = clock.now() - startedMs;
  const lines = history.lines();
  return { hash: history.hash(), breaches, faults, acts, endings, lines, result: resultOf(stage), virtualMs, writes };
}

/** Each run with its steps, what was run how often, and what lies on each disk. */
function resultOf({ judge, world }: Stage): readonly string[] {
  const runs = [...judge.runs.values()].map(({ id, plan, verdict, steps }) => {
    const ends = [...steps].map(([nodeId, { ended }]) => `${nodeId} ${ended ?? "not ended"}`);
    return `${runName(id)} ${plan.kind} ${verdict}: ${ends.sort().join(", ")}`;
  });
  // When a run was started is part of its id, and a console that was killed first may start it later.
  const scripts = [...judge.scripts].map(([id, times]) => {
    const at = id.indexOf("/");
    return `${runName(id.slice(0, at))}${id.slice(at)} x ${times}`;
  });
  const nodes = [...world.nodes.values()].map(
    ({ id, disk, process }) => `${id}: ${disk} on disk, ${process?.version ?? "nothing"} runs`,
  );
  return [...runs, ...scripts.sort(), ...nodes];
}

/** A node that ran a version all along. */
export function beOn(stage: Stage, nodeId: string, version: string): void {
  const node = stage.world.at(nodeId);
  node.disk = version;
  if (node.process !== null) node.process = { ...node.process, version };
  stage.world.hear(node);
}

function whereItStands(stage: Stage): string {
  const console = stage.console();
  const run: Run | null = console?.orchestrator.activeRun() ?? null;
  if (run === null) return `no run; ${console?.orchestrator.state().problem ?? "no problem"}`;
  const steps = run.steps.map(({ plan, progress }) => `${plan.nodeId} ${JSON.stringify(progress)}`).join("; ");
  return `${run.life.at}, hold ${JSON.stringify(run.hold)}, ${steps}`;
}
