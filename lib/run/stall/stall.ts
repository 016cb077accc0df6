/**
 * Why a run does not move: what blocks, the live number, since when, who or what can clear it, and the act that does.
 * Nothing is decided here: `decide` does not look at it. Where it moves as it should there is nothing to say.
 */
import { FRESH_MS } from "../../cluster/freshness.ts";
import { nameOf } from "../actor.ts";
import { isTouched } from "../commitment.ts";
import { allFailures, BUDGET_RULE } from "../evolve/run.ts";
import type { Facts } from "../facts.ts";
import type { HoldReason } from "../hold.ts";
import type { Loans } from "../loan.ts";
import type { StepScene } from "../move.ts";
import { ending } from "./ending.ts";
import { heldStall } from "./holds.ts";
import { counted, unstopped, type Said, type Stall } from "./parts.ts";
import { phaseStall } from "./phases.ts";
import { currentStep, stepsUnderWay, type Run } from "../state.ts";
import { isAside } from "../unanswered.ts";

/** What surrounds a run and is no fact of its cluster. */
export type Surroundings = {
  readonly controlPlane: { readonly answeredAtMs: number | null; readonly problem: string | null };
  /** Why nothing can be written down any more; null while it can. */
  readonly journal: { readonly problem: string; readonly sinceMs: number | null } | null;
  /** Which other console owns the cluster; null while this one does. */
  readonly ownedBy: string | null;
};

export type StallFacts = Pick<Facts, "nodes" | "observations" | "work"> & Surroundings;

export function whyNotMoving(run: Run, loans: Loans, facts: StallFacts, nowMs: number): Stall | null {
  const said = whole(run, facts, nowMs) ?? ofRun(run, loans, facts, nowMs);
  return said === null ? null : { ...said, byRuleAtMs: byRuleAtMs(run) };
}

// -------------------------------------------------------------------------------------------------- the whole console

function whole(run: Run, facts: StallFacts, nowMs: number): Said | null {
  const base = { number: null, act: null } as const;
  if (run.life.at === "ended") {
    const what = `The run is over: it ${run.life.verdict === "aborted" ? "was aborted" : "finished"}`;
    return { ...base, is: "ended", what, sinceMs: run.life.atMs, who: "Another run may begin." };
  }
  const { journal, ownedBy } = facts;
  if (journal !== null) {
    const what = `Nothing can be written to the journal: ${unstopped(journal.problem)}`;
    const who = "Whoever runs the console mends its journal; until then nothing is begun.";
    return { ...base, is: "journalBroken", what, sinceMs: journal.sinceMs, who };
  }
  if (ownedBy !== null) {
    const what = `${ownedBy} owns this cluster, and this console only watches`;
    return { ...base, is: "otherConsole", what, sinceMs: null, who: `Acts are asked of ${ownedBy}.` };
  }
  const { answeredAtMs, problem } = facts.controlPlane;
  const isSilent = facts.nodes === null || answeredAtMs === null || nowMs - answeredAtMs > FRESH_MS;
  if (isSilent && needsControlPlane(run)) {
    const what = `The control plane does not answer${problem === null ? "" : `: ${unstopped(problem)}`}`;
    const who = "It goes on by itself when it answers again.";
    return { ...base, is: "controlPlaneSilent", what, sinceMs: answeredAtMs, who };
  }
  return null;
}

/** What a person has to decide anyway does not wait for the control plane; nor do the exit and the files. */
const WITHOUT_FACTS: ReadonlySet<HoldReason["why"]> = new Set<HoldReason["why"]>([
  "drainLimit",
  "commandRefused",
  "outByHand",
  "hookFailed",
  "unsettled",
  "finish",
]);

function needsControlPlane(run: Run): boolean {
  if (run.hold !== null) return !WITHOUT_FACTS.has(run.hold.reason.why);
  return stepsUnderWay(run).some(
    ({ progress }) => progress.at !== "phase" || !["gate", "exit", "upgrade"].includes(progress.phase),
  );
}

// ------------------------------------------------------------------------------------------------------------ the run

function ofRun(run: Run, loans: Loans, facts: StallFacts, nowMs: number): Said | null {
  const step = currentStep(run);
  const scene = { run, loans, facts: { ...NO_FACTS, ...facts }, nowMs };
  const stepScene: StepScene | null = step === null ? null : { ...scene, step };
  if (run.hold !== null) return heldStall(scene, stepScene, run.hold);
  const underWay = stepsUnderWay(run);
  const touched = underWay.filter(isTouched);
  if (run.life.at === "paused" && touched.length === 0) return paused(run, run.life);
  // Who is not touched yet may wait for the others of its batch: they are what moves.
  for (const one of touched.length > 0 ? touched : underWay) {
    const said = phaseStall({ ...scene, step: one });
    if (said !== null) return said;
  }
  if (underWay.length > 0) return null;
  return run.steps.every(({ progress }) => progress.at === "ended") ? ending(scene) : null;
}

/** A run's own decisions look at more than a screen has: what it lacks is not known, and says nothing. */
const NO_FACTS: Omit<Facts, "nodes" | "observations" | "work"> = {
  nodesBefore: null,
  checks: new Map(),
  gates: new Map(),
  traffic: new Map(),
  runTraffic: null,
  probe: null,
  outcomes: new Map(),
};

function paused(run: Run, life: Extract<Run["life"], { readonly at: "paused" }>): Said {
  const act = { do: "resume", nodeId: null } as const;
  if (life.by.kind === "rule" && life.by.rule === BUDGET_RULE) {
    const count = allFailures(run.failures) - run.failures.base;
    const budget = run.plan.policy.failureBudget ?? 0;
    const number = counted(count, "failure", "failures");
    const who = "Whoever looked at what failed resumes it, or raises the budget.";
    const what = `The failure budget of ${budget} is spent`;
    return { is: "failureBudget", what, number, sinceMs: life.sinceMs, who, act };
  }
  const what = `Paused by ${nameOf(life.by)}${unstopped(life.reason) === "" ? "" : `: ${unstopped(life.reason)}`}`;
  const who = `${life.by.kind === "person" ? nameOf(life.by) : "A person"}, or anyone who may, resumes it.`;
  return { is: "paused", what, number: null, sinceMs: life.sinceMs, who, act };
}

/** A node that can be put back is, by the plan's rule, when its hold stays unanswered (U1). */
function byRuleAtMs(run: Run): number | null {
  const { hold } = run;
  const afterMs = run.plan.policy.unansweredMs;
  const step = currentStep(run);
  if (hold === null || step === null || afterMs === null || hold.reason.why === "outByHand") return null;
  return hold.nodeId === step.plan.nodeId && isAside(run, step) ? hold.sinceMs + afterMs : null;
}
