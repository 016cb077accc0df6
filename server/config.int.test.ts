import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { formatProblems } from "./config-problems.ts";
import { clusterConfig } from "./compose.ts";
import { parseConfig, readConfig, readSecret, type ConfigResult } from "./config.ts";

const cluster = z.strictObject({
  id: z.string(),
  name: z.string(),
  system: z.literal("starrocks"),
  account: z.strictObject({ user: z.string(), password: z.string() }),
  polls: z.number().optional(),
});
type Cluster = z.infer<typeof cluster>;

let folder: string;
const parse = (text: string, environment: Readonly<Record<string, string>> = {}): ConfigResult<Cluster> =>
  parseConfig(text, folder, environment, cluster);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const good = `
clusters:
  - id: a
    name: A
    system: starrocks
    account: { user: u, password: "env:SECRET" }
`;

describe("the configuration", () => {
  it("needs no more than a cluster", () => {
    const result = parse(good, { SECRET: "s" });
    expect(result).toMatchObject({
      ok: true,
      config: {
        console: {
          listen: { host: "127.0.0.1", port: 8188 },
          dataDir: join(folder, "data"),
          sessionMs: 12 * 3_600_000,
          publicUrl: null,
          metricsToken: null,
        },
        clusters: [{ id: "a", account: { password: "env:SECRET" } }],
      },
    });
  });

  it.each(["", "clusters:\n", "clusters: []\n", "console: {}\n"])("needs no cluster yet: %j", (text) => {
    expect(parse(text)).toMatchObject({ ok: true, config: { clusters: [] } });
  });

  it("takes relative files from where it stands itself, and reads their secrets when asked", () => {
    writeFileSync(join(folder, "secret"), "s3cret\n");
    const result = parse(good.replace("env:SECRET", "file:secret"));
    const reference = result.ok ? (result.config.clusters[0]?.account.password ?? "") : "";
    expect(readSecret(reference, {})).toBe("s3cret");
    writeFileSync(join(folder, "secret"), "changed");
    expect(readSecret(reference, {})).toBe("changed");
    expect(readSecret("env:NAME", { NAME: "value" })).toBe("value");
    expect(readSecret("env:NAME", {})).toBeNull();
    expect(readSecret("file:/does/not/exist", {})).toBeNull();
  });

  it("reports ten kinds of mistakes at once, each with its line, its place and what to do", () => {
    writeFileSync(join(folder, "taken"), "a file, not a folder");
    const text = `console:
  listen: 127.0.0.1:99999
  data: taken
  sesionHours: 12
  publicUrl: sluice.example.com
clusters:
  - id: a
    name: A
    system: starrocks
    polls: often
    account: { user: u, password: hunter2 }
  - id: a
    name: B
    system: mongo
    account: { user: u, password: "env:NOT_SET" }
  - id: c
    name: A
    system: starrocks
    account: { user: u, password: "file:missing" }
  - id: d
    name: D
    system: starrocks
`;
    const result = parse(text);
    const problems = result.ok ? [] : result.problems;
    const places = problems.map(({ line, path }) => `${line} ${path}`).sort();
    expect(places).toEqual(
      [
        "2 console.listen",
        "3 console.data",
        "4 console.sesionHours",
        "5 console.publicUrl",
        "10 clusters[0].polls",
        "11 clusters[0].account.password",
        "12 clusters[1].id",
        "14 clusters[1].system",
        "15 clusters[1].account.password",
        "17 clusters[2].name",
        "19 clusters[2].account.password",
        "20 clusters[3].account",
      ].sort(),
    );
    for (const { wrong, remedy } of problems) {
      expect(wrong).toMatch(/^.+\.$/s);
      expect(remedy).toMatch(/^\S.+/s);
    }
    const printed = formatProblems("sluice.yaml", problems);
    expect(printed).toContain("12 mistakes");
    expect(printed).toContain("sluice.yaml:11  clusters[0].account.password");
    expect(printed).not.toContain("hunter2");
  });

  it("refuses to be reachable from elsewhere without TLS, here or at a proxy that is named, and without its name", () => {
    const cert = join(folder, "cert.pem");
    writeFileSync(cert, "");
    const problemsWith = (settings: string): readonly unknown[] => {
      const read = parse(`console: { listen: "0.0.0.0:8188", ${settings} }${good}`, { SECRET: "s" });
      return read.ok ? [] : read.problems.map(({ path, remedy }) => `${path} ${remedy}`);
    };
    const named = 'publicUrl: "https://sluice.example.com"';
    expect(problemsWith("")).toEqual([expect.stringMatching(/^console.listen .*console.tls.*console.trustedProxy/)]);
    expect(problemsWith(named)).toEqual([expect.stringContaining("console.listen")]);
    expect(problemsWith(`trustedProxy: ["10.0.0.2"]`)).toHaveLength(2);
    expect(problemsWith(`tls: { cert: cert.pem, key: gone.pem }, ${named}`)).toEqual([
      expect.stringContaining("console.tls.key"),
    ]);
    expect(problemsWith(`trustedProxy: [proxy], ${named}`)).toEqual([
      expect.stringContaining("console.trustedProxy[0]"),
    ]);
    expect(problemsWith('trustedProxy: ["10.0.0.2"], publicUrl: "http://sluice.example.com"')).toEqual([
      "console.publicUrl Write https://sluice.example.com.",
    ]);
    expect(problemsWith(`tls: { cert: cert.pem, key: cert.pem }, ${named}`)).toEqual([]);
    expect(problemsWith(`trustedProxy: ["10.0.0.0/8", "::1"], ${named}`)).toEqual([]);
  });

  it("says where a data folder cannot be", () => {
    writeFileSync(join(folder, "taken"), "");
    const inFile = parse(`console: { data: taken/deeper }${good}`, { SECRET: "s" });
    expect(inFile).toMatchObject({ ok: false, problems: [{ path: "console.data", line: 1 }] });
    const long = parse(`console: { data: ${"x".repeat(120)} }${good}`, { SECRET: "s" });
    expect(long).toMatchObject({ ok: false, problems: [{ path: "console.data" }] });
  });

  it("says where the YAML breaks, and which key stands twice", () => {
    expect(parse(`clusters: [\n  { id: a\n`)).toMatchObject({ ok: false });
    const twice = parse(`${good}clusters: []\n`, { SECRET: "s" });
    expect(twice).toMatchObject({ ok: false, problems: [{ line: 7, wrong: expect.stringContaining("unique") }] });
  });

  it("a list that is none, a file that is no map and one that is not there are mistakes like any other", () => {
    expect(parse("clusters: 3")).toMatchObject({ ok: false, problems: [{ path: "clusters" }] });
    expect(parse("- a\n- b\n").ok).toBe(false);
    expect(readConfig(join(folder, "none.yaml"), {}, cluster)).toMatchObject({
      ok: false,
      problems: [{ wrong: "The file cannot be read (ENOENT)." }],
    });
  });

  it("a folder where the file should be is reported, not thrown", () => {
    chmodSync(folder, 0o755);
    expect(readConfig(folder, {}, cluster)).toMatchObject({ ok: false, problems: [{ line: 1 }] });
  });
});

