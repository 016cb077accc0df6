/** The queue: every node in its order, and between them the one gate that is next. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import { nameOf } from "#lib/run/actor.ts";
import { cutOf } from "#lib/run/cut.ts";
import { needsApproval } from "#lib/run/phases/gate.ts";
import { stepElapsedMs } from "#lib/run/progress.ts";
import { currentStep, stepsUnderWay, type Run, type Step } from "#lib/run/state.ts";
import { duration, timeOfDay } from "#components/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { Tone } from "#components/ui/status-word.tsx";
import { are, PHASE_DOING, RESULT_WORDS } from "./words.ts";

export type QueueRow = {
  readonly nodeId: NodeId;
  readonly isCurrent: boolean;
  readonly word: { readonly icon: IconName | null; readonly tone: Tone; readonly text: string };
  /** How long it took, or takes; null while it waits. */
  readonly elapsed: string | null;
  /** How long it will take once it is its turn; null where nobody can say. */
  readonly expected: string | null;
  /** On the version that the run brings. */
  readonly isDone: boolean;
};

export function queueRows(run: Run, forecast: Forecast | null, nowMs: number): readonly QueueRow[] {
  const current = currentStep(run);
  const ahead = new Map(forecast?.nodes.map((node) => [node.nodeId, node]));
  return run.steps.map((step) => {
    const elapsedMs = stepElapsedMs(step, nowMs);
    const isWaiting = step.progress.at === "waiting";
    const expected = isWaiting ? ahead.get(step.plan.nodeId) : undefined;
    return {
      nodeId: step.plan.nodeId,
      isCurrent: step === current,
      word: wordOf(run, step),
      elapsed: isWaiting || elapsedMs === null ? null : duration(elapsedMs),
      expected: expected === undefined ? null : duration(expected.endsAtMs - expected.beginsAtMs),
      isDone: step.progress.at === "ended" && step.progress.result === "verified",
    };
  });
}

function wordOf(run: Run, step: Step): QueueRow["word"] {
  const { progress } = step;
  const cut = cutOf(step).length;
  switch (progress.at) {
    case "waiting":
      return step.approval === null
        ? { icon: null, tone: "quiet", text: "waits" }
        : { icon: "gate", tone: "quiet", text: "approved" };
    case "puttingBack":
      return { icon: "arrowUp", tone: "water", text: "Putting back" };
    case "ended":
      return progress.result === "verified"
        ? { icon: "check", tone: "ok", text: cut === 0 ? "verified" : `verified, ${cut} cut` }
        : { icon: "minus", tone: "quiet", text: RESULT_WORDS[progress.result] };
    case "phase":
      return inPhase(run, step, progress.phase);
    default:
      return progress satisfies never;
  }
}

function inPhase(run: Run, step: Step, phase: keyof typeof PHASE_DOING): QueueRow["word"] {
  const text = PHASE_DOING[phase];
  if (run.hold !== null && run.hold.nodeId === step.plan.nodeId) {
    return run.hold.reason.why === "outByHand"
      ? { icon: "out", tone: "water", text: "out by hand" }
      : { icon: "gate", tone: "attn", text: "holds" };
  }
  switch (phase) {
    case "gate":
      return step.approval === null && needsApproval(run, step)
        ? { icon: "gate", tone: "attn", text: "at the gate" }
        : { icon: "gate", tone: "quiet", text: "approved" };
    case "check":
      return { icon: "verify", tone: "quiet", text };
    case "isolate":
      return { icon: "sidelined", tone: "water", text };
    case "drain":
      return { icon: "draining", tone: "water", text };
    case "exit":
      return { icon: "exiting", tone: "waterCommitted", text };
    case "confirm":
      return { icon: "confirm", tone: "water", text };
    case "upgrade":
      return { icon: "upgrade", tone: "refit", text };
    case "restart":
      return { icon: "starting", tone: "refit", text };
    case "readmit":
    case "verify":
      return { icon: "verify", tone: "ok", text };
    default:
      return phase satisfies never;
  }
}

// ---------------------------------------------------------------------------------------------------------------- gate

export type GateView = {
  readonly nodeId: NodeId;
  readonly is:
    | "waits"
    /** Approved, and it can be undone before anything is sent. */
    | "undo"
    /** Approved early: it opens when the node before it is verified. */
    | "approved";
  readonly title: string;
  readonly text: string;
};

/** The next gate that a person has to do with; null when the plan asks for no more of them. */
export function gateView(run: Run, nowMs: number): GateView | null {
  if (run.life.at === "ended" || run.life.at === "aborting") return null;
  const step = run.steps.find((each) => isShut(each) && (needsApproval(run, each) || each.approval !== null));
  if (step === undefined) return null;
  const { nodeId } = step.plan;
  const { approval } = step;
  const underWay = stepsUnderWay(run);
  const before = underWay.filter((other) => other !== step).map(({ plan }) => plan.nodeId);
  const mayBeBeside = run.plan.policy.batch > before.length ? " or it may go beside" : "";
  const opens =
    before.length === 0 || underWay.includes(step)
      ? run.life.at === "paused"
        ? "Opens when the run is resumed."
        : null
      : `Opens when ${are(before)} verified${mayBeBeside}.`;
  if (approval === null) {
    const text =
      opens === null
        ? `${before.length === 0 ? "Nothing is out of service. " : ""}It begins 5 s after the approval.`
        : `${opens} It may be approved before.`;
    return { nodeId, is: "waits", title: `${opens === null ? "" : "Next gate: "}${nodeId} waits for approval`, text };
  }
  if (approval.effectiveAtMs > nowMs) {
    const inMs = Math.max(0, approval.effectiveAtMs - nowMs);
    return {
      nodeId,
      is: "undo",
      title: `${nodeId} approved by ${nameOf(approval.by)}`,
      text: `Counts in ${duration(inMs + 999)}; until then nothing is sent.`,
    };
  }
  return {
    nodeId,
    is: "approved",
    title: `${nodeId} approved by ${nameOf(approval.by)}`,
    text: `At ${timeOfDay(approval.atMs)}. ${opens ?? "It opens now."}`,
  };
}

function isShut({ progress }: Step): boolean {
  return progress.at === "waiting" || (progress.at === "phase" && progress.phase === "gate");
}
