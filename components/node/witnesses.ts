/** Who says what of a node, each for itself: its words, where they were said, and how old they are. Nothing is averaged. */
import type { Observation, Witness } from "#lib/cluster/observation.ts";
import { msg, t } from "#components/language/t.ts";

/** What was said in one breath: the facts that it holds, the witness's own words with their place, and the time. */
export type Statement = {
  readonly facts: readonly { readonly about: string; readonly says: string }[];
  readonly said: string;
  readonly atMs: number;
};

export type WitnessColumn = {
  readonly witness: Witness;
  readonly title: string;
  readonly statements: readonly Statement[];
};

const TITLES: Readonly<Record<Witness, string>> = {
  controlPlane: msg("Control plane"),
  node: msg("The node itself"),
  process: msg("Its process"),
  router: msg("Its routers"),
};

const WITNESSES: readonly Witness[] = ["controlPlane", "node", "process", "router"];

/** All four stand there always: one that is silent says so. */
export function witnessColumns(observation: Observation): readonly WitnessColumn[] {
  return WITNESSES.map((witness) => ({
    witness,
    title: t(TITLES[witness]),
    statements: inOneBreath(saidBy(observation, witness)),
  }));
}

type Said = { readonly about: string; readonly says: string; readonly said: string; readonly atMs: number };

function saidBy({ process, admission, routing, identity, version }: Observation, witness: Witness): readonly Said[] {
  if (witness === "router") {
    const byName = routing.toSorted((a, b) => (a.router < b.router ? -1 : 1));
    return byName.map(({ router, state, kind, asOfMs }) => ({
      about: router,
      says: `${t(state === "in" ? "sends work" : "sends no work")}${kind === "" ? "" : ` (${kind})`}`,
      said: "",
      atMs: asOfMs,
    }));
  }
  const named = [
    // A row about a node that is gone stands still: when it was told is what can be old.
    ...process.map((fact) => ({
      ...fact,
      about: t("process"),
      atMs: fact.value === "gone" ? fact.seenAtMs : fact.asOfMs,
    })),
    ...admission.map((fact) => ({ ...fact, about: t("new work"), atMs: fact.asOfMs })),
    ...(identity === null ? [] : [{ ...identity, about: t("identity"), atMs: identity.asOfMs }]),
    ...(version === null ? [] : [{ ...version, about: t("version"), atMs: version.asOfMs }]),
  ];
  return named
    .filter((fact) => fact.witness === witness)
    .map(({ about, value, said, atMs }) => ({ about, says: wordOf(value), said, atMs }));
}

/** Our own words for states; an identity or a version is nobody's word. */
const STATES: Readonly<Record<string, string>> = {
  up: msg("up"),
  exiting: msg("exiting"),
  gone: msg("gone"),
  accepting: msg("accepting"),
  refusing: msg("refusing"),
};

function wordOf(value: string): string {
  return Object.hasOwn(STATES, value) ? t(STATES[value] ?? value) : value;
}

/** The same words at the same moment stand once. */
function inOneBreath(all: readonly Said[]): readonly Statement[] {
  const groups = new Map<string, Said[]>();
  for (const each of all) {
    const key = `${each.atMs} ${each.said}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined
      ? []
      : [{ facts: group.map(({ about, says }) => ({ about, says })), said: first.said, atMs: first.atMs }];
  });
}
