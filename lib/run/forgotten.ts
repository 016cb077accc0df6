import type { NodeId } from "../cluster/node.ts";
import { isFresh } from "../cluster/freshness.ts";
import { askAgain, commandPrefix, issue, latestCommand, MAX_ATTEMPTS } from "./ask.ts";
import { isEnded, isTouched } from "./commitment.ts";
import type { Draft, RunEvent } from "./event.ts";
import type { Facts } from "./facts.ts";
import type { LoanRecord } from "./loan.ts";
import type { Scene } from "./move.ts";
import { stepsUnderWay, type Run } from "./state.ts";

/**
 * A node that was started anew by itself, or by somebody else, has forgotten what the run borrowed on it (an FE keeps its
 * settings in its memory alone). What is still owed is taken again, once for each such start. Where the run itself
 * restarts the node, `readmit` does it.
 */
export function takeAgainEvents(scene: Scene): readonly Draft<RunEvent>[] {
  const { run, facts, nowMs } = scene;
  if (run.life.at === "aborting" || run.steps.every(isEnded)) return [];
  const own = new Set(
    stepsUnderWay(run)
      .filter(isTouched)
      .map(({ plan }) => plan.nodeId),
  );
  for (const [on, takenAtMs] of takenOn(scene)) {
    const startedAtMs = startedAnewAtMs(facts, on, nowMs);
    if (own.has(on) || startedAtMs === null || startedAtMs <= takenAtMs) continue;
    const prefix = commandPrefix(run, null, `${on}.since${startedAtMs}`, "borrow");
    const last = latestCommand(run, prefix);
    if (last === null || last.setAside) return [issue(run, prefix, { verb: "borrow", nodeId: null })];
    if (last.answer?.outcome.outcome !== "unknown" || last.attempt >= MAX_ATTEMPTS) continue;
    const { events } = askAgain(last, last.answer.atMs, nowMs);
    if (events.length > 0) return events;
  }
  return [];
}

/** Where the run borrowed for itself, and when last: also by asking for it again. */
function takenOn({ run, loans }: Scene): ReadonlyMap<NodeId, number> {
  const lastAtMs = lastBorrowedAtMs(run);
  const taken = (record: LoanRecord): number | null =>
    record.state.at === "taken" && record.loan.runId === run.id && record.loan.purpose === "run"
      ? Math.max(record.state.atMs, lastAtMs)
      : null;
  return new Map(
    [...loans.values()].flatMap((record) => {
      const atMs = taken(record);
      return atMs === null ? [] : [[record.loan.on, atMs] as const];
    }),
  );
}

function lastBorrowedAtMs(run: Run): number {
  const asked = [...run.commands.values()].filter(({ command }) => command.verb === "borrow");
  return Math.max(0, ...asked.map(({ answer }) => (answer?.outcome.outcome === "done" ? answer.atMs : 0)));
}

/** When a node that answers began, by whoever knows; null when it does not answer, or nobody knows. */
export function startedAnewAtMs(facts: Facts, nodeId: NodeId, nowMs: number): number | null {
  const seen = facts.observations.get(nodeId);
  const answers = seen?.admission.some((fact) => fact.value === "accepting" && isFresh(fact, nowMs)) === true;
  return answers ? (seen.startedAtMs ?? null) : null;
}
