import type { Step } from "../run/state.ts";
import { isFresh, isFreshProcess } from "./freshness.ts";
import type { Admission, Fact, Observation, ProcessState } from "./observation.ts";

/**
 * One word for people, always shown beside the system's own.
 *
 *   starting -> serving -> sidelined (off the routes) -> draining (its work runs out; can be put back)
 *            -> exiting (cannot be undone) -> forcing -> gone -> starting
 *   broken: up, but it takes no work, and no step of ours explains it.   unknown: nobody told lately.
 */
export type Status =
  "starting" | "serving" | "sidelined" | "draining" | "exiting" | "forcing" | "gone" | "broken" | "unknown";

export type NodeStatus = {
  readonly status: Status;
  /** What the witnesses say who contradict each other about the process; null where they agree. */
  readonly disagreement: readonly Fact<ProcessState>[] | null;
  /** When the newest fact was true; null when there is none at all. Shown as the age of what is known. */
  readonly asOfMs: number | null;
  /** No fact is young enough to speak of now. */
  readonly stale: boolean;
};

/** What a step adds to what was seen: whether a refusal or an exit is our own doing. */
export type StepSide = Pick<Step, "progress" | "exit">;

export function statusOf(observation: Observation | null, step: StepSide | null, nowMs: number): NodeStatus {
  if (observation === null) return { status: "unknown", disagreement: null, asOfMs: null, stale: true };
  const processes = observation.process.filter((fact) => isFreshProcess(fact, nowMs));
  const admissions = observation.admission.filter((fact) => isFresh(fact, nowMs));
  const stale = processes.length === 0 && admissions.length === 0;
  const words = new Set(processes.map((fact) => fact.value));
  // While a step takes the node down and up again its witnesses notice one after the other: `confirm` judges that.
  const disagreement = words.has("gone") && words.size > 1 && !isComingOrGoing(step) ? processes : null;
  const status = stale ? "unknown" : fold(observation, processes, admissions, step);
  return { status, disagreement, asOfMs: newest(observation), stale };
}

function isComingOrGoing(step: StepSide | null): boolean {
  const phase = step?.progress.at === "phase" ? step.progress.phase : null;
  return phase === "exit" || phase === "confirm" || phase === "upgrade" || phase === "restart";
}

function fold(
  observation: Observation,
  processes: readonly Fact<ProcessState>[],
  admissions: readonly Fact<Admission>[],
  step: StepSide | null,
): Status {
  const phase = step?.progress.at === "phase" ? step.progress.phase : null;
  const leaving = phase === "exit" || phase === "confirm";
  const states = processes.map((fact) => fact.value);
  if (states.length > 0 && states.every((state) => state === "gone")) return "gone";
  if (leaving || states.includes("exiting")) return step?.exit?.forceAskedBy ? "forcing" : "exiting";
  if (states.includes("gone")) return phase === "upgrade" || phase === "restart" ? "starting" : "broken";
  if (admissions.some((fact) => fact.value === "refusing")) return phase === "restart" ? "starting" : "broken";
  if (admissions.length === 0) return phase === "restart" ? "starting" : "unknown";
  if (phase === "drain") return "draining";
  return isSidelined(observation) ? "sidelined" : "serving";
}

/** Every router keeps work away from it. One that does so by its own finding (`AUTO`) still tells that it does. */
export function isSidelined(observation: Observation): boolean {
  return observation.routing.length > 0 && observation.routing.every((route) => route.state === "out");
}

function newest(observation: Observation): number | null {
  const times = [...observation.process, ...observation.admission].map((fact) =>
    fact.value === "gone" ? fact.seenAtMs : fact.asOfMs,
  );
  return times.length === 0 ? null : Math.max(...times);
}
