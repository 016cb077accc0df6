import { invariant } from "../../util/invariant.ts";
import type { Actor } from "../actor.ts";
import { evolve } from "../evolve/evolve.ts";
import type { RunEvent } from "../event.ts";
import { PHASES, type Phase } from "../plan.ts";
import type { Run } from "../state.ts";
import { ANN, deepFreeze } from "./console.ts";
import { aNode, aPlan } from "./plan.ts";

/** A run in each state that matters to its events; the first of its two steps, be-1, is the one they speak of. */
export const STATES = [
  "waiting",
  "gate",
  "check",
  "isolate",
  "drain",
  "exit",
  "confirm",
  "upgrade",
  "restart",
  "readmit",
  "verify",
  "soak",
  "puttingBack",
  "stepEnded",
  "paused",
  "aborting",
  "held",
  "commanded",
  "ended",
] as const;
export type StateName = (typeof STATES)[number];

const NODE = "be-1";
const RULE: Actor = { kind: "rule", rule: "P0" };

export function begun(phase: Phase): RunEvent {
  return { type: "PhaseBegan", nodeId: NODE, phase, evidence: "" };
}

/** What led there: every phase up to that one, the last still open. */
function upTo(phase: Phase): readonly RunEvent[] {
  const until = PHASES.indexOf(phase);
  return PHASES.slice(0, until + 1).flatMap((one, index): readonly RunEvent[] =>
    index < until ? [begun(one), { type: "PhaseEnded", nodeId: NODE, phase: one, evidence: "" }] : [begun(one)],
  );
}

function historyOf(state: StateName): readonly RunEvent[] {
  switch (state) {
    case "waiting":
      return [];
    case "soak":
      return [...upTo("verify"), { type: "SoakBegan", nodeId: NODE }];
    case "puttingBack":
      return [...upTo("drain"), { type: "PutBackRequested", nodeId: NODE, reason: "enough" }];
    case "stepEnded":
      return [...upTo("verify"), { type: "StepEnded", nodeId: NODE, result: "verified", evidence: "" }];
    case "paused":
      return [...upTo("drain"), { type: "PauseRequested", reason: "lunch" }];
    case "aborting":
      return [...upTo("exit"), { type: "AbortRequested", reason: "enough" }];
    case "held":
      return [...upTo("drain"), { type: "HoldBegan", nodeId: NODE, reason: { why: "drainLimit" } }];
    case "commanded":
      return [
        ...upTo("restart"),
        { type: "CommandIssued", command: { id: "c1", verb: "start", nodeId: NODE }, attempt: 1 },
        { type: "ApprovalGiven", nodeId: NODE, effectiveAtMs: 0 },
      ];
    case "ended":
      return [...upTo("verify"), { type: "RunEnded", verdict: "finished", reason: "" }];
    default:
      return upTo(state);
  }
}

export function runIn(state: StateName): Run {
  const plan = aPlan([aNode("be-1", "be"), aNode("be-2", "be")], "upgrade");
  const events: readonly RunEvent[] = [{ type: "RunStarted", runId: "r1", plan, baseline: {} }, ...historyOf(state)];
  let run: Run | null = null;
  for (const [index, event] of events.entries()) {
    const actor = event.type.endsWith("Requested") ? ANN : RULE;
    run = evolve(run, { seq: index + 1, atMs: 1000 * (index + 1), actor, event });
  }
  invariant(run !== null, "a run in every state");
  return deepFreeze(run);
}
