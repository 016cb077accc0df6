import type { NodeId } from "../cluster/node.ts";

/** What a loan is for, which says when it must be given back: after the node's isolation, its exit, or the run. */
export type LoanPurpose = "isolate" | "exit" | "run";

/**
 * Something borrowed from the cluster that must be given back whatever happens (rule 8). It is recorded before it is
 * taken, with what stood before, so that a console that dies in between still knows what it may owe.
 */
export type Loan = {
  readonly id: string;
  readonly runId: string;
  readonly purpose: LoanPurpose;
  /** The node it was borrowed for; null for the whole run. */
  readonly nodeId: NodeId | null;
  /** What kind of thing, in the driver's words: `blacklist`, `be-config`, `fe-config`. */
  readonly kind: string;
  /** Where it stands: the FE's or the node's id. */
  readonly on: string;
  /** Its name there: a backend id, a configuration key. */
  readonly key: string;
  /** What stood before; null when nothing did. */
  readonly before: string | null;
  readonly value: string;
  /** In words: "be-02 on the blacklist of fe-1". */
  readonly what: string;
};

export type LoanState =
  | { readonly at: "recorded" }
  | { readonly at: "taken"; readonly atMs: number }
  | { readonly at: "returned"; readonly atMs: number; readonly how: string }
  /** Somebody else changed it meanwhile: reported, and left as they set it. */
  | { readonly at: "superseded"; readonly atMs: number; readonly found: string }
  /** Giving it back would have done what the run was not to do: it stays, and `why` tells that, with the remedy. */
  | { readonly at: "left"; readonly atMs: number; readonly why: string };

export type LoanRecord = { readonly loan: Loan; readonly state: LoanState };
export type Loans = ReadonlyMap<string, LoanRecord>;

/** What happens to loans; kept in the cluster's stream, for loans outlive runs. */
export type LoanEvent =
  | { readonly type: "LoanRecorded"; readonly loan: Loan }
  | { readonly type: "LoanTaken"; readonly loanId: string }
  | { readonly type: "LoanReturned"; readonly loanId: string; readonly how: string }
  | { readonly type: "LoanSuperseded"; readonly loanId: string; readonly found: string }
  | { readonly type: "LoanLeft"; readonly loanId: string; readonly why: string };

/** Still to be given back. A loan that was only recorded counts: it may have been taken before a crash. */
export function isOwed(record: LoanRecord): boolean {
  return record.state.at === "recorded" || record.state.at === "taken";
}

export function owed(loans: Loans, wanted: (loan: Loan) => boolean): readonly Loan[] {
  return [...loans.values()].filter((record) => isOwed(record) && wanted(record.loan)).map((record) => record.loan);
}

export function evolveLoans(loans: Loans, event: LoanEvent, atMs: number): Loans {
  const set = (id: string, state: LoanState): Loans => {
    const record = loans.get(id);
    return record === undefined ? loans : new Map(loans).set(id, { ...record, state });
  };
  switch (event.type) {
    case "LoanRecorded":
      return loans.has(event.loan.id)
        ? loans
        : new Map(loans).set(event.loan.id, { loan: event.loan, state: { at: "recorded" } });
    case "LoanTaken":
      return set(event.loanId, { at: "taken", atMs });
    case "LoanReturned":
      return set(event.loanId, { at: "returned", atMs, how: event.how });
    case "LoanSuperseded":
      return set(event.loanId, { at: "superseded", atMs, found: event.found });
    case "LoanLeft":
      return set(event.loanId, { at: "left", atMs, why: event.why });
    default:
      return event satisfies never;
  }
}
