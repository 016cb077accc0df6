import { describe, expect, it } from "vitest";
import { BOB, Console } from "../testing/console.ts";
import { Model, NO_FAULTS } from "../testing/model.ts";
import { OLD } from "../testing/plan.ts";
import { randomFrom } from "../testing/random.ts";
import { aRun, BES, CLUSTER, results, telling } from "../testing/scenes.ts";

describe("the exit", () => {
  it("[P5] work that outlasts the limit is cut, named, and the exit counts as forced", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(10_000);
    expect(console.ask({ do: "force", nodeId: "be-1" }, BOB)).toBeNull();
    console.reach("be-1", "restart");
    expect(console.step("be-1").exit?.forced).toBe(true);
    expect(console.step("be-1").cut.map(({ id }) => id)).toEqual(["long"]);
    const force = console.journal.find(({ event }) => event.type === "CommandIssued" && event.command.verb === "force");
    expect(force?.actor).toEqual(BOB);
  });

  it("[P5] a node that is started anew in its exit is looked at as the one that it is now, and a person decides", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) =>
      verb === "exit"
        ? { outcome: "unknown", cause: "the line is dead" }
        : verb === "force"
          ? { outcome: "refused", reason: "it is another process" }
          : null;
    console.reach("be-1", "exit");
    const node = console.model.at("be-1");
    node.process = {
      identity: "be-1#2",
      version: OLD,
      startedAtMs: console.model.nowMs,
      servesAtMs: console.model.nowMs,
    };
    node.exitsAtMs = null;
    console.reachHold("topologyChanged");
    expect(console.ask({ do: "skip", nodeId: "be-1", reason: "somebody started it" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.step("be-1").progress).toMatchObject({ result: "skipped" });
  });

  it("[P5] what ran last before a kill is what was cut, although nothing is listed after it", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(3000);
    // The exit's own answer comes late: the node is dead, and lists nothing, for a while.
    const answers = console.model.answers.bind(console.model);
    console.model.answers = () => [];
    console.ask({ do: "force", nodeId: "be-1" });
    console.for(5000);
    expect(console.model.at("be-1").process).toBeNull();
    console.model.answers = answers;
    console.reach("be-1", "restart");
    expect(console.step("be-1").cut.map(({ id }) => id)).toEqual(["long"]);
  });

  it("[P5] an exit that ends while a kill is on its way counts as forced", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    console.for(3000);
    const answers = console.model.answers.bind(console.model);
    const kept: ReturnType<typeof answers>[number][] = [];
    console.model.answers = () => {
      const all = answers();
      kept.push(...all.filter(({ commandId }) => commandId.includes("/force/")));
      return all.filter(({ commandId }) => !commandId.includes("/force/"));
    };
    console.ask({ do: "force", nodeId: "be-1" });
    console.for(5000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "exit" });
    console.model.answers = () => [...kept.splice(0), ...answers()];
    console.reach("be-1", "restart");
    expect(console.step("be-1").exit?.forced).toBe(true);
  });

  it("[P5] a kill follows by rule when the exit's own did not come", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 41_000 },
    });
    console.reach("be-1", "drain");
    console.model.at("be-1").work.set("long", console.model.nowMs + 3_600_000);
    console.reach("be-1", "exit");
    const beganAtMs = console.model.nowMs;
    console.model.at("be-1").exitsAtMs = Number.MAX_SAFE_INTEGER;
    console.until((run) => run.commands.has("r1/be-1/exit/force/1"));
    expect(console.model.nowMs).toBe(beganAtMs + 41_000 + 5000);
    console.toEnd();
  });

  it("[P5] never is a node killed by rule that shows no sign of leaving", () => {
    const console = aRun({ step: { exitLimitMs: 41_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reach("be-1", "exit");
    console.for(600_000);
    expect(console.commands("force")).toEqual([]);
    expect(console.model.at("be-1").process).not.toBeNull();
    expect(console.run.hold?.reason.why).toBe("outcomeUnknown");
  });

  it("[C3] an unknown exit is asked again under the same id, with longer and longer waits", () => {
    const console = aRun({ step: { exitLimitMs: 600_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reachHold("outcomeUnknown");
    const issued = console.journal.filter(
      ({ event }) => event.type === "CommandIssued" && event.command.verb === "exit",
    );
    expect(issued.map(({ event }) => event.type === "CommandIssued" && event.attempt)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
    expect(console.commands("exit")).toEqual(["r1/be-1/exit/exit/1"]);
    const waits = issued.slice(1).map(({ atMs }, index) => atMs - (issued[index]?.atMs ?? 0));
    expect(waits).toEqual([2000, 3000, 5000, 9000, 16_000, 16_000, 16_000]);
    console.model.answerFor = () => null;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("exit")[1]).toBe("r1/be-1/exit/exit/2");
  });

  it("[P5] an exit without an answer is over when every witness says gone", () => {
    const console = aRun({ step: { exitLimitMs: 600_000 } });
    console.model.answerFor = ({ verb }) =>
      verb === "exit" ? { outcome: "unknown", cause: "no route to host" } : null;
    console.reach("be-1", "exit");
    console.for(5000);
    const one = console.model.at("be-1");
    one.process = null;
    one.goneAtMs = console.model.nowMs;
    console.reach("be-1", "restart");
    expect(console.commands("exit")).toHaveLength(1);
  });

  it("[A10] a refused exit holds, for nothing was sent, and can be put back", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "exit" ? { outcome: "refused", reason: "no quorum" } : null);
    expect(console.reachHold("commandRefused")).toMatchObject({ reason: "no quorum" });
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "no quorum" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(results(console)[0]).toBe("putBack");
    expect(console.run.life.at).toBe("paused");
    expect(console.model.at("be-1").outOf.size).toBe(0);
  });

  it("[A12] a kill under way is a point of no return, although the exit before it was refused", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.ask({ do: "force", nodeId: "be-1" });
    console.model.answerFor = ({ verb }) => {
      if (verb === "exit") return { outcome: "refused", reason: "no quorum" };
      return verb === "force" ? { outcome: "unknown", cause: "the answer was lost" } : null;
    };
    console.crash();
    console.reachHold("commandRefused");
    expect(console.ask({ do: "putBack", nodeId: "be-1", reason: "no quorum" })?.reason).toMatch(/exit was sent/);
    console.model.answerFor = () => null;
    console.reach("be-1", "restart");
  });

  it("[A11] from the signal on, the limit only comes closer", () => {
    const console = aRun({
      policy: { onDrainLimit: { do: "goOn" } },
      step: { drainLimitMs: 5000, exitLimitMs: 60_000 },
    });
    console.model.workMs = 600_000;
    console.reach("be-1", "exit");
    console.for(2000);
    expect(console.ask({ do: "shorten", nodeId: "be-1", limitMs: 90_000 })?.reason).toMatch(/only come closer/);
    expect(console.ask({ do: "shorten", nodeId: "be-1", limitMs: 10_000 })).toBeNull();
    const atMs = console.model.nowMs;
    expect(console.step("be-1").exit?.deadlineAtMs).toBe(atMs + 10_000);
    console.until(() => console.model.at("be-1").process === null);
    expect(console.model.nowMs - atMs).toBeLessThanOrEqual(11_000);
  });
});

describe("confirm", () => {
  it("[R2] a control plane that repeats old hearsay is waited for", () => {
    const console = aRun({ nodes: BES });
    const model = new Model(CLUSTER, randomFrom(7), { ...NO_FAULTS, hearsayMs: 9000 });
    const late = new Console(model, console.run.plan);
    late.reach("be-1", "upgrade");
    expect(model.nowMs - model.at("be-1").goneAtMs).toBeGreaterThanOrEqual(9000);
    expect(late.run.hold).toBeNull();
  });

  it("[P6] a witness that goes on saying up is a hold, and says who says what", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      if (seen === undefined) return all;
      const process = seen.process.map((fact) =>
        fact.witness === "controlPlane" && fact.value === "gone"
          ? { ...fact, value: "up" as const, asOfMs: console.model.nowMs, said: "SHOW BACKENDS: Alive" }
          : fact,
      );
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, process }) };
    };
    const hold = console.reachHold("witnessesDisagree");
    expect(hold).toMatchObject({
      evidence: "control plane: up (SHOW BACKENDS: Alive); its process: gone (process: gone)",
    });
    expect(console.commands("install")).toEqual([]);
    console.model.facts = facts;
    console.toEnd();
  });

  it("[R2] a witness that said gone before the exit began has not spoken of it", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    const beforeMs = (console.step("be-1").exit?.beganAtMs ?? 0) - 1;
    const truth = telling(console, (seen) => ({
      ...seen,
      process: seen.process.map((fact) =>
        fact.witness === "controlPlane" ? { ...fact, value: "gone" as const, seenAtMs: beforeMs } : fact,
      ),
    }));
    console.reach("be-1", "confirm");
    console.for(5000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "confirm" });
    truth();
    console.reach("be-1", "restart");
  });

  it("[R2] silence is not a witness", () => {
    const console = aRun();
    const facts = console.model.facts.bind(console.model);
    console.model.facts = (wanted) => {
      const all = facts(wanted);
      const seen = all.observations.get("be-1");
      const exiting = console.step("be-1").exit !== null;
      if (seen === undefined || !exiting) return all;
      const process = seen.process.filter(({ witness }) => witness !== "process");
      return { ...all, observations: new Map(all.observations).set("be-1", { ...seen, process }) };
    };
    expect(console.reachHold("notGone")).toMatchObject({
      evidence: "control plane: gone (controlPlane: gone); its process: silent",
    });
    expect(console.commands("install")).toEqual([]);
  });

  it("[R2] a node that somebody started anew after its exit is not installed under", () => {
    const console = aRun();
    console.reach("be-1", "exit");
    console.model.answerFor = () => null;
    const one = console.model.at("be-1");
    one.process = {
      identity: "be-1#9",
      version: OLD,
      startedAtMs: 0,
      servesAtMs: console.model.nowMs,
    };
    one.exitsAtMs = null;
    console.reachHold("topologyChanged");
    expect(console.commands("install")).toEqual([]);
    expect(console.ask({ do: "skip", nodeId: "be-1", reason: "somebody started it" })).toBeNull();
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.model.at("be-1").outOf.size).toBe(0);
  });
});
