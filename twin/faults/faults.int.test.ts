import { copyFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "#twin/cluster.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import type { Row } from "#twin/sql.ts";
import { canHaveDisks } from "./disks.ts";

/** Each nuisance as whoever drives the cluster, or looks at it, meets it. */
const disks = canHaveDisks() ? ["be-03"] : [];
let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({
    version: "4.0.7",
    backends: 3,
    computeNodes: 1,
    disks,
    conf: { fe: ["bdbje_heartbeat_timeout_second = 2", "heartbeat_retry_times = 1"], be: [], cn: [] },
  });
});
afterAll(() => twin.stop());

/** From 127.0.0.1, as a console on this machine asks; null: no answer within a moment. */
const asked = (host: string, port: number, path: string): Promise<number | null> =>
  fetch(`http://${host}:${port}${path}`, { signal: AbortSignal.timeout(700) }).then(
    (answer) => answer.status,
    () => null,
  );
const health = (fe: string): Promise<number | null> => asked(twin.node(fe).host, 8030, "/api/health");

const row = async (name: string, fe = "fe-01"): Promise<Row> => {
  const rows = await twin.sql(fe, twin.node(name).role === "be" ? "SHOW BACKENDS" : "SHOW COMPUTE NODES");
  return rows.find((each) => each["IP"] === twin.node(name).host) ?? {};
};

/** What a MySQL client reads first: the greeting, in the seconds that it is given. */
const greeted = (fe: string): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: twin.node(fe).host, port: 9030 });
    socket.on("data", (chunk) => chunks.push(Buffer.from(chunk)));
    socket.on("error", () => undefined);
    setTimeout(() => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    }, 300);
  });

const ms = (text: string | null | undefined): number => Date.parse(`${(text ?? "").replace(" ", "T")}+08:00`);

