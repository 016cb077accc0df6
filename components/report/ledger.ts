/** The ledger as the report shows it: what did not simply finish first, and what the table of what was cut has not told. */
import type { NodeId } from "#lib/cluster/node.ts";
import { cutOf } from "#lib/run/cut.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import { ledgerOf, type LedgerOfRun } from "#lib/run/ledger-report.ts";
import type { Run } from "#lib/run/state.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";

export type NodeRow = LedgerRow & { readonly nodeId: NodeId };

export type LedgerView = LedgerOfRun & {
  readonly total: number;
  /** Everything that neither finished nor stands among what was cut. */
  readonly others: readonly NodeRow[];
  readonly finished: readonly NodeRow[];
  readonly rowOf: (nodeId: NodeId, id: string) => LedgerRow | null;
};

export const OUTCOME_ORDER: readonly LedgerRow["outcome"][] = ["cut", "refused", "unknown", "retried", "finished"];

export function ledgerView(run: Run): LedgerView {
  const ledger = ledgerOf(run);
  const rows = ledger.nodes.flatMap(({ nodeId, rows: own }) => own.map((row): NodeRow => ({ ...row, nodeId })));
  const byKey = new Map(rows.map((row) => [keyOf(row.nodeId, row.id), row]));
  const cut = new Set(run.steps.flatMap((step) => cutOf(step).map(({ id }) => keyOf(step.plan.nodeId, id))));
  const rank = ({ outcome }: NodeRow): number => OUTCOME_ORDER.indexOf(outcome);
  return {
    ...ledger,
    total: rows.length,
    others: rows
      .filter(({ outcome, nodeId, id }) => outcome !== "finished" && !cut.has(keyOf(nodeId, id)))
      .toSorted((a, b) => rank(a) - rank(b) || (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0)),
    finished: rows.filter(({ outcome }) => outcome === "finished"),
    rowOf: (nodeId, id) => byKey.get(keyOf(nodeId, id)) ?? null,
  };
}

function keyOf(nodeId: NodeId, id: string): string {
  return `${nodeId} ${id}`;
}

/** Everything that is to be run again by hand, as one text to copy: whose it was, then what to run. */
export function againText({ again }: Pick<LedgerOfRun, "again">): string {
  return again
    .map(
      ({ nodeId, row, text }) =>
        `-- ${t("{kind} {id} of {user}, {outcome} on {node}", {
          kind: said(row.kind),
          id: row.id,
          user: row.user ?? t("an unknown user"),
          outcome: said(row.outcome),
          node: nodeId,
        })}\n${text}`,
    )
    .join("\n\n");
}
