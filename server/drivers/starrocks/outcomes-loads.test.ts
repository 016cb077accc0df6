import { describe, expect, it } from "vitest";
import type { WorkItem } from "#lib/cluster/observation.ts";
import { outcomeOfLoad, type LoadsTold } from "./outcomes-loads.ts";

const item: WorkItem = {
  id: "txn 4711",
  kind: "load",
  user: null,
  what: "BACKEND_STREAMING nightly_7",
  startedAtMs: 1000,
  waitedFor: false,
};

function told(
  status: string,
  reason = "",
  loads: LoadsTold["loads"] = new Map([
    ["nightly_7", { LABEL: "nightly_7", DB_NAME: "shop", TABLE_NAME: "orders", USER: "bi_etl" }],
  ]),
): LoadsTold {
  const row = {
    TransactionId: "4711",
    TransactionStatus: status,
    Reason: reason,
    FinishTime: "2026-11-21 21:00:00",
    database: "shop",
  };
  return { transactions: new Map([["4711", row]]), loads, gaps: [] };
}

describe("What became of a load", () => {
  it.each(["VISIBLE", "COMMITTED"])("finished: its transaction is %s", (status) => {
    expect(outcomeOfLoad(item, told(status))).toMatchObject({
      id: "txn 4711",
      kind: "load",
      outcome: "finished",
      user: "bi_etl",
      endedAtMs: Date.UTC(2026, 10, 21, 13),
      evidence: `load transaction 4711: ${status}`,
      again: null,
    });
  });

  it("[S0-21] cut: its transaction was aborted, and the label, its table and its user are told", () => {
    const row = outcomeOfLoad(item, told("ABORTED", "coordinate BE is down"));
    expect(row).toMatchObject({ outcome: "cut", evidence: "load transaction 4711: ABORTED, coordinate BE is down" });
    expect(row.again).toBe(
      "Stream load label nightly_7 into shop.orders, as bi_etl: send it again; an aborted label is free",
    );
  });

  it("refused: it was given back undone", () => {
    const row = outcomeOfLoad(item, told("ABORTED", "Service is shutting down, please retry later!"));
    expect(row.outcome).toBe("refused");
  });

  it("[S0-20] a routine load's task comes back by itself", () => {
    const task = { ...item, what: "ROUTINE_LOAD_TASK clicks-1" };
    expect(outcomeOfLoad(task, told("ABORTED", "coordinate BE is down"))).toMatchObject({
      outcome: "cut",
      again: null,
    });
  });

  it("[S0-20] a connector's load comes back by itself, and its label is how one is known", () => {
    const again = (label: string): string | null =>
      outcomeOfLoad(
        { ...item, what: `BACKEND_STREAMING ${label}` },
        told("ABORTED", "coordinate BE is down", new Map()),
      ).again;
    const drawn = "0f7c2a4e-51d3-4c0e-9b1f-3a6d2e8c7b90";
    for (const label of [`-${drawn}`, `orders-${drawn}`])
      expect(again(label)).toBe(
        `Stream load label ${label} into shop: a Flink or Kafka connector, which labels so, sends it again by itself; only where none did, send it again`,
      );
    // An FE draws one for a client that gave none.
    expect(again(drawn)).toContain(": send it again;");
  });

  it("names what it knows where nobody tells table and user", () => {
    const row = outcomeOfLoad(item, told("ABORTED", "x", new Map()));
    expect(row).toMatchObject({ user: null });
    expect(row.again).toBe("Stream load label nightly_7 into shop: send it again; an aborted label is free");
  });

  it.each(["PREPARE", "PREPARED", "SOMETHING"])("unknown while it is %s", (status) => {
    expect(outcomeOfLoad(item, told(status))).toMatchObject({ outcome: "unknown", again: null });
  });

  it("unknown, and never finished, where no FE knows it", () => {
    const nothing = {
      transactions: new Map(),
      loads: new Map(),
      gaps: ["SHOW PROC '/transactions': no answer in time"],
    };
    const row = outcomeOfLoad(item, nothing);
    expect(row.outcome).toBe("unknown");
    expect(row.evidence).toContain("no answer in time");
  });
});
