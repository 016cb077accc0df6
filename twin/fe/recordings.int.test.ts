import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Seen } from "./testing/client.ts";
import { startFeCluster, type FeCluster } from "./testing/cluster.ts";
import { recordedMetrics, recordedStatements, shapeOf, type Recorded } from "./testing/recorded.ts";

/** The 4.0.7 profile against what a real FE answered: columns, types, lengths and codes exactly, values by their shape. */
let cluster: FeCluster;
const clients = new Map<string, Client>();

beforeAll(async () => {
  cluster = await startFeCluster([], ["4.0.7", "4.0.8", "4.0.7"]);
  await cluster.must(1, "CREATE DATABASE shop");
  for (const [table, replicas] of [
    ["orders", 3],
    ["lonely", 1],
  ] as const)
    await cluster.must(
      1,
      `CREATE TABLE shop.${table} (id BIGINT, who VARCHAR(20)) DUPLICATE KEY(id) DISTRIBUTED BY HASH(id) BUCKETS 8 PROPERTIES ('replication_num' = '${replicas}')`,
    );
  await cluster.until("all disks to be reported", async () => {
    const rows = await cluster.rows(1, "SHOW BACKENDS");
    return rows.every((row) => row.get("DataUsedCapacity") !== "0.000 B" && !(row.get("Status") ?? "").includes("N/A"));
  });
}, 120_000);

afterAll(async () => {
  for (const client of clients.values()) client.end();
  await cluster.stop();
});

function client(name: string, host: string, user = "root", password = ""): Client {
  const known = clients.get(name) ?? new Client(host, user, password);
  clients.set(name, known);
  return known;
}

/** The rig's backends run no query. Whether a query ends at a backend that cannot be reached or at a list that is full of them is chance. */
const noBackend = /^(rpc failed with <ip>|Backend node not found)/;

/** Where rows come from the history of the very cluster that was recorded, their shapes have to be known ones; elsewhere their number agrees as well. */
const ofItsHistory = /BLACKLIST|PROCESSLIST|^ADMIN SHOW FRONTEND CONFIG LIKE|SHOW PROC '\/'$/;

function compare(recorded: Recorded, seen: Seen): void {
  if (recorded.error !== undefined) {
    expect(seen.kind).toBe("error");
    if (seen.kind !== "error") return;
    expect(seen.code).toBe(recorded.error.code);
    const expected = shapeOf(recorded.error.message);
    if (noBackend.test(expected)) expect(shapeOf(seen.message)).toMatch(noBackend);
    else expect(shapeOf(seen.message)).toBe(expected);
    return;
  }
  if (recorded.ok !== undefined) {
    expect(seen).toEqual({ kind: "ok", affected: recorded.ok.affected });
    return;
  }
  if (seen.kind !== "rows") throw new Error(`expected rows, got ${JSON.stringify(seen)}`);
  expect(seen.columns.map(({ name, type, length }) => [name, type, length])).toEqual(recorded.columns);
  compareRows(recorded, seen.rows);
}

function compareRows(recorded: Recorded, rows: readonly (readonly (string | null)[])[]): void {
  const expected = recorded.rows ?? [];
  if (ofItsHistory.test(recorded.sql)) {
    if (expected.length === 0) expect(rows).toEqual([]);
    const shapes = recorded.sql.includes("BLACKLIST")
      ? new Set([...shapesOf(expected), ...blacklistShapes])
      : shapesOf(expected);
    for (const row of rows) expect([...shapes]).toContain(shapeOfRow(row));
    return;
  }
  expect(rows.map(shapeOfRow).sort()).toEqual(expected.map(shapeOfRow).sort());
}

const blacklistShapes = ["<n>|AUTO|<time>|<n>|<n>", "<n>|MANUAL|<time>|<n>|<n>"];
const shapeOfRow = (row: readonly (string | number | null)[]): string => row.map(shapeOf).join("|");
const shapesOf = (rows: readonly (readonly (string | number | null)[])[]): ReadonlySet<string> =>
  new Set(rows.map(shapeOfRow));

const cases = (entries: readonly Recorded[]): readonly (readonly [string, Recorded])[] =>
  entries.map((entry, index) => [`${index + 1}. ${entry.sql.slice(0, 90)}`, entry]);

describe("asked of the leader", () => {
  it.each(cases(recordedStatements.leader))("%s", async (_name, entry) => {
    compare(entry, await client("leader", cluster.fe(1).host).ask(entry.sql));
  });
});

