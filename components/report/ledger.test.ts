import { describe, expect, it } from "vitest";
import type { LedgerRow } from "#lib/run/ledger.ts";
import { approveAll, aStory } from "#components/run/testing/story.ts";
import { againText, ledgerView } from "./ledger.ts";

function row(id: string, outcome: LedgerRow["outcome"], change: Partial<LedgerRow> = {}): LedgerRow {
  const ended = { startedAtMs: 1000, listedAtMs: 1000, endedAtMs: 9000, evidence: "fe.audit.log: ERR" };
  return { id, kind: "query", what: "SELECT 1", user: "ann", outcome, ...ended, again: null, ...change };
}

/** be-1 was forced while `long-0` and `long-1` ran; then its ledger told these. */
function settled(...rows: readonly LedgerRow[]) {
  const story = aStory("upgrade");
  approveAll(story);
  story.untilPhase("be-1", "drain");
  story.busy("be-1", 2, 900_000);
  story.untilHeld();
  story.ask({ do: "goOn", nodeId: "be-1" });
  story.untilPhase("be-1", "exit");
  story.console.for(3000);
  story.ask({ do: "force", nodeId: "be-1" });
  story.untilPhase("be-1", "upgrade");
  const actor = { kind: "rule", rule: "G1" } as const;
  story.console.append([{ actor, event: { type: "LedgerSettled", nodeId: "be-1", rows } }]);
  return ledgerView(story.run());
}

describe("the ledger in the report", () => {
  it("counts by outcome, and lists what the table of what was cut has not told", () => {
    const again = "As loader: LOAD LABEL dwd.orders_0312 (…)";
    const view = settled(
      row("long-0", "cut", { again: "As ann: SELECT 1" }),
      row("long-1", "retried"),
      row("q7", "finished"),
      row("txn 4", "unknown", { kind: "load", endedAtMs: null }),
      row("txn 3", "refused", { kind: "load", user: "loader", again }),
    );
    expect(view.total).toBe(5);
    expect(view.counts).toMatchObject({ cut: 1, retried: 1, finished: 1, refused: 1, unknown: 1 });
    expect(view.others.map(({ id, nodeId }) => [id, nodeId])).toEqual([
      ["txn 3", "be-1"],
      ["txn 4", "be-1"],
      ["long-1", "be-1"],
    ]);
    expect(view.finished.map(({ id }) => id)).toEqual(["q7"]);
    expect(view.rowOf("be-1", "long-1")?.outcome).toBe("retried");
    expect(view.rowOf("be-2", "long-1")).toBeNull();
    expect(againText(view)).toBe(
      `-- query long-0 of ann, cut on be-1\nAs ann: SELECT 1\n\n-- load txn 3 of loader, refused on be-1\n${again}`,
    );
  });

  it("is empty for a run that carried nothing", () => {
    const story = aStory("upgrade");
    expect(ledgerView(story.run())).toMatchObject({ total: 0, others: [], again: [] });
  });
});
