import { describe, expect, it } from "vitest";
import { timeOfDay } from "#components/format.ts";
import { abortQuestion, actsNamed, actsOf, goOnWords, headActs, onwardAct, type ActFacts } from "./acts.ts";
import { holdActs } from "./hold.ts";
import { anObservation, aStory, type Story } from "./testing/story.ts";

function facts(story: Story, nodeId: string): ActFacts {
  const step = story.step(nodeId);
  return {
    run: story.run(),
    step,
    observation: null,
    items: step.lastWork,
    inFlight: step.lastWork.length,
    nowMs: story.nowMs(),
  };
}

function draining(): Story {
  const story = aStory("upgrade");
  story.ask({ do: "approve", nodeId: "be-1" });
  story.untilPhase("be-1", "drain");
  story.busy("be-1", 2, 600_000);
  story.console.for(10_000);
  return story;
}

function exiting(): Story {
  const story = draining();
  story.ask({ do: "goOn", nodeId: "be-1" });
  story.untilPhase("be-1", "exit");
  story.console.for(2000);
  return story;
}

const allowed = (of: ActFacts): readonly string[] =>
  actsOf(of)
    .filter(({ refused }) => refused === null)
    .map(({ key }) => key);

describe("acts", () => {
  it("before the signal are extend, shorten, put back and go on; never shorten the exit or force", () => {
    const of = facts(draining(), "be-1");
    expect(allowed(of)).toEqual(["extend", "shortenDrain", "putBack", "goOn", "skip"]);
    expect(headActs(of).map(({ key }) => key)).toEqual(["extend", "putBack"]);
    expect(onwardAct(of)?.words).toBe("Exit be-1 now, kill after 60 s…");
  });

  it("after the signal are shorten and force; never extend or put back", () => {
    const of = facts(exiting(), "be-1");
    expect(allowed(of)).toEqual(["shortenExit", "force"]);
    expect(headActs(of).map(({ key }) => key)).toEqual(["shortenExit", "force"]);
    expect(onwardAct(of)).toBeNull();
  });

  it("that are refused stay, and say why", () => {
    const force = actsOf(facts(draining(), "be-1")).find(({ key }) => key === "force");
    expect(force?.refused).toBe("It is not exiting: a kill never comes before the graceful exit.");
    const extend = actsOf(facts(exiting(), "be-1")).find(({ key }) => key === "extend");
    expect(extend?.refused).toContain("its limit only comes closer");
  });

  it("tell the second person who was first, and when", () => {
    const story = exiting();
    story.ask({ do: "force", nodeId: "be-1" });
    const force = actsOf(facts(story, "be-1")).find(({ key }) => key === "force");
    expect(force?.refused).toMatch(/^ann forced it already\. ann asked at \d\d:\d\d:\d\d\.$/);
  });

  it("[S0-28] say in their question what they cut and whose, which process, and that it cannot be undone", () => {
    const story = exiting();
    const pid = {
      value: "exiting",
      witness: "process",
      asOfMs: story.nowMs() - 2000,
      seenAtMs: story.nowMs(),
      said: "pid 4128 runs",
    } as const;
    const of = { ...facts(story, "be-1"), observation: anObservation({ process: [pid] }), inFlight: 2 };
    const force = actsOf(of).find(({ key }) => key === "force");
    expect(force?.question).toMatchObject({ title: "Force be-1 now?", safe: "Keep waiting", act: "Force be-1, cut 2" });
    expect(force?.question?.body).toBe(
      `This cuts 2: two queries, of ann. kill -9 to its process (pid 4128 runs), once pid and identity are checked on its host. That was seen at ${timeOfDay(story.nowMs() - 2000)}. What it has not written out yet may be lost here, until a replica or a snapshot brings it back. It cannot be undone.`,
    );
    expect(force?.destructive).toBe(true);
  });

  it("that kill want the node's name typed, and every one that sends something shows what", () => {
    const questions = actsOf(facts(exiting(), "be-1")).flatMap(({ key, question }) =>
      question === null ? [] : [[key, question.typed ?? null, question.sends?.phases ?? null]],
    );
    expect(questions).toEqual([
      ["putBack", null, ["readmit"]],
      ["goOn", null, ["exit"]],
      ["shortenExit", "be-1", ["force"]],
      ["force", "be-1", ["force"]],
      ["accept", null, null],
      ["skip", null, null],
    ]);
  });

  it("do not say how many are cut where nobody can count", () => {
    const of = { ...facts(exiting(), "be-1"), inFlight: null, items: [] };
    expect(actsOf(of).find(({ key }) => key === "force")?.question?.body).toContain(
      "How many queries it cuts is not known.",
    );
  });

  it("do not offer to kill what has ended by itself, as long as that was seen just now", () => {
    const story = exiting();
    const ended = (ageMs: number) =>
      ({
        value: "gone",
        witness: "process",
        asOfMs: story.nowMs() - ageMs,
        seenAtMs: story.nowMs(),
        said: "",
      }) as const;
    const seen = (ageMs: number): ActFacts => ({
      ...facts(story, "be-1"),
      observation: anObservation({ process: [ended(ageMs)] }),
    });
    expect(headActs(seen(1000)).map(({ refused }) => refused)).toEqual([
      "Its process has ended: there is nothing left to kill.",
      "Its process has ended: there is nothing left to kill.",
    ]);
    expect(allowed(seen(11_000))).toEqual(["shortenExit", "force"]);
  });

  it("in a hold are those that may help, most sensible first", () => {
    const story = draining();
    story.untilHeld();
    const { hold } = story.run();
    const names = hold === null ? [] : holdActs(hold);
    expect(actsNamed(facts(story, "be-1"), names).map(({ key }) => key)).toEqual(["extend", "putBack", "goOn"]);
  });

  it("name no limit where the exit has none", () => {
    const { plan } = draining().step("be-1");
    expect(goOnWords({ ...draining().step("be-1"), plan: { ...plan, exitLimitMs: null } })).toBe("Exit be-1 now");
  });
});

describe("the question before an abort", () => {
  it("says that a draining node is put back", () => {
    expect(abortQuestion(draining().run())).toMatchObject({ act: "Put be-1 back and abort" });
  });

  it("says that a node behind its exit is brought back first, and how the cluster is left", () => {
    const { body, act } = abortQuestion(exiting().run());
    expect(act).toBe("Abort after be-1");
    expect(body).toContain("be-1 is started on the version that is verified on its disk");
    expect(body).toContain("0 nodes stay on 4.0.7-bbbbbbb, 3 as they are.");
  });

  it("says that nothing is out at a gate", () => {
    const story = aStory("upgrade");
    story.untilPhase("be-1", "gate");
    expect(abortQuestion(story.run())).toMatchObject({ act: "Abort the run" });
  });
});