describe("the configuration of a StarRocks cluster", () => {
  it("is whole with what the README shows, and every default is filled in", () => {
    const text = `clusters:
  - id: prod-analytics
    system: starrocks
    frontends: ["10.20.4.11:9030"]
    account: { user: sluice, password: "env:SECRET" }
    hosts: [{ name: local, kind: local }]
    nodes:
      "10.20.4.21:9050": { name: be-01, host: local, home: /opt/starrocks/be }
    install: { strategy: swap, artifacts: /srv/starrocks }
`;
    expect(parseConfig(text, folder, { SECRET: "s" }, clusterConfig)).toMatchObject({
      ok: true,
      config: { clusters: [{ id: "prod-analytics", name: "prod-analytics", exitLimitS: { fe: 90, be: 600 } }] },
    });
  });

  it("tells all of its mistakes at once, those between its parts included", () => {
    const text = `clusters:
  - id: prod
    name: 7
    system: starrocks
    frontnds: []
    frontends: ["10.0.0.1:9030"]
    account: { user: sluice, password: hunter2 }
    hosts: [{ name: local, kind: local, prefx: [sudo] }]
    nodes:
      "10.0.0.1:9010": { name: fe-1, host: locl, home: /opt/fe }
      "10.0.0.2:9010": { name: fe-1, host: local, home: opt/fe }
      "10.0.0.3:9010": { name: fe-3, host: local, home: /opt/fe, exitLimitS: 5 }
    install: { strategy: swop, artifacts: /srv }
    exitLimitS: { fe: 30 }
    statementTimeoutS: long
`;
    const result = parseConfig(text, folder, {}, clusterConfig);
    const places = result.ok ? [] : result.problems.map(({ line, path }) => `${line} ${path}`).sort();
    const cluster = "clusters[0]";
    expect(places).toEqual(
      [
        `3 ${cluster}.name`,
        `5 ${cluster}.frontnds`,
        `7 ${cluster}.account.password`,
        `8 ${cluster}.hosts[0].prefx`,
        `10 ${cluster}.nodes["10.0.0.1:9010"].host`,
        `11 ${cluster}.nodes["10.0.0.2:9010"].home`,
        `11 ${cluster}.nodes["10.0.0.2:9010"].name`,
        `12 ${cluster}.nodes["10.0.0.3:9010"].exitLimitS`,
        `13 ${cluster}.install.strategy`,
        `14 ${cluster}.exitLimitS.fe`,
        `15 ${cluster}.statementTimeoutS`,
      ].sort(),
    );
  });
});
