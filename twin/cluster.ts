/** Brings a laid out twin to life: the first FE, the others, backends, users and tables. */
import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { TwinNode } from "./layout.ts";
import { users } from "./load/mix.ts";
import { runScript } from "./processes.ts";
import { type Account, type Row, sql } from "./sql.ts";

export type Say = (line: string) => void;

const queryPort = 9030;
const upWithinMs = 60_000;

export async function bringUp(nodes: readonly TwinNode[], password: string, say: Say): Promise<void> {
  const [first, ...followers] = nodes.filter((node) => node.role === "fe");
  if (first === undefined) throw new Error("a cluster needs an FE");
  const fresh: Account = { user: "root", password: "" };
  await start(first, []);
  await frontendUp(first);
  say(`${first.name} leads at ${first.host}:${queryPort}`);
  await must(first, fresh, `SET PASSWORD FOR 'root' = PASSWORD('${password}')`);
  const root: Account = { user: "root", password };

  for (const follower of followers)
    await must(first, root, `ALTER SYSTEM ADD ${follower.observer ? "OBSERVER" : "FOLLOWER"} "${follower.host}:9010"`);
  await Promise.all(
    nodes
      .filter((node) => node !== first)
      .map((node) => start(node, node.role === "fe" ? ["--helper", `${first.host}:9010`] : [])),
  );
  for (const node of nodes)
    if (node.role === "be") await must(first, root, `ALTER SYSTEM ADD BACKEND "${node.host}:9050"`);
  const warehouses = new Set(nodes.flatMap((node) => node.warehouse ?? []));
  for (const name of warehouses) if (name !== "default_warehouse") await must(first, root, `CREATE WAREHOUSE ${name}`);
  for (const node of nodes) {
    const into = node.warehouse === null ? "" : ` INTO WAREHOUSE ${node.warehouse}`;
    if (node.role === "cn") await must(first, root, `ALTER SYSTEM ADD COMPUTE NODE "${node.host}:9050"${into}`);
  }
  await Promise.all(followers.map(frontendUp));
  if (followers.length > 0) say(`${followers.map((node) => node.name).join(", ")} follow`);

  for (const [statement, role] of [
    ["SHOW FRONTENDS", "fe"],
    ["SHOW BACKENDS", "be"],
    ["SHOW COMPUTE NODES", "cn"],
  ] as const)
    await allAlive(first, root, statement, nodes.filter((node) => node.role === role).length);
  say(`${nodes.filter((node) => node.role !== "fe").length} backends and compute nodes are alive`);
  const replicas = Math.min(3, nodes.filter((node) => node.role === "be").length);
  await fill(first, root, password, replicas);
  say("databases shop and lake are there");
}

/** Users that people will recognise, and the tables that the load reads and writes. */
async function fill(first: TwinNode, root: Account, password: string, replicas: number): Promise<void> {
  for (const database of ["shop", "lake"]) await must(first, root, `CREATE DATABASE IF NOT EXISTS ${database}`);
  for (const [table, buckets] of [
    ["shop.orders", 24],
    ["shop.customers", 8],
    ["lake.events", 8],
  ] as const)
    await must(
      first,
      root,
      `CREATE TABLE IF NOT EXISTS ${table} (id BIGINT, who VARCHAR(20)) DUPLICATE KEY(id) ` +
        `DISTRIBUTED BY HASH(id) BUCKETS ${buckets} PROPERTIES ("replication_num" = "${replicas}")`,
    );
  for (const user of users) {
    await must(first, root, `CREATE USER IF NOT EXISTS '${user}' IDENTIFIED BY '${password}'`);
    for (const database of ["shop", "lake"])
      await must(first, root, `GRANT SELECT, INSERT ON ALL TABLES IN DATABASE ${database} TO USER '${user}'`);
  }
}

async function start(node: TwinNode, args: readonly string[]): Promise<void> {
  const ran = await runScript(node.home, `start_${node.role}.sh`, [...args, "--daemon"]);
  if (ran.exitCode !== 0)
    throw new Error(`${node.name} did not start (exit ${ran.exitCode}): ${ran.stdout}${ran.stderr}`);
}

/** Its HTTP port opens when it is ready, and not before. */
async function frontendUp(node: TwinNode): Promise<void> {
  await until(`${node.name} to answer on /api/health; see ${node.home}/log/fe.out`, async () => {
    return (await httpCode(node.host, 8030, "/api/health")) === 200;
  });
}

async function allAlive(first: TwinNode, root: Account, statement: string, count: number): Promise<void> {
  await until(`${statement} to show ${count} alive`, async () => {
    const shown = await sql(first.host, queryPort, root, statement);
    return shown.ok && shown.rows.filter((row) => row["Alive"] === "true").length === count;
  });
}

async function must(first: TwinNode, account: Account, statement: string): Promise<readonly Row[]> {
  const answer = await sql(first.host, queryPort, account, statement);
  if (!answer.ok) throw new Error(`${first.name} refused ${statement.replace(/'[^']*'\)?$/, "..")}: ${answer.error}`);
  return answer.rows;
}

export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  const endMs = performance.now() + upWithinMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited ${upWithinMs / 1000} s for ${what}`);
    await wait(100);
  }
}

function httpCode(host: string, port: number, path: string): Promise<number | null> {
  return new Promise((resolve) => {
    const request = get({ host, port, path, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? null);
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(null));
  });
}
