/** What a try of the connection tells of a cluster that is well, and of each thing that is not. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionReport, Finding } from "#lib/wire/configuration.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { startTwin, type Twin } from "#twin/harness.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { RouterConfig } from "#server/routers/config.ts";
import { createRouter } from "#server/routers/create-router.ts";
import type { RouterDeps } from "#server/routers/deps.ts";
import { starRocksConfig } from "./config.ts";
import { testConnection } from "./connection-test.ts";
import { FrontendSql } from "./sql.ts";
import { systemClock } from "./testing/console.ts";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const { signal: never } = new AbortController();
let twin: Twin;
let stateDir: string;
const asked: string[] = [];

beforeAll(async () => {
  twin = await startTwin({ frontends: 1, backends: 1, computeNodes: 0, version: "4.0.7", artifacts: ["4.0.7"] });
  stateDir = mkdtempSync(join(tmpdir(), "sluice-try-"));
});
afterAll(async () => {
  await twin?.stop();
  rmSync(stateDir, { recursive: true });
});

/** The twin's own section, with something else in it. */
function tried(
  change: Readonly<Record<string, unknown>> = {},
  password: string | null = twin.password,
  signal = never,
): Promise<ConnectionReport> {
  const nodes = twin.nodes.map((node) => [
    `${node.host}:${node.role === "fe" ? 9010 : 9050}`,
    { name: node.name, host: "local", home: node.home },
  ]);
  const config = starRocksConfig.parse({
    id: "twin",
    name: "twin",
    system: "starrocks",
    frontends: [`${twin.node("fe-01").host}:9030`],
    account: { user: "root" },
    hosts: [{ name: "local", kind: "local" }],
    nodes: Object.fromEntries(nodes),
    install: { strategy: "swap", artifacts: join(twin.root, "artifacts") },
    ...change,
  });
  const deps = {
    clock: systemClock,
    log,
    sent: () => undefined,
    stateDir,
    connectHost: ({ name, prefix }: { readonly name: string; readonly prefix: readonly string[] }) =>
      createLocalHost({ name, prefix, clock: systemClock }),
    connectRouter: (router: RouterConfig, host: Host | null, sent: RouterDeps["sent"]) =>
      createRouter(router, {
        clock: systemClock,
        host: host ?? createLocalHost({ name: "here", prefix: [], clock: systemClock }),
        isHere: host === null,
        sent,
      }),
    openSql: (...given: ConstructorParameters<typeof FrontendSql>) => {
      const sql = new FrontendSql(...given);
      return {
        ask: (statement: string, timeoutMs: number) => {
          asked.push(statement);
          return sql.ask(statement, timeoutMs);
        },
        close: () => sql.close(),
        openCount: sql.openCount,
      };
    },
  };
  return testConnection(config, password, deps, signal);
}

function wrongIn({ findings }: ConnectionReport): readonly Finding[] {
  return findings.filter(({ verdict }) => verdict === "fail");
}

