import { describe, expect, it } from "vitest";
import type { PlanRequest } from "#server/orchestrator/ports.ts";
import { aRequest, POLICY } from "../shared/testing/plans.ts";
import { choose, keepsComputeNodeBlacklist, phasesOf } from "./plan.ts";
import { recordedNode, recordedNodes } from "./testing/nodes.ts";
import type { StarRocksNode } from "./topology.ts";

const request = aRequest({
  kind: "upgrade",
  targetVersion: "4.0.8",
  policy: { ...POLICY, approval: "every", onNoTraffic: "hold" },
  drainLimitMs: 60_000,
});

const backend = recordedNode("192.0.2.12:9050");
const computeNode = recordedNode("192.0.2.21:9050");
const leader = recordedNode("192.0.2.1:9010");

const routed = { ...leader, routers: ["lb"] };

function skipped(
  node: StarRocksNode,
  change: Partial<PlanRequest>,
  blacklist = true,
): Readonly<Record<string, string>> {
  const phases = phasesOf(node, { ...request, ...change }, blacklist);
  return Object.fromEntries(phases.flatMap(({ phase, skip }) => (skip === null ? [] : [[phase, skip]])));
}

describe("which nodes", () => {
  it("a half-done upgrade is a start like any other: nodes on the target are left out", () => {
    const chosen = choose(recordedNodes(), request);
    if (!chosen.ok) throw new Error(chosen.why);
    expect(chosen.value.leftOut.map(({ nodeId }) => nodeId)).toEqual(["be-01", "192.0.2.2:9010"]);
    expect(chosen.value.steps).toHaveLength(7);
  });

  it("refuses what is not there, what runs it already, and the wrong way round", () => {
    expect(choose(recordedNodes(), { ...request, nodeIds: ["be-09"] })).toMatchObject({ ok: false });
    expect(choose(recordedNodes(), { ...request, nodeIds: ["be-01"] })).toMatchObject({
      ok: false,
      why: "every chosen node runs 4.0.8 already",
    });
    expect(choose(recordedNodes(), { ...request, targetVersion: "4.0.6" })).toMatchObject({ ok: false });
  });

  it("stops and drains one node at a time", () => {
    expect(choose(recordedNodes(), { ...request, kind: "drain" })).toMatchObject({ ok: false });
    expect(choose(recordedNodes(), { ...request, kind: "drain", nodeIds: ["be-01"] })).toMatchObject({ ok: true });
  });
});

describe("versions", () => {
  const all = recordedNodes();
  const on = (version: string): readonly StarRocksNode[] => all.map((node) => ({ ...node, version }));
  const why = (nodes: readonly StarRocksNode[], change: Partial<PlanRequest>): string => {
    const chosen = choose(nodes, { ...request, ...change });
    return chosen.ok ? "" : chosen.why;
  };

  it("below 3.3 nothing is touched, whatever is asked, and the reason says so", () => {
    expect(why(on("3.2.16"), { targetVersion: "3.3.14" })).toContain("below 3.3 this console only watches");
    expect(why(on("3.2.16"), { kind: "restart", targetVersion: null })).toContain("only watches");
    expect(why(on("3.3.14"), { kind: "downgrade", targetVersion: "3.2.16" })).toContain("3.2.16 is below 3.3");
  });

  it("an FE below 3.3 is enough: it is FEs that keep work away from a node", () => {
    const mixed = on("3.3.14").map((node) => (node.role === "fe" ? { ...node, version: "3.2.16" } : node));
    expect(why(mixed, { kind: "restart", targetVersion: null, nodeIds: ["be-01"] })).toContain("only watches");
  });

  it("a forbidden path is refused with its rule, its source and the way out", () => {
    const text = why(on("3.5.7"), { kind: "downgrade", targetVersion: "3.4.5" });
    expect(text).toContain("3.5 goes back only to 3.4.6 or later");
    expect(text).toContain("downgrade.md");
    expect(text).toContain("Go back to 3.4.6 or later.");
  });

  it.each([
    ["3.3.14", "3.4.8", "upgrade"],
    ["3.4.8", "3.5.7", "upgrade"],
    ["3.5.7", "4.0.7", "upgrade"],
    ["4.0.7", "3.5.7", "downgrade"],
    ["3.5.7", "3.4.8", "downgrade"],
    ["3.4.8", "3.3.14", "downgrade"],
  ] as const)("%s to %s rolls as an %s", (from, to, kind) => {
    expect(why(on(from), { kind, targetVersion: to })).toBe("");
  });
});

describe("which phases", () => {
  it("a backend goes through all of them in an upgrade", () => {
    expect(skipped(backend, {})).toEqual({});
  });

  it("a restart and a stop change no version", () => {
    expect(Object.keys(skipped(backend, { kind: "restart" }))).toEqual(["upgrade"]);
    expect(Object.keys(skipped(backend, { kind: "stop", nodeIds: [backend.id] }))).toEqual(["upgrade"]);
  });

  it("a drain sends no signal", () => {
    expect(Object.keys(skipped(backend, { kind: "drain" }))).toEqual(
      expect.arrayContaining(["exit", "confirm", "restart"]),
    );
  });

  it("an FE has no blacklist, and its connections do not run out by themselves", () => {
    expect(Object.keys(skipped(leader, {}))).toEqual(["isolate", "drain", "readmit"]);
  });

  it("[S1-16] an FE behind a router is taken out of it first, and its connections run out there", () => {
    expect(skipped(routed, {})).toEqual({});
    expect(Object.keys(skipped(routed, { policy: { ...request.policy, drain: "inside" } }))).toEqual(["drain"]);
    expect(Object.keys(skipped(routed, { isolate: false }))).toEqual(["isolate", "drain"]);
    expect(skipped({ ...routed, alive: false }, {})["isolate"]).toContain("down already");
  });

  it("a compute node under FEs without a blacklist for it drains after the signal", () => {
    expect(Object.keys(skipped(computeNode, {}, true))).toEqual([]);
    expect(skipped(computeNode, {}, false)["drain"]).toContain("after the signal");
  });

  it("compute nodes leave under the FEs that a downgrade takes back before them", () => {
    const downgrade = { ...request, kind: "downgrade", targetVersion: "3.5.7" } as const;
    expect(keepsComputeNodeBlacklist([leader, computeNode], downgrade)).toBe(false);
    expect(keepsComputeNodeBlacklist([computeNode], downgrade)).toBe(true);
    expect(keepsComputeNodeBlacklist([leader, computeNode], { ...downgrade, targetVersion: "4.0.7" })).toBe(true);
    expect(keepsComputeNodeBlacklist([leader, computeNode], request)).toBe(true);
  });

  it("a compute node that neither has a blacklist nor waits says so", () => {
    expect(skipped({ ...computeNode, version: "3.3.14" }, {}, false)["drain"]).toContain("does not wait for its work");
  });

  it("drain inside the exit leaves out the one before it, and switched-off isolation both", () => {
    const inside = { ...request.policy, drain: "inside" } as const;
    expect(Object.keys(skipped(backend, { policy: inside }))).toEqual(["drain"]);
    expect(Object.keys(skipped(backend, { isolate: false }))).toEqual(["isolate", "drain"]);
  });

  it("what is down already is neither isolated nor drained", () => {
    expect(Object.keys(skipped({ ...backend, alive: false }, {}))).toEqual(["isolate", "drain"]);
  });
});
