import { describe, expect, it } from "vitest";
import {
  backendRows,
  blacklistRows,
  computeNodeRows,
  configRows,
  frontendRows,
  partitionRows,
  percentOf,
  replicaRows,
  statisticRows,
  timeOf,
  versionOf,
} from "./rows.ts";
import type { Row } from "./sql.ts";
import { recordedRows } from "./testing/recorded.contract.ts";

describe("rows of real front ends", () => {
  it("are read by name, from the leader and from a follower alike", () => {
    for (const who of ["leader", "follower"] as const) {
      expect(frontendRows(recordedRows("SHOW FRONTENDS", who))).toHaveLength(3);
      expect(backendRows(recordedRows("SHOW BACKENDS", who))).toHaveLength(4);
    }
    expect(computeNodeRows(recordedRows("SHOW COMPUTE NODES"))).toHaveLength(2);
  });

  it("name a backend's blacklist entry by its id and kind", () => {
    const rows = blacklistRows(recordedRows("SHOW BACKEND BLACKLIST", "leader", 1));
    expect(rows?.map(({ BackendId, AddBlackListType }) => [BackendId, AddBlackListType])).toContainEqual([
      "10002",
      "MANUAL",
    ]);
    const computeNodes = blacklistRows(recordedRows("SHOW COMPUTE NODE BLACKLIST", "leader", 1));
    expect(computeNodes).toMatchObject([{ ComputeNodeId: "10006", AddBlackListType: "MANUAL" }]);
  });

  it("tell settings, tablets and replicas", () => {
    expect(configRows(recordedRows("ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'"))).toMatchObject([{ Key: "run_mode" }]);
    const total = statisticRows(recordedRows("SHOW PROC '/statistic'"))?.find((row) => row.DbId === "Total");
    expect(total).toMatchObject({ UnhealthyTabletNum: "19" });
    expect(replicaRows(recordedRows("ADMIN SHOW REPLICA STATUS FROM shop.orders"))?.[0]).toMatchObject({
      BackendId: "10002",
      Status: "OK",
    });
    expect(partitionRows(recordedRows("SHOW PARTITIONS FROM shop.lonely"))).toMatchObject([{ ReplicationNum: "1" }]);
  });

  it("are refused whole where a column that is needed is missing", () => {
    const cut = recordedRows("SHOW BACKENDS").map((row) => without(row, ["Alive"]));
    expect(backendRows(cut)).toBeNull();
  });

  it("are accepted without the columns that only later versions have, and with columns that nobody knows yet", () => {
    const old = recordedRows("SHOW BACKENDS").map((row) => ({ ...without(row, ["StatusCode", "MemLimit"]), New: "x" }));
    expect(backendRows(old)).toHaveLength(4);
  });
});

describe("values", () => {
  it("a time is UTC+8 whatever the zone of the FE", () => {
    expect(timeOf("2026-11-21 15:18:27")).toBe(Date.UTC(2026, 10, 21, 7, 18, 27));
  });

  it.each([null, undefined, "", "NULL", "\\N", "N/A"])("a time that never was is null: %s", (value) => {
    expect(timeOf(value)).toBeNull();
  });

  it("a share is a number, and nothing where nothing is told", () => {
    expect(percentOf("20.00 %")).toBe(20);
    expect(percentOf(null)).toBeNull();
  });

  it("the text NULL is no version", () => {
    expect(versionOf("NULL")).toBeNull();
    expect(versionOf("4.0.7-70d1c24")).toBe("4.0.7-70d1c24");
  });
});

function without(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}
