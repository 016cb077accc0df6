import { describe, expect, it } from "vitest";
import { BREACHES } from "./breaches.ts";
import { playMany } from "./many.ts";
import { ALL_RULES } from "./rules.ts";
import { playScript } from "./script.ts";
import { simulate } from "./simulate.ts";

const SEEDS = Array.from({ length: 40 }, (_, index) => 20_261_121 + index);

describe("the simulator", () => {
  it("plays histories whose faults break none of the eleven rules", async () => {
    const { failures, faults, endings } = await playMany(1, 300);
    expect(failures).toEqual([]);
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
