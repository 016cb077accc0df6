/** The chamber grid: by role and pool, a chamber a node; where there are thousands, a chamber a pool. */
import type { Role } from "#lib/cluster/node.ts";
import type { RoleGroup } from "#components/cluster/node-rows.ts";
import { count } from "#components/format.ts";
import { levelOf, type GaugeState } from "#components/gauge/level.ts";
import { t } from "#components/language/t.ts";
import type { CrowdRow } from "./filter.ts";

export type Chamber = {
  /** Of the node, or of the pool that it stands for. */
  readonly id: string;
  readonly state: GaugeState;
  /** Whole pixels: what is not seen to change is not drawn anew. */
  readonly levelPx: number;
  readonly isOutlier: boolean;
  readonly isDim: boolean;
  /** "cn-0417, DISCONNECTED, not planned" */
  readonly label: string;
};

export type ChamberGroup = {
  readonly key: string;
  readonly pool: string;
  readonly title: string;
  /** "334 nodes, 1 to look at" */
  readonly note: string;
  readonly hasLost: boolean;
  readonly chambers: readonly Chamber[];
};

export type ChamberRole = {
  readonly role: Role;
  readonly title: string;
  readonly serving: number;
  readonly total: number;
  readonly groups: readonly ChamberGroup[];
};

/** Over so many nodes a chamber stands for a pool. */
export const POOLS_OVER = 2000;
const CHAMBER_PX = 17;

export type ChamberAsk = {
  readonly roles: readonly (Omit<RoleGroup, "rows"> & { readonly rows: readonly CrowdRow[] })[];
  /** Null: none is dimmed. */
  readonly isShown: ((row: CrowdRow) => boolean) | null;
  /** The pool that was opened; null where a chamber stands for each. */
  readonly openPool: string | null;
};

export function chamberRoles({ roles, isShown, openPool }: ChamberAsk): readonly ChamberRole[] {
  const total = roles.reduce((sum, { rows }) => sum + rows.length, 0);
  const perPool = total > POOLS_OVER && openPool === null;
  return roles.flatMap(({ role, title, rows, serving, peak }) => {
    const seen = openPool === null || total <= POOLS_OVER ? rows : rows.filter(({ node }) => node.pool === openPool);
    if (seen.length === 0) return [];
    const pools = byPool(seen);
    const groups = perPool
      ? [poolsGroup(role, pools, peak, isShown)]
      : [...pools].map(([pool, members]) => nodesGroup(role, pool, members, peak, isShown));
    return [{ role, title, serving, total: rows.length, groups }];
  });
}

