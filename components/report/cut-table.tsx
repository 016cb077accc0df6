import { duration, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import type { LedgerView } from "./ledger.ts";
import type { CutRow } from "./report.ts";
import { ListHead } from "#components/list/list-head.tsx";
import { cutListing, ON_NODE } from "./lists.ts";
import styles from "./cut-table.module.css";

const columns = (): readonly Column<CutRow>[] => [
  { key: "at", title: t("Cut at"), cell: ({ atMs }) => <code>{timeOfDay(atMs)}</code> },
  { key: "node", title: t(ON_NODE), cell: ({ nodeId }) => <code>{nodeId}</code> },
  { key: "user", title: t("Whose"), cell: ({ item }) => item.user ?? t("unknown") },
  { key: "kind", title: t("Kind"), cell: ({ item }) => said(item.kind) },
  { key: "id", title: t("Id"), cell: ({ item }) => <code>{item.id}</code> },
  { key: "work", title: t("Work"), cell: ({ item }) => <span className={styles["work"]}>{item.what}</span> },
  {
    key: "ran",
    title: t("Had run"),
    align: "end",
    cell: ({ item, atMs }) => (
      <code>{item.startedAtMs === null ? t("unknown") : duration(atMs - item.startedAtMs)}</code>
    ),
  },
];

/** Why, as the run saw it, and what its system tells of it. */
const whyOf = (ledger: LedgerView): Column<CutRow> => ({
  key: "why",
  title: t("Why"),
  wrap: true,
  cell: ({ nodeId, item, why }) =>
    [why, ledger.rowOf(nodeId, item.id)?.evidence ?? ""].filter(Boolean).map(said).join(t("; ")),
});

/** What was cut, and whose it was. */
export function CutTable({ rows, ledger }: { readonly rows: readonly CutRow[]; readonly ledger: LedgerView }) {
  return (
    <section className={styles["cut"]} aria-labelledby="cut-title">
      <ListHead of={t("what was cut")} listing={() => cutListing(rows)}>
        <h2 id="cut-title">
          {t("{count, plural, one {# piece of work was cut} other {# pieces of work were cut}}", {
            count: rows.length,
          })}
        </h2>
      </ListHead>
      <Table
        label={t("What was cut")}
        columns={[...columns(), whyOf(ledger)]}
        rows={rows}
        keyOf={({ nodeId, item }) => `${nodeId}${item.id}`}
        empty={t("Nothing.")}
      />
    </section>
  );
}
