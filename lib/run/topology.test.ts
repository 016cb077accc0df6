import { describe, expect, it } from "vitest";
import { refusalOf } from "./refusal.ts";
import type { Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { aRun, BES, CLUSTER, results } from "./testing/scenes.ts";

/** Another backend is added to the cluster, and serves. */
function appear(console: Console, nodeId: string): void {
  const other = new Model([aNode(nodeId, "be")], randomFrom(1), undefined, console.model.nowMs);
  console.model.nodes.set(nodeId, other.at(nodeId));
}

function accept(console: Console): void {
  expect(console.ask({ do: "acceptTopology", reason: "scaled on purpose" })).toBeNull();
}

describe("a cluster that is not the one that was planned for", () => {
  it("[T1] holds before the next node is touched, and says who appeared", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    appear(console, "be-9");
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.reachHold("topologyChanged")).toMatchObject({ appeared: ["be-9"], vanished: [] });
    expect(console.run.hold?.nodeId).toBeNull();
    console.for(60_000);
    expect(console.step("be-2").progress.at).toBe("waiting");
    accept(console);
    console.toEnd();
    expect(results(console)).toEqual(["verified", "verified"]);
    expect(console.run.topology).toEqual({ appeared: ["be-9"], vanished: [] });
  });

  it("[T1] the node that is touched is finished first", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    appear(console, "be-9");
    console.until(() => console.step("be-1").progress.at === "phase" && console.step("be-1").soakSinceMs !== null);
    expect(console.all("HoldBegan")).toEqual([]);
    console.reachHold("topologyChanged");
    expect(results(console)[0]).toBe("verified");
  });

  it("[T2] one poll that lacks a node is no reason to hold; two are", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.reach("be-1", "gate");
    const facts = console.model.facts.bind(console.model);
    const without = (nodeId: string, polls: 1 | 2): void => {
      console.model.facts = (wanted) => {
        const all = facts(wanted);
        const nodes = all.nodes?.filter(({ id }) => id !== nodeId) ?? null;
        return { ...all, nodes, nodesBefore: polls === 2 ? nodes : all.nodesBefore };
      };
    };
    without("cn-1", 1);
    console.for(5000);
    expect(console.run.hold).toBeNull();
    without("cn-1", 2);
    expect(console.reachHold("topologyChanged")).toMatchObject({ appeared: [], vanished: ["cn-1"] });
    console.model.facts = facts;
    console.round();
    expect(console.run.hold).toBeNull();
  });

  it("[T2] one poll that lists somebody new is no reason to hold either", () => {
    const console = aRun({ policy: { approval: "every" } });
    console.reach("be-1", "gate");
    appear(console, "be-9");
    console.round();
    expect(console.run.hold).toBeNull();
    console.model.tick(1000);
    console.round();
    expect(console.run.hold?.reason).toMatchObject({ appeared: ["be-9"] });
  });

  it("[T2] what was listed only once since the console came back is not known, and no node is touched on it", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => ({ ...facts(wanted), nodesBefore: null });
    console.reachHold("checksFailed");
    expect(console.step("be-1").progress).toMatchObject({ phase: "check" });
    console.model.facts = facts;
    console.reach("be-1", "isolate");
  });

  it("[T2] a hold is not lifted by a poll that tells nothing", () => {
    const console = aRun({ policy: { approval: "every" } });
    appear(console, "be-9");
    console.model.tick(1000);
    console.reachHold("topologyChanged");
    const { sinceMs } = console.run.hold ?? {};
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => ({ ...facts(wanted), nodesBefore: null });
    console.for(3000);
    console.model.facts = facts;
    console.round();
    expect(console.run.hold).toMatchObject({ sinceMs, reason: { appeared: ["be-9"] } });
  });

  it("[T3] a planned node that vanished goes last, and its step can only be skipped", () => {
    const console = aRun({ nodes: CLUSTER.slice(0, 4) });
    console.model.nodes.delete("be-1");
    console.model.tick(1000);
    expect(console.reachHold("topologyChanged")).toMatchObject({ vanished: ["be-1"] });
    accept(console);
    console.until((run) => run.hold?.nodeId === "be-1" || run.hold?.reason.why === "checksFailed");
    // Its twin serves alone now, and must not be taken out either: that is another rule's business.
    expect(console.run.steps.map(({ plan }) => plan.nodeId).at(-1)).toBe("be-1");
    expect(console.ask({ do: "skip", nodeId: "be-2", reason: "the last one" })).toBeNull();
    console.until((run) => run.hold?.nodeId === "be-1");
    expect(console.run.hold?.reason).toMatchObject({ why: "topologyChanged", appeared: [], vanished: [] });
    expect(console.ask({ do: "skip", nodeId: "be-1", reason: "it was taken away" })).toBeNull();
    expect(console.step("be-1").progress).toMatchObject({ result: "skipped" });
    expect(console.commands("isolate").filter((id) => id.includes("be-1"))).toEqual([]);
  });

  it("[T1] another difference than the accepted one holds again", () => {
    const console = aRun();
    appear(console, "be-8");
    console.model.tick(1000);
    console.reachHold("topologyChanged");
    appear(console, "be-9");
    console.for(3000);
    expect(console.all("HoldBegan")).toHaveLength(2);
    accept(console);
    console.for(1000);
    expect(console.run.hold).toBeNull();
    expect(console.run.topology.appeared).toEqual(["be-8", "be-9"]);
  });

  it("[T1] an abort and a run whose steps have ended are not held by it", () => {
    const console = aRun();
    console.reach("be-1", "drain");
    appear(console, "be-9");
    console.ask({ do: "abort", reason: "enough" });
    console.toEnd();
    expect(console.all("HoldBegan")).toEqual([]);
  });

  it("[A16] there is nothing to accept while nobody appeared or vanished", () => {
    const { run } = aRun();
    expect(refusalOf(run, { do: "acceptTopology", reason: "x" }, 0)?.reason).toMatch(/Nobody appeared/);
    expect(BES).toHaveLength(2);
  });
});
