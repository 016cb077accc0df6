/**
 * Which versions may follow which. Data with a source, because it changes with every release: facts 5.1, from
 * docs/en/deployment/upgrade.md, downgrade.md and the release notes as of January 2026.
 */
import { compareVersions, minorOf } from "#lib/cluster/version.ts";

export type PathVerdict = {
  readonly verdict: "allowed" | "warned" | "forbidden";
  readonly says: string;
  readonly source: string;
  /** What to choose instead; "" where it is allowed. */
  readonly remedy: string;
};

const DOWNGRADE = "docs/en/deployment/downgrade.md and release notes, January 2026";
const NOTES = "release notes, January 2026";
const CONSECUTIVE = "docs/en/deployment/upgrade.md, January 2026: minor versions one after the other";

/** The minor versions in their order: 4.0 follows 3.5. */
const MINORS = ["2.5", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "4.0", "4.1"] as const;

/** From `fromMinor` (or any later one) back to `toMinor`: only to this patch or later. */
type WayBack = {
  readonly fromMinor: string;
  readonly toMinor: string;
  readonly toAtLeast: string;
  /** Within one minor, or where only late patches of it are meant. */
  readonly fromAtLeast: string | null;
  readonly says: string;
  readonly source: string;
};

const back = (fromMinor: string, toMinor: string, toAtLeast: string, rest: Partial<WayBack> = {}): WayBack => ({
  fromMinor,
  toMinor,
  toAtLeast,
  fromAtLeast: null,
  says: `${fromMinor} goes back only to ${toAtLeast} or later`,
  source: DOWNGRADE,
  ...rest,
});

const WAYS_BACK: readonly WayBack[] = [
  back("4.1", "4.0", "4.0.6"),
  back("4.0", "3.5", "3.5.2"),
  back("3.5", "3.5", "3.5.2", {
    fromAtLeast: "3.5.2",
    says: "3.5.2 and later never go back to 3.5.0 or 3.5.1",
    source: NOTES,
  }),
  back("3.5", "3.4", "3.4.6"),
  back("3.4", "3.3", "3.3.9"),
  back("3.3", "3.2", "3.2.11", { fromAtLeast: "3.3.9", says: "3.3.9 and later go back only to 3.2.11 or later" }),
  back("3.3", "3.2", "3.2.3", { says: "3.3 never goes back to 3.2.0, 3.2.1 or 3.2.2" }),
];

const BAD_BUILDS: Readonly<Record<string, string>> = {
  "4.1.0": "the container image of 4.1.0 is faulty (StarRocks/starrocks #71825)",
};

export function judgePath(from: string, to: string): PathVerdict {
  const order = compareVersions(from, to);
  const [fromMinor, toMinor] = [minorOf(from), minorOf(to)];
  if (order === null || fromMinor === null || toMinor === null) {
    const says = `${from} or ${to} is no version that can be ordered`;
    return {
      verdict: "warned",
      says,
      source: CONSECUTIVE,
      remedy: "Look into its release notes, and choose a release.",
    };
  }
  const broken = order > 0 ? WAYS_BACK.find((way) => isBroken(way, from, fromMinor, to, toMinor)) : undefined;
  if (broken !== undefined) {
    const remedy = `Go back to ${broken.toAtLeast} or later.`;
    return { verdict: "forbidden", says: broken.says, source: broken.source, remedy };
  }
  if (order < 0 && toMinor === "3.0" && isBelow(from, "2.5")) {
    return { verdict: "forbidden", says: "3.0 follows only 2.5", source: NOTES, remedy: "Upgrade to 2.5 first." };
  }
  const bad = Object.entries(BAD_BUILDS).find(([build]) => compareVersions(build, to) === 0);
  if (bad !== undefined) {
    return { verdict: "warned", says: bad[1], source: "issue thread, 2026", remedy: "Choose a later patch." };
  }
  const between = leftOut(fromMinor, toMinor);
  if (between === null || between.length > 0) {
    const says = `${fromMinor} to ${toMinor} leaves out minor versions between them`;
    const remedy = between === null ? "Look into its release notes." : `Go by way of ${between.join(", then ")}.`;
    return { verdict: "warned", says, source: CONSECUTIVE, remedy };
  }
  const step = fromMinor === toMinor ? `a patch within ${toMinor}` : `from ${fromMinor} to ${toMinor}, its neighbour`;
  const variable = globalVariables([from], to)[0];
  const says = variable === undefined ? step : `${step}; ${variable.why}: the run sets it and gives it back`;
  return { verdict: "allowed", says, source: variable?.source ?? CONSECUTIVE, remedy: "" };
}

