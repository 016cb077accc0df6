/**
 * The twin's backends behind a real front end. STARROCKS_FE_HOME names the `fe` folder of a release; inside the rig's
 * lane it is the rig's own. Without either there is nothing to stand behind.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install, type TwinNode } from "../layout.ts";
import { isRunning, pidOf, runScript } from "../processes.ts";
import { type Row, sql } from "../sql.ts";
import { defaults } from "../twin.ts";
import { type RunningRealTwin, runRealTwin } from "./up.ts";

const home = frontendHome();
if (home === null) console.log("Left out: the twin behind a real front end (STARROCKS_FE_HOME names none).");

describe.skipIf(home === null)("A twin behind a real front end", () => {
  const parent = mkdtempSync(join(tmpdir(), "twin-real-"));
  let twin: RunningRealTwin;
  let frontendPid: number | null = null;

  beforeAll(async () => {
    const counts = { frontends: 1, backends: 2, computeNodes: 1, artifacts: ["4.0.99"] };
    const root = join(parent, "twin");
    twin = await runRealTwin({ ...defaults, ...counts, root, feHomes: [home ?? ""], feHeapMb: 900 }, () => undefined);
    frontendPid = pidOf(node("fe-01").home);
  });
  afterAll(async () => {
    await twin.end();
    expect(frontendPid !== null && isRunning(frontendPid), "nothing of it runs on").toBe(false);
    rmSync(parent, { recursive: true, force: true });
  });

  it("shows the twin's nodes as its own, with the version that is installed on them", async () => {
    const version = new RegExp(`^${twin.version.replaceAll(".", "\\.")}`);
    const backends = await ask("SHOW BACKENDS");
    expect(backends).toMatchObject([up(version), up(version)]);
    expect(await ask("SHOW COMPUTE NODES")).toMatchObject([up(version)]);
    // Its create tasks were carried out and acknowledged, and reports tell of the replicas.
    await until(async () => (await ask("SHOW BACKENDS")).every((row) => row["TabletNum"] === "8"));
    const statistic = (await ask("SHOW PROC '/statistic'")).find((row) => row["DbName"] === "shop");
    expect(statistic).toMatchObject({ TabletNum: "8", ReplicaNum: "16", UnhealthyTabletNum: "0" });
  });

  it("[S0-24] hears SHUTDOWN from a backend that leaves gracefully, then loses it, and takes it back on another version", async () => {
    const be = node("be-01");
    const before = (await row(be))["LastStartTime"] ?? "";
    await set(be, "graceful_exit_wait_for_frontend_heartbeat", "true");
    const seen: string[] = [];
    const leaving = runScript(be.home, "stop_be.sh", ["-g", "--timeout", "60"]);
    await until(async () => {
      const { Alive, StatusCode } = await row(be);
      const now = `${StatusCode} ${Alive}`;
      if (seen.at(-1) !== now) seen.push(now);
      return StatusCode === "DISCONNECTED";
    });
    expect(seen.slice(-2)).toEqual(["SHUTDOWN false", "DISCONNECTED false"]);
    expect((await leaving).exitCode).toBe(0);
    expect(pidOf(be.home)).toBeNull();

    install(twin.root, "4.0.99", be);
    await runScript(be.home, "start_be.sh", ["--daemon"]);
    await until(async () => (await row(be))["Alive"] === "true");
    const after = await row(be);
    expect(after).toMatchObject({ StatusCode: "OK", Version: expect.stringMatching(/^4\.0\.99-/) });
    expect(after["LastStartTime"]).not.toBe(before);
    await until(async () => (await row(be))["TabletNum"] === "8");
  });

  it("runs no query: it says so instead of answering with nothing", async () => {
    const host = node("fe-01").host;
    const account = { user: "root", password: twin.password };
    const answer = await sql(host, twin.place.ports.query, account, "SELECT count(*) FROM shop.orders");
    expect(answer).toMatchObject({ ok: false, error: expect.stringContaining("rpc") });
    for (const entry of await ask("SHOW BACKEND BLACKLIST"))
      await ask(`DELETE BACKEND BLACKLIST ${entry["BackendId"]}`);
  });

  it("tells a console where everything is", () => {
    const config = readFileSync(twin.configPath, "utf8");
    expect(config).toContain(`${node("fe-01").host}:${twin.place.ports.query}`);
    for (const role of ["fe", "be", "cn"])
      expect(existsSync(join(twin.root, "artifacts", `StarRocks-${twin.version}`, role, "bin"))).toBe(true);
    expect(existsSync(join(twin.root, "artifacts/StarRocks-4.0.99/fe")), "no front end that is played").toBe(false);
  });

  function node(name: string): TwinNode {
    const found = twin.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`the twin has no node ${name}`);
    return found;
  }
  async function ask(statement: string): Promise<readonly Row[]> {
    const account = { user: "root", password: twin.password };
    const answer = await sql(node("fe-01").host, twin.place.ports.query, account, statement);
    if (!answer.ok) throw new Error(answer.error);
    return answer.rows;
  }
  async function row({ host }: TwinNode): Promise<Row> {
    return (await ask("SHOW BACKENDS")).find((row) => row["IP"] === host) ?? {};
  }
});

function up(version: RegExp): unknown {
  return { Alive: "true", StatusCode: "OK", Version: expect.stringMatching(version) };
}

async function set({ host }: TwinNode, name: string, value: string): Promise<void> {
  const answer = await fetch(`http://${host}:8040/api/update_config?${name}=${value}`, { method: "POST" });
  expect(await answer.text()).toContain("OK");
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(100);
}

function frontendHome(): string | null {
  const rig = process.env["RIG"];
  const home = process.env["STARROCKS_FE_HOME"] ?? (rig === undefined ? null : join(rig, "versions/4.0.7/fe"));
  return home !== null && existsSync(home) ? home : null;
}
