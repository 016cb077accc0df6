import { describe, expect, it } from "vitest";
import { approveAll, aStory, type Story } from "#components/run/testing/story.ts";
import { exitQuestions, exitRows, lastGates } from "./exits.ts";
import { percent, probeSentence } from "./probe.ts";

function story(forced: boolean, exitWaitMs: number | null = 20_000): Story {
  const played = aStory("upgrade", { step: { exitWaitMs } });
  const check = { id: "exit-times", nodeId: "be-1", title: "Exit times nest", severity: "needsReason" } as const;
  played.model.checks = [
    { ...check, verdict: "pass", evidence: "it waits 20 s now, and until the FE was told", remedy: "" },
  ];
  approveAll(played);
  if (!forced) {
    played.untilEnded();
    return played;
  }
  played.untilPhase("be-1", "drain");
  played.busy("be-1", 2, 900_000);
  played.untilHeld();
  played.ask({ do: "goOn", nodeId: "be-1" });
  played.untilPhase("be-1", "exit");
  played.console.for(3000);
  played.ask({ do: "force", nodeId: "be-1" });
  played.untilEnded();
  return played;
}

const questions = (of: Story) => exitQuestions(of.run(), of.console.journal);

describe("how nodes left", () => {
  it("[S0-26] is told of each that was told to leave, with what its script and log said", () => {
    const rows = exitRows(story(true).run());
    expect(rows.map(({ nodeId, forced, limitMs }) => [nodeId, forced, limitMs])).toEqual([
      ["be-1", true, 60_000],
      ["be-2", false, 60_000],
      ["fe-1", false, 60_000],
    ]);
    expect(rows.every(({ told }) => told !== "")).toBe(true);
  });

  it("[S0-27] answers “BE/CN exits by timeout” with the cause and the remedy", () => {
    const [timeout] = questions(story(true));
    expect(timeout).toMatchObject({ question: "BE/CN exits by timeout", happened: true });
    expect(timeout?.cause).toContain(
      "be-1: it waits 20 s for its work, and is killed after 60 s; 2 pieces of work still ran. ann forced it.",
    );
    expect(timeout?.remedy).toContain("loop_count_wait_fragments_finish");
  });

  it("says so where nobody exited by timeout", () => {
    const [timeout] = questions(story(false));
    expect(timeout).toMatchObject({ happened: false, remedy: "" });
  });

  it("[S0-29] answers “Node status is not SHUTDOWN” for nodes that leave without waiting, with what the check said", () => {
    const [, shutdown] = questions(story(false, 0));
    expect(shutdown).toMatchObject({ question: "Node status is not SHUTDOWN", happened: true });
    expect(shutdown?.cause).toContain("be-1");
    expect(shutdown?.cause).toContain("it waits 20 s now, and until the FE was told.");
    expect(shutdown?.remedy).toContain("graceful_exit_wait_for_frontend_heartbeat");
  });

  it("asks nothing of a run in which no backend left", () => {
    expect(exitQuestions(aStory("upgrade").run(), [])).toEqual([]);
  });

  it("compares by the gates of the node that was verified last", () => {
    const played = story(false);
    expect(lastGates(played.run())).toMatchObject({ nodeId: "fe-1" });
    expect(lastGates(played.run()).gates.length).toBeGreaterThan(0);
    expect(lastGates(aStory("upgrade").run())).toEqual({ gates: [], nodeId: null, atMs: null });
  });
});

describe("the probe in words", () => {
  const report = { sent: 9_512, failed: 0, notSent: 0, upperBound95: 0.000_315, byDoor: [], byPlace: [], failures: [] };

  it("says how many failed, and how many may at most", () => {
    expect(probeSentence(report)).toBe("None of 9,512 statements failed. With 95 % confidence below 0.032 % fail.");
    expect(probeSentence({ ...report, failed: 1, upperBound95: 0.0005 })).toBe(
      "1 of 9,512 statements failed. With 95 % confidence below 0.050 % fail.",
    );
    expect(probeSentence({ ...report, sent: 0, upperBound95: null })).toBe("No statement was sent.");
  });

  it("keeps two digits that mean something", () => {
    expect([0, 0.5, 0.012, 0.000_031].map(percent)).toEqual(["0 %", "50.0 %", "1.2 %", "0.0031 %"]);
  });
});
