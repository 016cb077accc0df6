/** Two plans beside each other, line by line, as people say it: only what differs. */
import type { PlanFile } from "#lib/wire/plan-file.ts";
import { policyOfFile } from "#lib/wire/plan-file.ts";
import { limit } from "#components/format.ts";
import { msg, t } from "#components/language/t.ts";
import { policyLines } from "#components/run/policy-changes.ts";
import { joined, KIND_NAMES } from "#components/run/words.ts";

export type Difference = { readonly title: string; readonly one: string; readonly other: string };

type Line = { readonly title: string; readonly words: (plan: PlanFile) => string };

export function differences(one: PlanFile, other: PlanFile): readonly Difference[] {
  return [...lineDifferences(one, other), ...nodeDifferences(one, other), ...exitDifferences(one, other)];
}

const seconds = (value: number | null): string => (value === null ? t("none") : limit(value * 1000));

const LINES: readonly Line[] = [
  { title: msg("What"), words: ({ kind }) => t(KIND_NAMES[kind]) },
  { title: msg("Version"), words: ({ targetVersion }) => targetVersion ?? t("as it is") },
  { title: msg("Why"), words: ({ reason }) => (reason === "" ? t("not said") : reason) },
  { title: msg("Drain limit"), words: ({ drainLimitS }) => seconds(drainLimitS) },
  {
    title: msg("Exit of the leader"),
    words: ({ leaderExit }) => (leaderExit === "graceful" ? t("graceful") : t("plain")),
  },
  { title: msg("Isolation"), words: ({ isolate }) => (isolate ? t("on") : t("off, to measure")) },
  ...policyLines.map(({ title, words }): Line => ({ title, words: (plan) => words(policyOfFile(plan)) })),
];

function lineDifferences(one: PlanFile, other: PlanFile): readonly Difference[] {
  return LINES.flatMap(({ title, words }) => {
    const pair = { title: t(title), one: words(one), other: words(other) };
    return pair.one === pair.other ? [] : [pair];
  });
}

/** Who is taken at all, and then the order of those that both take. */
function nodeDifferences(one: PlanFile, other: PlanFile): readonly Difference[] {
  const mine = takenBy(one);
  const theirs = takenBy(other);
  const isKnown = mine !== null && theirs !== null;
  const only = (own: readonly string[], rest: readonly string[]): string =>
    joined(own.filter((id) => !rest.includes(id))) || t("no others");
  const taken: readonly Difference[] = !isKnown
    ? describe(one) === describe(other)
      ? []
      : [{ title: t("Nodes"), one: describe(one), other: describe(other) }]
    : sameSet(mine, theirs)
      ? []
      : [{ title: t("Nodes only here"), one: only(mine, theirs), other: only(theirs, mine) }];
  const [first, second] = [one.order, other.order];
  const common = (order: readonly string[], rest: readonly string[]): readonly string[] =>
    order.filter((id) => rest.includes(id));
  const orders = [common(first, second), common(second, first)] as const;
  const isSame = orders[0].every((id, index) => id === orders[1][index]);
  return isSame
    ? taken
    : [...taken, { title: t("Order"), one: orders[0].join(t(", ")), other: orders[1].join(t(", ")) }];
}

/** Null where the file leaves it to the cluster, and names none. */
function takenBy({ nodes, order }: PlanFile): readonly string[] | null {
  if (nodes !== "all") return nodes;
  return order.length === 0 ? null : order;
}

function describe({ nodes }: PlanFile): string {
  return nodes === "all" ? t("all that need it") : joined(nodes);
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each) => b.includes(each));
}

function exitDifferences(one: PlanFile, other: PlanFile): readonly Difference[] {
  const keys = [...new Set([...Object.keys(one.exitLimitS), ...Object.keys(other.exitLimitS)])].toSorted();
  return keys.flatMap((key) => {
    const words = (plan: PlanFile): string => {
      const value = plan.exitLimitS[key];
      return value === undefined ? t("as configured") : seconds(value);
    };
    const pair = { title: t("Exit limit, {of}", { of: key }), one: words(one), other: words(other) };
    return pair.one === pair.other ? [] : [pair];
  });
}
