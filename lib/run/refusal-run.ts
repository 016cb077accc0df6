import type { NodeId } from "../cluster/node.ts";
import { nameOf } from "./actor.ts";
import { isEnded } from "./commitment.ts";
import { outstanding } from "./outstanding.ts";
import { whyNotChange } from "./policy.ts";
import { NOTE_LENGTH, type RunRequest } from "./request.ts";
import { unsettledSteps } from "./settle.ts";
import { stepOf, type Run, type Step } from "./state.ts";

type OfRun = Exclude<RunRequest, { readonly nodeId: NodeId | null }>;

/** Why what is asked of the run as a whole cannot be done now; null when it can. */
export function ofRun(run: Run, request: OfRun): string | null {
  const { life } = run;
  switch (request.do) {
    case "pause":
      if (life.at === "paused") return `It is paused already, by ${nameOf(life.by)}.`;
      return life.at === "aborting" ? "It is being aborted: nothing new starts anyway." : null;
    case "resume":
      if (life.at === "aborting") return "It is being aborted, and that cannot be taken back.";
      return life.at === "paused" ? null : "It is not paused.";
    case "abort":
      if (life.at === "aborting") return `It is being aborted already, by ${nameOf(life.by)}.`;
      return saysWhy(request.reason);
    case "changePolicy":
      return whyNotChange(run, request.policy) ?? saysWhy(request.reason);
    case "acceptTopology":
      return isHeldForTopology(run) ? saysWhy(request.reason) : "Nobody appeared or vanished that is not accepted.";
    case "finish":
      return whyNotFinish(run);
    default:
      return request satisfies never;
  }
}

function isHeldForTopology({ hold }: Run): boolean {
  return hold !== null && hold.nodeId === null && hold.reason.why === "topologyChanged";
}

function whyNotFinish(run: Run): string | null {
  if (run.finish !== null) return `${nameOf(run.finish.by)} said Finish already.`;
  if (run.hold?.reason.why === "finish") return null;
  if (run.plan.policy.finish === "atOnce") return "This run ends by itself, and keeps the old files: nobody is asked.";
  const open = run.steps.filter((step) => !isEnded(step)).map(({ plan }) => plan.nodeId);
  if (open.length > 0) return `First every step has to end; these have not: ${open.join(", ")}.`;
  const unsettled = unsettledSteps(run).map(({ plan }) => plan.nodeId);
  return unsettled.length > 0 ? `First say what becomes of ${unsettled.join(", ")}.` : "It is not at its end yet.";
}

export function whyNotSettle(run: Run, step: Step, how: "again" | "leave"): string | null {
  const { nodeId } = step.plan;
  const { progress } = step;
  if (progress.at !== "ended") return `The step of ${nodeId} has not ended.`;
  if (run.life.at === "aborting") return "The run is being aborted: what was left stays as it is.";
  if (run.hold !== null && run.hold.nodeId === nodeId && how === "leave") return null;
  if (progress.result === "verified") return `${nodeId} is verified: there is nothing to settle.`;
  if (how === "leave" && step.settled !== null) return `${nameOf(step.settled.by)} left it as it is already.`;
  const open = run.steps.filter((one) => !isEnded(one)).map(({ plan }) => plan.nodeId);
  if (open.length > 0) return `First the others have to end: ${open.join(", ")}.`;
  if (run.finish !== null) return "Finish was said: the run is ending.";
  if (run.hold === null) return "What was done before is still being given back.";
  // What is still under way would give back what the fresh step borrows.
  const isAsked = outstanding(run).some(({ command }) => command.nodeId === nodeId || command.nodeId === null);
  return how === "again" && isAsked ? "What was asked before has not been answered yet." : null;
}

/** On any of its steps, whatever becomes of it: what was seen on a node is often written when its step is over. */
export function whyNotNote(run: Run, { nodeId, text }: Extract<RunRequest, { readonly do: "note" }>): string | null {
  if (nodeId !== null && stepOf(run, nodeId) === null) return `${nodeId} is not part of this run.`;
  const length = text.trim().length;
  if (length === 0) return "Write something: an empty note tells nothing.";
  return length > NOTE_LENGTH ? `A note has ${NOTE_LENGTH} characters at most; this one has ${length}.` : null;
}

export function saysWhy(reason: string): string | null {
  return reason.trim() === "" ? "Say why: the reason is kept with the act." : null;
}
