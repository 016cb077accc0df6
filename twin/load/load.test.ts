import { describe, expect, it } from "vitest";
import { outcomeOfError } from "./ledger.ts";
import { defaultMix, patched, rates, statement, workMs } from "./mix.ts";

describe("the load", () => {
  it("is at least 50 queries a second by default, mostly short ones", () => {
    const { short, medium, long } = rates.default;
    expect(short + medium + long).toBeGreaterThanOrEqual(50);
    expect(short).toBeGreaterThan(10 * (medium + long));
  });

  it("takes as long as its kind does", () => {
    expect([workMs(defaultMix, "short", 0), workMs(defaultMix, "short", 1)]).toEqual([50, 200]);
    expect([workMs(defaultMix, "long", 0), workMs(defaultMix, "long", 1)]).toEqual([10_000, 40_000]);
  });

  it("takes what a test asks of it, and leaves the rest as it was", () => {
    const mix = patched(defaultMix, { spans: { long: [5000, 5000] }, lakeShare: 0 });
    expect([workMs(mix, "long", 0.3), workMs(mix, "short", 0), mix.lakeShare, mix.frontends]).toEqual([
      5000,
      50,
      0,
      null,
    ]);
    expect(() => patched(defaultMix, { lakeShare: 2 })).toThrow();
  });

  it("reads the lake with a part of the queries, for the compute nodes to work on", () => {
    expect(statement("short", 120, true)).toBe("SELECT count(*), sleep(0.120) FROM lake.events /* dashboard tile */");
    expect(statement("short", 120, false)).toContain("FROM shop.orders");
  });
});

describe("the outcome of a piece that failed", () => {
  it.each([
    ["Backend node not found. Check if any backend node is down.", "cut"],
    ["Compute node not found. Check if any compute node is down.", "cut"],
    ["Query cancelled by crash of backends.", "cut"],
    ["rpc failed with 127.0.10.11: Connection refused", "cut"],
    ["coordinate BE is down", "cut"],
    ["Connection lost: The server closed the connection.", "cut"],
    ["read ECONNRESET", "cut"],
    ["Getting syntax error at line 1, column 4", "failed"],
    ["tablet_id: 1, txn_id: 2 Check quorum number failed(OlapTableSink): BeReplicaSize:1, quorum:2", "failed"],
  ] as const)("%s: %s", (message, outcome) => {
    expect(outcomeOfError(message, true)).toBe(outcome);
  });

  it("is a refusal when nothing was sent, whatever the words", () => {
    expect(outcomeOfError("connect ECONNREFUSED", false)).toBe("refused");
  });
});
