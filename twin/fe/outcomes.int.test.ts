import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#twin/cluster.ts";
import { startTwin, type Twin } from "#twin/harness.ts";

/** What a cluster tells of a statement or a load that has ended: fe.audit.log, fe.log, information_schema.loads. */
let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({ frontends: 2, backends: 3, computeNodes: 1, version: "4.0.7" });
});
afterAll(() => twin.stop());

const logOf = (fe: string, file: string): readonly string[] => {
  const path = join(twin.node(fe).home, "log", file);
  return existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n") : [];
};
const audited = (fe: string, words: string): readonly string[] =>
  logOf(fe, "fe.audit.log").filter((line) => line.includes(words));
const field = (line: string | undefined, name: string): string | null =>
  new RegExp(`\\|${name}=([^|]*)`).exec(line ?? "")?.[1] ?? null;
const failure = (statement: string, fe = "fe-01"): Promise<string> =>
  twin.sql(fe, statement).then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const isShut = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error) => resolve("code" in error && error.code === "ECONNREFUSED"));
  });

describe("fe.audit.log", () => {
  it("has a line for a query when it has ended, and none before", async () => {
    const running = twin.sql("fe-01", "SELECT count(*), sleep(1) FROM shop.orders /* one\n second */");
    await until("it to run", async () => (await twin.sql("fe-01", "SHOW PROC '/current_queries'")).length > 0);
    const [shown] = await twin.sql("fe-01", "SHOW PROC '/current_queries'");
    expect(audited("fe-01", "one second")).toEqual([]);
    await running;
    const [line, ...more] = audited("fe-01", "one second");
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z \[query\] \|Timestamp=\d+\|Client=127\.\S+:\d+\|User=root\|/,
    );
    expect(line).toContain("|Stmt=SELECT count(*), sleep(1) FROM shop.orders /* one second */|Digest=|");
    expect(["State", "ErrorCode", "ReturnRows", "QueryId", "IsQuery"].map((name) => field(line, name))).toEqual([
      "EOF",
      "",
      "1",
      shown?.["QueryId"],
      "true",
    ]);
    expect(Number(field(line, "Time"))).toBeGreaterThanOrEqual(1000);
  });

  it("tells a slow statement twice, first as slow_query, and a digest only where it is asked for", async () => {
    await twin.sql("fe-01", `ADMIN SET FRONTEND CONFIG ("qe_slow_log_ms" = "100")`);
    await twin.sql("fe-01", `ADMIN SET FRONTEND CONFIG ("enable_sql_digest" = "true")`);
    await twin.sql("fe-01", "SELECT sleep(0.2) FROM shop.orders /* slow one */");
    await twin.sql("fe-01", "SELECT sleep(0.3) FROM shop.orders /* slow one */");
    await twin.sql("fe-01", `ADMIN SET FRONTEND CONFIG ("qe_slow_log_ms" = "5000")`);
    const lines = audited("fe-01", "slow one");
    expect(lines.map((line) => / \[(\w+)\] /.exec(line)?.[1])).toEqual(["slow_query", "query", "slow_query", "query"]);
    expect(field(lines[0], "QueryId")).toBe(field(lines[1], "QueryId"));
    expect(field(lines[0], "Digest")).toMatch(/^[0-9a-f]{32}$/);
    expect(field(lines[0], "Digest")).toBe(field(lines[2], "Digest"));
  });

  it("tells what was cut with ERR, and a statement that went to the leader where it was sent", async () => {
    const running = failure("SELECT sleep(30) FROM shop.orders /* cut one */");
    await until("it to run", async () => (await twin.sql("fe-01", "SHOW PROC '/current_queries'")).length > 0);
    const [shown] = await twin.sql("fe-01", "SHOW PROC '/current_queries'");
    await twin.sql("fe-01", `KILL QUERY '${shown?.["QueryId"] ?? ""}'`);
    await running;
    expect(audited("fe-01", "cut one").map((line) => [field(line, "State"), field(line, "QueryId")])).toEqual([
      ["ERR", shown?.["QueryId"]],
    ]);
    await twin.sql("fe-02", "SHOW BACKENDS");
    const line = audited("fe-02", "|Stmt=SHOW BACKENDS").at(-1);
    expect([field(line, "State"), field(line, "IsQuery"), field(line, "IsForwardToLeader")]).toEqual([
      "EOF",
      "false",
      "true",
    ]);
    expect(
      audited("fe-01", "|Stmt=SHOW BACKENDS").filter((each) => field(each, "IsForwardToLeader") === "true"),
    ).toEqual([]);
  });

  it("tells a retried query once, under its first id, and fe.log what it was executed under then", async () => {
    const cn = twin.node("cn-01");
    twin.kill("cn-01", "SIGKILL");
    // A process that is being killed still takes a connection and resets it, which is no refusal.
    await until("its port to be shut", () => isShut(cn.host, 8060));
    const seen = await failure("SELECT count(*) FROM lake.events /* again */");
    expect(seen).toContain("ompute node not found");
    const [line, ...more] = audited("fe-01", "again */");
    expect(more).toEqual([]);
    const transfer = logOf("fe-01", "fe.log").find((each) =>
      each.includes(`transfer QueryId: ${field(line, "QueryId")} to `),
    );
    expect(transfer).toBeDefined();
    await until("it to start", async () => (await twin.script("cn-01", "start_cn.sh", ["--daemon"])).exitCode === 0);
    expect(cn.role).toBe("cn");
  });

  it("keeps passwords to itself", async () => {
    await twin.sql("fe-01", "CREATE USER 'ann' IDENTIFIED BY 'very secret'");
    expect(audited("fe-01", "CREATE USER 'ann'").map((line) => field(line, "Stmt"))).toEqual([
      "CREATE USER 'ann' IDENTIFIED BY '***'",
    ]);
  });
});

