import { describe, expect, it } from "vitest";
import { choose, stepOf } from "./plan.ts";
import { aReading, nodeOf, nodesOf } from "./testing/recorded.ts";
import { POLICY } from "../shared/testing/plans.ts";
import { aRequest } from "./testing/open.ts";
import type { StatefulSet } from "./resources.ts";

const { set } = aReading();
const rolling: StatefulSet = {
  ...set,
  spec: { ...set.spec, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } } },
};

function why(request: Parameters<typeof aRequest>[0], nodes = nodesOf()): string {
  const chosen = choose(nodes, aRequest(request));
  return chosen.ok ? "" : chosen.why;
}

describe("a plan for pods", () => {
  it("[T9] writes the version before the pod leaves, and says that its owner starts it by itself", () => {
    const step = stepOf(nodeOf("be-1"), aRequest());
    const order = step.phases.map(({ phase }) => phase);
    expect(order.indexOf("upgrade")).toBeLessThan(order.indexOf("exit"));
    expect(step).toMatchObject({ startsItself: true, witnesses: ["controlPlane"], exitLimitMs: 30_000 });
    expect(step.phases.find(({ phase }) => phase === "restart")?.skip).toBeNull();
  });

  it("leaves out what it cannot do, each with its reason", () => {
    const skips = (request: Parameters<typeof aRequest>[0]): readonly string[] =>
      stepOf(nodeOf("be-1"), aRequest(request)).phases.flatMap(({ phase, skip }) => (skip === null ? [] : [phase]));
    expect(skips({})).toEqual(["drain"]);
    expect(skips({ isolate: false })).toEqual(["isolate", "drain", "readmit"]);
    expect(skips({ kind: "restart", targetVersion: null })).toEqual(["drain", "upgrade"]);
    expect(skips({ kind: "drain", targetVersion: null })).toEqual([
      "exit",
      "confirm",
      "upgrade",
      "restart",
      "readmit",
      "verify",
    ]);
  });

  it("takes a whole set from the highest ordinal, and refuses a hole where the set rolls by itself", () => {
    const partitioned = nodesOf({ set: rolling });
    expect(choose(partitioned, aRequest()).ok).toBe(true);
    expect(choose(partitioned, aRequest({ nodeIds: ["be-2", "be-1"] })).ok).toBe(true);
    expect(why({ nodeIds: ["be-0"] }, partitioned)).toMatch(/choose be-1, be-2 with be-0|choose be-2, be-1 with be-0/);
    expect(choose(nodesOf(), aRequest({ nodeIds: ["be-0"] })).ok).toBe(true);
  });

  it("refuses what cannot be, with what can", () => {
    expect(why({ kind: "stop", nodeIds: ["be-0"], targetVersion: null })).toContain("made anew at once");
    expect(why({ targetVersion: "9.9.9" })).toContain("1.0.0, 1.1.0");
    expect(why({ targetVersion: "1.0.0" })).toContain("already");
    expect(why({ targetVersion: "1.0.0 " })).toMatch(/neither|already/);
    expect(why({ targetVersion: "a:b" })).toContain("neither a tag nor a digest");
    expect(why({ kind: "downgrade" })).toContain("older");
    expect(why({ nodeIds: ["be-9"] })).toContain("be-9");
    const hooks = { before: { argv: ["true"], limitMs: 1 }, after: null };
    expect(why({ policy: { ...POLICY, hooks } })).toContain("preStop");
  });

  it("[S4-13] makes anew what runs the image already under an older revision", () => {
    const changed: StatefulSet = { ...set, status: { ...set.status, updateRevision: "be-other" } };
    const nodes = nodesOf({ set: changed });
    const chosen = choose(nodes, aRequest({ targetVersion: "1.0.0" }));
    expect(chosen.ok ? chosen.value.steps.length : 0).toBe(3);
  });
});
