import { describe, expect, it } from "vitest";
import { evolveLoans, type Loan, type LoanEvent, type Loans } from "#lib/run/loan.ts";
import { sortOut } from "./execute.ts";

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
    expect(found("99")).toEqual({ known: [], fresh: [], theirs: [{ id: mine.id, found: "99" }] });
    // What was forgotten with its process shows what stood before: that is taken again.
    expect(found("false")).toEqual({ known: [mine], fresh: [], theirs: [] });
  });

  it("goes back to whoever set a node's own wait meanwhile, which its exit needs all the same", () => {
    const mine: Loan = { ...LOAN, purpose: "exit", kind: "setting", key: "wait", before: "20", value: "60" };
    const loans = after({ type: "LoanRecorded", loan: mine }, { type: "LoanTaken", loanId: mine.id });
    const { fresh, theirs } = sortOut([{ ...mine, before: "99" }], loans);
    expect(theirs).toEqual([{ id: mine.id, found: "99" }]);
    expect(fresh).toEqual([{ ...mine, id: `${mine.id}#2`, before: "99" }]);
  });
});
