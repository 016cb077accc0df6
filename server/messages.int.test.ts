import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const EXIT_CONFIG = 78;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-messages-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Each line of it that is wrong says what is wrong with it. */
const MISTAKES = `console:
  listen: 127.0.0.1:99999
  sesionHours: 12
clusters:
  - id: prod
    system: starrocks
    frontends: ["10.0.0.1"]
    account: { user: root, password: hunter2 }
    hosts: [{ name: a, kind: local }]
    nodes:
      "10.0.0.11:9050": { name: be-01, host: b, home: /opt/be }
      "10.0.0.12:9050": { name: be-02, host: a, home: opt/be }
    exitLimitS: { be: 10 }
    install: { strategy: copy }
  - id: prod
    name: second
    system: mongo
    frontends: ["10.0.0.2:9030"]
    account: { user: root, password: "env:SLUICE_NOT_SET" }
  - id: third
    system: starrocks
    account: { user: root, password: "file:missing" }
`;

/** By line: where it stands, what is wrong, what to do. */
const TOLD: readonly (readonly [number, string, RegExp, RegExp])[] = [
  [2, "console.listen", /"127\.0\.0\.1:99999" is not an address/, /Write host:port with a port from 0 to 65535/],
  [3, "console.sesionHours", /no such setting/, /use one of: .*sessionHours/],
  [7, "clusters[0].frontends[0]", /Not an address/, /Write host:port with the FE's query port/],
  [8, "clusters[0].account.password", /A secret stands in the file/, /"env:NAME" or "file:\/path"/],
  [11, 'clusters[0].nodes["10.0.0.11:9050"].host', /There is no host "b"/, /Add it under hosts:, or use one of: a/],
  [12, 'clusters[0].nodes["10.0.0.12:9050"].home', /Not an absolute path/, /Write it from the root/],
  [13, "clusters[0].exitLimitS.be", /Too short for a graceful exit/, /Give 41 or more/],
  [14, "clusters[0].install.strategy", /not known here/, /one of: swap, symlink, command, manual/],
  [15, "clusters[1].id", /clusters\[0\] has the id "prod" already/, /an id of its own/],
  [17, "clusters[1].system", /not known here/, /Write one of: starrocks/],
  [19, "clusters[1].account.password", /The environment has no SLUICE_NOT_SET/, /Set SLUICE_NOT_SET/],
  [20, "clusters[2].frontends", /This setting is missing/, /Add it: a list/],
  [22, "clusters[2].account.password", /missing/, /a file that the console may read/],
];

describe("a configuration with mistakes of many kinds", () => {
  it("ends the console with 78, every mistake told with its line, its place, what is wrong and what to do", async () => {
    const file = join(folder, "sluice.yaml");
    writeFileSync(file, MISTAKES);
    const { code, out, err } = await run(["server/main.ts", "--config", file, "--as", "mara"]);
    expect(code).toBe(EXIT_CONFIG);
    expect(out, "no login link, nothing was started").toBe("");
    expect(err).toMatch(new RegExp(`^${TOLD.length} mistakes in the configuration; nothing was started\\.`));
    const [, ...entries] = err.trimEnd().split("\n\n");
    expect(entries).toHaveLength(TOLD.length);
    for (const [index, [line, path, wrong, remedy]] of TOLD.entries()) {
      const [head = "", said = "", toDo = ""] = (entries[index] ?? "").split("\n");
      expect(head).toBe(`${file}:${line}  ${path}`);
      expect(said, path).toMatch(wrong);
      expect(toDo, path).toMatch(remedy);
    }
    expect(err).not.toContain("hunter2");
  });

  it("a file that is not there is told with how to name one", async () => {
    const { code, err } = await run(["server/main.ts", "--config", join(folder, "none.yaml"), "--as", "mara"]);
    expect(code).toBe(EXIT_CONFIG);
    expect(err).toContain("none.yaml");
    expect(err).toContain("The file cannot be read (ENOENT).");
    expect(err).toContain("--config or SLUICE_CONFIG");
  });
});

function run(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const { SLUICE_NOT_SET: _, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString("utf8")));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}
