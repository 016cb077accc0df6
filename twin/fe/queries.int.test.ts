import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createConnection, type Connection } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTwin, type Twin } from "#twin/harness.ts";
import type { Row } from "#twin/sql.ts";

/** Queries and loads over real backends of the twin: what is retried, what is cut, what a missed version does. */
let twin: Twin;
let ids: ReadonlyMap<string, string>;

beforeAll(async () => {
  twin = await startTwin({ version: "4.0.7", computeNodes: 1 });
  const rows = await twin.sql("fe-01", "SHOW BACKENDS");
  ids = new Map(
    twin.nodes.map((node) => [node.name, rows.find((row) => row["IP"] === node.host)?.["BackendId"] ?? ""]),
  );
  await twin.sql(
    "fe-01",
    "CREATE TABLE shop.lonely (id BIGINT) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 4 PROPERTIES ('replication_num' = '1')",
  );
  await twin.sql(
    "fe-01",
    "CREATE TABLE shop.pairs (id BIGINT) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 4 PROPERTIES ('replication_num' = '2')",
  );
}, 120_000);

afterAll(async () => {
  await twin.stop();
});

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited a minute for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const failure = (statement: string, fe = "fe-01"): Promise<string> =>
  twin.sql(fe, statement).then(
    () => "no error",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

async function backend(name: string): Promise<Row> {
  const row = (await twin.sql("fe-01", "SHOW BACKENDS")).find((each) => each["BackendId"] === ids.get(name));
  return row ?? {};
}

async function unhealthy(): Promise<number> {
  const rows = await twin.sql("fe-01", "SHOW PROC '/statistic'");
  return Number(rows.find((row) => row["DbId"] === "Total")?.["UnhealthyTabletNum"]);
}

/** Fragments that `fe` has running, by backend's host. */
async function instances(fe: string): Promise<readonly string[]> {
  const rows = await twin.sql(fe, "SHOW PROC '/current_backend_instances'");
  return rows.map((row) => row["Backend"]?.split(":")[0] ?? "");
}

/** Starts a stopped backend and waits for the whole cluster to be as before: another process, tablets whole, nothing on a list. */
async function startAgain(name: string): Promise<void> {
  const before = (await backend(name))["LastStartTime"];
  // Refused while the one that was killed is still there.
  await until(`${name} to start`, async () => (await twin.script(name, "start_be.sh", ["--daemon"])).exitCode === 0);
  await until(`${name} to be well`, async () => {
    const row = await backend(name);
    if (row["StatusCode"] !== "OK" || row["LastStartTime"] === before || (await unhealthy()) > 0) return false;
    const lists = await Promise.all(["fe-01", "fe-02", "fe-03"].map((fe) => twin.sql(fe, "SHOW BACKEND BLACKLIST")));
    return lists.every((list) => list.length === 0);
  });
}

describe("a query", () => {
  it("runs on backends for as long as its sleep, and shows while it does", async () => {
    const running = twin.sql("fe-02", "SELECT count(*), sleep(1.5) FROM shop.orders");
    await until("it to show", async () => (await instances("fe-02")).length > 0);
    const [shown] = await twin.sql("fe-01", "SHOW PROC '/global_current_queries'");
    expect(shown?.["feIp"]).toBe(twin.node("fe-02").host);
    expect(await twin.sql("fe-01", "SHOW PROC '/current_queries'")).toEqual([]);
    expect(await running).toHaveLength(1);
    expect(await instances("fe-02")).toEqual([]);
  });

  it("on the lake runs on compute nodes", async () => {
    const running = twin.sql("fe-01", "SELECT sleep(1) FROM lake.events");
    await until("it to show", async () => (await instances("fe-01")).length > 0);
    expect(await instances("fe-01")).toEqual([twin.node("cn-01").host]);
    await running;
  });

  it("is ended by KILL QUERY, asked of another FE by its id", async () => {
    const running = failure("SELECT sleep(30) FROM shop.orders", "fe-02");
    await until("it to show", async () => (await instances("fe-02")).length > 0);
    const [shown] = await twin.sql("fe-02", "SHOW PROC '/current_queries'");
    await twin.sql("fe-03", `KILL QUERY '${shown?.["QueryId"] ?? ""}'`);
    expect(await running).toContain("interrupted");
  });

  it("goes to no backend on this FE's blacklist, and to it from other FEs", async () => {
    const id = ids.get("be-01");
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${id}`);
    for (let times = 0; times < 20; times += 1) {
      const running = twin.sql("fe-01", "SELECT sleep(0.05) FROM shop.orders");
      expect(await instances("fe-01")).not.toContain(twin.node("be-01").host);
      await running;
    }
    await twin.sql("fe-01", `DELETE BACKEND BLACKLIST ${id}`);
  });

  it("on a single replica that is blacklisted or gone says so in StarRocks' words", async () => {
    const replicas = await twin.sql("fe-01", "ADMIN SHOW REPLICA STATUS FROM shop.lonely");
    const id = replicas[0]?.["BackendId"] ?? "";
    const name = [...ids].find(([, each]) => each === id)?.[0] ?? "";
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${id}`);
    expect(await failure("SELECT * FROM shop.lonely")).toBe(
      `Backend node not found. Check if any backend node is down.backend: [${twin.node(name).host} alive: true inBlacklist: true] `,
    );
    await twin.sql("fe-01", `DELETE BACKEND BLACKLIST ${id}`);
    twin.kill(name, "SIGKILL");
    await until("it to be dead", async () => (await backend(name))["Alive"] === "false");
    expect(await failure("SELECT * FROM shop.lonely")).toMatch(
      /^Failed to get scan range, no queryable replica found in tablet=\d+ replica=/,
    );
    await startAgain(name);
  });

  it("[S0-11] refused by an exiting backend is tried again elsewhere, and the backend is AUTO on that FE's list alone", async () => {
    const running = twin.sql("fe-01", "SELECT sleep(2) FROM shop.orders");
    await until("it to show", async () => (await instances("fe-01")).length > 0);
    const host = (await instances("fe-01"))[0] ?? "";
    const name = twin.nodes.find((node) => node.host === host)?.name ?? "";
    const before = twin.truth().length;
    const since = () => twin.truth().slice(before);
    const stopped = twin.script(name, "stop_be.sh", ["-g", "--timeout", "60"]);
    await until("a refusal", async () => {
      // Several at once: after its next heartbeat nobody is sent there any more.
      await Promise.all(Array.from({ length: 6 }, () => twin.sql("fe-02", "SELECT sleep(0.01) FROM shop.orders")));
      return since().some((line) => line.what === "retry");
    });
    expect(await running).toHaveLength(1);
    await stopped;
    const added = since().flatMap((line) => (line.what === "blacklist" && line.kind === "AUTO" ? [line] : []));
    expect(new Set(added.map((line) => `${line.node} ${line.id}`))).toEqual(new Set([`fe-02 ${ids.get(name)}`]));
    await startAgain(name);
  });

  it("whose backend is killed under it fails with what the FE saw of it", async () => {
    const running = failure("SELECT sleep(30) FROM shop.orders");
    await until("it to show", async () => (await instances("fe-01")).length > 0);
    const host = (await instances("fe-01"))[0] ?? "";
    const name = twin.nodes.find((node) => node.host === host)?.name ?? "";
    twin.kill(name, "SIGKILL");
    expect(await running).toMatch(new RegExp(`^(rpc failed with ${host}: |Backend node not found)`));
    await startAgain(name);
  });
});