describe("a network that is cut", () => {
  it("between the console and an FE is silence for the console alone, and what hung goes on after it", async () => {
    const cut = twin.faults.cut("console", "fe-02");
    expect(await health("fe-02")).toBeNull();
    expect(await health("fe-01")).toBe(200);
    expect(await twin.sql("fe-02", "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    const hanging = fetch(`http://${twin.node("fe-02").host}:8030/api/health`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    cut.end();
    expect((await hanging).status).toBe(200);
  });

  it("between the leader and a backend is DISCONNECTED by time-out, while the backend's own health is well", async () => {
    const cut = twin.faults.cut("fe-01", "be-02");
    await until("it to be disconnected", async () => (await row("be-02"))["StatusCode"] === "DISCONNECTED");
    expect((await row("be-02"))["ErrMsg"]).toMatch(/timed out/);
    expect(await asked(twin.node("be-02").host, 8040, "/api/health")).toBe(200);
    const before = (await row("be-02"))["LastStartTime"];
    cut.end();
    await until("it to be back", async () => (await row("be-02"))["StatusCode"] === "OK");
    expect((await row("be-02"))["LastStartTime"]).toBe(before);
  });

  it("does not keep a backend from leaving, although callers that it never heard hold their connections", async () => {
    const cut = twin.faults.cut("console", "be-01");
    const silent = connect({ host: twin.node("be-01").host, port: 8040 }).on("error", () => undefined);
    await new Promise((resolve) => silent.once("connect", resolve));
    const before = (await row("be-01"))["LastStartTime"];
    twin.kill("be-01", "SIGTERM");
    await until("it to be gone", () => twin.pid("be-01") === null);
    silent.destroy();
    cut.end();
    await twin.faults.colleague.starts("be-01");
    await until("it to be back", async () => (await row("be-01"))["LastStartTime"] !== before);
    await until("it to be well", async () => (await row("be-01"))["StatusCode"] === "OK");
  });

  it("around the leader makes another one, and the old one ends when it is back", async () => {
    const cuts = ["fe-02", "fe-03"].map((name) => twin.faults.cut("fe-01", name));
    const leader = async (fe: string): Promise<string | undefined> =>
      (await twin.sql(fe, "SHOW PROC '/frontends'")).find((each) => each["Role"] === "LEADER")?.["IP"] ?? undefined;
    await until("another leader", async () => {
      const now = await leader("fe-02");
      return now !== undefined && now !== twin.node("fe-01").host;
    });
    expect(await leader("fe-01")).toBe(twin.node("fe-01").host);
    for (const cut of cuts) cut.end();
    await until("the old one to end", () => twin.pid("fe-01") === null);
    expect(twin.truth().findLast((line) => line.what === "exited")).toMatchObject({ node: "fe-01", how: "forcibly" });
    await twin.script("fe-01", "start_fe.sh", ["--daemon"]);
    await until("it to serve", async () => (await health("fe-01")) === 200);
  });
});

describe("a node", () => {
  it("that hangs in its exit goes by force alone, which the script tells", async () => {
    const hang = twin.faults.hangInExit("cn-01");
    const ran = await twin.script("cn-01", "stop_cn.sh", ["-g", "--timeout", "2"]);
    expect(ran.stdout).toContain("forced termination");
    hang.end();
    expect(twin.truth().some((line) => line.what === "exited" && line.node === "cn-01")).toBe(false);
  });

  it("that crashed comes back by itself where a supervisor watches", async () => {
    const watch = twin.faults.comesBack("cn-01", 100);
    await until("it to be started", () => twin.pid("cn-01") !== null);
    await until("it to be known", async () => (await row("cn-01"))["StatusCode"] === "OK");
    const [before, pid] = [(await row("cn-01"))["LastStartTime"], twin.pid("cn-01")];
    await new Promise((resolve) => setTimeout(resolve, 1100));
    twin.faults.crash("cn-01");
    await until("another process", () => twin.pid("cn-01") !== null && twin.pid("cn-01") !== pid);
    await until("its new start to show", async () => (await row("cn-01"))["LastStartTime"] !== before);
    watch.end();
  });

  it("whose clock is off starts in the future, and a leader's times are its own", async () => {
    const clocks = [twin.faults.clockOff("cn-01", 600_000)];
    const before = (await row("cn-01"))["LastStartTime"];
    twin.faults.crash("cn-01");
    await until("it to be gone", () => twin.pid("cn-01") === null);
    await twin.faults.colleague.starts("cn-01");
    await until("its new start to show", async () => (await row("cn-01"))["LastStartTime"] !== before);
    expect(ms((await row("cn-01"))["LastStartTime"]) - Date.now()).toBeGreaterThan(500_000);
    const [shown] = await twin
      .sql("fe-01", "SHOW FRONTENDS")
      .then((all) => all.filter((each) => each["Role"] === "LEADER"));
    const leader = twin.nodes.find((each) => each.host === shown?.["IP"])?.name ?? "";
    clocks.push(twin.faults.clockOff(leader, -300_000));
    await until(
      "a heartbeat of five minutes ago",
      async () => ms((await row("be-01"))["LastHeartbeat"]) < Date.now() - 250_000,
    );
    for (const clock of clocks) clock.end();
  });

  it("that is slow keeps its clients waiting, and a backend so slow with heartbeats is missed", async () => {
    const slow = [twin.faults.slow("fe-02", { statementsMs: 600 }), twin.faults.slow("be-01", { heartbeatsMs: 5000 })];
    const began = performance.now();
    await twin.sql("fe-02", "SELECT 1");
    expect(performance.now() - began).toBeGreaterThanOrEqual(600);
    await until(
      "it to be missed",
      async () => (await row("be-01"))["ErrMsg"] === "java.net.SocketTimeoutException: Read timed out",
    );
    for (const each of slow) each.end();
    await until("it to be back", async () => (await row("be-01"))["StatusCode"] === "OK");
  });

  it("that lacks versions shows unhealthy tablets until somebody can repair them", async () => {
    const unhealthy = async (): Promise<number> =>
      Number((await twin.sql("fe-01", "SHOW PROC '/statistic'")).at(-1)?.["UnhealthyTabletNum"]);
    const misses = twin.faults.missesVersions("be-02");
    await until("unhealthy tablets", async () => (await unhealthy()) > 0);
    const id = (await row("be-02"))["BackendId"];
    const bad = await twin.sql("fe-01", `ADMIN SHOW REPLICA STATUS FROM shop.orders WHERE STATUS != "OK"`);
    expect(new Set(bad.map((each) => `${each["BackendId"]} ${each["Status"]}`))).toEqual(
      new Set([`${id} VERSION_ERROR`]),
    );
    misses.end();
    await until("them to be repaired", async () => (await unhealthy()) === 0);
  });

  it.skipIf(disks.length === 0)("whose disk is full takes no file, whoever writes it, and lives", async () => {
    const { home } = twin.node("be-03");
    const full = twin.faults.diskFull("be-03");
    const write = (): void => copyFileSync(join(twin.root, "sluice.yaml"), join(home, "bin", "new"));
    expect(write).toThrow(/ENOSPC/);
    expect((await row("be-03"))["Alive"]).toBe("true");
    full.end();
    expect(write).not.toThrow();
  });
});

describe("an FE that answers", () => {
  it("garbage, half or nothing does so to every client, and is well again when it ends", async () => {
    const good = await greeted("fe-03");
    expect(good.subarray(4, 5)).toEqual(Buffer.from([10]));
    for (const [how, length] of [
      ["garbage", good.length],
      ["half", Math.floor(good.length / 2)],
      ["nothing", 0],
    ] as const) {
      const fault = twin.faults.answers("fe-03", how);
      const seen = await greeted("fe-03");
      expect([how, seen.length, seen.equals(good)]).toEqual([how, length, false]);
      if (how !== "garbage")
        expect(await asked(twin.node("fe-03").host, 8030, "/metrics").then((code) => code)).not.toBe(500);
      fault.end();
    }
    expect(await health("fe-03")).toBe(200);
    expect(await twin.sql("fe-03", "SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });
});

describe("a colleague", () => {
  it("leaves settings that the cluster shows as anybody's", async () => {
    const { colleague } = twin.faults;
    await colleague.setsFrontendConfig("fe-01", "disable_balance", "true");
    await colleague.blacklists("fe-02", "be-01");
    await colleague.updatesConfig("be-01", "loop_count_wait_fragments_finish", "7");
    const [shown] = await twin.sql("fe-03", "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_disable_balance'");
    expect(shown?.["Value"]).toBe("true");
    const [entry] = await twin.sql("fe-02", "SHOW BACKEND BLACKLIST");
    expect([entry?.["BackendId"], entry?.["AddBlackListType"]]).toEqual([(await row("be-01"))["BackendId"], "MANUAL"]);
    const [config] = await twin.sql(
      "fe-01",
      `SELECT VALUE FROM information_schema.be_configs WHERE NAME = 'loop_count_wait_fragments_finish' AND BE_ID = ${(await row("be-01"))["BackendId"]}`,
    );
    expect(config?.["VALUE"]).toBe("7");
  });
});

describe("the truth log", () => {
  it("has a line when a fault began and one when it ended", () => {
    const lines = twin.truth().filter((line) => line.what === "fault");
    const began = lines.filter((line) => line.is === "began").map((line) => line.id);
    const ended = lines.filter((line) => line.is === "ended").map((line) => line.id);
    expect(new Set(ended)).toEqual(new Set(began));
    expect(new Set(lines.filter((line) => line.is !== "happened").map((line) => line.kind))).toEqual(
      new Set([
        "cut",
        "hangInExit",
        "clock",
        "slow",
        "missesVersions",
        "answers",
        ...(disks.length > 0 ? ["diskFull"] : []),
      ]),
    );
    expect(lines.filter((line) => line.kind === "crash").map((line) => line.on)).toEqual([["cn-01"], ["cn-01"]]);
  });
});
