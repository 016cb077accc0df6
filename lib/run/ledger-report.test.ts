import { describe, expect, it } from "vitest";
import type { RunEvent } from "./event.ts";
import { evolve } from "./evolve/evolve.ts";
import type { LedgerRow } from "./ledger.ts";
import { ledgerInWords, ledgerOf } from "./ledger-report.ts";
import type { Run } from "./state.ts";
import { aNode, aPlan } from "./testing/plan.ts";

const row = (id: string, outcome: LedgerRow["outcome"], again: string | null = null): LedgerRow => ({
  id,
  kind: "query",
  what: "SELECT 1",
  user: "dana",
  startedAtMs: 1,
  listedAtMs: 2,
  outcome,
  endedAtMs: 3,
  evidence: "the log",
  again,
});

function runAfter(...events: readonly RunEvent[]): Run {
  const plan = aPlan([aNode("be-1", "be"), aNode("be-2", "be")], "restart");
  const all: readonly RunEvent[] = [{ type: "RunStarted", runId: "c1.1", plan, baseline: {} }, ...events];
  const run = all.reduce<Run | null>(
    (before, event, index) =>
      evolve(before, { seq: index + 1, atMs: index, actor: { kind: "rule", rule: "test" }, event }),
    null,
  );
  if (run === null) throw new Error("the run did not start");
  return run;
}

const begins = (nodeId: string): RunEvent => ({ type: "PhaseBegan", nodeId, phase: "drain", evidence: "" });
const lists = (nodeId: string, id: string): RunEvent => ({
  type: "WorkListed",
  nodeId,
  items: [{ id, kind: "query", user: null, what: "SELECT 1", startedAtMs: 1, waitedFor: true }],
  count: 1,
  empty: false,
  asOfMs: 1,
});
const settles = (nodeId: string, ...rows: readonly LedgerRow[]): RunEvent => ({ type: "LedgerSettled", nodeId, rows });

describe("The ledger of a run", () => {
  it("[S0-21] counts by outcome, and tells what to run again", () => {
    const run = runAfter(
      begins("be-1"),
      lists("be-1", "a"),
      settles("be-1", row("a", "finished"), row("b", "cut", "As dana: SELECT 1")),
      begins("be-2"),
      settles("be-2", row("c", "retried")),
    );
    const ledger = ledgerOf(run);
    expect(ledger.counts).toEqual({ finished: 1, cut: 1, refused: 0, retried: 1, unknown: 0 });
    expect(ledger.again).toMatchObject([{ nodeId: "be-1", row: { id: "b" }, text: "As dana: SELECT 1" }]);
    expect(ledger.open).toEqual([]);
    expect(ledgerInWords(ledger)).toBe("3 pieces of work: 1 finished, 1 retried, 1 cut");
  });

  it("says whose fate is open", () => {
    expect(ledgerOf(runAfter(begins("be-1"), lists("be-1", "a"))).open).toEqual(["be-1"]);
  });

  it("says that there was none", () => {
    expect(ledgerInWords(ledgerOf(runAfter()))).toBe("No work was in flight on the nodes that drained.");
  });
});
