import { duration, plural, timeOfDay } from "#components/format.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import type { LedgerView } from "./ledger.ts";
import type { CutRow } from "./report.ts";
import { ListHead } from "#components/list/list-head.tsx";
import { cutListing } from "./lists.ts";
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
];

/** Why, as the run saw it, and what its system tells of it. */
const whyOf = (ledger: LedgerView): Column<CutRow> => ({
  key: "why",
  title: "Why",
  wrap: true,
  cell: ({ nodeId, item, why }) => [why, ledger.rowOf(nodeId, item.id)?.evidence].filter(Boolean).join("; "),
});

/** What was cut, and whose it was. */
export function CutTable({ rows, ledger }: { readonly rows: readonly CutRow[]; readonly ledger: LedgerView }) {
  return (
    <section className={styles["cut"]} aria-labelledby="cut-title">
      <ListHead of="what was cut" listing={() => cutListing(rows)}>
        <h2 id="cut-title">{plural(rows.length, "piece of work was cut", "pieces of work were cut")}</h2>
      </ListHead>
      <Table
        label="What was cut"
        columns={[...COLUMNS, whyOf(ledger)]}
        rows={rows}
        keyOf={({ nodeId, item }) => `${nodeId}${item.id}`}
        empty="Nothing."
      />
    </section>
  );
}