describe("asked of a follower", () => {
  it.each(cases(recordedStatements.follower))("%s", async (_name, entry) => {
    compare(entry, await client("follower", cluster.fe(2).host).ask(entry.sql));
  });

  it("a blacklist is that FE's own: the leader has no MANUAL entry", async () => {
    const seen = await client("leader", cluster.fe(1).host).ask("SHOW BACKEND BLACKLIST");
    expect(seen.kind).toBe("rows");
    expect(seen.kind === "rows" && seen.rows.filter((row) => row.includes("MANUAL"))).toEqual([]);
  });
});

describe("asked by a user without rights", () => {
  it.each(cases(recordedStatements["user without rights"]))("%s", async (_name, entry) => {
    compare(entry, await client("weak", cluster.fe(1).host, "weak", "weak").ask(entry.sql));
  });
});

describe("asked by a user with OPERATE, BLACKLIST and cluster_admin", () => {
  it.each(cases(recordedStatements["user with OPERATE, BLACKLIST, cluster_admin"]))("%s", async (_name, entry) => {
    compare(entry, await client("sluice", cluster.fe(1).host, "sluice", "pw").ask(entry.sql));
  });
});

describe("a login", () => {
  it.each([
    ["wrong password", "root", "wrong"],
    ["unknown user", "ghost", ""],
  ] as const)("with a %s is refused in the recorded words", async (name, user, password) => {
    const refused = new Client(cluster.fe(1).host, user, password);
    const seen = await refused.ask("SELECT 1");
    refused.end();
    const [code, message] = recordedStatements[name].error;
    expect(seen).toEqual({ kind: "error", code, message });
  });
});

describe("a prepared statement", () => {
  it("is refused with 1295 unless it is a SELECT", async () => {
    const asked = client("prepared", cluster.fe(1).host);
    const refusal = { code: 1295, message: "This command is not supported in the prepared statement protocol yet" };
    expect(await asked.prepare("SHOW BACKENDS")).toEqual(refusal);
    expect(await asked.prepare("ADMIN SHOW FRONTEND CONFIG")).toEqual(refusal);
    expect(await asked.prepare("SELECT 1")).toBeNull();
    expect(await asked.execute("SELECT 1, @@version_comment")).toEqual([[1, "4.0.7-70d1c24"]]);
  });
});

type HttpSeen = { readonly status: number; readonly type: string; readonly auth: string | null; readonly body: string };

function get(host: string, path: string, login: string | null): Promise<HttpSeen> {
  return new Promise((resolve, reject) => {
    const headers = login === null ? {} : { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
    request({ host, port: 8030, path, headers }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? "",
          auth: response.headers["www-authenticate"] ?? null,
          body,
        }),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** -1 where a heartbeat was never missed. */
const signless = (body: string): string => body.replaceAll(":-<n>", ":<n>");

describe("over HTTP", () => {
  /** Who asked which FE is not in the recording; it follows from the answers and their order. */
  const asked: readonly (readonly [number, string | null])[] = [
    [1, null],
    [1, null],
    [1, null],
    [1, null],
    [1, "root:"],
    [1, "root:"],
    [1, "root:"],
    [1, "sluice:pw"],
    [1, "root:wrong"],
    [1, "root:"],
    [1, "root:"],
    [1, null],
    [1, null],
    [2, null],
    [2, "root:"],
    [2, "root:"],
  ];

  it.each(
    recordedStatements.http.map((entry, index) => [`${index + 1}. GET /${entry.url}`, entry, asked[index]] as const),
  )("%s", async (_name, entry, who) => {
    const [fe, login] = who ?? [1, null];
    const seen = await get(cluster.fe(fe).host, `/${entry.url}`, login);
    expect(seen.status).toBe(entry.status);
    expect(seen.type).toBe(entry.headers["content-type"]);
    expect(seen.auth).toBe(entry.headers["www-authenticate"] ?? null);
    expect(signless(shapeOf(seen.body))).toBe(signless(shapeOf(entry.body)));
  });

  it.each([
    ["leader", 1],
    ["follower", 2],
  ] as const)("metrics of the %s have the recorded names, labels and types", async (of, fe) => {
    const seen = (await get(cluster.fe(fe).host, "/metrics", null)).body;
    expect(samples(seen)).toEqual(samples(recordedMetrics(of)));
  });
});

/** Connection pools to backends and resource groups come and go with queries, which the rig's FE had run. */
const transient = /brpc_pool|query_resource_group|thread_pool/;

function samples(text: string): readonly string[] {
  const names = text
    .split("\n")
    .filter((line) => line !== "" && !transient.test(line) && !line.startsWith("# HELP"))
    .map((line) => shapeOf(line.startsWith("#") ? line : line.replace(/ \S+$/, "")));
  return [...new Set(names)].sort();
}
