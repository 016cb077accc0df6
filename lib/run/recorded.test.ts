import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { history, WIDE } from "./testing/history.ts";
import { recordingOf } from "./testing/recording.ts";
import { world } from "./testing/world.ts";

/**
 * Histories at random, the same ones always, and what the core decided in them, line by line. Whoever changes a rule records
 * them anew (`npx vitest run --project unit lib/run/recorded -u`) and reads in the diff what became of his change.
 */
const MANY = 40;
const SEED = 20_261_121;
/** Of these several nodes are taken at once. */
const MANY_WIDE = 8;

describe("a history that was recorded", () => {
  const all = fc.sample(fc.tuple(history, world), { numRuns: MANY, seed: SEED });
  for (const [index, [h, w]] of all.entries()) {
    const name = String(index + 1).padStart(2, "0");
    it(`is decided as it was: ${name}, ${h.kind}`, async () => {
      await expect(recordingOf({ ...h, asks: h.asks.slice(0, 5) }, w)).toMatchFileSnapshot(
        `testing/recorded/${name}-${h.kind}.txt`,
      );
    });
  }

  const wide = fc.sample(fc.tuple(history, world), { numRuns: MANY_WIDE, seed: SEED + 1 });
  for (const [index, [h, w]] of wide.entries()) {
    const role = index % 2 === 0 ? "cn" : "be";
    const nodes = WIDE.filter((node) => node.role === role).slice(0, 4);
    it(`of a batch is decided as it was: ${index + 1}, ${h.kind} of ${nodes.length} ${role}s, two at once`, async () => {
      await expect(recordingOf({ ...h, asks: h.asks.slice(0, 5) }, w, { nodes, atOnce: 2 })).toMatchFileSnapshot(
        `testing/recorded/batch-${index + 1}-${h.kind}-${role}.txt`,
      );
    });
  }
});