describe("information_schema.loads", () => {
  const load = async (label: string) =>
    (await twin.sql("fe-02", `SELECT * FROM information_schema.loads WHERE LABEL = '${label}'`))[0];

  it("tells of a broker load while it runs and how it ended", async () => {
    await twin.sql(
      "fe-01",
      `LOAD LABEL shop.b1 (DATA INFILE("s3://x/y.csv") INTO TABLE orders) WITH BROKER ("twin.work_ms" = "800")`,
    );
    await until("it to load", async () => (await load("b1"))?.["STATE"] === "LOADING");
    await until("it to end", async () => (await load("b1"))?.["STATE"] === "FINISHED");
    expect(await load("b1")).toMatchObject({ TYPE: "BROKER", DB_NAME: "shop", USER: "root", ERROR_MSG: null });
    expect((await load("b1"))?.["RUNTIME_DETAILS"]).toMatch(/"backends":\{"[0-9a-f-]{36}":\[\d+\]\}/);
  });

  it("tells of INSERT and of stream loads, with whose they are", async () => {
    await twin.sql("fe-01", "INSERT INTO shop.orders VALUES (1, 'a')");
    const inserts = await twin.sql(
      "fe-01",
      "SELECT LABEL, STATE, USER FROM information_schema.loads WHERE TYPE = 'INSERT'",
    );
    expect(inserts.at(-1)).toMatchObject({ STATE: "FINISHED", USER: "root" });
    const answer = await fetch(`http://${twin.node("be-01").host}:8040/api/shop/orders/_stream_load`, {
      method: "PUT",
      headers: { label: "s1", "x-twin-work-ms": "50", authorization: `Basic ${btoa(`bi_etl:${twin.password}`)}` },
      body: "1,a",
    });
    expect(await answer.json()).toMatchObject({ Status: "Success" });
    expect(await load("s1")).toMatchObject({ TYPE: "STREAM_LOAD", STATE: "FINISHED", USER: "bi_etl" });
    const shown = await twin.sql("fe-02", `SHOW STREAM LOAD FROM shop WHERE LABEL = "s1"`);
    expect(shown).toMatchObject([{ State: "FINISHED", Type: "STREAM_LOAD" }]);
    const rows = await twin.sql("fe-01", "SELECT LABEL, STATE, ERROR_MSG FROM information_schema.stream_loads");
    expect(rows).toEqual([{ LABEL: "s1", STATE: "FINISHED", ERROR_MSG: "" }]);
  });

  it("keeps the reason of a load that was cut with its backend", async () => {
    const sent = fetch(`http://${twin.node("be-02").host}:8040/api/shop/orders/_stream_load`, {
      method: "PUT",
      headers: { label: "s2", "x-twin-work-ms": "60000", authorization: `Basic ${btoa(`bi_etl:${twin.password}`)}` },
      body: "1,a",
    }).catch(() => null);
    await until("it to load", async () => (await load("s2"))?.["STATE"] === "LOADING");
    twin.kill("be-02", "SIGKILL");
    await sent;
    await until("it to be cancelled", async () => (await load("s2"))?.["STATE"] === "CANCELLED");
    expect((await load("s2"))?.["ERROR_MSG"]).toBe("coordinate BE is down");
  });
});
