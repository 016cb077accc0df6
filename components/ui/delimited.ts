/** A list as text for other tools: CSV by RFC 4180, JSON with the same names. */
export type Tabular = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
};

export function csvOf({ columns, rows }: Tabular): string {
  return [columns, ...rows].map((cells) => cells.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

export function jsonOf({ columns, rows }: Tabular): string {
  const objects = rows.map((cells) => Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? null])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** A spreadsheet takes a text that begins like a formula for one: it gets a quote before it. */
function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
