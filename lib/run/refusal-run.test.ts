import { describe, expect, it } from "vitest";
import type { HoldReason } from "./hold.ts";
import { requestEvents } from "./accept-request.ts";
import { fold } from "./evolve/evolve.ts";
import { refusalOf } from "./refusal.ts";
import type { RunRequest } from "./request.ts";
import type { CommandRecord, Run, Step } from "./state.ts";
import { ANN, BOB } from "./testing/console.ts";
import { runIn, STATES } from "./testing/states.ts";

const why = (run: Run, request: RunRequest): string | null => refusalOf(run, request, 60_000)?.reason ?? null;

function held(run: Run, nodeId: string | null, reason: HoldReason): Run {
  return { ...run, hold: { nodeId, reason, sinceMs: 0 } };
}

const changed: HoldReason = { why: "topologyChanged", evidence: "", appeared: ["be-9"], vanished: [] };
const lasting: Run["life"] = { at: "aborting", by: BOB, sinceMs: 0, reason: "enough" };

describe("what is asked of the run as a whole", () => {
  it("[A1] [A2] pause and resume: each in its own state alone, with who was first", () => {
    const paused = runIn("paused");
    expect(why(paused, { do: "pause", reason: "x" })).toBe("It is paused already, by ann.");
    expect(why(runIn("drain"), { do: "resume" })).toBe("It is not paused.");
    const aborting = runIn("aborting");
    expect(why(aborting, { do: "pause", reason: "x" })).toBe("It is being aborted: nothing new starts anyway.");
    expect(why(aborting, { do: "resume" })).toBe("It is being aborted, and that cannot be taken back.");
  });

  it("[A3] abort: once, and with a reason", () => {
    expect(why(runIn("aborting"), { do: "abort", reason: "x" })).toBe("It is being aborted already, by ann.");
    expect(why(runIn("drain"), { do: "abort", reason: "\n" })).toBe("Say why: the reason is kept with the act.");
  });

  it("[A16] accept topology: in a hold of the run for that, and in no other", () => {
    const request = { do: "acceptTopology", reason: "scaled" } as const;
    const nothing = "Nobody appeared or vanished that is not accepted.";
    expect(why(held(runIn("check"), null, changed), request)).toBeNull();
    expect(why(held(runIn("drain"), "be-1", changed), request)).toBe(nothing);
    expect(why(held(runIn("check"), null, { why: "finish" }), request)).toBe(nothing);
    expect(why(runIn("check"), request)).toBe(nothing);
    expect(why(held(runIn("check"), null, changed), { ...request, reason: "" })).toMatch(/^Say why/);
  });
});

describe("a note", () => {
  const note = { do: "note", nodeId: null, text: "the disk is loud" } as const;

  it("[A19] is on the run or on any of its steps, in every state until the run has ended", () => {
    for (const state of STATES.filter((one) => one !== "ended")) {
      for (const nodeId of [null, "be-1", "be-2"]) expect(why(runIn(state), { ...note, nodeId })).toBeNull();
    }
    expect(why(runIn("ended"), note)).toMatch(/^The run is over/);
    expect(why(runIn("drain"), { ...note, nodeId: "be-9" })).toBe("be-9 is not part of this run.");
  });

  it("[A19] says something, and no more than fits", () => {
    const run = runIn("drain");
    expect(why(run, { ...note, text: " \n" })).toBe("Write something: an empty note tells nothing.");
    expect(why(run, { ...note, text: `${"x".repeat(2000)} ` })).toBeNull();
    expect(why(run, { ...note, text: "x".repeat(2001) })).toBe(
      "A note has 2000 characters at most; this one has 2001.",
    );
  });

  it("[A19] stands in the journal with its person, without the space around it, as often as it is written", () => {
    const run = runIn("held");
    const written = requestEvents(run, { ...note, text: " the disk is loud\n" }, BOB, 0);
    expect(written).toEqual([{ actor: BOB, event: { type: "NoteAdded", nodeId: null, text: "the disk is loud" } }]);
    const after = written.reduce((state, { actor, event }) => fold(state, { seq: 99, atMs: 1, actor, event }), run);
    expect({ ...after, seq: 0, updatedAtMs: 0 }).toEqual({ ...run, seq: 0, updatedAtMs: 0 });
    expect(why(after, note)).toBeNull();
  });
});

