"use client";
/** What every chart has besides its plot: a sentence for whoever does not see it, and its numbers as a table. */
import { useId, useState, type ReactNode } from "react";
import { classesOf } from "#components/ui/css.ts";
import styles from "./figure.module.css";

const css = classesOf(styles);

export type ChartTable = {
  readonly columns: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
};

export function ChartFigure({
  summary,
  table,
  children,
}: {
  readonly summary: string;
  /** Made only when it is asked for. */
  readonly table: () => ChartTable;
  readonly children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <figure className={css("figure")} aria-labelledby={id}>
      <figcaption id={id} className={css("hidden")}>
        {summary}
      </figcaption>
      <button type="button" className={css("switch")} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        {asTable ? "Show as a plot" : "Show as a table"}
      </button>
      {asTable ? <Numbers {...table()} /> : <div aria-hidden>{children}</div>}
    </figure>
  );
}

function Numbers({ columns, rows }: ChartTable) {
  return (
    <div className={css("scroll")}>
      <table className={css("table")}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...values]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, index) => (
                <td key={columns[index + 1]}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
