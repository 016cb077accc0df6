import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#twin/cluster.ts";
import { startTwin, type Twin } from "#twin/harness.ts";

/** What 3.3.14 does otherwise than what came after it, and what a cluster of two versions does (facts, 0.1). */
let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({ version: "3.3.14", frontends: 1, backends: 3, computeNodes: 1, artifacts: ["3.4.8"] });
});
afterAll(() => twin.stop());

const failure = (statement: string): Promise<string> =>
  twin.sql("fe-01", statement).then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
/** So many misses in a row change nothing. */
const tolerate = (misses: number) =>
  twin.sql("fe-01", `ADMIN SET FRONTEND CONFIG ("heartbeat_retry_times" = "${misses}")`);
const backend = async (name: string) =>
  (await twin.sql("fe-01", "SHOW BACKENDS")).find((row) => row["IP"] === twin.node(name).host) ?? {};

describe("a cluster of 3.3.14", () => {
  it("has no StatusCode, no Id of frontends, processes of one FE, and says so by its columns", async () => {
    expect(Object.keys((await twin.sql("fe-01", "SHOW BACKENDS"))[0] ?? {})).not.toContain("StatusCode");
    expect(Object.keys((await twin.sql("fe-01", "SHOW COMPUTE NODES"))[0] ?? {})).toContain("MemLimit");
    expect(Object.keys((await twin.sql("fe-01", "SHOW FRONTENDS"))[0] ?? {})[0]).toBe("Name");
    const names = Object.keys((await twin.sql("fe-01", "SHOW PROCESSLIST"))[0] ?? {});
    expect([names[0], names.at(-1)]).toEqual(["Id", "IsPending"]);
    expect(await failure("SHOW COMPUTE NODE BLACKLIST")).toMatch(/^Getting syntax error/);
  });

  it("has no settings of a graceful exit, and keeps none over a restart", async () => {
    expect(await twin.sql("fe-01", "ADMIN SHOW FRONTEND CONFIG LIKE '%graceful_exit%'")).toEqual([]);
    expect(await failure(`ADMIN SET FRONTEND CONFIG ("max_graceful_exit_time_second" = "60")`)).toContain(
      "not mutable",
    );
    expect(await failure(`ADMIN SET FRONTEND CONFIG ("disable_balance" = "true") WITH PERSISTENT`)).toContain("syntax");
    const rows = await twin.sql(
      "fe-01",
      "SELECT NAME, VALUE, MUTABLE FROM information_schema.be_configs WHERE NAME IN ('loop_count_wait_fragments_finish', 'graceful_exit_wait_for_frontend_heartbeat')",
    );
    expect(new Set(rows.map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ NAME: "loop_count_wait_fragments_finish", VALUE: "0", MUTABLE: "0" })]),
    );
  });

  it("cuts a query at once when its backend is told to exit gracefully, and goes on calling it alive", async () => {
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${(await backend("be-02"))["BackendId"]}`);
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${(await backend("be-03"))["BackendId"]}`);
    const running = failure("SELECT sleep(30) FROM shop.orders");
    await until("it to run", async () => (await twin.sql("fe-01", "SHOW PROC '/current_queries'")).length > 0);
    await tolerate(100);
    await twin.script("be-01", "stop_be.sh", ["-g"]);
    expect(await running).not.toBe("no error");
    const log = twin.truth().findLast((line) => line.what === "exited");
    expect(log).toMatchObject({ node: "be-01", how: "time up", left: 1 });
    expect(await backend("be-01")).toMatchObject({ Alive: "true", ErrMsg: "" });
    await tolerate(3);
    await until("it to be dead", async () => (await backend("be-01"))["Alive"] === "false");
    for (const name of ["be-02", "be-03"])
      await twin.sql("fe-01", `DELETE BACKEND BLACKLIST ${(await backend(name))["BackendId"]}`);
  });

  it("[S0-15] takes a backend of 3.4.8, whose SHUTDOWN answer it counts as a miss", async () => {
    if (twin.pid("be-01") !== null) await twin.script("be-01", "stop_be.sh");
    twin.install("be-01", "3.4.8");
    await twin.script("be-01", "start_be.sh", ["--daemon"]);
    await until("it to be back", async () => {
      const row = await backend("be-01");
      return row["Alive"] === "true" && row["Version"] === "3.4.8-70d1c24";
    });
    const response = await fetch(
      `http://${twin.node("be-01").host}:8040/api/update_config?graceful_exit_wait_for_frontend_heartbeat=true`,
      { method: "POST" },
    );
    expect(await response.json()).toMatchObject({ status: "OK" });
    await tolerate(100);
    await twin.script("be-01", "stop_be.sh", ["-g", "--timeout", "30"]);
    expect(await backend("be-01")).toMatchObject({ Alive: "true" });
    await tolerate(3);
    await until("it to be dead", async () => (await backend("be-01"))["Alive"] === "false");
    await twin.script("be-01", "start_be.sh", ["--daemon"]);
  });

  it("answers health with 200 until it is gone, for its exit is never graceful", async () => {
    const health = () => fetch(`http://${twin.node("fe-01").host}:8030/api/health`).then((each) => each.status);
    expect(await health()).toBe(200);
    await twin.script("fe-01", "stop_fe.sh", ["-g"]);
    const log = twin.truth().filter((line) => line.what === "signal" && line.node === "fe-01");
    expect(log).toMatchObject([{ signal: "SIGTERM" }]);
    expect(twin.pid("fe-01")).toBeNull();
  });
});
