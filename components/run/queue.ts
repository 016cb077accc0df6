/** The queue: every node in its order, and between them the one gate that is next. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import { nameOf } from "#lib/run/actor.ts";
import { cutOf } from "#lib/run/cut.ts";
import { needsApproval } from "#lib/run/phases/gate.ts";
import { stepElapsedMs } from "#lib/run/progress.ts";
import { currentStep, stepsUnderWay, type Run, type Step } from "#lib/run/state.ts";
import { duration, timeOfDay } from "#components/format.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { Tone } from "#components/ui/status-word.tsx";
import { joined, PHASE_DOING, RESULT_WORDS } from "./words.ts";

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
        ? { icon: null, tone: "quiet", text: t("waits") }
        : { icon: "gate", tone: "quiet", text: t("approved") };
    case "puttingBack":
      return { icon: "arrowUp", tone: "water", text: t("Putting back") };
    case "ended":
      return progress.result === "verified"
        ? { icon: "check", tone: "ok", text: cut === 0 ? t("verified") : t("verified, {cut} cut", { cut }) }
        : { icon: "minus", tone: "quiet", text: t(RESULT_WORDS[progress.result]) };
    case "phase":
      return inPhase(run, step, progress.phase);
    default:
      return progress satisfies never;
  }
}

function inPhase(run: Run, step: Step, phase: keyof typeof PHASE_DOING): QueueRow["word"] {
  const text = t(PHASE_DOING[phase]);
  if (run.hold !== null && run.hold.nodeId === step.plan.nodeId) {
    return run.hold.reason.why === "outByHand"
      ? { icon: "out", tone: "water", text: t("out by hand") }
      : { icon: "gate", tone: "attn", text: t("holds") };
  }
  switch (phase) {
    case "gate":
      return step.approval === null && needsApproval(run, step)
        ? { icon: "gate", tone: "attn", text: t("at the gate") }
        : { icon: "gate", tone: "quiet", text: t("approved") };
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
  const opens =
    before.length === 0 || underWay.includes(step)
      ? run.life.at === "paused"
        ? t("Opens when the run is resumed.")
        : null
      : t(
          run.plan.policy.batch > before.length
            ? "Opens when {count, plural, one {{nodes} is} other {{nodes} are}} verified or it may go beside."
            : "Opens when {count, plural, one {{nodes} is} other {{nodes} are}} verified.",
          { count: before.length, nodes: joined(before) },
        );
  if (approval === null) {
    const text =
      opens === null
        ? sentences([
            before.length === 0 ? t("Nothing is out of service.") : "",
            t("It begins 5 s after the approval."),
          ])
        : sentences([opens, t("It may be approved before.")]);
    const title = t(opens === null ? "{node} waits for approval" : "Next gate: {node} waits for approval", {
      node: nodeId,
    });
    return { nodeId, is: "waits", title, text };
  }
  const title = t("{node} approved by {who}", { node: nodeId, who: nameOf(approval.by) });
  if (approval.effectiveAtMs > nowMs) {
    const inMs = Math.max(0, approval.effectiveAtMs - nowMs);
    return {
      nodeId,
      is: "undo",
      title,
      text: t("Counts in {duration}; until then nothing is sent.", { duration: duration(inMs + 999) }),
    };
  }
  return {
    nodeId,
    is: "approved",
    title,
    text: sentences([t("At {time}.", { time: timeOfDay(approval.atMs) }), opens ?? t("It opens now.")]),
  };
}

function isShut({ progress }: Step): boolean {
  return progress.at === "waiting" || (progress.at === "phase" && progress.phase === "gate");
}
