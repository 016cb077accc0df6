/** What differs between two plans; that nothing does is said too. */
import { t } from "#components/language/t.ts";
import { Table, type Column } from "#components/ui/table.tsx";
import type { Difference } from "./difference.ts";
import styles from "./plan-file.module.css";

export function DifferenceTable({
  one,
  other,
  rows,
}: {
  readonly one: string;
  readonly other: string;
  readonly rows: readonly Difference[];
}) {
  const columns: readonly Column<Difference>[] = [
    { key: "title", title: t("What differs"), cell: titleOf },
    { key: "one", title: one, wrap: true, cell: oneOf },
    { key: "other", title: other, wrap: true, cell: otherOf },
  ];
  return (
    <div className={styles["difference"]}>
      <Table
        label={t("Difference between {one} and {other}", { one, other })}
        columns={columns}
        rows={rows}
        keyOf={({ title }) => title}
        empty={t("They say the same.")}
      />
    </div>
  );
}

const titleOf = ({ title }: Difference): string => title;
const oneOf = ({ one }: Difference) => <span className={styles["before"]}>{one}</span>;
const otherOf = ({ other }: Difference) => <strong>{other}</strong>;
