/** Why mutants survive that no test tells from the code: the kinds, and what belongs to each. */

/** `place` is path:line:column, `line` the source there, `change` what stands in its place. */
export type Survivor = {
  readonly place: string;
  readonly line: string;
  readonly mutator: string;
  readonly change: string;
};

type Kind = { readonly kind: string; readonly why: string; readonly is: (one: Survivor) => boolean };

export const KINDS: readonly Kind[] = [
  {
    kind: "Branches that the types rule out",
    why: "`default` of a switch over every case, and what follows an `invariant`: no value gets there.",
    is: ({ line }) => line.startsWith("default:") || line.includes("satisfies never") || line.startsWith("invariant("),
  },
  {
    kind: "The guard against going round in circles",
    why: "A run that does not come to rest within a thousand moves is a bug; no history gets near, so its exact end cannot be told.",
    is: ({ line, place }) =>
      place.includes("decide.ts") && (line.includes("MAX_MOVES") || line === "return { events, wakeAtMs: null };"),
  },
];

export function kindOf(survivor: Survivor): string | null {
  return KINDS.find(({ is }) => is(survivor))?.kind ?? null;
}
