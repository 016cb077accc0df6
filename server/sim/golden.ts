/** Journals as today's console writes them, to be kept: every later one has to read them, and to end where they ended. */
import type { Actor } from "#lib/run/actor.ts";
import { playScript } from "./script.ts";
import { simulate } from "./simulate.ts";
import type { Stage } from "./stage.ts";
import { WORKFLOWS } from "./workflows.ts";

export type Kept = { readonly seq: number; readonly atMs: number; readonly actor: Actor; readonly event: unknown };
export type Golden = { readonly name: string; readonly journal: readonly Kept[] };

const START_MS = 1_798_000_000_000;

/** `seed`: of a history with holds and faults. */
export async function goldenJournals(seed: number): Promise<readonly Golden[]> {
  const kept: Golden[] = [];
  for (const [name, script] of Object.entries(WORKFLOWS)) {
    let stage: Stage | null = null;
    await playScript(script, { startMs: START_MS, prepare: (one) => (stage = one) });
    kept.push({ name: name.replaceAll(/[ ,]+/g, "-"), journal: await lastRun(stage) });
  }
  let stage: Stage | null = null;
  await simulate(seed, { prepare: (one) => (stage = one) });
  return [...kept, { name: "holds-and-faults", journal: await lastRun(stage) }];
}

async function lastRun(stage: Stage | null): Promise<readonly Kept[]> {
  if (stage === null) return [];
  const streams = await stage.journal.streams("run/");
  const last = streams.at(-1);
  return last === undefined ? [] : stage.journal.read(last, 0);
}
