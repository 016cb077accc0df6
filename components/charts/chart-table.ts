/** The numbers of a chart for whoever does not see its plot. */
export type ChartTable = {
  readonly columns: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[];
};
