import { describe, expect, it } from "vitest";
import { statusOf } from "#lib/cluster/status.ts";
import { clusterView, NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { firstView } from "./first-view.ts";
import { UNNUMBERED } from "./live.ts";

const crowd = (many: number) => ({
  seq: UNNUMBERED,
  state: clusterView(Array.from({ length: many }, (_, i) => nodeView(`be-${i}`, { isolated: i % 2 === 0 }))),
});

describe("what a page shows first of a crowd", () => {
  it("says the same of every node's status in half as many words", () => {
    const whole = crowd(80);
    const lean = firstView(whole);
    for (const [id, view] of Object.entries(whole.state.nodes)) {
      const before = statusOf(view.observation, null, NOW_MS);
      const after = statusOf(lean.state.nodes[id]?.observation ?? view.observation, null, NOW_MS);
      expect({ ...after, disagreement: null }).toEqual({ ...before, disagreement: null });
    }
    expect(JSON.stringify(lean).length).toBeLessThan(0.9 * JSON.stringify(whole).length);
  });

  it("is the whole of a small cluster", () => {
    const small = crowd(9);
    expect(firstView(small)).toBe(small);
  });
});
