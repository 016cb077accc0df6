import { checkKey, type Check } from "../check.ts";
import type { Draft, RunEvent } from "../event.ts";
import { interlocks } from "../interlocks.ts";
import { byRule, holding, recording, type Move, type StepScene } from "../move.ts";
import { hasChanged } from "./check.ts";

const RULE_1: readonly string[] = ["max-unavailable", "last-serving"];

/**
 * A drain can last for hours, and other nodes can go meanwhile: rule 1 is asked once more before the step that cannot
 * be undone. Nobody can override it; the node stays out of the routes, ready to be put back. Null: it may leave.
 */
export function heldByOthers(scene: StepScene): Move | null {
  const { step, nowMs } = scene;
  const { nodeId } = step.plan;
  const now = ruleOne(scene);
  const failing = now.filter(({ verdict }) => verdict !== "pass");
  const checks = step.checks.map((one) => now.find((other) => checkKey(other) === checkKey(one)) ?? one);
  const answered: readonly Draft<RunEvent>[] = hasChanged(checks, step, nowMs)
    ? [byRule("R1", { type: "ChecksAnswered", nodeId, phase: "check", checks })]
    : [];
  if (failing.length === 0) return answered.length === 0 ? null : recording(...answered);
  const reason = { why: "checksFailed", checkKeys: failing.map(checkKey) } as const;
  return holding({ nodeId, reason }, { events: answered, hold: null, wakeAtMs: null });
}

/** The node is off the routes by our own doing, which would pass for "out already": it is asked of the others alone. */
export function ruleOne(scene: StepScene): readonly Check[] {
  const observations = new Map(scene.facts.observations);
  observations.delete(scene.step.plan.nodeId);
  return interlocks({ ...scene, facts: { ...scene.facts, observations } }).filter(({ id }) => RULE_1.includes(id));
}
