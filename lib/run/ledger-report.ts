import type { NodeId } from "../cluster/node.ts";
import type { LedgerRow } from "./ledger.ts";
import type { Run } from "./state.ts";

/** What became of the work of every node of a run, to be shown and copied. */
export type LedgerOfRun = {
  readonly nodes: readonly NodeLedger[];
  readonly counts: Readonly<Record<LedgerRow["outcome"], number>>;
  /** What has to be run again by hand, a line each, whose node it was and when it ended aside. */
  readonly again: readonly { readonly nodeId: NodeId; readonly row: LedgerRow; readonly text: string }[];
  /** Nodes that drained or left with work on them, and of which it is not settled yet what became of it. */
  readonly open: readonly NodeId[];
};

export type NodeLedger = { readonly nodeId: NodeId; readonly rows: readonly LedgerRow[] };

export function ledgerOf(run: Run): LedgerOfRun {
  const nodes = run.steps
    .filter(({ ledger }) => ledger.length > 0)
    .map(({ plan, ledger }): NodeLedger => ({ nodeId: plan.nodeId, rows: ledger }));
  const counts = { finished: 0, cut: 0, refused: 0, retried: 0, unknown: 0 };
  for (const { rows } of nodes) for (const { outcome } of rows) counts[outcome] += 1;
  return {
    nodes,
    counts,
    again: nodes.flatMap(({ nodeId, rows }) =>
      rows.flatMap((row) => (row.again === null ? [] : [{ nodeId, row, text: row.again }])),
    ),
    open: run.steps
      .filter(({ inFlight, ledgerAtMs }) => inFlight.size > 0 && ledgerAtMs === null)
      .map(({ plan }) => plan.nodeId),
  };
}

/** One sentence: "212 pieces of work: 208 finished, 3 retried, 1 cut". */
export function ledgerInWords({ counts }: LedgerOfRun): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return "No work was in flight on the nodes that drained.";
  const order = ["finished", "retried", "cut", "refused", "unknown"] as const;
  const parts = order.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return `${total} ${total === 1 ? "piece" : "pieces"} of work: ${parts.join(", ")}`;
}
