import { describe, expect, it } from "vitest";
import { aNode, aPlan, NEW } from "./testing/plan.ts";
import { Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { randomFrom } from "./testing/random.ts";

const CLUSTER = [
  aNode("be-1", "be"),
  aNode("be-2", "be"),
  aNode("cn-1", "cn"),
  aNode("cn-2", "cn"),
  aNode("fe-2", "fe", "follower"),
  aNode("fe-3", "fe", "follower"),
  aNode("fe-1", "fe", "leader"),
];

describe("an upgrade", () => {
  it("[P1..P12] takes one node after the other through every phase, and ends with nothing owed", () => {
    const model = new Model(CLUSTER, randomFrom(1));
    const console = new Console(model, aPlan(CLUSTER, "upgrade"));
    console.until((run) => run.life.at === "ended");
    expect(console.run.steps.map(({ progress }) => progress.at === "ended" && progress.result)).toEqual(
      CLUSTER.map(() => "verified"),
    );
    expect([...model.nodes.values()].map(({ process }) => process?.version)).toEqual(CLUSTER.map(() => NEW));
    expect(model.broken).toEqual([]);
  });
});
