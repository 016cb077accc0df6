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
    expect(sortOut([LOAN], new Map())).toEqual({ known: [], fresh: [LOAN] });
  });

  it("is what was recorded, when a console died in between: what stands there now is our own", () => {
    const loans = after({ type: "LoanRecorded", loan: LOAN });
    const surveyed = { ...LOAN, id: "another", before: "MANUAL" };
    expect(sortOut([surveyed], loans)).toEqual({ known: [LOAN], fresh: [] });
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
});
