import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#twin/cluster.ts";
import { startTwin, type Twin } from "#twin/harness.ts";

/** run_mode = shared_data, two warehouses, and an FE that does not vote (facts, 1.3, 1.4, 5.8). */
let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({
    version: "3.5.7",
    frontends: 1,
    observers: 1,
    backends: 0,
    computeNodes: 3,
    runMode: "shared_data",
    warehouses: ["default_warehouse", "etl"],
  });
});
afterAll(() => twin.stop());

const failure = (statement: string): Promise<string> =>
  twin.sql("fe-01", statement).then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
const node = async (name: string) =>
  (await twin.sql("fe-01", "SHOW COMPUTE NODES")).find((row) => row["IP"] === twin.node(name).host) ?? {};

describe("a cluster in shared-data mode", () => {
  it("says its run mode in three ways", async () => {
    expect(await twin.sql("fe-01", "ADMIN SHOW FRONTEND CONFIG LIKE 'run_mode'")).toMatchObject([
      { Value: "shared_data" },
    ]);
    expect((await twin.sql("fe-01", "SHOW WAREHOUSES")).map((row) => [row["Name"], row["NodeCount"]])).toEqual([
      ["default_warehouse", "2"],
      ["etl", "1"],
    ]);
    expect(await node("cn-02")).toMatchObject({ WarehouseName: "etl", StarletPort: "9070", Alive: "true" });
    expect(await twin.sql("fe-02", "SHOW NODES FROM WAREHOUSE etl")).toMatchObject([{ IP: twin.node("cn-02").host }]);
    expect(await twin.sql("fe-01", "SHOW BACKENDS")).toEqual([]);
  });

  it("has no replicas: nothing to count, nothing that could be lonely", async () => {
    const total = (await twin.sql("fe-01", "SHOW PROC '/statistic'")).at(-1);
    expect([total?.["TabletNum"], total?.["ReplicaNum"], total?.["UnhealthyTabletNum"]]).toEqual(["0", "0", "0"]);
    const [partition] = await twin.sql("fe-01", "SHOW PROC '/dbs/shop/orders/partitions'");
    expect(Object.keys(partition ?? {})).not.toContain("ReplicationNum");
    expect(Number((await node("cn-01"))["TabletNum"])).toBeGreaterThan(0);
  });

  it("queries and loads by the nodes of the session's warehouse", async () => {
    const running = twin.sql("fe-01", "SELECT count(*), sleep(0.6) FROM shop.orders");
    await until(
      "it to run",
      async () => (await twin.sql("fe-01", "SHOW PROC '/current_backend_instances'")).length > 0,
    );
    const [instance] = await twin.sql("fe-01", "SHOW PROC '/current_backend_instances'");
    expect(["cn-01", "cn-03"].map((name) => `${twin.node(name).host}:9060`)).toContain(instance?.["Backend"]);
    await running;
    await twin.sql("fe-01", "INSERT INTO shop.orders VALUES (1, 'a')");
    const configs = await twin.sql(
      "fe-01",
      "SELECT BE_ID FROM information_schema.be_configs WHERE NAME = 'be_http_port'",
    );
    expect(configs).toHaveLength(3);
  });

  it("refuses with the warehouse's name when its last node is gone", async () => {
    twin.kill("cn-01", "SIGKILL");
    twin.kill("cn-03", "SIGKILL");
    await until("both to be dead", async () =>
      (await Promise.all([node("cn-01"), node("cn-03")])).every((row) => row["Alive"] === "false"),
    );
    expect(await failure("SELECT count(*) FROM shop.orders")).toContain("in warehouse default_warehouse");
  });
});

describe("an observer", () => {
  it("shows as one, answers, passes writes on, and does not vote", async () => {
    const rows = await twin.sql("fe-02", "SHOW FRONTENDS");
    const shown = rows.map((row) => [row["IP"], row["Role"], row["IsHelper"], row["Alive"]].join(" "));
    expect(new Set(shown)).toEqual(
      new Set([`${twin.node("fe-01").host} LEADER true true`, `${twin.node("fe-02").host} OBSERVER false true`]),
    );
    await twin.sql("fe-02", "SET GLOBAL cbo_enable_low_cardinality_optimize = false");
    await until("it to be replayed", async () => {
      const [row] = await twin.sql("fe-02", "SHOW GLOBAL VARIABLES LIKE 'cbo_enable_low_cardinality_optimize'");
      return row?.["Value"] === "false";
    });
    expect(await twin.sql("fe-01", "SELECT @@cbo_enable_low_cardinality_optimize AS v")).toEqual([{ v: "false" }]);
    twin.kill("fe-01", "SIGKILL");
    await until("the leader to be lost", async () => {
      const seen = await twin.sql("fe-02", "SHOW PROC '/frontends'");
      return seen.every((row) => row["Role"] !== "LEADER");
    });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect((await twin.sql("fe-02", "SHOW PROC '/frontends'")).filter((row) => row["Role"] === "LEADER")).toEqual([]);
  });
});
