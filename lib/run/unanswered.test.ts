import { describe, expect, it } from "vitest";
import type { Console } from "./testing/console.ts";
import { aRun, results } from "./testing/scenes.ts";

const MINUTES = 60_000;

/** Held at its drain limit, with work that does not end. */
function heldAtLimit(policy: { readonly unansweredMs: number | null }, kind: "upgrade" | "drain" = "upgrade"): Console {
  const console = aRun({ kind, policy, step: { drainLimitMs: 20_000 } });
  console.reach("be-1", "drain");
  console.model.at("be-1").work.set("long", console.model.nowMs + 36_000_000);
  console.reachHold("drainLimit");
  return console;
}

describe("a hold that nobody answers", () => {
  it("[U1] puts the node back by rule after its time, and the run is paused and says why", () => {
    const console = heldAtLimit({ unansweredMs: 30 * MINUTES });
    console.for(29 * MINUTES);
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
    console.for(2 * MINUTES);
    expect(results(console)).toEqual(["putBack", "waiting"]);
    expect(console.model.at("be-1").outOf.size).toBe(0);
    expect(console.run.life).toMatchObject({
      at: "paused",
      by: { kind: "rule", rule: "U1" },
      reason: "be-1 was put back: nobody answered for 30 min.",
    });
  });

  it("[U1] an answer begins the time anew", () => {
    const console = heldAtLimit({ unansweredMs: 10 * MINUTES });
    console.for(9 * MINUTES);
    console.ask({ do: "moveDrainLimit", nodeId: "be-1", byMs: 5 * MINUTES });
    console.for(14 * MINUTES);
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
    console.for(2 * MINUTES);
    expect(results(console)[0]).toBe("putBack");
  });

  it("[U1] where the plan says never, it waits", () => {
    const console = heldAtLimit({ unansweredMs: null });
    console.for(120 * MINUTES, 10_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "drain" });
  });

  it("[U1] any hold of a node that can be put back counts: an isolation that is not read back", () => {
    const console = aRun({ policy: { unansweredMs: 5 * MINUTES } });
    console.model.answerFor = (command) =>
      command.verb === "isolate" ? { outcome: "refused", reason: "no rights" } : null;
    console.reachHold("commandRefused");
    console.for(6 * MINUTES);
    expect(results(console)[0]).toBe("putBack");
  });

  it("[U1] after the signal nothing is put back, whoever is silent", () => {
    const console = aRun({ policy: { unansweredMs: 1 * MINUTES } });
    console.model.answerFor = (command) =>
      command.verb === "install" ? { outcome: "refused", reason: "disk full" } : null;
    console.reachHold("commandRefused");
    console.for(10 * MINUTES);
    expect(console.step("be-1").progress).toMatchObject({ phase: "upgrade" });
    expect(console.all("PutBackRequested")).toEqual([]);
  });

  it("[U1] nor where nobody can say whether the signal was sent", () => {
    const console = aRun({ policy: { unansweredMs: 1 * MINUTES }, step: { exitLimitMs: null } });
    console.model.answerFor = (command) => (command.verb === "exit" ? { outcome: "unknown", cause: "cut off" } : null);
    console.reachHold("outcomeUnknown");
    console.for(10 * MINUTES);
    expect(console.step("be-1").progress).toMatchObject({ phase: "exit" });
    expect(console.all("PutBackRequested")).toEqual([]);
  });

  it("[U1] but an exit that was refused was never sent: the node is put back", () => {
    const console = aRun({ policy: { unansweredMs: 1 * MINUTES } });
    console.model.answerFor = (command) => (command.verb === "exit" ? { outcome: "refused", reason: "no pid" } : null);
    console.reachHold("commandRefused");
    console.for(2 * MINUTES);
    expect(results(console)[0]).toBe("putBack");
  });

  it("[U1] nothing was touched at a check: it waits", () => {
    const console = aRun({ policy: { unansweredMs: 1 * MINUTES } });
    console.model.nodes.get("cn-1")?.outOf.add("fe-1").add("fe-2");
    console.reachHold("checksFailed");
    console.for(10 * MINUTES);
    expect(console.all("PutBackRequested")).toEqual([]);
  });

  it("[U1] a node that a person drained by hand stays out", () => {
    const console = aRun({ kind: "drain", policy: { unansweredMs: 1 * MINUTES } });
    console.reachHold("outByHand");
    console.for(30 * MINUTES);
    expect(console.all("PutBackRequested")).toEqual([]);
  });

  it("[U1] a run that a person paused stays paused by that person", () => {
    const console = heldAtLimit({ unansweredMs: 5 * MINUTES });
    console.ask({ do: "pause", reason: "lunch" });
    console.for(6 * MINUTES);
    expect(results(console)[0]).toBe("putBack");
    expect(console.run.life).toMatchObject({ at: "paused", reason: "lunch" });
  });
});
