import { afterEach, describe, expect, it, vi } from "vitest";
import type { Run } from "#lib/run/state.ts";
import { freshnessOf } from "#components/data/freshness.ts";
import { learn } from "#components/language/t.ts";
import { messages } from "#components/language/zh-cn.ts";
import { clusterView, nodeView, NOW_MS, type Seen } from "#components/testing/cluster.ts";
import { began, runWith, upgradePlan } from "#components/testing/plan.ts";
import { roleGroups } from "./node-rows.ts";
import { clusterVerdict, type VerdictFacts } from "./verdict.ts";

const three = (seen: Seen = {}) => clusterView([nodeView("be-01"), nodeView("be-02", seen), nodeView("be-03")]);

function say(changes: Partial<VerdictFacts> = {}, run: Run | null = null): string {
  const cluster = changes.cluster ?? three();
  const verdict = clusterVerdict({
    cluster,
    groups: roleGroups(cluster, run, NOW_MS),
    run,
    fresh: { ...freshnessOf(cluster.polledAtMs, 1000, NOW_MS), console: "open" },
    failed: 0,
    nowMs: NOW_MS,
    ...changes,
  });
  return `${verdict.verdict} ${verdict.reason}`;
}

const plan = upgradePlan(["be-02", "be-03"]);

describe("what is not known is said first", () => {
  it("a lost console is the browser's trouble, and the run goes on", () => {
    const fresh = { ...freshnessOf(NOW_MS - 20_000, 1000, NOW_MS), console: "lost" } as const;
    expect(say({ fresh }, runWith(plan))).toBe(
      "This browser has lost the console. No data since 02:23:45. Run 0231 goes on without this browser. It connects again by itself.",
    );
  });

  it("data older than 10 s is said with its time and the cause", () => {
    const cluster = { ...three(), polledAtMs: NOW_MS - 42_000, problem: "No front end answers." };
    expect(say({ cluster })).toBe("No data since 02:23:23. No front end answers. What stands below was seen before.");
  });

  it("a node that is gone without any step of ours is named, before the run is", () => {
    const cluster = three({ process: "gone" });
    expect(say({ cluster }, runWith(upgradePlan(["be-03"]), ...began("be-03", "gate")))).toBe(
      "2 of 3 nodes serving. be-02: DISCONNECTED, not planned. Nothing is taken out of service meanwhile.",
    );
  });
});

describe("without a run", () => {
  it("all nodes serve, and nothing has failed", () => {
    expect(say()).toBe("3 of 3 nodes serving. No run is under way. Nothing has failed.");
  });

  it("failures are counted, and a count that nobody has is not called zero", () => {
    expect(say({ failed: 1204 })).toContain("1,204 failed in 15 min.");
    expect(say({ failed: null })).toContain("Nobody counts failures.");
  });

  it("a node off the routes that no run explains is told", () => {
    expect(say({ cluster: three({ isolated: true }) })).toBe(
      "2 of 3 nodes serving. be-02 is sidelined. No run is under way.",
    );
  });
});

describe("under a run", () => {
  it("a drain tells what is left", () => {
    const run = runWith(plan, ...began("be-02", "gate", "check", "isolate", "drain"));
    expect(say({ cluster: three({ isolated: true, count: 4 }) }, run)).toBe(
      "2 of 3 nodes serving. be-02 is draining for run 0231, 4 queries left. Nothing has failed.",
    );
  });

  it("a drain by hand is called that, and work that cannot be counted is not guessed", () => {
    const byHand = { ...upgradePlan(["be-02"]), kind: "drain" } as const;
    const run = runWith(byHand, ...began("be-02", "gate", "check", "isolate", "drain"));
    expect(say({ cluster: three({ isolated: true, count: null }) }, run)).toBe(
      "2 of 3 nodes serving. be-02 is draining by hand. Nothing has failed.",
    );
  });

  it("a gate waits for approval, by name and for how long", () => {
    const run = runWith(plan, ...began("be-02", "gate"));
    expect(say({ nowMs: NOW_MS }, run)).toBe("be-02 waits for approval. For 0 s. 3 of 3 nodes serving.");
  });

  it("a hold says why a person is needed", () => {
    const run = runWith(plan, ...began("be-02", "gate", "check", "isolate", "drain"), {
      type: "HoldBegan",
      nodeId: "be-02",
      reason: { why: "drainLimit" },
    });
    expect(say({ cluster: three({ isolated: true, count: 2 }) }, run)).toBe(
      "be-02 waits for a person. Its drain limit is past and work is left. 2 of 3 nodes serving.",
    );
  });

  it("a pause names who did it, and what is out", () => {
    const run = runWith(plan, { type: "PauseRequested", reason: "lunch" });
    expect(say({}, run)).toBe("Paused by dana.kim. Upgrade 0231: lunch. Nothing is out.");
  });

  it("a node that is gone because the run upgrades it is not called unplanned", () => {
    const run = runWith(plan, ...began("be-02", "gate", "check", "isolate", "drain", "exit", "confirm", "upgrade"));
    expect(say({ cluster: three({ process: "gone" }) }, run)).toBe(
      "2 of 3 nodes serving. be-02 is being upgraded to 4.0.8. Nothing has failed.",
    );
  });
});

describe("in Chinese", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    learn("zh-CN", {});
  });

  it("sentences are whole, with no blank between them, and who acts stands where Chinese has it", () => {
    vi.stubGlobal("document", { documentElement: { lang: "zh-CN" } });
    learn("zh-CN", messages);
    const byHand = { ...upgradePlan(["be-02"]), kind: "drain" } as const;
    const run = runWith(byHand, ...began("be-02", "gate", "check", "isolate", "drain"));
    expect(say({ cluster: three({ isolated: true, count: null }) }, run)).toBe(
      "3 个节点中有 2 个在服务。 be-02 排空中（手动）。没有任何失败。",
    );
    expect(say({ failed: 1204 })).toBe("3 个节点中有 3 个在服务。 没有正在进行的运行。15 分钟内失败 1,204 次。");
  });
});
