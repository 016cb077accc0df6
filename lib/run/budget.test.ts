import { describe, expect, it } from "vitest";
import { budgetUsed } from "./budget.ts";
import type { Console } from "./testing/console.ts";
import { aRun, results } from "./testing/scenes.ts";

const run = (failureBudget: number | null = 5): Console => aRun({ policy: { failureBudget } });
const paused = (console: Console): unknown => console.run.life.at;

describe("the failure budget of the whole run", () => {
  it("[B1] pauses by rule when more has failed, with the figures, and the node that is touched is finished", () => {
    const console = run();
    console.reach("be-1", "drain");
    console.model.failedSoFar = 5;
    console.for(6000);
    expect(paused(console)).toBe("running");
    console.model.failedSoFar = 6;
    console.for(1000);
    expect(console.run.life).toMatchObject({
      at: "paused",
      by: { kind: "rule", rule: "B1" },
      reason: "6 requests failed since the run began; its budget is 5.",
    });
    console.until(() => console.step("be-1").progress.at === "ended");
    console.for(30_000);
    expect(results(console)).toEqual(["verified", "waiting"]);
  });

  it("[B1] counts the probe's failures too, and says how many they are", () => {
    const console = run();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => ({ ...facts(wanted), probe: { sinceMs: 0, requests: 100, failures: 4 } });
    console.model.failedSoFar = 2;
    console.for(1000);
    expect(console.run.life).toMatchObject({
      reason: "6 requests failed since the run began, 4 of them statements of the probe; its budget is 5.",
    });
  });

  it("[B2] a resume grants the budget once more, from there on", () => {
    const console = run();
    console.model.failedSoFar = 6;
    console.for(1000);
    expect(console.ask({ do: "resume" })).toBeNull();
    console.model.failedSoFar = 11;
    console.for(6000);
    expect(paused(console)).toBe("running");
    console.model.failedSoFar = 12;
    console.for(1000);
    expect(console.run.life).toMatchObject({
      at: "paused",
      reason: "6 requests failed since it was resumed; its budget is 5.",
    });
  });

  it("[B2] a raised budget counts from the beginning, and still needs somebody who resumes", () => {
    const console = run();
    console.model.failedSoFar = 6;
    console.for(1000);
    expect(console.ask({ do: "changePolicy", policy: { failureBudget: 10 }, reason: "a bad hour" })).toBeNull();
    console.for(3000);
    expect(paused(console)).toBe("paused");
    console.ask({ do: "resume" });
    expect(console.run.failures.base).toBe(0);
    console.model.failedSoFar = 11;
    console.for(1000);
    expect(console.run.life).toMatchObject({
      reason: "11 requests failed since the run began; its budget is 10.",
    });
  });

  it("[B3] a console that starts anew forgets none of it, and adds what it counts itself", () => {
    const console = run();
    console.model.failedSoFar = 4;
    console.for(1000);
    console.crash();
    console.model.countsSinceMs = console.model.nowMs;
    console.model.failedSoFar = 0;
    console.for(6000);
    expect(budgetUsed(console.run.failures)).toBe(4);
    console.model.failedSoFar = 2;
    console.for(6000);
    expect(console.run.life).toMatchObject({ at: "paused", reason: expect.stringMatching(/^6 requests/) });
  });

  it("[B3] a count that falls, since a front end is gone, takes nothing back", () => {
    const console = run();
    console.model.failedSoFar = 4;
    console.for(1000);
    console.model.failedSoFar = 1;
    console.for(10_000);
    expect(budgetUsed(console.run.failures)).toBe(4);
  });

  it("[B1] without a budget it is counted, and nobody is stopped; it is written down every 5 s at most", () => {
    const console = run(null);
    for (let failed = 1; failed <= 20; failed += 1) {
      console.model.failedSoFar = failed;
      console.for(1000);
    }
    expect(paused(console)).toBe("running");
    expect(console.all("FailuresCounted").length).toBeLessThanOrEqual(5);
    console.for(5000);
    expect(budgetUsed(console.run.failures)).toBe(20);
  });
});
