import { describe, expect, it } from "vitest";
import { evolve } from "#lib/run/evolve/evolve.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";
import { invariant } from "#lib/util/invariant.ts";
import { recordedRunEvent } from "#lib/wire/journal.ts";
import { BREACHES } from "./breaches.ts";
import { playMany } from "./many.ts";
import { ALL_RULES } from "./rules.ts";
import { playScript } from "./script.ts";
import { simulate } from "./simulate.ts";
import type { Stage } from "./stage.ts";

const SEEDS = Array.from({ length: 40 }, (_, index) => 20_261_121 + index);

describe("the simulator", () => {
  it("plays histories whose faults break none of the eleven rules", async () => {
    const { failures, faults, acts, endings } = await playMany(1, 300);
    expect(failures).toEqual([]);
    expect(acts["note"]).toBeGreaterThan(5);
    expect(faults["killed"]).toBeGreaterThan(50);
    expect(Object.keys(faults).length).toBeGreaterThan(25);
    expect(Object.keys(endings).length).toBeGreaterThan(5);
  });

  it("tells the same story for the same seed, to the letter, and another for another", async () => {
    const hashes = new Set<number>();
    for (const seed of SEEDS.slice(0, 10)) {
      const first = await simulate(seed, { keepLog: true });
      const second = await simulate(seed, { keepLog: true });
      expect(second.lines).toEqual(first.lines);
      expect(second.hash).toBe(first.hash);
      expect((await simulate(seed)).hash).toBe(first.hash);
      hashes.add(first.hash);
    }
    expect(hashes.size).toBe(10);
  });
});

describe("what people noted", () => {
  it("[A19] leaves no trace in a run: after a note it stands as it stood before", async () => {
    let notes = 0;
    for (const seed of SEEDS) {
      for (const journal of await journalsOf(seed)) {
        let run: Run | null = null;
        for (const recorded of journal) {
          const next: Run | null = evolve(run, recorded);
          if (recorded.event.type === "NoteAdded") {
            expect({ ...next, seq: 0, updatedAtMs: 0 }).toEqual({ ...run, seq: 0, updatedAtMs: 0 });
            notes += 1;
          }
          run = next;
        }
      }
    }
    expect(notes).toBeGreaterThan(0);
  });
});

async function journalsOf(seed: number): Promise<readonly (readonly Recorded<RunEvent>[])[]> {
  const stages: Stage[] = [];
  await simulate(seed, { prepare: (stage) => stages.push(stage) });
  const [stage] = stages;
  invariant(stage !== undefined, "a history has its stage");
  const streams = await stage.journal.streams("run/");
  const stored = await Promise.all(streams.map((stream) => stage.journal.read(stream, 0)));
  return stored.map((journal) => journal.map((one) => recordedRunEvent.parse(one)));
}

describe("a planted breach", () => {
  for (const rule of ALL_RULES) {
    const { what, plant, script } = BREACHES[rule];
    it(`of ${rule} is caught by its name: ${what}`, async () => {
      if (script !== null) {
        expect((await playScript(script)).breaches).toEqual([]);
        const planted = await playScript(script, { plant });
        expect(planted.breaches.map((breach) => breach.rule)).toContain(rule);
        return;
      }
      const caught: string[] = [];
      for (const seed of SEEDS) {
        const { breaches } = await simulate(seed, { plant });
        caught.push(...breaches.map((breach) => breach.rule).filter((one) => one === rule));
      }
      expect(caught).toContain(rule);
    });
  }
});
