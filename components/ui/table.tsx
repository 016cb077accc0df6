import type { ReactNode } from "react";
import { classesOf } from "./css.ts";
import { ScrollBox } from "./scroll-box.tsx";
import styles from "./table.module.css";

const css = classesOf(styles);

export type Column<Row> = {
  readonly key: string;
  readonly title: string;
  readonly align?: "start" | "end";
  /** Sentences may take several lines; values never do. */
  readonly wrap?: boolean;
  readonly cell: (row: Row) => ReactNode;
};

/** Rows split by hairlines. Nothing to show is one sentence under the heading, never a blank. */
export function Table<Row>({
  label,
  columns,
  rows,
  keyOf,
  empty,
}: {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly empty: string;
}) {
  return (
    <ScrollBox label={label} className={css("scroll")}>
      <table className={css("table")} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={css(column.align === "end" && "end")}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td key={column.key} className={css(column.align === "end" && "end", column.wrap === true && "wrap")}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? <p className={css("empty")}>{empty}</p> : null}
    </ScrollBox>
  );
}
