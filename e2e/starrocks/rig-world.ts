/** The console over the rig's real front ends. RIG is where the rig's cluster lives; this runs inside `rig run`. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { invariant } from "#lib/util/invariant.ts";
import { rigSection } from "#server/drivers/starrocks/testing/rig.ts";
import { type ConsoleProcess, startConsole } from "../console-process.ts";
import { OPERATOR } from "../world.ts";

export type RigWorld = {
  readonly clusterId: string;
  readonly console: () => ConsoleProcess;
  /** Asked of one FE, 1 to 3, with an account of the test's own; every value as text. */
  sql(fe: number, statement: string): Promise<readonly Record<string, string | null>[]>;
  /** Lines of an FE's own log since the world began. */
  feLog(fe: number): readonly LogLine[];
  stop(): Promise<void>;
};

export type LogLine = { readonly atMs: number; readonly text: string };

export async function startRigWorld(): Promise<RigWorld> {
  const root = process.env["RIG"];
  invariant(root !== undefined, "RIG names the directory of the rig's cluster");
  const beganAtMs = Date.now();
  const data = mkdtempSync(join(tmpdir(), "rig-console-"));
  const configPath = join(data, "console.yaml");
  const clusters = [rigSection(root, process.env["JAVA_HOME"])];
  // JSON is YAML.
  writeFileSync(configPath, JSON.stringify({ console: { listen: "127.0.0.1:0", data: "./console" }, clusters }));
  const running = await startConsole(configPath, OPERATOR);
  return {
    clusterId: "rig",
    console: () => running,
    async sql(fe, statement) {
      const connection = await createConnection({
        host: `192.0.2.${fe}`,
        port: 9030,
        user: "root",
        connectTimeout: 5000,
      });
      try {
        const [rows] = await connection.query<RowDataPacket[]>(statement);
        return rows.map((row) =>
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
        );
      } finally {
        connection.destroy();
      }
    },
    feLog(fe) {
      const text = readFileSync(join(root, `fe${fe}`, "log/fe.log"), "utf8");
      return text.split("\n").flatMap((line): LogLine[] => {
        const [stamp, at] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z) /.exec(line) ?? [];
        const atMs = at === undefined ? Number.NaN : Date.parse(at.replace(" ", "T"));
        return stamp !== undefined && atMs >= beganAtMs ? [{ atMs, text: line.slice(stamp.length) }] : [];
      });
    },
    async stop() {
      await running.stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}