function isBroken(way: WayBack, from: string, fromMinor: string, to: string, toMinor: string): boolean {
  if (toMinor !== way.toMinor || !isBelow(to, way.toAtLeast)) return false;
  if (way.fromAtLeast !== null && isBelow(from, way.fromAtLeast)) return false;
  // Whoever may not go back from one minor may not from a later one either.
  return way.fromMinor === way.toMinor ? fromMinor === way.fromMinor : !isBelow(fromMinor, way.fromMinor);
}

/** The minors between two, in the order in which they are passed; null where one is not known. */
function leftOut(fromMinor: string, toMinor: string): readonly string[] | null {
  if (fromMinor === toMinor) return [];
  const from = MINORS.findIndex((known) => known === fromMinor);
  const to = MINORS.findIndex((known) => known === toMinor);
  if (from < 0 || to < 0) return null;
  return from < to ? MINORS.slice(from + 1, to) : MINORS.slice(to + 1, from).toReversed();
}

// ------------------------------------------------------------------------------------------------ global variables

/** A variable that must stand otherwise while two versions run side by side. */
export type NeededVariable = {
  readonly name: string;
  readonly value: string;
  readonly why: string;
  readonly source: string;
};

/** What a run from these versions to that one has to set. Up or down, the same two run side by side meanwhile. */
export function globalVariables(from: readonly string[], to: string): readonly NeededVariable[] {
  const pairs = from.filter((version) => compareVersions(version, to) !== null);
  const meets34 = (a: string, b: string): boolean =>
    minorOf(a) === "3.4" && isBelow(a, "3.4.10") && minorOf(b) === "3.5";
  return [
    ...(pairs.some((version) => meets34(version, to) || meets34(to, version))
      ? [
          {
            name: "cbo_enable_low_cardinality_optimize",
            value: "false",
            why: "3.4 before 3.4.10 and 3.5 run side by side only with cbo_enable_low_cardinality_optimize = false",
            source: NOTES,
          },
        ]
      : []),
    ...(pairs.some((version) => minorOf(version) === "4.0" && minorOf(to) === "3.5")
      ? [
          {
            name: "enable_rewrite_simple_agg_to_meta_scan",
            value: "false",
            why: "4.0 goes back to 3.5 only with enable_rewrite_simple_agg_to_meta_scan = false",
            source: DOWNGRADE,
          },
        ]
      : []),
  ];
}

function isBelow(a: string, b: string): boolean {
  return (compareVersions(a, b) ?? 0) < 0;
}

/** The Java that an FE of this version needs at least: start_fe.sh, 3.1 to 3.5 (facts, 3.5). */
export function javaNeeded(version: string): number {
  if (!isBelow(version, "3.5")) return 17;
  return isBelow(version, "3.3") ? 8 : 11;
}

/**
 * A leader of these versions hands its leadership over inside `-g`, which can let two transactions publish the same
 * version and lose data (#69639): 3.4.2 to 3.5.14, and the 4.0 builds before the fix; 4.0.7 was seen to do it.
 */
export function leaderHandsOver(version: string | null): boolean {
  if (version === null) return true;
  const within = (from: string, to: string): boolean => !isBelow(version, from) && !isBelow(to, version);
  return within("3.4.2", "3.5.14") || within("4.0.0", "4.0.7");
}
