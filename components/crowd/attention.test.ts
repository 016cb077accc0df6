import { describe, expect, it } from "vitest";
import type { NodeView } from "#lib/wire/views.ts";
import { nodeRow } from "#components/cluster/node-rows.ts";
import { NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { began, runWith, upgradePlan } from "#components/testing/plan.ts";
import { attentionOf, usualOf } from "./attention.ts";

const FELLOWS = Array.from({ length: 20 }, (_, i) => nodeView(`be-${10 + i}`, { count: 60 + i }));

function said(view: NodeView, run: Parameters<typeof attentionOf>[2] = null): string | null {
  const rows = [view, ...FELLOWS].map((each) => nodeRow(each, run, NOW_MS));
  const [row] = rows;
  return row === undefined ? null : (attentionOf(row, usualOf(rows), run, NOW_MS)?.text ?? null);
}

const changed = (view: NodeView, change: Partial<NodeView["observation"]>): NodeView => ({
  ...view,
  observation: { ...view.observation, ...change },
});

describe("what asks for a look", () => {
  it("is nothing where a node is as its fellows are", () => {
    expect(said(nodeView("be-01", { count: 70 }))).toBeNull();
  });

  it("is a loss that nobody planned, with when it was heard last", () => {
    expect(said(nodeView("be-01", { process: "gone" }))).toBe("last heard 0 s ago");
  });

  it("is a node that nobody tells of, and one that only the control plane still calls well", () => {
    expect(said(nodeView("be-01", { seenAtMs: NOW_MS - 42_000 }))).toBe("OK was its last word");
    const silent = changed(nodeView("be-01", { count: 70 }), { unanswered: { sinceMs: NOW_MS - 42_000, polls: 20 } });
    expect(said(silent)).toBe("OK by the control plane; it has not answered for 42 s");
  });

  it("is work far above the role's median, a full disk, another version; the worst of them first", () => {
    expect(said(nodeView("be-01", { count: 241 }))).toBe("in flight 3.4 times the BE median of 70");
    const full = changed(nodeView("be-01", { count: 241, version: "4.0.6-a" }), { diskPct: 93 });
    expect(said(full)).toBe(
      "fullest disk 93 %; in flight 3.4 times the BE median of 70; version 4.0.6, 20 others run 4.0.7",
    );
  });

  it("is no other version while a run changes versions, and what a run does with a node", () => {
    const run = runWith(upgradePlan(["be-01"]), ...began("be-01", "gate", "check", "isolate", "drain"));
    expect(said(nodeView("be-01", { count: 70, version: "4.0.6-a" }), run)).toBe("Draining for run 0231");
    expect(said(nodeView("be-02", { count: 70, version: "4.0.8-a" }), run)).toBeNull();
  });
});
