/** Why mutants survive that no test tells from the code: the kinds, and what belongs to each. */

/** `place` is path:line:column, `line` the source line, `code` what stood there, `change` what stands in its place. */
export type Survivor = {
  readonly place: string;
  readonly line: string;
  readonly code: string;
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
  {
    kind: "Asked twice on purpose",
    why: "What another guard has ruled out already, in another file or a line above: taken away, the other one still holds.",
    is: ({ place, line }) =>
      (place.includes("phases/drain.ts") && line.includes("emptyAsOfMs === null || emptyAsOfMs < sinceMs")) ||
      (place.includes("accept-request.ts") && line.includes('held?.why !== "topologyChanged"')),
  },
  {
    kind: "Questions that only the type checker asks",
    why: "Before a field is read it is asked which kind of value has it; of the other kinds the field is absent, and says the same.",
    is: ({ code, change }) => change === "true" && /^[\w?.]+\.at === "(phase|paused|ended|puttingBack)"$/.test(code),
  },
  {
    kind: "Numbers that come out the same",
    why: "How far a series is followed, and at which end it stops, moves the bound of a probe by less than is shown of it; the ends themselves are never asked for.",
    is: ({ place, line }) =>
      place.includes("probe.ts") && /halvings|MAX_TERMS|TINY|1e-15|z < 15|x <= 0|x >= 1|failed >= sent/.test(line),
  },
];

export function kindOf(survivor: Survivor): string | null {
  return KINDS.find(({ is }) => is(survivor))?.kind ?? null;
}
