import { describe, expect, it } from "vitest";
import type { WorkItem } from "../cluster/observation.ts";
import { cutOf } from "./cut.ts";
import type { LedgerRow } from "./ledger.ts";

const item = (id: string): WorkItem => ({
  id,
  kind: "query",
  user: "ann",
  what: "SELECT 1",
  startedAtMs: 1,
  waitedFor: true,
});

const row = (id: string, outcome: LedgerRow["outcome"]): LedgerRow => ({
  id,
  kind: "query",
  what: "SELECT 1",
  user: "ann",
  startedAtMs: 1,
  listedAtMs: 1,
  outcome,
  endedAtMs: 2,
  evidence: "",
  again: null,
});

const ids = (of: Parameters<typeof cutOf>[0]): readonly string[] => cutOf(of).map(({ id }) => id);

describe("what was cut", () => {
  it("[G1] is what ran when the node left, where nobody tells more of it", () => {
    expect(ids({ cut: [item("a"), item("b")], ledger: [] })).toEqual(["a", "b"]);
    expect(ids({ cut: [item("a")], ledger: [row("a", "unknown")] })).toEqual(["a"]);
  });

  it("[G1] is not what ended well all the same, by what its system tells", () => {
    expect(ids({ cut: [item("a"), item("b")], ledger: [row("a", "retried"), row("b", "finished")] })).toEqual([]);
  });

  it("[G1] is what its system tells was cut, although the node seemed to have let it end, each once", () => {
    expect(ids({ cut: [item("a")], ledger: [row("a", "cut"), row("b", "cut"), row("c", "refused")] })).toEqual([
      "a",
      "b",
    ]);
  });
});
