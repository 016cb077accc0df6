/** Plays one history from its seed to its end, and judges it. */
import type { Plan } from "#lib/run/plan.ts";
import { randomFrom } from "#lib/run/testing/random.ts";
import { drawSkew, heal, strike, tendTheDead } from "./faults.ts";
import { askForAnything, helpOn } from "./people.ts";
import { NOTHING_PLANTED, type Plant } from "./plant.ts";
import { beOn, playToEnd, type Ended } from "./play.ts";
import {
  drawBatch,
  drawKind,
  drawNodes,
  drawPolicy,
  drawShape,
  drawWideNodes,
  drawWideShape,
  makePlan,
  pick,
} from "./scenario.ts";
import { START_MS, Stage } from "./stage.ts";
import { NEW } from "./world.ts";

/** So many histories are played for one in which several nodes are taken at once. */
const ONE_IN = 16;

export type SimulationOptions = {
  readonly keepLog?: boolean;
  readonly plant?: Plant;
  /** Called before anything happens. */
  readonly prepare?: (stage: Stage) => void;
};

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Ended> {
  const random = randomFrom(seed);
  const isWide = seed % ONE_IN === 0;
  const stage = new Stage({
    shape: isWide ? drawWideShape(random) : drawShape(random),
    random,
    workMs: () => pick(random, [0, 500, 2000, 5000, 30_000], 0),
    keepLog: options.keepLog ?? false,
    plant: options.plant ?? NOTHING_PLANTED,
    startMs: START_MS,
    downMs: () => (random.chance(0.85) ? random.between(300, 4000) : random.between(10_000, 60_000)),
  });
  const { clock, world } = stage;
  const roughness = pick(random, [0, 1, 2, 4, 7, 12], 0);
  const roughMs = random.between(20, 60) * 1000;
  options.prepare?.(stage);
  stage.startConsole(undefined, roughness === 0 ? 0 : drawSkew(random));

  const kind = drawKind(random);
  if (kind === "downgrade") for (const node of world.nodes.values()) beOn(stage, node.id, NEW);
  const plans = [drawPlan(stage, kind, isWide)];
  // Now and then a second run follows the first: back to the version before, or something else altogether.
  if (random.chance(0.1)) plans.push(drawPlan(stage, kind === "upgrade" ? "downgrade" : drawKind(random), isWide));

  for (let n = 0; n < roughness; n += 1) {
    clock.after(random.between(1000, roughMs), () => strike(stage));
    if (random.chance(0.5)) clock.after(random.between(2000, roughMs), () => askForAnything(stage));
  }
  clock.after(roughMs, () => heal(stage));
  return playToEnd(stage, plans, START_MS + roughMs, () => {
    const isHealed = clock.now() > START_MS + roughMs;
    helpOn(stage, isHealed);
    if (isHealed) tendTheDead(stage);
  });
}

function drawPlan(stage: Stage, kind: Plan["kind"], isWide: boolean): Plan {
  const { random, world } = stage;
  return makePlan(world, {
    kind,
    policy: isWide ? { ...drawPolicy(random), ...drawBatch(random) } : drawPolicy(random),
    nodeIds: isWide ? drawWideNodes(random, world) : drawNodes(random, world),
    drainLimitMs: random.chance(0.9) ? random.between(3, 10) * 1000 : null,
    exitLimitMs: random.chance(0.97) ? random.between(4, 10) * 1000 : null,
  });
}
