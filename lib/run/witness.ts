import { FRESH_MS, isFresh } from "../cluster/freshness.ts";
import { factBy, type Observation, type Route, type Witness } from "../cluster/observation.ts";
import type { StepScene } from "./move.ts";

/** What one witness says of the process since a moment. `old`: it speaks, but of a time before; `silent`: it does not. */
export type Testimony = {
  readonly witness: Witness;
  readonly says: "gone" | "exiting" | "up" | "old" | "silent";
  readonly said: string;
};

export function observationOf({ facts, step }: StepScene): Observation | null {
  return facts.observations.get(step.plan.nodeId) ?? null;
}

/**
 * Every witness that can speak for the node, asked about its process. "Gone" counts by when we were told; "up" counts
 * by when it was so, for a control plane repeats its last heartbeat until it gives the node up (StarRocks: 15 to 25 s).
 */
export function testimonies(scene: StepScene, sinceMs: number): readonly Testimony[] {
  const facts = observationOf(scene)?.process ?? [];
  return scene.step.plan.witnesses.map((witness) => {
    const fact = factBy(facts, witness);
    if (fact === null || scene.nowMs - fact.seenAtMs > FRESH_MS) return { witness, says: "silent", said: "" };
    const counts = fact.value === "gone" ? fact.seenAtMs >= sinceMs : fact.asOfMs >= sinceMs;
    return { witness, says: counts ? fact.value : "old", said: fact.said };
  });
}

/** Silence is not a witness (rule 2), and nobody is nobody. */
export function allSayGone(said: readonly Testimony[]): boolean {
  return said.length > 0 && said.every(({ says }) => says === "gone");
}

export function inWords(said: readonly Testimony[]): string {
  return said
    .map(({ witness, says, said }) => `${NAMES[witness]}: ${says}${said === "" ? "" : ` (${said})`}`)
    .join("; ");
}

const NAMES: Readonly<Record<Witness, string>> = {
  controlPlane: "control plane",
  node: "the node itself",
  process: "its process",
  router: "its router",
};

/** The identity of a process that is not the one the step began with: somebody, or something, started it anew. */
export function newIdentity(scene: StepScene, sinceMs: number): string | null {
  const before = scene.step.before?.identity ?? null;
  const seen = observationOf(scene)?.identity ?? null;
  if (before === null || seen === null || seen.seenAtMs < sinceMs || !isFresh(seen, scene.nowMs)) return null;
  return seen.value === before ? null : seen.value;
}

/** Routes as read after a moment, and young enough to speak of now. */
export function routesSince(
  scene: StepScene,
  sinceMs: number,
): { readonly all: readonly Route[]; readonly read: boolean } {
  const all = observationOf(scene)?.routing ?? [];
  const read = all.length > 0 && all.every(({ asOfMs }) => asOfMs >= sinceMs && scene.nowMs - asOfMs <= FRESH_MS);
  return { all, read };
}

export function routeWords(routes: readonly Route[]): string {
  return routes.map(({ router, state, kind }) => `${router}: ${state}${kind === "" ? "" : ` ${kind}`}`).join(", ");
}
