/** A history that is written down instead of drawn: for the crash matrix, the golden journals, and planted breaches. */
import { UNSAID, type Plan, type Policy } from "#lib/run/plan.ts";
import { randomFrom } from "#lib/run/testing/random.ts";
import { heal, tendTheDead } from "./faults.ts";
import { helpOn } from "./people.ts";
import { NOTHING_PLANTED, type Plant } from "./plant.ts";
import { playToEnd, type Ended } from "./play.ts";
import { Stage, START_MS } from "./stage.ts";
import type { Shape } from "./world.ts";

export const CALM: Policy = {
  ...UNSAID,
  approval: "none",
  drain: "before",
  onDrainLimit: { do: "ask" },
  soakMs: 2000,
  minRequests: 1,
  onNoTraffic: "hold",
  maxFailures: 0,
  maxUnavailable: 1,
};

export type Script = {
  readonly shape: Shape;
  readonly workMs: number;
  readonly plans: (stage: Stage) => readonly Plan[];
  /** What happens, and when. */
  readonly happens: (stage: Stage) => void;
  /** Everything is put right after this; null: nothing goes wrong. */
  readonly healedAfterMs: number | null;
  /** Who brings the runs on; null: whoever helps in any history. */
  readonly help: ((stage: Stage) => void) | null;
};

export type ScriptOptions = {
  readonly seed?: number;
  readonly plant?: Plant;
  readonly startMs?: number;
  readonly keepLog?: boolean;
  /** How long it takes until there is a console again. */
  readonly downMs?: number;
  /** Called before anything happens. */
  readonly prepare?: (stage: Stage) => void;
};

export async function playScript(script: Script, options: ScriptOptions = {}): Promise<Ended> {
  const startMs = options.startMs ?? START_MS;
  const stage = new Stage({
    shape: script.shape,
    random: randomFrom(options.seed ?? 1),
    workMs: () => script.workMs,
    keepLog: options.keepLog ?? false,
    plant: options.plant ?? NOTHING_PLANTED,
    startMs,
    downMs: () => options.downMs ?? 500,
  });
  options.prepare?.(stage);
  stage.startConsole();
  script.happens(stage);
  const { healedAfterMs } = script;
  if (healedAfterMs !== null) stage.clock.after(healedAfterMs, () => heal(stage));
  return playToEnd(stage, script.plans(stage), startMs + (healedAfterMs ?? 0), () => {
    if (script.help !== null) return script.help(stage);
    const isHealed = healedAfterMs === null || stage.clock.now() > startMs + healedAfterMs;
    helpOn(stage, isHealed);
    if (isHealed && healedAfterMs !== null) tendTheDead(stage);
  });
}
