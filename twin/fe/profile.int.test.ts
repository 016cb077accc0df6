import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "./testing/client.ts";
import { startFeCluster, type FeCluster } from "./testing/cluster.ts";

/** What 3.5.7 does otherwise than the 4.0.7 of the recordings (facts, section 0.1). */
let cluster: FeCluster;

beforeAll(async () => {
  cluster = await startFeCluster(["heartbeat_timeout_second = 1"], ["3.5.7"]);
}, 120_000);

afterAll(async () => {
  await cluster.stop();
});

const columns = async (sql: string): Promise<readonly string[]> => {
  const seen = await cluster.must(1, sql);
  return seen.kind === "rows" ? seen.columns.map((column) => column.name) : [];
};

describe("a front end of 3.5.7", () => {
  it("knows a blacklist for backends, and none for compute nodes", async () => {
    expect(await columns("SHOW BACKEND BLACKLIST")).toContain("AddBlackListType");
    const refused = await cluster.ask(1, "SHOW COMPUTE NODE BLACKLIST");
    expect(refused).toMatchObject({ kind: "error", code: 1064 });
    expect(refused.kind === "error" && refused.message).toMatch(/^Getting syntax error/);
  });

  it("says its version by @@version_comment and reports what is installed", async () => {
    const seen = await cluster.must(1, "SELECT @@version_comment");
    expect(seen.kind === "rows" && seen.rows).toEqual([["3.5.7-70d1c24"]]);
    expect((await cluster.rows(1, "SHOW FRONTENDS"))[0]?.get("Version")).toBe("3.5.7-70d1c24");
  });

  it("lists processes of the whole cluster without the columns of 4.0", async () => {
    const names = await columns("SHOW PROCESSLIST");
    expect([names[0], names.at(-1)]).toEqual(["ServerName", "Warehouse"]);
  });

  it("has StatusCode and Id, and queries without ExecState", async () => {
    expect(await columns("SHOW BACKENDS")).toContain("StatusCode");
    expect((await columns("SHOW FRONTENDS"))[0]).toBe("Id");
    expect(await columns("SHOW PROC '/current_queries'")).not.toContain("ExecState");
  });

  it("counts connections from one, and puts no leader label on its metrics", async () => {
    const client = new Client(cluster.fe(1).host);
    const seen = await client.ask("SELECT connection_id()");
    client.end();
    expect(Number(seen.kind === "rows" ? seen.rows[0]?.[0] : 0)).toBeLessThan(2 ** 24);
    const metrics = await (await fetch(`http://${cluster.fe(1).host}:8030/metrics`)).text();
    expect(metrics).toMatch(/^starrocks_fe_txn_begin \d+$/m);
    expect(metrics).not.toContain("is_leader");
    expect(metrics).toContain('node_info{type="is_master"} 1');
  });

  it("alone does not match the condition of a graceful exit", async () => {
    cluster.fe(1).process?.kill("SIGUSR1");
    expect(await cluster.fe(1).ended).toBe(255);
  });
});