// ---------------------------------------------------------------------------------------------- at the end of the run

/** Both steps have ended like this; the run waits for what becomes of them, unless said otherwise. */
function over(results: readonly ("verified" | "skipped" | "putBack")[], change: Partial<Run> = {}): Run {
  const run = runIn("waiting");
  const steps = run.steps.map((step, index): Step => {
    const result = results[index] ?? "verified";
    return { ...step, progress: { at: "ended", atMs: 0, result, evidence: "" } };
  });
  const hold: Run["hold"] = { nodeId: null, reason: { why: "unsettled", nodeIds: ["be-1"] }, sinceMs: 0 };
  const plan = { ...run.plan, policy: { ...run.plan.policy, finish: "later" as const } };
  return { ...run, plan, steps, hold, ...change };
}

describe("finish", () => {
  it("[A18] waits until every step is settled and nothing is owed", () => {
    const finish = { do: "finish" } as const;
    expect(why(over(["verified", "skipped"]), finish)).toBe("First say what becomes of be-2.");
    expect(why(over(["verified", "verified"], { hold: null }), finish)).toBe("It is not at its end yet.");
    const hold = { nodeId: null, reason: { why: "finish" }, sinceMs: 0 } as const;
    expect(why(over(["verified", "verified"], { hold }), finish)).toBeNull();
  });
});

describe("settle", () => {
  const again = { do: "settle", nodeId: "be-1", how: "again", reason: "its disk is new" } as const;
  const leave = { ...again, how: "leave" } as const;

  function issued(nodeId: string | null, change: Partial<CommandRecord> = {}): Pick<Run, "commands"> {
    const command: CommandRecord["command"] = { id: "g1", verb: "giveBack", nodeId, purposes: [] };
    const record = { command, attempt: 1, issuedAtMs: 0, answer: null, setAside: false, past: false, ...change };
    return { commands: new Map([["g1", record]]) };
  }

  it("[A17] takes a skipped step again, or leaves it", () => {
    expect(why(over(["skipped"]), again)).toBeNull();
    expect(why(over(["putBack"]), leave)).toBeNull();
    expect(why(over(["skipped"]), { ...again, reason: " " })).toMatch(/^Say why/);
  });

  it("[A17] again: not while something that was asked of it, or of the run, waits for its answer", () => {
    const waits = "What was asked before has not been answered yet.";
    expect(why(over(["skipped"], issued("be-1")), again)).toBe(waits);
    expect(why(over(["skipped"], issued(null)), again)).toBe(waits);
    expect(why(over(["skipped"], issued("be-2")), again)).toBeNull();
    expect(why(over(["skipped"], issued("be-1")), leave)).toBeNull();
  });

  it("[A17] not while it is aborted, while Finish was said, nor before what is owed was given back", () => {
    expect(why(over(["skipped"], { life: lasting }), again)).toBe(
      "The run is being aborted: what was left stays as it is.",
    );
    expect(why(over(["skipped"], { finish: { by: ANN, atMs: 0 } }), again)).toBe("Finish was said: the run is ending.");
    expect(why(over(["skipped"], { hold: null }), again)).toBe("What was done before is still being given back.");
  });

  it("[A17] one that was left may be taken again after all, and is not left twice", () => {
    const run = over(["skipped"]);
    const settled = { by: BOB, atMs: 0, reason: "" };
    const left = { ...run, steps: run.steps.map((step) => ({ ...step, settled })) };
    expect(why(left, leave)).toBe("bob left it as it is already.");
    expect(why(left, again)).toBeNull();
  });

  it("[F4] old files that cannot be removed are left, and nothing else of a verified step", () => {
    const refused: HoldReason = { why: "commandRefused", commandId: "x", reason: "no rights" };
    const run = held(over(["verified"]), "be-1", refused);
    expect(why(run, leave)).toBeNull();
    expect(why(run, again)).toBe("be-1 is verified: there is nothing to settle.");
    expect(why(run, { ...leave, nodeId: "be-2" })).toBe("be-2 is verified: there is nothing to settle.");
  });
});
