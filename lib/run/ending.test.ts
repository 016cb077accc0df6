import { describe, expect, it } from "vitest";
import type { LoanRecord } from "./loan.ts";
import type { Command } from "./command.ts";
import type { Console } from "./testing/console.ts";
import { aRun, BES } from "./testing/scenes.ts";

const ofTheRun = ({ verb, nodeId }: Command): boolean => verb === "giveBack" && nodeId === null;

/** What the run borrowed for itself is given back, and whoever was asked to has not answered yet. */
function unanswered(console: Console): Console {
  const carry = console.model.carry.bind(console.model);
  let isSilent = false;
  console.model.carry = (command, attempt) => {
    if (ofTheRun(command)) isSilent = true;
    carry(command, attempt);
  };
  const answers = console.model.answers.bind(console.model);
  console.model.answers = () => (isSilent ? [] : answers());
  return console;
}

const isOver = (console: Console): boolean => console.run.steps.every(({ progress }) => progress.at === "ended");

describe("a run whose steps have ended", () => {
  it("[R8] says why it ended", () => {
    const console = aRun();
    console.toEnd();
    expect(console.run.life).toMatchObject({
      verdict: "finished",
      reason: "Every step is settled and nothing is owed.",
    });
    const aborted = aRun();
    aborted.ask({ do: "abort", reason: "enough" });
    aborted.toEnd();
    expect(aborted.run.life).toMatchObject({ verdict: "aborted", reason: "enough" });
  });

  it("[R8] does not end while giving back was not answered, although nothing is owed any more", () => {
    const console = unanswered(aRun());
    console.until(() => console.commands("giveBack").includes("r1/-/end/giveBack/1"));
    console.for(60_000);
    expect([...console.model.loans.values()].every(({ state }) => state.at === "returned")).toBe(true);
    expect(console.run.life.at).toBe("running");
  });

  it("[S1] asks what becomes of a skipped step as soon as nothing is owed, answered or not", () => {
    const console = unanswered(aRun());
    console.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    console.reachHold("unsettled");
    expect(console.run.commands.get("r1/-/end/giveBack/1")?.answer).toBeNull();
  });

  it.each(["isolate", "exit"] as const)(
    "[R8] gives back what is still owed for a node's %s before it ends",
    (purpose) => {
      const console = aRun({ nodes: BES.slice(0, 1) });
      console.until(() => isOver(console));
      const loan: LoanRecord["loan"] = {
        id: "r1/late",
        runId: "r1",
        purpose,
        nodeId: "be-1",
        kind: "model",
        on: "fe-1",
        key: "be-1",
        before: null,
        value: "1",
        what: "be-1 on fe-1",
      };
      console.model.loans = new Map(console.model.loans).set(loan.id, { loan, state: { at: "recorded" } });
      console.toEnd();
      expect(console.commands("giveBack")).toContain("r1/be-1/end/giveBack/1");
      expect(console.model.loans.get("r1/late")?.state.at).toBe("returned");
    },
  );
});
