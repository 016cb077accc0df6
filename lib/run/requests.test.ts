import { describe, expect, it } from "vitest";
import { allowedActs, requestEvents } from "./accept-request.ts";
import { refusal } from "./refusal.ts";
import type { RequestName, RunRequest } from "./request.ts";
import { ANN, BOB, Console } from "./testing/console.ts";
import { Model } from "./testing/model.ts";
import { aNode, aPlan } from "./testing/plan.ts";
import { randomFrom } from "./testing/random.ts";
import { runIn, STATES, type StateName } from "./testing/states.ts";

type RowOf<T extends readonly string[]> = { readonly [K in keyof T]: "y" | "-" };

const REQUESTS: Readonly<{ [K in RequestName]: Extract<RunRequest, { readonly do: K }> }> = {
  pause: { do: "pause", reason: "lunch" },
  resume: { do: "resume" },
  abort: { do: "abort", reason: "enough" },
  approve: { do: "approve", nodeId: "be-1" },
  withdrawApproval: { do: "withdrawApproval", nodeId: "be-1" },
  retry: { do: "retry", nodeId: "be-1" },
  skip: { do: "skip", nodeId: "be-1", reason: "broken disk" },
  override: { do: "override", nodeId: "be-1", checkKey: "tablets", reason: "known" },
  moveDrainLimit: { do: "moveDrainLimit", nodeId: "be-1", byMs: 60_000 },
  goOn: { do: "goOn", nodeId: "be-1" },
  putBack: { do: "putBack", nodeId: "be-1", reason: "enough" },
  shorten: { do: "shorten", nodeId: "be-1", limitMs: 1000 },
  force: { do: "force", nodeId: "be-1" },
  startAgain: { do: "startAgain", nodeId: "be-1" },
  accept: { do: "accept", nodeId: "be-1", reason: "night" },
  changePolicy: { do: "changePolicy", policy: { soakMs: 1 }, reason: "night" },
  acceptTopology: { do: "acceptTopology", reason: "scaled" },
  settle: { do: "settle", nodeId: "be-1", how: "leave", reason: "known" },
  note: { do: "note", nodeId: "be-1", text: "its disk is loud" },
  finish: { do: "finish" },
};

