import type { NodeId } from "../cluster/node.ts";
import type { WorkItem } from "../cluster/observation.ts";
import type { Draft, RunEvent } from "./event.ts";
import type { LedgerRow } from "./ledger.ts";
import { isEnded } from "./commitment.ts";
import { byRule, sooner, type Scene } from "./move.ts";
import type { Run, Step } from "./state.ts";

/** So long what is not known yet is asked for again. */
const PATIENCE_MS = 60_000;
/** The end of a run does not wait longer than this after the node has left. */
const PATIENCE_AT_END_MS = 10_000;

export type LedgerDue = { readonly nodeId: NodeId; readonly items: readonly WorkItem[]; readonly sinceMs: number };

/** Nodes that drained or left with work on them, and of which it is not settled what became of it. */
export function ledgersDue(run: Run): readonly LedgerDue[] {
  return run.steps.flatMap((step) => {
    const sinceMs = leftAtMs(run, step);
    if (sinceMs === null || step.ledgerAtMs !== null || step.inFlight.size === 0) return [];
    return [{ nodeId: step.plan.nodeId, items: [...step.inFlight.values()].map(({ item }) => item), sinceMs }];
  });
}

/** A node that was put back has cut nothing: its work goes on. */
function leftAtMs({ plan }: Run, step: Step): number | null {
  const last = plan.kind === "drain" ? "drain" : "exit";
  const record = step.phases.find(({ phase, skipped }) => phase === last && skipped === null);
  const withdrawn = step.progress.at === "ended" && step.progress.result === "putBack";
  return withdrawn && last === "exit" && step.exit?.endedAtMs === null ? null : (record?.endedAtMs ?? null);
}

/** Settles what is known whole, and what nobody will tell any more. */
export function ledgerEvents(scene: Scene): readonly Draft<RunEvent>[] {
  const { run, facts, nowMs } = scene;
  return ledgersDue(run).flatMap(({ nodeId, items, sinceMs }) => {
    const told = new Map(facts.outcomes.get(nodeId)?.rows.map((row) => [row.id, row]) ?? []);
    const whole = items.every(({ id }) => (told.get(id)?.outcome ?? "unknown") !== "unknown");
    if (!whole && nowMs < sinceMs + patienceMs(run)) return [];
    const listed = run.steps.find(({ plan }) => plan.nodeId === nodeId)?.inFlight;
    const rows = items.map((item) => {
      const row = told.get(item.id) ?? untold(item);
      return { ...row, listedAtMs: listed?.get(item.id)?.listedAtMs ?? row.listedAtMs };
    });
    return [byRule("G1", { type: "LedgerSettled", nodeId, rows })];
  });
}

/** When what is still open is settled at the latest; null when nothing is. */
export function ledgerWakeAtMs(run: Run): number | null {
  return ledgersDue(run).reduce<number | null>((at, { sinceMs }) => sooner(at, sinceMs + patienceMs(run)), null);
}

function patienceMs(run: Run): number {
  return run.steps.every(isEnded) ? PATIENCE_AT_END_MS : PATIENCE_MS;
}

function untold({ id, kind, what, user, startedAtMs }: WorkItem): LedgerRow {
  return {
    id,
    kind: kind === "query" ? "query" : "load",
    what,
    user,
    startedAtMs,
    listedAtMs: 0,
    outcome: "unknown",
    endedAtMs: null,
    evidence: "Nobody told what became of it.",
    again: null,
  };
}
