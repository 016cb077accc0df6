/** Phases over throughput as one drawing that scales to its page: told by pattern and label, not by colour alone. */
import { BAR_WORDS, type BarKind, type GanttRow } from "#components/charts/gantt.ts";
import { isMeasurable, latencyEnds, lanesOf, type LaneSeries, type LaneWords } from "#components/charts/lanes.ts";
import type { Point } from "#components/charts/points.ts";
import { timeTicks, xOf, type TimeScale } from "#components/charts/time-scale.ts";
import { shareOf, type Range } from "#components/charts/value-scale.ts";
import { perSecond } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import { escaped, markup } from "./text.ts";

const WIDTH = 1052;
const LEFT = 110;
const ROW = 14;
const LANE = 48;
const GAP = 14;

const FILLS: Readonly<Record<BarKind, string>> = {
  isolate: 'fill="#bfdce7"',
  drain: 'fill="#4795b3"',
  exit: 'fill="#4795b3" stroke="#b3261b"',
  confirm: 'fill="url(#hatch)"',
  upgrade: 'fill="#52606b"',
  restart: 'fill="url(#stripes)"',
  verify: 'fill="none" stroke="#1c6e3f"',
  back: 'fill="none" stroke="#0b6a8a"',
  planned: 'fill="none"',
};

const LEGEND: readonly BarKind[] = ["drain", "exit", "confirm", "upgrade", "restart", "verify"];

export function drawing(
  rows: readonly GanttRow[],
  series: LaneSeries,
  words: LaneWords,
  fromMs: number,
  toMs: number,
): string {
  const scale: TimeScale = { fromMs, toMs, widthPx: WIDTH - LEFT - 8 };
  const top = 26;
  const lanesTop = top + rows.length * ROW + GAP;
  const bottom = lanesTop + 2 * (LANE + GAP);
  const lanes = lanesOf(series, fromMs, toMs);
  const [p99High, p99Low] = latencyEnds(lanes.p99.range);
  const x = (atMs: number): number => round(LEFT + xOf(scale, atMs));
  const missing = (key: keyof LaneSeries): string =>
    isMeasurable(series[key], series, words) ? t("not kept") : t("not measurable");
  const parts = [
    ...timeTicks(scale, 90).map(
      ({ atMs, label }) =>
        markup`<path d="M${x(atMs)} ${top}V${bottom}" stroke="#e1e6ea"/><text x="${x(atMs)}" y="${bottom + 14}" text-anchor="middle">${label}</text>`,
    ),
    ...rows.map((row, index) => ganttRow(row, top + index * ROW, x)),
    lane(
      perSecond(words.work),
      lanes.requests,
      missing("requestsPerS"),
      [String(lanes.requests.range.high), "0"],
      lanesTop,
      x,
    ),
    lane("p99", lanes.p99, missing("p99Ms"), [p99High, p99Low], lanesTop + LANE + GAP, x),
    ...lanes.failed.map(
      ({ atMs }) => markup`<path d="M${x(atMs)} ${bottom - 8}v8" stroke="#b3261b" stroke-width="2"/>`,
    ),
    legend(),
  ];
  return markup`<svg viewBox="0 0 ${WIDTH} ${bottom + 20}" role="img" aria-label="${escaped(t("Phases of every node over throughput"))}" font-family="inherit" font-size="10" fill="#414d57">${PATTERNS}${parts.join("")}</svg>`;
}

const PATTERNS = markup`<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#bfdce7"/><rect width="2.4" height="5" fill="#0b6a8a"/></pattern><pattern id="stripes" width="3" height="8" patternUnits="userSpaceOnUse"><rect width="3" height="8" fill="#c9d1d7"/><rect width="1.2" height="8" fill="#52606b"/></pattern></defs>`;

function ganttRow({ nodeId, bars, cutAtMs, ended }: GanttRow, y: number, x: (atMs: number) => number): string {
  const shown = bars.filter(({ kind }) => kind !== "planned");
  return [
    markup`<text x="0" y="${y + 9}">${escaped(nodeId)}</text>`,
    ...shown.map(({ kind, fromMs, toMs }) => {
      const width = Math.max(1.5, round(x(toMs) - x(fromMs)));
      return markup`<rect x="${x(fromMs)}" y="${y + 1}" width="${width}" height="9" ${FILLS[kind]}><title>${escaped(nodeId)}: ${escaped(t(BAR_WORDS[kind]))}</title></rect>`;
    }),
    ...cutAtMs.map((atMs) => markup`<path d="M${x(atMs)} ${y - 1}v13" stroke="#b3261b" stroke-width="2.5"/>`),
    ended === null
      ? ""
      : markup`<text x="${x(ended.atMs) + 4}" y="${y + 9}">${ended.well ? "✓" : escaped(ended.word)}</text>`,
  ].join("");
}

function lane(
  title: string,
  { points, range }: { readonly points: readonly Point[]; readonly range: Range },
  missing: string,
  [high, low]: readonly [string, string],
  top: number,
  x: (atMs: number) => number,
): string {
  const y = (value: number): number => round(top + LANE * (1 - shareOf(range, value)));
  return [
    markup`<path d="M${LEFT} ${top + LANE}H${WIDTH - 8}" stroke="#d2d9de"/>`,
    markup`<text x="0" y="${top + LANE / 2 + 4}">${escaped(title)}</text>`,
    markup`<text x="${LEFT - 6}" y="${top + 6}" text-anchor="end">${escaped(high)}</text>`,
    markup`<text x="${LEFT - 6}" y="${top + LANE}" text-anchor="end">${escaped(low)}</text>`,
    points.some(({ value }) => value !== null)
      ? markup`<path d="${line(points, x, y)}" fill="none" stroke="#56697a" stroke-width="1.2"/>`
      : markup`<text x="${LEFT + 8}" y="${top + LANE / 2 + 4}">${escaped(missing)}</text>`,
  ].join("");
}

/** A gap breaks the line: it is not carried across. */
function line(points: readonly Point[], x: (atMs: number) => number, y: (value: number) => number): string {
  let isOpen = false;
  return points
    .map(({ atMs, value }) => {
      if (value === null) {
        isOpen = false;
        return "";
      }
      const step = `${isOpen ? "L" : "M"}${x(atMs)} ${y(value)}`;
      isOpen = true;
      return step;
    })
    .join("");
}

function legend(): string {
  return LEGEND.map(
    (kind, index) =>
      markup`<rect x="${LEFT + index * 90}" y="6" width="16" height="8" ${FILLS[kind]}/><text x="${LEFT + index * 90 + 21}" y="14">${escaped(t(BAR_WORDS[kind]))}</text>`,
  ).join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
