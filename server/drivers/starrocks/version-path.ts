/**
 * Which versions may follow which. Data with a source, because it changes with every release: facts 5.1, from
 * docs/en/deployment/upgrade.md, downgrade.md and the release notes as of January 2026.
 */
import { compareVersions, minorOf } from "#lib/cluster/version.ts";

export type PathVerdict = {
  readonly verdict: "allowed" | "warned" | "forbidden";
  readonly says: string;
  readonly source: string;
};

type Rule = {
  readonly fromMinor: string;
  readonly toMinor: string;
  /** Applies from this version on; null: always. */
  readonly fromAtLeast: string | null;
  readonly fromBelow: string | null;
  /** Broken by a target below this. */
  readonly toAtLeast: string | null;
  readonly verdict: "warned" | "forbidden";
  readonly says: string;
  readonly source: string;
};

const DOWNGRADE = "docs/en/deployment/downgrade.md and release notes, January 2026";
const NOTES = "release notes, January 2026";

const rule = (fromMinor: string, toMinor: string, rest: Partial<Rule> & Pick<Rule, "says" | "source">): Rule => ({
  fromMinor,
  toMinor,
  fromAtLeast: null,
  fromBelow: null,
  toAtLeast: null,
  verdict: "forbidden",
  ...rest,
});

const RULES: readonly Rule[] = [
  rule("3.5", "3.5", {
    fromAtLeast: "3.5.2",
    toAtLeast: "3.5.2",
    says: "3.5.2 and later never go back to 3.5.0 or 3.5.1",
    source: NOTES,
  }),
  rule("3.5", "3.4", { toAtLeast: "3.4.6", says: "3.5 goes back only to 3.4.6 or later", source: DOWNGRADE }),
  rule("3.4", "3.3", { toAtLeast: "3.3.9", says: "3.4 goes back only to 3.3.9 or later", source: DOWNGRADE }),
  rule("3.3", "3.2", {
    fromAtLeast: "3.3.9",
    toAtLeast: "3.2.11",
    says: "3.3.9 and later go back only to 3.2.11 or later",
    source: DOWNGRADE,
  }),
  rule("3.3", "3.2", { toAtLeast: "3.2.3", says: "3.3 never goes back to 3.2.0, 3.2.1 or 3.2.2", source: DOWNGRADE }),
  rule("4.0", "3.5", { toAtLeast: "3.5.2", says: "4.0 goes back only to 3.5.2 or later", source: DOWNGRADE }),
  rule("4.1", "4.0", { toAtLeast: "4.0.6", says: "4.1 goes back only to 4.0.6 or later", source: DOWNGRADE }),
  rule("3.4", "3.5", {
    fromBelow: "3.4.10",
    verdict: "warned",
    says: "from 3.4 go by way of 3.4.10 or later, or SET GLOBAL cbo_enable_low_cardinality_optimize = false while both versions run",
    source: NOTES,
  }),
];

const BAD_BUILDS: Readonly<Record<string, string>> = {
  "4.1.0": "the container image of 4.1.0 is faulty (StarRocks/starrocks #71825)",
};

const CONSECUTIVE = "docs/en/deployment/upgrade.md, January 2026: minor versions one after the other";
/** The minor versions in their order: 4.0 follows 3.5. */
const MINORS = ["2.5", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "4.0", "4.1"] as const;

export function judgePath(from: string, to: string): PathVerdict {
  const order = compareVersions(from, to);
  const [fromMinor, toMinor] = [minorOf(from), minorOf(to)];
  if (order === null || fromMinor === null || toMinor === null) {
    return { verdict: "warned", says: `${from} or ${to} is no version that can be ordered`, source: CONSECUTIVE };
  }
  const bad = Object.entries(BAD_BUILDS).find(([build]) => compareVersions(build, to) === 0);
  if (bad !== undefined) return { verdict: "warned", says: bad[1], source: "issue thread, 2026" };
  const broken = RULES.filter((entry) => isBroken(entry, from, fromMinor, to, toMinor));
  const worst = broken.find((entry) => entry.verdict === "forbidden") ?? broken[0];
  if (worst !== undefined) return { verdict: worst.verdict, says: worst.says, source: worst.source };
  const distance = Math.abs(indexOf(fromMinor) - indexOf(toMinor));
  if (fromMinor !== toMinor && distance !== 1) {
    return {
      verdict: "warned",
      says: `${fromMinor} to ${toMinor} leaves out minor versions between them`,
      source: CONSECUTIVE,
    };
  }
  const step = fromMinor === toMinor ? `a patch within ${toMinor}` : `from ${fromMinor} to ${toMinor}, its neighbour`;
  return { verdict: "allowed", says: step, source: CONSECUTIVE };
}

function indexOf(minor: string): number {
  const index = MINORS.findIndex((known) => known === minor);
  return index < 0 ? Number.POSITIVE_INFINITY : index;
}

function isBroken(entry: Rule, from: string, fromMinor: string, to: string, toMinor: string): boolean {
  if (entry.fromMinor !== fromMinor || entry.toMinor !== toMinor) return false;
  if (entry.fromAtLeast !== null && below(from, entry.fromAtLeast)) return false;
  if (entry.fromBelow !== null && !below(from, entry.fromBelow)) return false;
  return entry.toAtLeast === null || below(to, entry.toAtLeast);
}

function below(a: string, b: string): boolean {
  return (compareVersions(a, b) ?? 0) < 0;
}

/**
 * A leader of these versions hands its leadership over inside `-g`, which can let two transactions publish the same
 * version and lose data (#69639): 3.4.2 to 3.5.14, and the 4.0 builds before the fix; 4.0.7 was seen to do it.
 */
export function leaderHandsOver(version: string | null): boolean {
  if (version === null) return true;
  const within = (from: string, to: string): boolean => !below(version, from) && !below(to, version);
  return within("3.4.2", "3.5.14") || within("4.0.0", "4.0.7");
}
