import type { Step } from "../run/state.ts";
import { isFresh, isFreshProcess } from "./freshness.ts";
import { factBy, type Admission, type Fact, type Observation, type ProcessState } from "./observation.ts";

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
  const told = withoutHistory(observation);
  const processes = told.process.filter((fact) => isFreshProcess(fact, nowMs));
  const admissions = told.admission.filter((fact) => isFresh(fact, nowMs));
  const stale = processes.length === 0 && admissions.length === 0;
  const words = new Set(processes.map((fact) => fact.value));
  // While a step takes the node down and up again its witnesses notice one after the other: `confirm` judges that.
  const disagreement = words.has("gone") && words.size > 1 && !isComingOrGoing(step) ? processes : null;
  const status = stale ? "unknown" : fold(observation, processes, admissions, step);
  return { status, disagreement, asOfMs: newest(observation), stale };
}

/** One poll that went unanswered proves nothing. */
const SILENT_POLLS = 2;
/** Clocks of a control plane and ours agree this far (the driver corrects what is more). */
const CLOCK_SLACK_MS = 2000;

/**
 * A control plane repeats what it heard last until it gives a node up (StarRocks: 20 s). Once the node itself does not
 * answer any more, what was heard before that is history, not a witness: of a hung node it would still say that it serves,
 * and against a process that has ended it would contradict. A heartbeat that came later is none: then it is we who cannot
 * reach the node. A port that is closed while nobody looks at the process is not enough: it closes before the process ends.
 */
function withoutHistory({ process, admission, unanswered }: Observation): Pick<Observation, "process" | "admission"> {
  if (unanswered === undefined || unanswered.polls < SILENT_POLLS) return { process, admission };
  const ended = factBy(process, "process")?.value === "gone";
  const isSilent = factBy(process, "node") === null && factBy(admission, "node") === null;
  if (!ended && !isSilent) return { process, admission };
  const isHistory = ({ witness, asOfMs }: Fact<unknown>): boolean =>
    witness === "controlPlane" && asOfMs < unanswered.sinceMs + CLOCK_SLACK_MS;
  return {
    // That it was told to leave stays true until it is gone.
    process: process.filter(
      (fact) => fact.value === "gone" || (fact.value === "exiting" && !ended) || !isHistory(fact),
    ),
    admission: admission.filter((fact) => !isHistory(fact)),
  };
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
