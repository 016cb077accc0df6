/** Prometheus text, read only for the names we use: an FE tells a thousand lines, every second. */

export type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };
export type Metrics = ReadonlyMap<string, readonly Sample[]>;

/** After the labels, which may hold anything; the time that some exporters write behind it is not read. */
const VALUE = /^[^{\s]+(?:\{.*\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;

export function parseMetrics(text: string, wanted: ReadonlySet<string>): Metrics {
  const found = new Map<string, Sample[]>();
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) continue;
    const end = line.search(/[{ ]/);
    if (end < 0 || !wanted.has(line.slice(0, end))) continue;
    const name = line.slice(0, end);
    const value = Number(VALUE.exec(line)?.[1] ?? Number.NaN);
    if (!Number.isFinite(value)) continue;
    const samples = found.get(name) ?? [];
    samples.push({ labels: labelsOf(line), value });
    found.set(name, samples);
  }
  return found;
}

function labelsOf(line: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...line.matchAll(/([A-Za-z_]\w*)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, value]),
  );
}

/**
 * Over all label sets, since later versions add `is_leader` to some (4.0, late 3.5). Null: this version has no such metric.
 */
export function sumOf(metrics: Metrics, name: string): number | null {
  const samples = metrics.get(name);
  return samples === undefined ? null : samples.reduce((sum, { value }) => sum + value, 0);
}

export function valueOf(metrics: Metrics, name: string, label: string, value: string): number | null {
  return metrics.get(name)?.find(({ labels }) => labels[label] === value)?.value ?? null;
}