function byPool(rows: readonly CrowdRow[]): ReadonlyMap<string, readonly CrowdRow[]> {
  const pools = new Map<string, CrowdRow[]>();
  for (const row of rows) {
    const members = pools.get(row.node.pool);
    if (members === undefined) pools.set(row.node.pool, [row]);
    else members.push(row);
  }
  return new Map([...pools].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function nodesGroup(
  role: Role,
  pool: string,
  rows: readonly CrowdRow[],
  peak: number,
  isShown: ChamberAsk["isShown"],
): ChamberGroup {
  return {
    key: `${role} ${pool}`,
    pool,
    title: pool,
    ...notesOf(rows),
    chambers: rows.map((row) => ({
      id: row.id,
      state: row.gauge,
      levelPx: pixels(row.count, peak),
      isOutlier: isOutlier(row),
      isDim: isShown !== null && !isShown(row),
      label: t("{node}, {word}", { node: row.id, word: row.word.text }),
    })),
  };
}

/** One chamber a pool: its level is that of its middle node, its walls tell of the worst. */
function poolsGroup(
  role: Role,
  pools: ReadonlyMap<string, readonly CrowdRow[]>,
  peak: number,
  isShown: ChamberAsk["isShown"],
): ChamberGroup {
  const all = [...pools.values()].flat();
  return {
    key: role,
    pool: "",
    title: t("{count, plural, one {# pool} other {# pools}}", { count: pools.size }),
    ...notesOf(all),
    chambers: [...pools].map(([pool, rows]) => {
      const counts = rows.flatMap(({ count }) => (count === null ? [] : [count])).sort((a, b) => a - b);
      const worst = WORST.find((state) => rows.some(({ gauge }) => gauge === state)) ?? "serving";
      return {
        id: poolChamber(role, pool),
        state: worst,
        levelPx: pixels(counts[counts.length >> 1] ?? null, peak),
        isOutlier: rows.some(isOutlier),
        isDim: isShown !== null && !rows.some(isShown),
        label: t("{pool}, {note}", { pool, note: notesOf(rows).note }),
      };
    }),
  };
}

/** The pool of a role: another role may have one of the same name. */
function poolChamber(role: Role, pool: string): string {
  return `${role}/${pool}`;
}

export function poolOfChamber(id: string): { readonly role: string; readonly pool: string } {
  const at = id.indexOf("/");
  return { role: id.slice(0, at), pool: id.slice(at + 1) };
}

const WORST: readonly GaugeState[] = ["lost", "noData", "exiting", "draining", "empty", "refit", "refill", "sidelined"];

/** Marked from above; what is lost, silent or in hand shows by its walls and lid already. */
function isOutlier({ attention, gauge }: CrowdRow): boolean {
  return attention !== null && gauge === "serving";
}

function notesOf(rows: readonly CrowdRow[]): { readonly note: string; readonly hasLost: boolean } {
  const lost = rows.filter(({ gauge }) => gauge === "lost").length;
  const silent = rows.filter(({ gauge }) => gauge === "noData").length;
  const look = rows.filter(isOutlier).length;
  const parts = [
    t("{count, plural, one {# node} other {# nodes}}", { count: rows.length }),
    ...(lost === 0 ? [] : [t("{count} lost", { count: count(lost) })]),
    ...(silent === 0 ? [] : [t("{count} without data", { count: count(silent) })]),
    ...(look === 0 ? [] : [t("{count} to look at", { count: count(look) })]),
  ];
  return { note: parts.join(t(", ")), hasLost: lost > 0 };
}

function pixels(inFlight: number | null, peak: number): number {
  return inFlight === null ? 0 : Math.round(levelOf(inFlight, peak) * CHAMBER_PX);
}

// ------------------------------------------------------------------------------------------------- moving by the arrows

export type Placed = { readonly id: string; readonly x: number; readonly y: number };

/** Left and right along the order; up and down to the nearest in the next line of chambers, over the edges of groups. */
export function nextChamber(placed: readonly Placed[], from: string | null, key: string): string | null {
  const at = placed.findIndex(({ id }) => id === from);
  const current = placed[at];
  if (current === undefined) return placed[0]?.id ?? null;
  switch (key) {
    case "ArrowRight":
      return placed[at + 1]?.id ?? null;
    case "ArrowLeft":
      return placed[at - 1]?.id ?? null;
    case "Home":
      return placed[0]?.id ?? null;
    case "End":
      return placed.at(-1)?.id ?? null;
    case "ArrowDown":
      return nearestLine(
        placed.filter(({ y }) => y > current.y + SAME_LINE_PX),
        current,
        1,
      );
    case "ArrowUp":
      return nearestLine(
        placed.filter(({ y }) => y < current.y - SAME_LINE_PX),
        current,
        -1,
      );
    default:
      return null;
  }
}

const SAME_LINE_PX = 6;

function nearestLine(candidates: readonly Placed[], { x }: Placed, direction: 1 | -1): string | null {
  const lines = candidates.map(({ y }) => y * direction);
  const line = Math.min(...lines);
  const onLine = candidates.filter(({ y }) => y * direction - line <= SAME_LINE_PX);
  const [first, ...others] = onLine;
  if (first === undefined) return null;
  return others.reduce((best, each) => (Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best), first).id;
}
