/**
 * Which of many nodes are shown. Choices stand in the URL; each section lets one thing through, and all of them together.
 * With nothing chosen, those that ask for a look are.
 */
import type { SystemWords } from "#lib/cluster/words.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { asTitle, releaseOf } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import type { Attention, Usual } from "./attention.ts";

/** A row with why it asks for a look. */
export type CrowdRow = NodeRow & { readonly attention: Attention | null };

export const VIEWS = ["look", "moving", "all"] as const;
export type View = (typeof VIEWS)[number];
export const FACETS = ["status", "role", "version", "pool", "level"] as const;
export type Facet = (typeof FACETS)[number];

export type Filter = {
  /** Null: by what else is chosen. */
  readonly view: View | null;
  readonly facets: Readonly<Partial<Record<Facet, string>>>;
  readonly text: string;
};

export const NO_FILTER: Filter = { view: null, facets: {}, text: "" };

/** Chosen, or what is meant by choosing nothing, or something else. */
export function viewOf({ view, facets, text }: Filter): View {
  return view ?? (Object.keys(facets).length > 0 || text !== "" ? "all" : "look");
}

export function isNarrowed({ facets, text }: Filter): boolean {
  return Object.keys(facets).length > 0 || text !== "";
}

// Values as addresses have them, and their English titles too.
const NO_DATA = msg("no data");
const NOT_KNOWN = msg("not known");
const LEVEL = { over: msg("over 3 times"), usual: msg("usual"), empty: msg("empty"), unknown: msg("unknown") } as const;
const LEVELS = [LEVEL.over, LEVEL.usual, LEVEL.empty, LEVEL.unknown];

/** Of one node, by facet. */
export function facetValue(row: CrowdRow, facet: Facet, usual: Usual): string {
  switch (facet) {
    case "status":
      return row.status.status === "unknown" ? NO_DATA : row.view.observation.word;
    case "role":
      return row.node.role;
    case "version":
      return row.version === null ? NOT_KNOWN : releaseOf(row.version);
    case "pool":
      return row.node.pool;
    case "level":
      return levelOf(row, usual);
    default:
      return facet satisfies never;
  }
}

function levelOf({ count, node, status }: NodeRow, { medians }: Usual): string {
  if (count === null || status.status === "unknown" || status.status === "gone") return LEVEL.unknown;
  if (count === 0) return LEVEL.empty;
  return count > 3 * Math.max(1, medians.get(node.role) ?? 0) && count >= 10 ? LEVEL.over : LEVEL.usual;
}

