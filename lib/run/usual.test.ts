import { describe, expect, it } from "vitest";
import type { WorkItem } from "../cluster/observation.ts";
import type { LedgerRow } from "./ledger.ts";
import { usualFrom } from "./usual.ts";

function row(what: string, tookMs: number, change: Partial<LedgerRow> = {}): LedgerRow {
  return {
    id: `${what} ${tookMs}`,
    kind: "query",
    what,
    user: "ann",
    startedAtMs: 1000,
    listedAtMs: 1000,
    outcome: "finished",
    endedAtMs: 1000 + tookMs,
    evidence: "",
    again: null,
    ...change,
  };
}

function item(what: string, kind = "query"): WorkItem {
  return { id: "q", kind, user: "bob", what, startedAtMs: 0, waitedFor: true };
}

describe("what is usual", () => {
  it("[O3] is the middle one of those that were seen, and the longest of them at most", () => {
    const usual = usualFrom([row("report", 9000), row("report", 1000), row("report", 3000), row("other", 50)]);
    expect(usual(item("report"))).toEqual({ likelyMs: 3000, atMostMs: 9000 });
  });

  it("[O4] is not known of what was seen less than three times, or under another kind", () => {
    const usual = usualFrom([row("report", 1), row("report", 2), row("report", 3, { kind: "load" })]);
    expect(usual(item("report"))).toBeNull();
    expect(usual(item("report", "load"))).toBeNull();
    expect(usual(item("never"))).toBeNull();
  });

  it("[O4] does not learn from what was cut, or whose times nobody told", () => {
    const usual = usualFrom([
      row("report", 1),
      row("report", 2),
      row("report", 3, { outcome: "cut" }),
      row("report", 4, { endedAtMs: null }),
      row("report", 5, { startedAtMs: null }),
    ]);
    expect(usual(item("report"))).toBeNull();
  });
});
