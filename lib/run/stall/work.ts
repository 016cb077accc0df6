/** What a drain, an exit, and a node that nobody sees wait for. */
import { FRESH_MS } from "../../cluster/freshness.ts";
import { countOf, type Work, type WorkItem } from "../../cluster/observation.ts";
import { statusOf } from "../../cluster/status.ts";
import { nameOf } from "../actor.ts";
import type { StepScene } from "../move.ts";
import { canExit } from "../phases/drain.ts";
import { counted, left, type Said } from "./parts.ts";
import { observationOf } from "../witness.ts";

/** Null once nothing is left: the drain ends with the next poll. */
export function draining(scene: StepScene): Said | null {
  const { step, run, nowMs } = scene;
  const { nodeId, work: words } = step.plan;
  const { drain } = step;
  if (drain === null || drain.goOn !== null) return null;
  const act = canExit({ run, step }) ? ({ do: "goOn", nodeId } as const) : ({ do: "putBack", nodeId } as const);
  const work = freshWork(scene);
  const inFlight = work === null ? null : countOf(work.inFlight);
  const sinceMs = drain.beganAtMs;
  if (work === null || inFlight === null) {
    if (nowMs - sinceMs < FRESH_MS) return null;
    const what = `Nobody can count what still runs on ${nodeId}`;
    const who = `It goes on when ${nodeId} tells its counts again, or a person goes on without them.`;
    return { is: "notMeasurable", what, number: null, sinceMs: work?.asOfMs ?? sinceMs, who, act };
  }
  if (inFlight > 0) {
    const oldest = oldestOf(scene, () => true);
    const what = `${nodeId} drains${oldest === null ? "" : `; ${oldestInWords(oldest)}`}`;
    return { is: "drains", what, number: counted(inFlight, words.one, words.many), sinceMs, who: byWork(scene), act };
  }
  const rest = work.willBeCut.filter(({ count }) => count !== 0);
  if (rest.length === 0) return null;
  const count = countOf(rest);
  const kinds = rest.map((one) => `${one.count ?? "uncounted"} ${one.kind}`).join(", ");
  const what = `${nodeId} has only work left that its exit does not wait for: ${kinds}`;
  const who = "It ends by itself if no more begins; its exit would cut it, and its clients begin it again.";
  return {
    is: "onlyCutWork",
    what,
    number: count === null ? null : counted(count, "piece", "pieces"),
    sinceMs,
    who,
    act,
  };
}

function byWork({ step, nowMs }: StepScene): string {
  const { work, nodeId } = step.plan;
  const limitMs = step.drain?.deadlineAtMs ?? null;
  if (limitMs === null) return `Its ${work.many} end by themselves, without a limit.`;
  return limitMs > nowMs
    ? `Its ${work.many} end by themselves, or its drain limit is reached.`
    : `Its ${work.many} end by themselves, or a person decides what becomes of ${nodeId}.`;
}

/** The signal is sent: its work, or its limit, ends it. */
export function exiting({ step, nowMs, ...scene }: StepScene): Said | null {
  const { exit } = step;
  const { nodeId, work: words } = step.plan;
  if (exit === null) return null;
  if (exit.forceAskedBy !== null) {
    const what = `${nodeId} is being killed, asked by ${nameOf(exit.forceAskedBy)}`;
    const who = "It goes on when its process is gone.";
    return { is: "forced", what, number: null, sinceMs: exit.beganAtMs, who, act: null };
  }
  const work = freshWork({ ...scene, step, nowMs });
  const inFlight = work === null ? null : countOf(work.inFlight);
  const carries =
    inFlight === null
      ? ""
      : `, with ${inFlight === 0 ? "nothing" : `${inFlight} ${inFlight === 1 ? words.one : words.many}`} left`;
  const what = `${nodeId} is exiting${carries}`;
  const { deadlineAtMs } = exit;
  const act = { do: "force", nodeId } as const;
  const base = { is: "exits", what, sinceMs: exit.beganAtMs, act } as const;
  if (deadlineAtMs === null) return { ...base, number: null, who: "It ends when its work does: it has no limit." };
  return {
    ...base,
    number: left(deadlineAtMs - nowMs, "it is killed"),
    who: "It ends when its work does, or at its limit.",
  };
}

function freshWork(scene: StepScene): Work | null {
  const work = observationOf(scene)?.work ?? null;
  return work !== null && scene.nowMs - work.asOfMs <= FRESH_MS ? work : null;
}

function oldestOf({ facts, step }: StepScene, wanted: (item: WorkItem) => boolean): WorkItem | null {
  const items = (facts.work.get(step.plan.nodeId)?.items ?? step.lastWork).filter(wanted);
  const aged = items.filter(({ startedAtMs }) => startedAtMs !== null);
  return aged.toSorted((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0))[0] ?? items[0] ?? null;
}

function oldestInWords({ kind, user, id }: WorkItem): string {
  return `the oldest is ${user === null ? `${kind} ${id}` : `a ${kind} of ${user}`}`;
}

/** Of a node that is looked at before or after it is touched: nobody tells of it, or two contradict each other. */
export function unseen(scene: StepScene): Said | null {
  const { nodeId } = scene.step.plan;
  const { status, disagreement, asOfMs } = statusOf(observationOf(scene), null, scene.nowMs);
  const base = { number: null, sinceMs: asOfMs, act: null } as const;
  if (disagreement !== null) {
    const said = disagreement.map((fact) => fact.said).join("; ");
    const who = "Somebody finds out who is right; it goes on when they agree.";
    return { ...base, is: "witnessesDisagree", what: `Witnesses of ${nodeId} contradict each other: ${said}`, who };
  }
  if (status !== "unknown") return null;
  const who = "It goes on when somebody tells of it again.";
  return { ...base, is: "witnessSilent", what: `Nobody tells how ${nodeId} is`, who };
}