describe("a follower that leaves", () => {
  const account = () => ({ host: twin.node("fe-03").host, port: 9030, user: "root", password: twin.password });
  async function session(): Promise<{ readonly client: Connection; readonly closed: Promise<void> }> {
    const client = await createConnection(account());
    await client.query("SELECT 1");
    const closed = new Promise<void>((resolve) => {
      client.on("error", () => resolve());
      client.on("end", () => resolve());
    });
    return { client, closed };
  }

  it("[S0-5] [S0-7] says 500 at once, closes the session that is idle at once, and the busy one after its statement", async () => {
    const [idle, busy] = [await session(), await session()];
    const order: string[] = [];
    const ends = Promise.all([
      idle.closed.then(() => order.push("idle closed")),
      busy.client.query("SELECT sleep(4) FROM shop.orders").then(() => order.push("statement answered")),
      busy.closed.then(() => order.push("busy closed")),
    ]);
    await until("the statement to run", async () => (await instances("fe-03")).length > 0);
    const stopping = twin.script("fe-03", "stop_fe.sh", ["-g", "--timeout", "90"]);
    const health = `http://${twin.node("fe-03").host}:8030/api/health`;
    await until("its health to say so", async () => (await fetch(health)).status === 500);
    expect(order).toEqual([]);
    await ends;
    expect(order).toEqual(["idle closed", "statement answered", "busy closed"]);
    expect((await stopping).exitCode).toBe(0);
    expect(twin.truth().at(-1)).toMatchObject({ what: "exited", node: "fe-03", how: "graceful", left: 0 });
    await backAgain();
  });

  it("[S0-9] goes by its own limit while a statement runs on, and its log says so", async () => {
    await twin.sql("fe-03", `ADMIN SET FRONTEND CONFIG ("max_graceful_exit_time_second" = "3")`);
    const { client } = await session();
    const cut = client.query("SELECT sleep(60) FROM shop.orders").then(
      () => "answered",
      () => "cut",
    );
    await until("the statement to run", async () => (await instances("fe-03")).length > 0);
    expect((await twin.script("fe-03", "stop_fe.sh", ["-g", "--timeout", "90"])).stdout).toBe("");
    expect(await cut).toBe("cut");
    const end = twin.truth().findLast((line) => line.what === "exited");
    expect(end).toMatchObject({ node: "fe-03", how: "time up", left: 1 });
    expect(readFileSync(join(twin.node("fe-03").home, "log", "fe.log"), "utf8")).toContain("graceful exit timeout");
    await backAgain();
  });

  async function backAgain(): Promise<void> {
    await twin.script("fe-03", "start_fe.sh", ["--daemon"]);
    await until("fe-03 to be back", async () => {
      const rows = await twin.sql("fe-01", "SHOW FRONTENDS");
      return rows.length === 3 && rows.every((row) => row["Alive"] === "true");
    });
    await until("fe-03 to answer", async () => (await failure("SELECT 1", "fe-03")) === "no error");
  }
});