/** Why a row is let through, without its view: what the grid does not dim. */
export function matches(row: CrowdRow, { facets, text }: Filter, usual: Usual): boolean {
  for (const facet of FACETS) {
    const wanted = facets[facet];
    if (wanted !== undefined && facetValue(row, facet, usual) !== wanted) return false;
  }
  if (text === "") return true;
  const all = `${row.id} ${row.node.address} ${row.node.pool}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

export function isMoving({ status }: NodeRow): boolean {
  return MOVING.has(status.status);
}

const MOVING: ReadonlySet<string> = new Set(["sidelined", "draining", "exiting", "forcing", "starting"]);

/** Those that are let through, what needs attention first, then by name. */
export function filtered(rows: readonly CrowdRow[], filter: Filter, usual: Usual): readonly CrowdRow[] {
  const view = viewOf(filter);
  const shown = rows.filter(
    (row) =>
      (view === "all" || (view === "look" ? row.attention !== null : isMoving(row))) && matches(row, filter, usual),
  );
  const rank = ({ attention }: CrowdRow): number => attention?.rank ?? Infinity;
  return shown.toSorted((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1) || 0);
}

export type Choice = { readonly value: string; readonly title: string; readonly count: number };
export type Counts = {
  readonly views: Readonly<Record<View, number>>;
  readonly facets: Readonly<Record<Facet, readonly Choice[]>>;
};

type FilterWords = Pick<SystemWords, "node" | "states">;

/** How many nodes each choice stands for, of the whole cluster. */
export function countsOf(rows: readonly CrowdRow[], usual: Usual, words: FilterWords): Counts {
  const tallies = new Map<Facet, Map<string, number>>(FACETS.map((facet) => [facet, new Map<string, number>()]));
  const views = { look: 0, moving: 0, all: rows.length };
  for (const row of rows) {
    if (row.attention !== null) views.look += 1;
    if (isMoving(row)) views.moving += 1;
    for (const [facet, tally] of tallies) {
      const value = facetValue(row, facet, usual);
      tally.set(value, (tally.get(value) ?? 0) + 1);
    }
  }
  const of = (facet: Facet): readonly Choice[] => {
    const tally = tallies.get(facet) ?? new Map<string, number>();
    return ordered(facet, [...tally.keys()], words).map((value) => ({
      value,
      title: titleOf(facet, value, words),
      count: tally.get(value) ?? 0,
    }));
  };
  return {
    views,
    facets: { status: of("status"), role: of("role"), version: of("version"), pool: of("pool"), level: of("level") },
  };
}

/** Values of our own; the others are what a cluster calls them. */
const TITLES: Readonly<Partial<Record<Facet, Readonly<Record<string, string>>>>> = {
  role: {
    fe: msg("FE, frontends"),
    be: msg("BE, backends"),
    cn: msg("CN, compute nodes"),
  },
  status: { [NO_DATA]: NO_DATA },
  version: { [NOT_KNOWN]: NOT_KNOWN },
  level: Object.fromEntries(LEVELS.map((level) => [level, level])),
};
const ROLE_ORDER = ["fe", "be", "cn", "server"];

/** What a system has keeps its place although no node has it now: a list that jumps is not read. */
function ordered(facet: Facet, values: readonly string[], { states }: FilterWords): readonly string[] {
  const besides = (always: readonly string[]): readonly string[] =>
    values.filter((value) => !always.includes(value) && value !== NO_DATA).toSorted();
  if (facet === "status") return [...states, ...besides(states), NO_DATA];
  if (facet === "level") return [...LEVELS, ...besides(LEVELS)];
  if (facet === "role") return ROLE_ORDER.filter((role) => values.includes(role));
  const sorted = [...values].sort((x, y) => (x < y ? -1 : 1));
  return facet === "version" ? sorted.toReversed() : sorted;
}

function titleOf(facet: Facet, value: string, { node }: FilterWords): string {
  if (facet === "role" && value === "server") return asTitle(node.many);
  const ours = TITLES[facet]?.[value];
  return ours === undefined ? value : t(ours);
}

// -------------------------------------------------------------------------------------------------------------- the URL

export function filterFrom(query: { readonly get: (name: string) => string | null }): Filter {
  const view = VIEWS.find((each) => each === query.get("view")) ?? null;
  const facets: Partial<Record<Facet, string>> = {};
  for (const facet of FACETS) {
    const value = query.get(facet);
    if (value !== null && value !== "") facets[facet] = value;
  }
  return { view, facets, text: query.get("q") ?? "" };
}

/** What is chosen and nothing else, so that a link tells what it shows: "?role=be&q=1b". */
export function queryOf({ view, facets, text }: Filter): string {
  const query = new URLSearchParams();
  if (view !== null) query.set("view", view);
  for (const facet of FACETS) {
    const value = facets[facet];
    if (value !== undefined) query.set(facet, value);
  }
  if (text !== "") query.set("q", text);
  const written = query.toString();
  return written === "" ? "" : `?${written}`;
}

/** Chosen again, it is let go. */
export function toggled(filter: Filter, facet: Facet, value: string): Filter {
  const { [facet]: before, ...rest } = filter.facets;
  return { ...filter, view: null, facets: before === value ? rest : { ...rest, [facet]: value } };
}
