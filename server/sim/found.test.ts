/** Histories that a seed has found, each in as few words as it can be told in, so that what was put right stays so. */
import { describe, expect, it } from "vitest";
import { makePlan } from "./scenario.ts";
import { CALM, playScript, type Script } from "./script.ts";
import type { Stage } from "./stage.ts";

function over(nodeIds: readonly string[], happens: (stage: Stage) => void): Script {
  return {
    shape: [
      { role: "be", count: 2 },
      { role: "fe", count: 3 },
    ],
    workMs: 2000,
    plans: ({ world }) => [
      makePlan(world, { kind: "upgrade", policy: CALM, nodeIds, drainLimitMs: 30_000, exitLimitMs: 10_000 }),
    ],
    happens,
    healedAfterMs: 150_000,
    // Nobody helps: what is held goes on by itself when its cause is gone.
    help: () => undefined,
  };
}

/** Calls back when a command with this verb was written down for the first time. */
function whenIssued(stage: Stage, verb: string, act: () => void): void {
  let isTold = false;
  stage.onRecorded = (_runId, { event }) => {
    if (isTold || event.type !== "CommandIssued" || event.command.verb !== verb) return;
    isTold = true;
    act();
  };
}

describe("what a seed has found", () => {
  it("[R8] a switch that a colleague set anew is left to them when the run borrows a second time", async () => {
    const balances: string[] = [];
    const { breaches, result } = await playScript(
      over(["fe-3"], (stage) => {
        const { world, clock } = stage;
        whenIssued(stage, "exit", () => {
          world.at("fe-1").balance = { value: "99", by: "others", sinceMs: clock.now() };
        });
        clock.after(140_000, () => balances.push(...world.frontends().map(({ balance }) => balance.value)));
      }),
    );
    expect(breaches).toEqual([]);
    expect(balances).toEqual(["99", "false", "false"]);
    expect(result[0]).toBe("c1.1 upgrade finished: fe-3 verified");
  });

  it("[R1] who takes over after an hour does not take a node out because another console had once written it down", async () => {
    let isOut: boolean | null = null;
    const { breaches, result } = await playScript(
      over(["be-1"], (stage) => {
        const { world, clock } = stage;
        whenIssued(stage, "isolate", () => (stage.death = { at: "beforeDeed", after: 1, heldMs: null }));
        stage.onDeath = () => clock.after(1000, () => world.end(world.at("be-2")));
        clock.after(120_000, () => (isOut = world.at("be-1").outSinceMs !== null));
      }),
      { downMs: 60_000 },
    );
    expect(breaches).toEqual([]);
    expect(isOut).toBe(false);
    // When the other one is back it goes on by itself.
    expect(result[0]).toBe("c1.1 upgrade finished: be-1 verified");
  });

  it("[R1] an FE is not told to exit an hour later, when another has gone meanwhile", async () => {
    let isOut: boolean | null = null;
    const { breaches, result } = await playScript(
      over(["fe-3"], (stage) => {
        const { world, clock } = stage;
        whenIssued(stage, "exit", () => (stage.death = { at: "beforeDeed", after: 1, heldMs: null }));
        stage.onDeath = () => clock.after(1000, () => world.end(world.at("fe-2")));
        clock.after(120_000, () => (isOut = world.at("fe-3").outSinceMs !== null));
      }),
      { downMs: 60_000 },
    );
    expect(breaches).toEqual([]);
    expect(isOut).toBe(false);
    expect(result[0]).toBe("c1.1 upgrade finished: fe-3 verified");
  });

  it("[R7] a console that was held up for longer than its lease lasts sends nothing when it wakes", async () => {
    const sent: string[] = [];
    const { breaches, result } = await playScript(
      over(["be-1"], (stage) => {
        stage.clock.after(100, () => stage.startConsole());
        whenIssued(stage, "isolate", () => {
          // Right after the loans are on record, before any of them is taken.
          stage.death = { at: "afterWrite", after: 2, heldMs: 15_000 };
        });
        stage.onDeed = ({ verb, loan }, { name }) => {
          if (verb === "take" && loan?.purpose === "isolate") sent.push(name);
        };
      }),
    );
    expect(breaches).toEqual([]);
    expect(new Set(sent)).toEqual(new Set(["console-2"]));
    expect(result[0]).toBe("c1.1 upgrade finished: be-1 verified");
  });

  it("[R3] a node that is on its way back is not taken out once more by who takes over", async () => {
    const taken: number[] = [];
    const { breaches, result } = await playScript(
      over(["be-1"], (stage) => {
        whenIssued(stage, "isolate", () => {
          stage.death = { at: "beforeDeed", after: 1, heldMs: null };
          const [first] = stage.consoles;
          const abort = { do: "abort", reason: "the wrong night" } as const;
          stage.judge.asked.push("ann abort ");
          void first?.orchestrator.request(first.orchestrator.activeRun()?.id ?? "", abort, {
            kind: "person",
            id: "ann",
            via: "cli",
          });
        });
        stage.onDeed = ({ verb, loan }) => {
          const isLater = stage.consoles.length > 1;
          if (isLater && verb === "take" && loan?.purpose === "isolate") taken.push(stage.clock.now());
        };
      }),
      { downMs: 20_000 },
    );
    expect(breaches).toEqual([]);
    expect(taken).toEqual([]);
    expect(result[0]).toBe("c1.1 upgrade aborted: be-1 aborted");
  });
});