describe("a backend's settings", () => {
  it("are read and set by SQL on the nodes that match", async () => {
    const name = "loop_count_wait_fragments_finish";
    await twin.sql(
      "fe-01",
      `UPDATE information_schema.be_configs SET VALUE = '6' WHERE NAME = '${name}' AND BE_ID = ${ids.get("be-02")}`,
    );
    const rows = await twin.sql(
      "fe-02",
      `SELECT BE_ID, VALUE FROM information_schema.be_configs WHERE NAME = '${name}'`,
    );
    const values = new Map(rows.map((row) => [row["BE_ID"], row["VALUE"]]));
    expect([values.get(ids.get("be-01") ?? ""), values.get(ids.get("be-02") ?? "")]).toEqual(["2", "6"]);
    expect(rows).toHaveLength(5);
  });

  it("cannot be read while any node is on the blacklist, but for a node that is named and is not", async () => {
    await twin.sql("fe-01", `ADD BACKEND BLACKLIST ${ids.get("be-03")}`);
    const all = "SELECT VALUE FROM information_schema.be_configs WHERE NAME = 'be_http_port'";
    expect(await failure(all)).toMatch(/^Backend node not found/);
    expect(await failure(`${all} AND BE_ID = ${ids.get("be-03")}`)).toMatch(/^Backend node not found/);
    expect(await twin.sql("fe-01", `${all} AND BE_ID = ${ids.get("be-02")}`)).toEqual([{ VALUE: "8040" }]);
    expect(await twin.sql("fe-02", all)).toHaveLength(5);
    await twin.sql("fe-01", `DELETE BACKEND BLACKLIST ${ids.get("be-03")}`);
  });
});

