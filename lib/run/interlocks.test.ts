import { describe, expect, it } from "vitest";
import type { ClusterNode } from "../cluster/node.ts";
import type { Facts } from "./facts.ts";
import { interlocks } from "./interlocks.ts";
import type { StepScene } from "./move.ts";
import { Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";

const NODES = [aNode("be-1", "be"), aNode("be-2", "be"), aNode("be-3", "be"), aNode("fe-1", "fe", "leader")];

function aScene(
  change: { readonly model?: (model: Model) => void; readonly nodes?: Facts["nodes"]; readonly most?: number } = {},
): StepScene {
  const model = new Model(NODES, randomFrom(1));
  const plan = aPlan(NODES, "upgrade", { policy: { maxUnavailable: change.most ?? 1 } });
  const console = new Console(model, plan);
  change.model?.(model);
  const seen = model.facts({
    watch: [],
    checksFor: null,
    gatesFor: [],
    outByRun: [],
    soaks: [],
    runTrafficSinceMs: null,
  });
  const facts = change.nodes === undefined ? seen : { ...seen, nodes: change.nodes };
  return { run: console.run, step: console.step("be-1"), loans: model.loans, facts, nowMs: model.nowMs };
}

function failing(scene: StepScene): readonly string[] {
  return interlocks(scene)
    .filter(({ verdict }) => verdict !== "pass")
    .map(({ id, verdict }) => `${id}: ${verdict}`);
}

function without(id: string): readonly ClusterNode[] {
  return NODES.filter((node) => node.id !== id);
}

describe("the interlocks that every system shares", () => {
  it("all hold in a cluster where everybody serves, and none can be overridden", () => {
    expect(failing(aScene())).toEqual([]);
    expect(interlocks(aScene()).map(({ severity }) => severity)).toEqual(Array.from({ length: 6 }, () => "blocks"));
  });

  it("[S0-23] [R1] count what is down for any other reason, up to what the plan allows", () => {
    const down = { model: (model: Model): void => void (model.at("be-2").process = null) };
    expect(failing(aScene(down))).toEqual(["max-unavailable: fail"]);
    expect(failing(aScene({ ...down, most: 2 }))).toEqual([]);
  });

  it("[R1] count what is not known as out, and say that it is not known", () => {
    const scene = aScene();
    const observations = new Map(scene.facts.observations);
    observations.delete("be-3");
    expect(failing({ ...scene, facts: { ...scene.facts, observations } })).toEqual(["max-unavailable: unknown"]);
  });

  it("[R1] never count the step's own node against itself", () => {
    const own = { model: (model: Model): void => void (model.at("be-1").process = null) };
    expect(failing(aScene(own))).toEqual([]);
  });

  it("[R1] a node that only some routers keep out still serves", () => {
    expect(failing(aScene({ model: (model) => void model.at("be-2").outOf.add("fe-1") }))).toEqual([]);
  });

  it("[R5] a node of a lower rank goes first", () => {
    const nodes = NODES.map((node) => (node.id === "be-1" ? { ...node, rank: { upgrade: 9, downgrade: 9 } } : node));
    expect(failing(aScene({ nodes }))).toEqual(["order: fail"]);
  });

  it("the cluster is no longer the one that was planned for", () => {
    expect(failing(aScene({ nodes: without("be-1") }))).toEqual(["topology: fail", "order: fail"]);
    const moved = NODES.map((node) => (node.id === "be-1" ? { ...node, address: "elsewhere:9050" } : node));
    expect(failing(aScene({ nodes: moved }))).toEqual(["topology: fail"]);
    const other = NODES.map((node) => (node.id === "be-1" ? { ...node, role: "cn" as const } : node));
    expect(failing(aScene({ nodes: other }))).toEqual(["topology: fail"]);
  });

  it("[R10] say that they do not know when nobody lists the nodes", () => {
    expect(failing(aScene({ nodes: null }))).toEqual([
      "topology: unknown",
      "order: unknown",
      "max-unavailable: unknown",
      "last-serving: unknown",
    ]);
  });

  it("what fails says what to do about it", () => {
    const all = [aScene({ nodes: null }), aScene({ nodes: without("be-1") })].flatMap(interlocks);
    const silent = all.filter(({ verdict, remedy }) => verdict !== "pass" && remedy === "");
    expect(silent).toEqual([]);
  });
});
