import type { ReactNode } from "react";
import type { LedgerRow } from "#lib/run/ledger.ts";
import { duration, plural, timeOfDay } from "#components/format.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import type { LedgerView } from "./ledger.ts";
import { Outcome } from "./outcome-word.tsx";
import type { CutRow } from "./report.ts";
import styles from "./cut-table.module.css";

const COLUMNS: readonly Column<CutRow>[] = [
  { key: "at", title: "Cut at", cell: ({ atMs }) => <code>{timeOfDay(atMs)}</code> },
  { key: "node", title: "On", cell: ({ nodeId }) => <code>{nodeId}</code> },
  { key: "user", title: "Whose", cell: ({ item }) => item.user ?? "unknown" },
  { key: "kind", title: "Kind", cell: ({ item }) => item.kind },
  { key: "id", title: "Id", cell: ({ item }) => <code>{item.id}</code> },
  { key: "work", title: "Work", cell: ({ item }) => <span className={styles["work"]}>{item.what}</span> },
  {
    key: "ran",
    title: "Had run",
    align: "end",
    cell: ({ item, atMs }) => <code>{item.startedAtMs === null ? "unknown" : duration(atMs - item.startedAtMs)}</code>,
  },
  { key: "why", title: "Why", cell: ({ why }) => why },
];

/** What became of it in the end, where its system told. */
const fateOf = (ledger: LedgerView): readonly Column<CutRow>[] => [
  {
    key: "became",
    title: "Became",
    cell: ({ nodeId, item }) => became(ledger.rowOf(nodeId, item.id)),
  },
  {
    key: "said",
    title: "Who says so",
    wrap: true,
    cell: ({ nodeId, item }) => ledger.rowOf(nodeId, item.id)?.evidence ?? "nobody told",
  },
];

function became(row: LedgerRow | null): ReactNode {
  return <Outcome outcome={row?.outcome ?? "unknown"} />;
}

/** What was cut, and whose it was. */
export function CutTable({ rows, ledger }: { readonly rows: readonly CutRow[]; readonly ledger: LedgerView }) {
  return (
    <section className={styles["cut"]} aria-labelledby="cut-title">
      <h2 id="cut-title">{plural(rows.length, "piece of work was cut", "pieces of work were cut")}</h2>
      <Table
        label="What was cut"
        columns={ledger.total === 0 ? COLUMNS : [...COLUMNS, ...fateOf(ledger)]}
        rows={rows}
        keyOf={({ nodeId, item }) => `${nodeId}${item.id}`}
        empty="Nothing."
      />
    </section>
  );
}