describe("a load", () => {
  const label = (): string => `l${Math.random().toString(36).slice(2)}`;
  async function broker(name: string, ms: number): Promise<void> {
    await twin.sql(
      "fe-02",
      `LOAD LABEL shop.${name} (DATA INFILE("s3://x/y.csv") INTO TABLE orders) WITH BROKER ("twin.work_ms" = "${ms}")`,
    );
  }
  const state = async (name: string): Promise<string | null | undefined> =>
    (await twin.sql("fe-03", `SHOW LOAD FROM shop WHERE LABEL = "${name}"`))[0]?.["State"];

  it("[S0-22] that commits while a replica's backend is down leaves it behind until it is back and repaired", async () => {
    const before = Number((await twin.sql("fe-01", "SHOW PROC '/dbs/shop/orders/partitions'"))[0]?.["VisibleVersion"]);
    twin.kill("be-04", "SIGKILL");
    await until("it to be dead", async () => (await backend("be-04"))["Alive"] === "false");
    expect(await unhealthy()).toBe(0);
    await twin.sql("fe-01", "INSERT INTO shop.orders VALUES (1, 'a')");
    expect(await unhealthy()).toBeGreaterThan(0);
    const bad = await twin.sql("fe-01", `ADMIN SHOW REPLICA STATUS FROM shop.orders WHERE STATUS != "OK"`);
    expect(new Set(bad.map((row) => row["BackendId"]))).toEqual(new Set([ids.get("be-04")]));
    expect(bad[0]?.["LastFailedVersion"]).toBe(String(before + 1));
    expect(await failure("INSERT INTO shop.pairs VALUES (1)")).toContain("Check quorum number failed");
    await startAgain("be-04");
    expect(await twin.sql("fe-01", `ADMIN SHOW REPLICA STATUS FROM shop.orders WHERE STATUS != "OK"`)).toEqual([]);
  });

  it("from a broker is run once more when its backend dies, and is FINISHED", async () => {
    const name = label();
    await broker(name, 1500);
    await until("it to be loading", async () => (await state(name)) === "LOADING");
    const busy = await busyWith("broker");
    twin.kill(busy, "SIGKILL");
    await until("it to end", async () => ["FINISHED", "CANCELLED"].includes((await state(name)) ?? ""));
    expect(await state(name)).toBe("FINISHED");
    await startAgain(busy);
  });

  it("[S0-20] by routine goes on elsewhere when a backend dies", async () => {
    await twin.sql(
      "fe-01",
      `CREATE ROUTINE LOAD shop.clicks2 ON orders PROPERTIES ("desired_concurrent_number" = "4", "twin.work_ms" = "300") FROM KAFKA ("kafka_topic" = "c")`,
    );
    const version = async (): Promise<number> =>
      Number((await twin.sql("fe-01", "SHOW PROC '/dbs/shop/orders/partitions'"))[0]?.["VisibleVersion"]);
    const from = await version();
    await until("it to load", async () => (await version()) > from + 3);
    twin.kill("be-02", "SIGKILL");
    const then = await version();
    await until("it to load on", async () => (await version()) > then + 6);
    expect((await twin.sql("fe-02", "SHOW ROUTINE LOAD FOR shop.clicks2"))[0]?.["State"]).toBe("RUNNING");
    await twin.sql("fe-02", "STOP ROUTINE LOAD FOR shop.clicks2");
    await startAgain("be-02");
  });

  /** The backend that a broker load runs on, by its own metrics of running work. */
  async function busyWith(kind: string): Promise<string> {
    for (const node of twin.nodes.filter((each) => each.role === "be")) {
      const text = await (await fetch(`http://${node.host}:8040/metrics`)).text();
      const busy =
        /^starrocks_be_(pip_query_ctx_cnt|plan_fragment_count|tablet_writer_count|load_channel_count) [1-9]/m.test(
          text,
        );
      if (busy) return node.name;
    }
    throw new Error(`no backend is busy with a ${kind} load`);
  }
});
