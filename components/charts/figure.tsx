"use client";
/** What every chart has besides its plot: a sentence for whoever does not see it, and its numbers as a table. */
import dynamic from "next/dynamic";
import { useId, useState, type ReactNode } from "react";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { ScrollBox } from "#components/ui/scroll-box.tsx";
import type { ChartTable } from "./chart-table.ts";
import type { Reader } from "./plot-reader.tsx";
import styles from "./figure.module.css";
import { untilHere } from "#components/ui/until-here.ts";

const css = classesOf(styles);

/** A moment after the first paint: nobody reads a plot before it is drawn. */
const PlotReader = dynamic(async () => (await untilHere(() => import("./plot-reader.tsx"))).PlotReader, { ssr: false });

export function ChartFigure({
  summary,
  table,
  reader = null,
  children,
}: {
  readonly summary: string;
  /** Made only when it is asked for. */
  readonly table: () => ChartTable;
  /** Null: it is not read by moments, or has no place yet. */
  readonly reader?: Reader | null;
  readonly children: ReactNode;
}) {
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  const zoom = reader?.zoom ?? null;
  return (
    <figure className={css("figure")} aria-labelledby={id}>
      <figcaption id={id} className={css("hidden")}>
        {summary}
      </figcaption>
      <div className={css("tools")}>
        <button type="button" className={css("tool")} aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {t(asTable ? "Show as a plot" : "Show as a table")}
        </button>
        {zoom === null || !zoom.isZoomed ? null : (
          <button type="button" className={css("tool", "shown")} onClick={zoom.onReset}>
            {t("Reset the zoom")}
          </button>
        )}
      </div>
      {asTable ? (
        <Numbers label={summary} {...table()} />
      ) : (
        <>
          <div aria-hidden>{children}</div>
          {reader === null ? null : <PlotReader {...reader} />}
        </>
      )}
    </figure>
  );
}

function Numbers({ label, columns, rows }: ChartTable & { readonly label: string }) {
  return (
    <ScrollBox label={label} className={css("scroll")}>
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
    </ScrollBox>
  );
}
