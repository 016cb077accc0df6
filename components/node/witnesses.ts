/** Who says what of a node, each for itself: its words, where they were said, and how old they are. Nothing is averaged. */
import type { Observation, Witness } from "#lib/cluster/observation.ts";

export type Statement = {
  /** "process up", "admission accepting" */
  readonly about: string;
  readonly says: string;
  /** In the witness's own words, with where it said them. */
  readonly said: string;
  readonly atMs: number;
};

export type WitnessColumn = {
  readonly witness: Witness;
  readonly title: string;
  readonly statements: readonly Statement[];
};

const TITLES: Readonly<Record<Witness, string>> = {
  controlPlane: "Control plane",
  node: "The node itself",
  process: "Its process",
  router: "Its routers",
};

const WITNESSES: readonly Witness[] = ["controlPlane", "node", "process", "router"];

/** All four stand there always: one that is silent says so. */
export function witnessColumns(observation: Observation): readonly WitnessColumn[] {
  return WITNESSES.map((witness) => ({
    witness,
    title: TITLES[witness],
    statements: statementsOf(observation, witness),
  }));
}

function statementsOf(
  { process, admission, routing, identity, version }: Observation,
  witness: Witness,
): readonly Statement[] {
  const by = <T extends { readonly witness: Witness }>(facts: readonly T[]): readonly T[] =>
    facts.filter((fact) => fact.witness === witness);
  return [
    ...by(process).map((fact) => ({
      about: "process",
      says: fact.value,
      said: fact.said,
      // A row about a node that is gone stands still: when it was told is what can be old.
      atMs: fact.value === "gone" ? fact.seenAtMs : fact.asOfMs,
    })),
    ...by(admission).map((fact) => ({ about: "new work", says: fact.value, said: fact.said, atMs: fact.asOfMs })),
    ...by(identity === null ? [] : [identity]).map((fact) => ({
      about: "started",
      says: fact.value,
      said: fact.said,
      atMs: fact.asOfMs,
    })),
    ...by(version === null ? [] : [version]).map((fact) => ({
      about: "version",
      says: fact.value,
      said: fact.said,
      atMs: fact.asOfMs,
    })),
    ...(witness === "router"
      ? routing.map((route) => ({
          about: route.router,
          says: `${route.state === "in" ? "sends work" : "sends no work"}${route.kind === "" ? "" : ` (${route.kind})`}`,
          said: "",
          atMs: route.asOfMs,
        }))
      : []),
  ];
}
