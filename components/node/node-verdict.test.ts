import { describe, expect, it } from "vitest";
import type { Run } from "#lib/run/state.ts";
import type { NodeView } from "#lib/wire/views.ts";
import { nodeRow } from "#components/cluster/node-rows.ts";
import { NOW_MS, nodeView } from "#components/testing/cluster.ts";
import { began, runWith, upgradePlan } from "#components/testing/plan.ts";
import { nodeVerdict, type NodeVerdictFacts } from "./node-verdict.ts";

const LIVE = { at: "live", ageMs: 400, dataAtMs: NOW_MS - 400, console: "open" } as const;

function said(view: NodeView, run: Run | null, change: Partial<NodeVerdictFacts> = {}): string {
  const facts = { row: nodeRow(view, run, NOW_MS), run, fresh: LIVE, emptyAtMs: null, nowMs: NOW_MS, ...change };
  const { verdict, reason } = nodeVerdict(facts);
  return `${verdict} ${reason}`;
}

const be = nodeView("be-02");
const taken = (...phases: Parameters<typeof began>[1][]): Run =>
  runWith(upgradePlan(["be-02", "be-03"]), ...began("be-02", "gate", "check", "isolate", ...phases));

describe("the verdict on a node", () => {
  it("says that it serves and what it carries, and who takes it next", () => {
    expect(said(be, null)).toBe("Serving. 240 in flight, 100/s.");
    expect(said(nodeView("be-03"), taken("drain"))).toBe(
      "Serving. 240 in flight, 100/s. Run 0231 takes it after be-02.",
    );
  });

  it("says how much is left, the pace, and how far the limit is from it, by its own name", () => {
    const run = taken("drain");
    expect(said(be, run)).toMatch(/^Draining for run 0231\. .*left, its drain limit in 2 m 00 s\.$/);
    expect(said(be, run, { emptyAtMs: NOW_MS + 14_000 })).toMatch(
      /empty in about 14 s, 1 m 46 s before its drain limit\.$/,
    );
    expect(said(be, taken("drain", "exit"))).toMatch(/^Exiting for run 0231\./);
  });

  it("says first what is not known: a lost console, a silent control plane, witnesses that disagree", () => {
    expect(said(be, null, { fresh: { ...LIVE, console: "lost" } })).toMatch(/^This browser has lost the console\./);
    expect(said(be, taken("drain"), { fresh: { ...LIVE, at: "lost" } })).toMatch(/^No data since 02:24:04\./);
    expect(said(nodeView("be-02", { seenAtMs: NOW_MS - 42_000 }), null)).toBe(
      "Nobody has told anything since 02:23:23. What it does now is not known.",
    );
  });

  it("calls a loss that nobody planned by its name", () => {
    expect(said(nodeView("be-02", { process: "gone" }), null)).toMatch(
      /^DISCONNECTED, not planned\. .*No run took it out\.$/,
    );
  });

  it("asks for the person whom the run waits for", () => {
    const held = runWith(upgradePlan(["be-02"]), ...began("be-02", "gate", "check", "isolate", "drain"), {
      type: "HoldBegan",
      nodeId: "be-02",
      reason: { why: "drainLimit" },
    });
    expect(said(be, held)).toMatch(/^It waits for a person\. Its drain limit is past and work is left\. Since /);
    expect(said(be, runWith(upgradePlan(["be-02"]), ...began("be-02", "gate")))).toMatch(/^It waits for approval\./);
  });
});