describe("a try of the connection", () => {
  it("tells what there is: version, nodes by role, leader, storage, hosts and releases; it only reads and keeps nothing", async () => {
    const before = twin.truth().length;
    const report = await tried();
    expect(wrongIn(report)).toEqual([]);
    expect(report).toMatchObject({
      unfinished: false,
      cluster: {
        leader: `${twin.node("fe-01").host}:9010`,
        versions: [expect.stringMatching(/^4\.0\.7/)],
        sharedData: false,
      },
    });
    expect(report.cluster?.nodes.map(({ role, alive }) => `${role} ${alive}`).sort()).toEqual(["be true", "fe true"]);
    const said = report.findings.map(({ title, evidence }) => `${title}: ${evidence}`).join("\n");
    expect(said).toContain(`${twin.node("fe-01").host}:9030 answers SQL`);
    expect(said).toContain("Every node answers on its HTTP port: 2 nodes");
    expect(said).toMatch(/be-01: .*local answers as /);
    expect(said).toMatch(/Releases lie on the hosts: .*4\.0\.7/);
    expect(asked.every((statement) => /^(SELECT|SHOW|ADMIN SHOW) /.test(statement))).toBe(true);
    expect(
      twin
        .truth()
        .slice(before)
        .filter((line) => "script" in line || "signal" in line),
    ).toEqual([]);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it("tells whether a router in front answers and may be told, and what to do where it does not", async () => {
    const servers = { "fe-01": "mysql/fe-01" };
    const silent = { name: "lb", kind: "haproxy", socket: join(stateDir, "nobody.sock"), servers };
    const readBack = { argv: ["true"], outStatus: 1 };
    const told = { name: "desk", kind: "command", deregister: ["false"], register: ["false"], readBack, servers };
    const { findings, cluster } = await tried({ routers: [silent, told] });
    expect(cluster).not.toBeNull();
    expect(findings.filter(({ about }) => about === "routers")).toMatchObject([
      { field: "routers[0]", title: "lb answers, and may be told", verdict: "unknown", remedy: "Look at lb." },
      {
        field: "routers[1]",
        title: "desk tells of the node",
        evidence: expect.stringContaining("mysql/fe-01 is registered"),
        verdict: "pass",
      },
    ]);
    expect(readdirSync(stateDir)).toEqual([]);
  });

  it("tells a wrong password beside the password, once for each front end, and never says it", async () => {
    const report = await tried({}, "not this one");
    expect(wrongIn(report)).toHaveLength(1);
    expect(wrongIn(report)[0]).toMatchObject({
      field: "account.password",
      title: `${twin.node("fe-01").host}:9030 lets root in`,
      evidence: expect.stringContaining("login as root failed"),
      remedy: "Correct the user, or type the password anew.",
    });
    expect(JSON.stringify(report)).not.toContain("not this one");
  });

  it("tells a front end that nobody listens at by its place in the list, though another one answers", async () => {
    const report = await tried({ frontends: [`${twin.node("fe-01").host}:9030`, `${twin.node("fe-01").host}:9999`] });
    expect(wrongIn(report)).toMatchObject([
      { field: "frontends[1]", evidence: "connection refused", remedy: expect.stringMatching(/^Is the FE running/) },
    ]);
    expect(report.cluster).not.toBeNull();
  });

  it("tells what the account may not do as the GRANT that gives it", async () => {
    await twin.sql("fe-01", "CREATE USER IF NOT EXISTS 'weak'@'%' IDENTIFIED BY 'weak'");
    const blind = wrongIn(await tried({ account: { user: "weak" } }, "weak"));
    expect(blind).toMatchObject([
      {
        field: "account.user",
        remedy: expect.stringContaining("GRANT OPERATE, BLACKLIST ON SYSTEM TO USER 'weak'@'%';\nGRANT"),
      },
    ]);
    await twin.sql("fe-01", "GRANT OPERATE ON SYSTEM TO USER 'weak'@'%'");
    const half = wrongIn(await tried({ account: { user: "weak" } }, "weak"));
    expect(half).toMatchObject([
      { field: "account.user", remedy: expect.stringContaining("GRANT BLACKLIST ON SYSTEM") },
    ]);
  });

  it("tells of hosts what does not answer there, and of nodes what lies nowhere", async () => {
    const be = `${twin.node("be-01").host}:9050`;
    const nodes = {
      [be]: { name: "be-01", host: "local", home: twin.node("be-01").home },
      "10.9.9.9:9050": { host: "local", home: "/x" },
    };
    const report = await tried({ hosts: [{ name: "local", kind: "local", prefix: ["/no/such/prefix"] }], nodes });
    expect(wrongIn(report)).toMatchObject([{ field: `nodes["10.9.9.9:9050"]` }]);
    const notes = report.findings
      .filter(({ verdict }) => verdict === "unknown")
      .map(({ title, evidence }) => `${title}: ${evidence}`);
    expect(notes.join("\n")).toContain("/no/such/prefix is not there on this machine");
    expect(notes.join("\n")).toContain(`nothing says where ${twin.node("fe-01").host}:9010 lie`);
  });

  it("ends when nobody waits for it any more, with what was found by then", async () => {
    const gone = new AbortController();
    gone.abort();
    expect(await tried({}, twin.password, gone.signal)).toMatchObject({
      unfinished: true,
      cluster: null,
      findings: [],
    });
  });

  it("takes a password from where the configuration says that it is", async () => {
    const file = join(twin.root, "kept");
    writeFileSync(file, `${twin.password}\n`);
    expect(wrongIn(await tried({ account: { user: "root", password: `file:${file}` } }, null))).toEqual([]);
    const gone = wrongIn(await tried({ account: { user: "root", password: "file:/no/such/file" } }, null));
    expect(gone).toMatchObject([{ field: "account.password", evidence: expect.stringContaining("/no/such/file") }]);
  });
});
