/** What a run does with a node, in a sentence of its own. */
import { runName } from "#lib/run/run-id.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { count } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import type { NodeRow } from "./node-rows.ts";

/** "be-02 is draining by hand, 4 queries left." */
export function doing(run: Run, step: Step, row: NodeRow | null): string {
  const by = run.plan.kind === "drain" || run.plan.kind === "stop" ? "hand" : "run";
  const values = { node: step.plan.nodeId, by, run: runName(run.id) };
  if (step.progress.at !== "phase") return t("{node} is being put back.", values);
  const left = row === null || row.count === null ? null : leftOf(row.count, step);
  switch (step.progress.phase) {
    case "gate":
    case "check":
      return t("{node} is next{by, select, hand { by hand} other {, in run {run}}}.", values);
    case "isolate":
      return t("{node} is being taken off the routes {by, select, hand {by hand} other {for run {run}}}.", values);
    case "drain":
      return left === null
        ? t("{node} is draining {by, select, hand {by hand} other {for run {run}}}.", values)
        : t("{node} is draining {by, select, hand {by hand} other {for run {run}}}, {left} left.", { ...values, left });
    case "exit":
      return left === null
        ? t("{node} is exiting {by, select, hand {by hand} other {for run {run}}}.", values)
        : t("{node} is exiting {by, select, hand {by hand} other {for run {run}}}, {left} left.", { ...values, left });
    case "confirm":
      return t("{node} has exited, and its end is being confirmed.", values);
    case "upgrade":
      return run.plan.targetVersion === null
        ? t("{node} is being upgraded.", values)
        : t("{node} is being upgraded to {version}.", { ...values, version: run.plan.targetVersion });
    case "restart":
      return t("{node} is starting.", values);
    case "readmit":
      return t("{node} is being let in again.", values);
    case "verify":
      return t("{node} is back and watched.", values);
    default:
      return step.progress.phase satisfies never;
  }
}

/** "4 queries": work as its driver calls it. */
function leftOf(number: number, { plan: { work } }: Step): string {
  return t("{count} {work}", { count: count(number), work: said(number === 1 ? work.one : work.many) });
}