/** What may be asked in which state of a run without approvals whose exit, where it has begun, was not sent yet. */
// prettier-ignore
const ALLOWED: Readonly<Record<RequestName, RowOf<typeof STATES>>> = {
  //                wait gate check isol drain exit conf upgr restrt readm verify soak back over paused abort held cmnd ended
  pause:            ["y", "y", "y",  "y", "y",  "y", "y", "y", "y",   "y",  "y",   "y", "y", "y", "-",   "-",  "y", "y", "-"],
  resume:           ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "y",   "-",  "-", "-", "-"],
  abort:            ["y", "y", "y",  "y", "y",  "y", "y", "y", "y",   "y",  "y",   "y", "y", "y", "y",   "-",  "y", "y", "-"],
  approve:          ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  withdrawApproval: ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  retry:            ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  skip:             ["y", "y", "y",  "y", "y",  "y", "-", "-", "-",   "y",  "y",   "y", "-", "-", "y",   "y",  "y", "-", "-"],
  override:         ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  moveDrainLimit:   ["-", "-", "-",  "-", "y",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "y",   "-",  "y", "-", "-"],
  goOn:             ["-", "-", "-",  "-", "y",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "y",   "-",  "y", "-", "-"],
  putBack:          ["-", "-", "-",  "y", "y",  "y", "-", "-", "-",   "-",  "-",   "-", "-", "-", "y",   "-",  "y", "-", "-"],
  shorten:          ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  force:            ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  startAgain:       ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  accept:           ["-", "-", "-",  "-", "-",  "-", "-", "-", "-",   "-",  "-",   "-", "-", "-", "-",   "-",  "-", "-", "-"],
  changePolicy:     ["y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "-"],
  acceptTopology:   ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"],
  settle:           ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"],
  note:             ["y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "-"],
  finish:           ["-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"],
};

const CELLS = Object.values(REQUESTS).flatMap((request) =>
  STATES.map((state, column) => ({ request, state, allowed: ALLOWED[request.do][column] === "y" })),
);

describe("what may be asked", () => {
  it.each(CELLS)("[A] $request.do in $state: $allowed", ({ request, state, allowed }) => {
    const run = runIn(state);
    expect(refusal(run, request, ANN, 60_000) === null).toBe(allowed);
    expect(requestEvents(run, request, ANN, 60_000).length > 0).toBe(allowed);
  });

  it.each(STATES)("[A] every refusal in %s is a full sentence", (state: StateName) => {
    for (const request of Object.values(REQUESTS)) {
      const reason = refusal(runIn(state), request, ANN, 60_000)?.reason ?? "It is so.";
      expect(reason).toMatch(/^[A-Za-z].*\.$/);
    }
  });

  it("[R9] a rule asks for nothing", () => {
    const rule = { kind: "rule", rule: "P1" } as const;
    expect(refusal(runIn("gate"), { do: "pause", reason: "" }, rule, 0)?.reason).toMatch(/person/);
    expect(requestEvents(runIn("gate"), { do: "pause", reason: "" }, rule, 0)).toEqual([]);
  });

  it("[A] a node that is no part of the run is refused by its name", () => {
    const refused = refusal(runIn("gate"), { do: "goOn", nodeId: "be-9" }, ANN, 0);
    expect(refused?.reason).toBe("be-9 is not part of this run.");
  });
});

const BES = [aNode("be-1", "be"), aNode("be-2", "be")];

function aRun(): Console {
  const model = new Model(BES, randomFrom(3));
  model.workMs = 600_000;
  return new Console(model, aPlan(BES, "upgrade", { policy: { approval: "every" } }));
}

describe("two people who press the same button", () => {
  const first = (atMs: number): unknown => ({ by: ANN, atMs });

  it("approve: the second is told who was first and when", () => {
    const console = aRun();
    console.reach("be-1", "gate");
    console.ask({ do: "approve", nodeId: "be-1" });
    const atMs = console.model.nowMs;
    console.for(2000);
    const second = console.ask({ do: "approve", nodeId: "be-1" }, BOB);
    expect(second).toEqual({ reason: "It is approved already, by ann.", already: first(atMs) });
    expect(console.all("ApprovalGiven")).toHaveLength(1);
  });

  it("pause, go on, force, put back and abort: likewise", () => {
    const console = aRun();
    console.ask({ do: "approve", nodeId: "be-1" });
    console.reach("be-1", "drain");
    const pairs: readonly RunRequest[] = [
      { do: "pause", reason: "lunch" },
      { do: "goOn", nodeId: "be-1" },
    ];
    for (const request of pairs) {
      const atMs = console.model.nowMs;
      expect(console.ask(request)).toBeNull();
      expect(console.ask(request, BOB)?.already).toEqual(first(atMs));
    }
    console.reach("be-1", "exit");
    const atMs = console.model.nowMs;
    expect(console.ask({ do: "force", nodeId: "be-1" })).toBeNull();
    expect(console.ask({ do: "force", nodeId: "be-1" }, BOB)?.already).toEqual(first(atMs));
    expect(console.ask({ do: "abort", reason: "enough" })).toBeNull();
    expect(console.ask({ do: "abort", reason: "enough" }, BOB)?.already).toEqual(first(atMs));
  });

  it("a pause that was lifted since is nobody's", () => {
    const console = aRun();
    console.ask({ do: "pause", reason: "lunch" });
    console.for(1000);
    console.ask({ do: "resume" });
    console.for(1000);
    console.ask({ do: "pause", reason: "tea" }, BOB);
    expect(console.ask({ do: "pause", reason: "coffee" })?.already).toMatchObject({ by: BOB });
    console.for(1000);
    console.ask({ do: "resume" }, BOB);
    expect(console.ask({ do: "resume" })?.already).toMatchObject({ by: BOB });
  });
});

describe("the drain limit", () => {
  it("[A8] moves both ways, from now on when it is past, and never before now", () => {
    const console = aRun();
    console.ask({ do: "approve", nodeId: "be-1" });
    console.reach("be-1", "drain");
    const beganAtMs = console.model.nowMs;
    const limit = (): number | null => console.step("be-1").drain?.deadlineAtMs ?? null;
    console.ask({ do: "moveDrainLimit", nodeId: "be-1", byMs: 60_000 });
    expect(limit()).toBe(beganAtMs + 120_000);
    console.ask({ do: "moveDrainLimit", nodeId: "be-1", byMs: -3_600_000 });
    expect(limit()).toBe(beganAtMs);
    console.reachHold("drainLimit");
    console.for(30_000);
    console.ask({ do: "moveDrainLimit", nodeId: "be-1", byMs: 10_000 });
    expect(limit()).toBe(console.model.nowMs + 10_000);
    console.round();
    expect(console.run.hold).toBeNull();
  });
});

describe("what an act records", () => {
  const recorded = (console: Console, request: RunRequest): readonly unknown[] =>
    requestEvents(console.run, request, ANN, console.model.nowMs).map(({ event }) => event.type);
  const putBack = { do: "putBack", nodeId: "be-1", reason: "enough" } as const;

  function inDrain(): Console {
    const console = aRun();
    console.ask({ do: "approve", nodeId: "be-1" });
    console.reach("be-1", "drain");
    return console;
  }

  it("[A10] put back pauses the run, unless it is paused, or nobody comes after it", () => {
    const console = inDrain();
    expect(recorded(console, putBack)).toEqual(["PutBackRequested", "PauseRequested"]);
    console.ask({ do: "pause", reason: "lunch" });
    expect(recorded(console, putBack)).toEqual(["PutBackRequested"]);
    const last = inDrain();
    last.ask({ do: "skip", nodeId: "be-2", reason: "broken disk" });
    expect(recorded(last, putBack)).toEqual(["PutBackRequested"]);
  });

  it("[A11] shorten tells the very process that the step began with, where that is known", () => {
    const console = inDrain();
    console.ask({ do: "goOn", nodeId: "be-1" });
    console.until((run) => run.commands.has("r1/be-1/exit/exit/1"));
    const request = { do: "shorten", nodeId: "be-1", limitMs: 1000 } as const;
    const command = { id: "r1/be-1/exit/shorten/1", verb: "shorten", nodeId: "be-1", limitMs: 1000 };
    const atMs = console.model.nowMs;
    const events = (): unknown => requestEvents(console.run, request, ANN, atMs).map(({ event }) => event);
    const expected = (identity: string | null): unknown => [
      { type: "ExitLimitMoved", nodeId: "be-1", deadlineAtMs: atMs + 1000 },
      { type: "CommandIssued", command: { ...command, identity }, attempt: 1 },
    ];
    expect(events()).toEqual(expected("be-1#1"));
    const steps = console.run.steps.map((step) => ({ ...step, before: null }));
    console.run = { ...console.run, steps };
    expect(events()).toEqual(expected(null));
  });
});

describe("buttons", () => {
  it("are there for every act of a node", () => {
    const acts = allowedActs(runIn("drain"), "be-1", 20_000).map((act) => act.do);
    const others = ["override", "pause", "resume", "abort", "changePolicy", "acceptTopology", "note", "finish"];
    expect(acts.toSorted()).toEqual(
      Object.keys(REQUESTS)
        .filter((name) => !others.includes(name))
        .sort(),
    );
  });

  it("show every act, with why it is not allowed now", () => {
    const acts = allowedActs(runIn("drain"), "be-1", 20_000);
    const allowed = acts.filter(({ refusal }) => refusal === null).map((act) => act.do);
    expect(allowed).toEqual(["moveDrainLimit", "goOn", "putBack", "skip"]);
    const force = acts.find((act) => act.do === "force");
    expect(force?.refusal?.reason).toMatch(/never comes before the graceful exit/);
    expect(allowedActs(runIn("paused"), null, 0).map((act) => [act.do, act.refusal === null])).toEqual([
      ["pause", false],
      ["resume", true],
      ["abort", true],
      ["acceptTopology", false],
      ["note", true],
      ["finish", false],
    ]);
  });
});
