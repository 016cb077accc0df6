import { describe, expect, it } from "vitest";
import type { Outcome } from "../command.ts";
import type { Loan, LoanRecord, LoanState } from "../loan.ts";
import { DONE, record, REFUSED, said, sceneIn, UNKNOWN } from "../testing/step-scene.ts";
import { giveBack, owedBy, supersededRouters, supersededWords } from "./give-back.ts";

const GIVE = { id: "r1/be-1/readmit/giveBack/1", verb: "giveBack", nodeId: "be-1", purposes: ["isolate"] } as const;

function loan(change: Partial<Loan> = {}, state: LoanState = { at: "taken", atMs: 0 }): LoanRecord {
  const one: Loan = {
    id: "l1",
    runId: "r1",
    purpose: "isolate",
    nodeId: "be-1",
    kind: "blacklist",
    on: "fe-1",
    key: "be-1",
    before: null,
    value: "1",
    what: "be-1 on fe-1",
    ...change,
  };
  return { loan: one, state };
}

const loans = (...all: readonly LoanRecord[]): ReadonlyMap<string, LoanRecord> =>
  new Map(all.map((one, index) => [`l${index}`, one]));

type Told = { readonly outcome: Outcome | null; readonly attempt?: number; readonly setAside?: boolean };

/** Asked for 500 ms after the drain began. */
function given(told: Told | null, afterMs: number, owing = loans(loan())): ReturnType<typeof giveBack> {
  const { sinceMs } = sceneIn("drain");
  const commands = told === null ? [] : [record(GIVE, told.outcome, { ...told, atMs: sinceMs + 500 })];
  return giveBack(sceneIn("drain", { afterMs, commands, loans: owing }), "readmit", "be-1", ["isolate"]);
}

const answeredAtMs = (): number => sceneIn("drain").sinceMs + 500;
const owes = (why: string): unknown => ({
  nodeId: "be-1",
  reason: { why: "loansOwed", evidence: `Still owed: be-1 on fe-1.${why}` },
});

describe("giving back", () => {
  it("[L1] is asked at least once, although nothing is owed", () => {
    const first = given(null, 0, loans());
    expect("move" in first && said(first.move)).toEqual(["r1/be-1/readmit/giveBack/1 #1"]);
    const again = given({ outcome: DONE, setAside: true }, 0, loans());
    expect("move" in again && said(again.move)).toEqual(["r1/be-1/readmit/giveBack/2 #1"]);
    expect(given({ outcome: null }, 0)).toEqual({ move: { events: [], hold: null, wakeAtMs: null } });
  });

  it("[L1] is done when it was answered so and nothing is owed", () => {
    expect(given({ outcome: DONE }, 1000, loans())).toEqual({ doneAtMs: answeredAtMs() });
    expect(given({ outcome: REFUSED }, 30_000, loans())).not.toEqual({ doneAtMs: answeredAtMs() });
  });

  it("[L4] that is done or refused with something owed holds after 2 s, and is tried every 15 s under a new number", () => {
    for (const [outcome, why] of [
      [DONE, ""],
      [REFUSED, " not now"],
    ] as const) {
      const wait = { events: [], hold: null, wakeAtMs: answeredAtMs() + 2000 };
      expect(given({ outcome }, 2499)).toEqual({ move: wait });
      expect(given({ outcome }, 2500)).toEqual({
        move: { events: [], hold: owes(why), wakeAtMs: answeredAtMs() + 15_000 },
      });
      expect(given({ outcome }, 15_499)).toMatchObject({ move: { events: [] } });
      const again = given({ outcome }, 15_500);
      expect("move" in again && [said(again.move), again.move.hold]).toEqual([
        ["r1/be-1/readmit/giveBack/2 #1"],
        owes(why),
      ]);
    }
  });

  it("[L4] of which nobody knows is asked again under its id, and from the third attempt on a person is told", () => {
    const second = given({ outcome: UNKNOWN, attempt: 2 }, 30_000);
    expect("move" in second && [said(second.move), second.move.hold]).toEqual([
      ["r1/be-1/readmit/giveBack/1 #3"],
      null,
    ]);
    const third = given({ outcome: UNKNOWN, attempt: 3 }, 30_000);
    expect("move" in third && [said(third.move), third.move.hold]).toEqual([
      ["r1/be-1/readmit/giveBack/1 #4"],
      owes(" no line"),
    ]);
    const unowed = given({ outcome: UNKNOWN, attempt: 3 }, 30_000, loans());
    expect(unowed).toMatchObject({ move: { hold: { reason: { evidence: "Not known to be given back. no line" } } } });
  });

  it("[L4] names all that is owed", () => {
    const two = given({ outcome: DONE }, 3000, loans(loan(), loan({ what: "be-1 on fe-2" })));
    expect(two).toMatchObject({ move: { hold: { reason: { evidence: "Still owed: be-1 on fe-1; be-1 on fe-2." } } } });
  });
});

describe("what is owed for a node", () => {
  it("[L1] is this run's alone, of this node, for these purposes, and not what was given back", () => {
    const is = (change: Partial<Loan>, state?: LoanState): number =>
      owedBy(sceneIn("drain", { loans: loans(loan(change, state)) }), "be-1", ["isolate"]).length;
    expect(is({})).toBe(1);
    expect(is({}, { at: "recorded" })).toBe(1);
    expect(is({ runId: "r0" })).toBe(0);
    expect(is({ nodeId: "be-2" })).toBe(0);
    expect(is({ purpose: "exit" })).toBe(0);
    expect(is({}, { at: "returned", atMs: 0, how: "" })).toBe(0);
  });
});

describe("what others set meanwhile", () => {
  const theirs: LoanState = { at: "superseded", atMs: 0, found: "theirs" };
  const words = (...all: readonly LoanRecord[]): string =>
    supersededWords(sceneIn("drain", { loans: loans(...all) }), "be-1");
  const routers = (...all: readonly LoanRecord[]): readonly string[] => [
    ...supersededRouters(sceneIn("drain", { loans: loans(...all) }), "be-1"),
  ];

  it("[L3] is told of this node and this run", () => {
    expect(words()).toBe("");
    expect(words(loan({}, theirs), loan({ what: "x" }, theirs))).toBe(
      " Left as others set it: be-1 on fe-1: found theirs; x: found theirs.",
    );
    expect(words(loan({ runId: "r0" }, theirs), loan({ nodeId: "be-2" }, theirs), loan({}))).toBe("");
  });

  it("[L3] makes its routers theirs: those of its isolation, of this node", () => {
    expect(routers(loan({}, theirs))).toEqual(["fe-1"]);
    expect(routers(loan({ purpose: "exit" }, theirs), loan({ nodeId: "be-2" }, theirs), loan({}))).toEqual([]);
  });
});
