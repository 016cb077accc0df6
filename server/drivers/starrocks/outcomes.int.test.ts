import { readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { createConnection } from "mysql2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { LedgerRow } from "#lib/run/ledger.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import type { Driver } from "#server/orchestrator/ports.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import { systemClock, testConsole } from "./testing/console.ts";

const file = z.object({ clusters: z.tuple([z.record(z.string(), z.unknown())]) });
let twin: Twin;
let driver: Driver;

beforeAll(async () => {
  twin = await startTwin({ frontends: 1, backends: 1, computeNodes: 0, version: "4.0.7", artifacts: ["4.0.7"] });
  const [section] = file.parse(parse(readFileSync(twin.configPath, "utf8"))).clusters;
  const probe = { statement: "SELECT count(*) FROM orders", database: "shop" };
  const connect = testConsole({ ...section, probe }, join(twin.root, "console"), ({ name, prefix }) =>
    createLocalHost({ name, prefix, clock: systemClock }),
  );
  driver = connect.open();
  await driver.readCluster(AbortSignal.timeout(10_000));
});
afterAll(async () => {
  await driver.close();
  await twin.stop();
});

/** One statement on a connection of its own; resolves with its error's text, or null. */
async function query(user: string, sql: string): Promise<string | null> {
  const connection = createConnection({ host: twin.node("fe-01").host, port: 9030, user, password: twin.password });
  connection.on("error", () => undefined);
  const error = await new Promise<string | null>((resolve) => {
    connection.query(sql, (failed) => resolve(failed === null ? null : failed.message));
  });
  connection.destroy();
  return error;
}

async function load(label: string, ms: number): Promise<string> {
  const headers = {
    label,
    "x-twin-work-ms": String(ms),
    authorization: `Basic ${Buffer.from(`bi_etl:${twin.password}`).toString("base64")}`,
  };
  const url = `http://${twin.node("be-01").host}:8040/api/shop/orders/_stream_load`;
  return await new Promise((resolve) => {
    const outgoing = request(url, { method: "PUT", headers }, (incoming) => {
      let text = "";
      incoming.on("data", (chunk: Buffer) => (text += chunk.toString()));
      incoming.on("error", () => resolve("lost"));
      incoming.on("end", () => resolve(text));
    });
    outgoing.on("error", () => resolve("lost"));
    outgoing.end("1,one\n");
  });
}

async function listed(nodeId: NodeId, count: number): Promise<readonly WorkItem[]> {
  for (;;) {
    const { items } = await driver.work(nodeId, AbortSignal.timeout(10_000));
    const working = items.filter(({ idle }) => idle !== true);
    if (working.length >= count) return working;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function outcomes(nodeId: NodeId, items: readonly WorkItem[]): Promise<readonly LedgerRow[]> {
  const told = await driver.outcomes(nodeId, items, AbortSignal.timeout(30_000));
  if (!told.ok) throw new Error(told.why);
  return told.value;
}

const find = (rows: readonly LedgerRow[], mark: string): LedgerRow | undefined =>
  rows.find(({ what }) => what.includes(mark));

describe("What became of work on StarRocks", () => {
  it("is told by audit log and transactions, and unknown while it runs", async () => {
    const work = [
      query("dana", "SELECT count(*), sleep(1) FROM shop.orders /* short_one */"),
      query("finance_ro", "SELECT count(*), sleep(2) FROM shop.orders /* long_one */"),
      load("label_ok", 1500),
    ];
    const items = await listed("be-01", 3);
    expect((await outcomes("be-01", items)).map(({ outcome }) => outcome)).toEqual(["unknown", "unknown", "unknown"]);
    await Promise.all(work);
    const rows = await outcomes("be-01", items);
    expect(rows.map(({ outcome }) => outcome)).toEqual(["finished", "finished", "finished"]);
    expect(find(rows, "short_one")).toMatchObject({ kind: "query", user: "dana", again: null });
    expect(find(rows, "long_one")).toMatchObject({ kind: "query", user: "finance_ro" });
    expect(find(rows, "label_ok")).toMatchObject({ kind: "load", user: "bi_etl", what: "BACKEND_STREAMING label_ok" });
    expect(rows.map(({ id }) => id).sort()).toEqual(items.map(({ id }) => id).sort());
    const short = find(rows, "short_one");
    expect((short?.endedAtMs ?? 0) - (short?.startedAtMs ?? 0)).toBeGreaterThanOrEqual(1000);
  });

  it("is listed on the FE that a statement is connected to, by the query that it runs", async () => {
    const work = query("dana", "SELECT count(*), sleep(1) FROM shop.orders /* by_connection */");
    const items = await listed("fe-01", 1);
    await work;
    expect(find(await outcomes("fe-01", items), "by_connection")).toMatchObject({ outcome: "finished", user: "dana" });
  });

  it("[S0-19] [S0-21] was cut with a node that was killed: what is to be run again is told", async () => {
    const work = [
      query("dana", "SELECT count(*), sleep(60) FROM shop.orders /* cut_one */"),
      load("label_cut", 60_000),
    ];
    const items = await listed("be-01", 2);
    twin.kill("be-01", "SIGKILL");
    expect(await Promise.all(work)).toEqual([expect.stringContaining("rpc failed"), "lost"]);
    let rows = await outcomes("be-01", items);
    // The FE gives the load up after some missed heartbeats.
    while (rows.some(({ outcome }) => outcome === "unknown")) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      rows = await outcomes("be-01", items);
    }
    expect(find(rows, "cut_one")).toMatchObject({ outcome: "cut", user: "dana" });
    expect(find(rows, "cut_one")?.again).toContain("As dana");
    expect(find(rows, "label_cut")).toMatchObject({ outcome: "cut" });
    expect(find(rows, "label_cut")?.again).toContain("label_cut");
  });
});

describe("The front doors of StarRocks", () => {
  const doors = (): NonNullable<Driver["frontDoors"]> => {
    if (driver.frontDoors === undefined) throw new Error("there are none");
    return driver.frontDoors;
  };

  it("are its FEs, each with a connection of its own, which leaving closes", async () => {
    expect(doors().doors()).toEqual(["fe-01"]);
    const connections = async (): Promise<number> => (await twin.sql("fe-01", "SHOW PROCESSLIST")).length;
    const before = await connections();
    // Its backend was killed above: the statement fails, and says so.
    const answer = await doors().knock("fe-01", AbortSignal.timeout(10_000));
    expect(answer).toMatchObject({ answer: "failed" });
    expect(await connections()).toBe(before + 1);
    doors().leave("fe-01");
    await expect.poll(connections).toBe(before);
  });

  it("answer when the system does", async () => {
    const started = await twin.script("be-01", "start_be.sh", ["--daemon"]);
    expect(started.exitCode).toBe(0);
    await expect
      .poll(async () => (await doors().knock("fe-01", AbortSignal.timeout(10_000))).answer, { timeout: 30_000 })
      .toBe("ok");
    doors().leave("fe-01");
  });
});
