import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { decide } from "./decide.ts";
import { fold } from "./evolve/evolve.ts";
import { owed } from "./loan.ts";
import { stepsUnderWay, type Run } from "./state.ts";
import { replay, type Console } from "./testing/console.ts";
import { CLUSTER, consoleFor, history, play, playOn, wideConsole } from "./testing/history.ts";
import { wanted } from "./wanted.ts";

/**
 * The same histories at every run, so that a red check means a change. Others, and more of them, for a night:
 * `SEED=$RANDOM RUNS=3000 npx vitest run --project unit lib/run/properties`.
 */
const RUNS = { numRuns: Number(process.env["RUNS"] ?? 40), seed: Number(process.env["SEED"] ?? 20_261_121) };

vi.setConfig({ testTimeout: 600_000 });

describe("whatever happens", () => {
  it("[R1] never more than one node is out of service, and never the last of its role", () => {
    fc.assert(
      fc.property(history, (h) => {
        play({ ...h, restarts: 0 }, ({ model }) => {
          const out = [...model.nodes.values()].filter(({ process, outOf, exitsAtMs }) => {
            return process === null || exitsAtMs !== null || outOf.size > 0 || process.servesAtMs > model.nowMs;
          });
          expect(out.map(({ node }) => node.id).length).toBeLessThanOrEqual(1);
          const serving = new Set(
            [...model.nodes.values()].filter((one) => !out.includes(one)).map(({ node }) => node.role),
          );
          expect([...serving].sort()).toEqual(["be", "cn", "fe"]);
        });
      }),
      RUNS,
    );
  });

  it("[R2] nothing is installed before the exit was confirmed, and never under a process that runs", () => {
    fc.assert(
      fc.property(history, (h) => {
        const watch: Console["watch"] = (run, { event }) => {
          if (event.type !== "CommandIssued" || event.command.verb !== "install") return;
          const { nodeId } = event.command;
          const step = run.steps.find(({ plan }) => plan.nodeId === nodeId);
          const confirm = step?.phases.find(({ phase }) => phase === "confirm");
          expect(confirm?.endedAtMs ?? null).not.toBeNull();
        };
        expect(play(h, undefined, watch).model.broken).toEqual([]);
      }),
      RUNS,
    );
  });

  it("[R3] the next step begins only after the one before it has ended", () => {
    fc.assert(
      fc.property(history, (h) => {
        play(h, ({ run }) => {
          const open = run.steps.filter(({ progress }) => progress.at === "phase" || progress.at === "puttingBack");
          expect(open.length).toBeLessThanOrEqual(1);
        });
      }),
      RUNS,
    );
  });

  it("[N1] at most as many steps as the policy says are under way, of one role, and one at a time is entered", () => {
    let most = 0;
    fc.assert(
      fc.property(history, fc.constantFrom(2, 3), (h, batch) => {
        const console = wideConsole(h, batch);
        console.watch = (run) => {
          // Whoever waits and is skipped is put back for the moment between two events.
          const open = run.steps.filter(({ progress }) => progress.at === "phase");
          most = Math.max(most, open.length);
          expect(open.length).toBeLessThanOrEqual(batch);
          expect(new Set(open.map(({ plan }) => plan.role)).size).toBeLessThanOrEqual(1);
          const entering = open.filter(
            ({ progress }) => progress.at === "phase" && ["gate", "check", "isolate"].includes(progress.phase),
          );
          expect(entering.length).toBeLessThanOrEqual(1);
        };
        playOn(console, h, () => undefined);
      }),
      RUNS,
    );
    expect(most).toBeGreaterThan(1);
  });

  it("[R1] of a batch never more are out of service than the policy says, and never the last of a role", () => {
    fc.assert(
      fc.property(history, fc.constantFrom(2, 3), (h, batch) => {
        const calm = { ...h, restarts: 0 };
        playOn(wideConsole(calm, batch), calm, ({ model }) => {
          const out = [...model.nodes.values()].filter(({ process, outOf, exitsAtMs }) => {
            return process === null || exitsAtMs !== null || outOf.size > 0 || process.servesAtMs > model.nowMs;
          });
          expect(out.length).toBeLessThanOrEqual(batch);
          const serving = [...model.nodes.values()].filter((one) => !out.includes(one)).map(({ node }) => node.role);
          expect(serving).toEqual(expect.arrayContaining(["be", "cn"]));
        });
      }),
      RUNS,
    );
  });

  it("[N5] while the run holds or is paused, nobody is touched beside the others", () => {
    fc.assert(
      fc.property(history, fc.constantFrom(2, 3), (h, batch) => {
        const console = wideConsole(h, batch);
        let before: Run = console.run;
        console.watch = (run) => {
          const touched = justTouched(before, run);
          const held = before.hold?.nodeId ?? null;
          if (touched !== null && stepsUnderWay(before).length > 1) {
            expect([null, touched]).toContain(held);
            expect(before.life.at).toBe("running");
          }
          before = run;
        };
        playOn(console, h, () => undefined);
      }),
      RUNS,
    );
  });

  it("[R8] every loan of a batch is given back, whoever dies when", () => {
    fc.assert(
      fc.property(history, fc.constantFrom(2, 3), fc.nat(400), (h, batch, pick) => {
        const { model } = playOn(wideConsole(h, batch), { ...h, diesAfter: 1 + pick }, () => undefined);
        expect(owed(model.loans, () => true)).toEqual([]);
        expect([...model.nodes.values()].filter(({ outOf, switches }) => outOf.size + switches.size > 0)).toEqual([]);
        expect(model.broken).toEqual([]);
      }),
      RUNS,
    );
  });

  it("[R5] a node that leads is touched only when every other of an upgrade is settled", () => {
    fc.assert(
      fc.property(history, (h) => {
        let before: Run | null = null;
        play({ ...h, kind: "upgrade", leaderMoves: 0.05, nodes: CLUSTER.length }, ({ run, model }) => {
          const touched = justTouched(before, run);
          before = run;
          if (touched === null || model.at(touched).node.leadership !== "leader") return;
          const open = run.steps.filter(({ plan, progress }) => plan.nodeId !== touched && progress.at !== "ended");
          expect(open.map(({ plan }) => plan.nodeId)).toEqual([]);
        });
      }),
      RUNS,
    );
  });

  it("[C4] no command is carried out twice under different ids, unless a person asked for another try", () => {
    fc.assert(
      fc.property(history, (h) => {
        const { model, journal } = play(h);
        const retried = journal.some(({ event }) => event.type === "RetryRequested" || event.type === "StepSettled");
        if (retried) return;
        for (const verb of ["exit", "install", "start", "force"]) {
          const done = model.deeds.filter((deed) => deed.verb === verb).map(({ nodeId }) => nodeId);
          expect(done).toEqual([...new Set(done)]);
        }
      }),
      RUNS,
    );
  });

  it("[R8] every loan is given back by the end of every run", () => {
    fc.assert(
      fc.property(history, (h) => {
        const { model } = play(h);
        expect(owed(model.loans, () => true)).toEqual([]);
        expect([...model.nodes.values()].filter(({ outOf, switches }) => outOf.size + switches.size > 0)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("[R6] a crash after any event changes nothing about the end", () => {
    fc.assert(
      fc.property(history, fc.nat(), (h, pick) => {
        const calm = { ...h, unknown: 0, leaderMoves: 0, refused: 0, unwell: 0, restarts: 0, crashes: [], asks: [] };
        const whole = play(calm);
        const crashed = play({ ...calm, diesAfter: 1 + (pick % whole.journal.length) });
        expect(ends(crashed.run)).toEqual(ends(whole.run));
        // A kill at the exit's limit depends on the time, and a console that was away is late or early for it.
        const deeds = ({ model }: typeof whole): readonly string[] =>
          model.deeds.filter(({ verb }) => verb !== "force").map(({ id }) => id);
        expect(deeds(crashed)).toEqual(deeds(whole));
      }),
      RUNS,
    );
  });

  it("[A1] nothing new starts while the run is paused", () => {
    fc.assert(
      fc.property(history, (h) => {
        const { journal } = play(h);
        let paused = false;
        let touched = new Set<string>();
        for (const { event } of journal) {
          if (event.type === "PauseRequested") paused = true;
          if (event.type === "RunResumed" || event.type === "AbortRequested") paused = false;
          if (event.type !== "PhaseBegan" || event.phase === "gate" || event.phase === "check") continue;
          if (paused) expect([...touched]).toContain(event.nodeId);
          touched = touched.add(event.nodeId);
        }
      }),
      RUNS,
    );
  });

  it("[A19] a note changes nothing: a history in which everything is noted is the one in which nothing is", () => {
    fc.assert(
      fc.property(history, (h) => {
        const play = (each: (console: Console) => void): Console => {
          const console = h.seed % 3 === 0 ? wideConsole(h, 2) : consoleFor(h);
          return playOn(console, h, each);
        };
        const silent = play(() => undefined);
        const noted = play((console) => {
          const nodeId = console.run.steps[console.model.nowMs % console.run.steps.length]?.plan.nodeId ?? null;
          console.ask({ do: "note", nodeId: console.run.seq % 2 === 0 ? nodeId : null, text: "seen" });
        });
        const told = ({ journal }: Console): readonly unknown[] =>
          journal.filter(({ event }) => event.type !== "NoteAdded").map((one) => ({ ...one, seq: 0 }));
        expect(told(noted)).toEqual(told(silent));
        expect({ ...noted.run, seq: 0, updatedAtMs: 0 }).toEqual({ ...silent.run, seq: 0, updatedAtMs: 0 });
        expect(noted.all("NoteAdded").length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it("[E1] an event that comes twice changes nothing, and the journal alone makes the run", () => {
    fc.assert(
      fc.property(history, (h) => {
        const { run, journal } = play(h);
        expect(replay(journal)).toEqual(run);
        for (const recorded of journal) expect(fold(run, recorded)).toBe(run);
      }),
      RUNS,
    );
  });

  it("[D1] asked again with the same facts, it decides nothing more", () => {
    fc.assert(
      fc.property(history, (h) => {
        const console = h.seed % 3 === 0 ? wideConsole(h, 2) : consoleFor(h);
        playOn(console, h, ({ run, model }) => {
          const facts = model.facts(wanted(run));
          const { events } = decide(run, model.loans, facts, model.nowMs);
          const next = events.reduce((state, { actor, event }, index) => {
            return fold(state, { seq: run.seq + 1 + index, atMs: model.nowMs, actor, event });
          }, run);
          expect(decide(next, model.loans, facts, model.nowMs).events).toEqual([]);
        });
      }),
      { numRuns: 40 },
    );
  });
});

function ends(run: Run): readonly unknown[] {
  return [
    run.life.at === "ended" && run.life.verdict,
    run.steps.map(({ progress }) => progress.at === "ended" && progress.result),
  ];
}

/** The node whose first touching phase began between two looks. */
function justTouched(before: Run | null, now: Run): string | null {
  const touched = (run: Run | null, nodeId: string): boolean =>
    (run?.steps.find(({ plan }) => plan.nodeId === nodeId)?.phases ?? []).some(
      ({ phase, skipped }) => phase !== "gate" && phase !== "check" && skipped === null,
    );
  return now.steps.map(({ plan }) => plan.nodeId).find((id) => touched(now, id) && !touched(before, id)) ?? null;
}
