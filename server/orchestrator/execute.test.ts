import { describe, expect, it } from "vitest";
import { evolveLoans, owed, type Loan, type LoanEvent, type Loans } from "#lib/run/loan.ts";
import { aRun } from "#lib/run/testing/scenes.ts";
import { execute, giveBackAll, sortOut } from "./execute.ts";
import { createManualClock } from "./testing/manual-clock.ts";
import { createScriptedCluster } from "./testing/scripted-cluster.ts";

const LOAN: Loan = {
  id: "c1.2/isolate/fe-1/be-1",
  runId: "c1.2",
  purpose: "isolate",
  nodeId: "be-1",
  kind: "blacklist",
  on: "fe-1",
  key: "be-1",
  before: null,
  value: "MANUAL",
  what: "be-1 on the blacklist of fe-1",
};

function after(...events: readonly LoanEvent[]): Loans {
  return events.reduce<Loans>((loans, event) => evolveLoans(loans, event, 1), new Map());
}

describe("[rule 8] what is borrowed", () => {
  it("is new when nothing of ours stands there", () => {
    expect(sortOut([LOAN], new Map())).toEqual({ known: [], fresh: [LOAN], theirs: [] });
  });

  it("is what was recorded, when a console died in between: what stands there now is our own", () => {
    const loans = after({ type: "LoanRecorded", loan: LOAN });
    const surveyed = { ...LOAN, id: "another", before: "MANUAL" };
    expect(sortOut([surveyed], loans)).toEqual({ known: [LOAN], fresh: [], theirs: [] });
  });

  it("has a name of its own each time, so that a loan that was given back stays so", () => {
    const loans = after(
      { type: "LoanRecorded", loan: LOAN },
      { type: "LoanReturned", loanId: LOAN.id, how: "taken off" },
    );
    expect(sortOut([LOAN], loans).fresh.map(({ id }) => id)).toEqual([`${LOAN.id}#2`]);
  });

  it("remembers what stood before any of ours, when a run that ended still owes the same", () => {
    const left = { ...LOAN, id: "old", runId: "c1.1", before: "30" };
    const loans = after({ type: "LoanRecorded", loan: left });
    expect(sortOut([{ ...LOAN, before: "MANUAL" }], loans).fresh).toEqual([{ ...LOAN, before: "30" }]);
  });

  it("is left to whoever set it anew meanwhile, when the run borrows a second time", () => {
    const mine: Loan = {
      ...LOAN,
      purpose: "run",
      nodeId: null,
      kind: "switch",
      key: "balance",
      before: "false",
      value: "true",
    };
    const loans = after({ type: "LoanRecorded", loan: mine }, { type: "LoanTaken", loanId: mine.id });
    const found = (before: string): ReturnType<typeof sortOut> => sortOut([{ ...mine, before }], loans);
    expect(found("99")).toEqual({ known: [], fresh: [], theirs: [{ loan: mine, found: "99" }] });
    // What was forgotten with its process shows what stood before: that is taken again.
    expect(found("false")).toEqual({ known: [mine], fresh: [], theirs: [] });
  });

  it("goes back to whoever set a node's own wait meanwhile, which its exit needs all the same", () => {
    const mine: Loan = { ...LOAN, purpose: "exit", kind: "setting", key: "wait", before: "20", value: "60" };
    const loans = after({ type: "LoanRecorded", loan: mine }, { type: "LoanTaken", loanId: mine.id });
    const { fresh, theirs } = sortOut([{ ...mine, before: "99" }], loans);
    expect(theirs).toEqual([{ loan: mine, found: "99" }]);
    expect(fresh).toEqual([{ ...mine, id: `${mine.id}#2`, before: "99" }]);
  });

  it("is looked at again after it went on record: what somebody set meanwhile goes back to them", async () => {
    const { loans, standsWhenTaken } = await exitWhile(["20", "99", "99"], new Map());
    expect([...loans.values()].map(({ loan, state }) => [loan.before, state.at])).toEqual([
      ["20", "superseded"],
      ["99", "taken"],
    ]);
    expect(standsWhenTaken.map(({ before }) => before)).toEqual(["99"]);
  });

  it("[L7] is left where it is when its driver says that giving it back would do harm: told, on record, and owed no more", async () => {
    const recorded: LoanEvent[] = [{ type: "LoanRecorded", loan: LOAN }];
    const { driver } = createScriptedCluster(createManualClock(0));
    const given = await giveBackAll([LOAN], {
      driver: {
        ...driver,
        giveBack: async () =>
          await Promise.resolve({ outcome: "left", why: "it would roll web-0. Roll it by another run" }),
      },
      recordLoans: async (drafts) => await Promise.resolve(void recorded.push(...drafts.map(({ event }) => event))),
      signal: new AbortController().signal,
    });
    expect(given).toEqual({
      outcome: "done",
      evidence: "be-1 on the blacklist of fe-1: left behind, it would roll web-0. Roll it by another run",
    });
    expect(owed(after(...recorded), () => true)).toEqual([]);
    expect(after(...recorded).get(LOAN.id)?.state).toMatchObject({ at: "left", why: expect.stringContaining("web-0") });
  });

  it("is not taken for somebody else's where a run that ended left a value of its own", async () => {
    const left: Loan = { ...WAIT, id: "old", runId: "c1.1", value: "12" };
    const { standsWhenTaken } = await exitWhile(["12", "12"], after({ type: "LoanRecorded", loan: left }));
    expect(standsWhenTaken.map(({ id, before }) => [id, before])).toEqual([[WAIT.id, "20"]]);
  });
});

const WAIT: Loan = { ...LOAN, purpose: "exit", kind: "setting", key: "wait", before: "20", value: "60" };

/** An exit whose wait is found so, each time that it is looked at. */
async function exitWhile(found: readonly string[], owed: Loans): Promise<{ loans: Loans; standsWhenTaken: Loan[] }> {
  const scripted = createScriptedCluster(createManualClock(0)).driver;
  const { run } = aRun();
  const standsWhenTaken: Loan[] = [];
  let loans = owed;
  let looks = 0;
  const driver = {
    ...scripted,
    survey: async () => {
      const before = found[Math.min(looks, found.length - 1)] ?? null;
      looks += 1;
      return await Promise.resolve({ ok: true as const, value: [{ ...WAIT, runId: run.id, before }] });
    },
    take: async (taken: readonly Loan[]) => {
      standsWhenTaken.push(...taken);
      return await Promise.resolve({ outcome: "done" as const, evidence: "" });
    },
    exit: async () => await Promise.resolve({ outcome: "done" as const, evidence: "" }),
  };
  await execute(
    { id: "e", verb: "exit", nodeId: "be-1", limitMs: 60_000, how: "graceful", identity: null },
    {
      driver,
      run,
      loans: () => loans,
      recordLoans: async (drafts) => {
        for (const { event } of drafts) loans = evolveLoans(loans, event, 1);
        await Promise.resolve();
      },
      signal: new AbortController().signal,
    },
  );
  return { loans, standsWhenTaken };
}
