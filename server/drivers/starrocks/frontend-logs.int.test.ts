import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "./testing/console.ts";
import { createLocalHost } from "#server/hosts/local.ts";
import { readAuditLog, readTransfers, type LogPart } from "./frontend-logs.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { World } from "./world.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const A = "0a000000-0000-4000-8000";
const B = "0b000000-0000-4000-8000";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "frontend-logs-"));
  mkdirSync(join(home, "log"));
  mkdirSync(join(home, "conf"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const line = (atMs: number, id: string, zone: "Z" | "+08:00" = "Z", statement = "SELECT 1"): string => {
  const shown = new Date(zone === "Z" ? atMs : atMs + 8 * 3_600_000).toISOString().slice(0, -1).replace("T", " ");
  return `${shown}${zone} [query] |Timestamp=${atMs - 10}|State=EOF|Time=10|QueryId=${id}-000000000001|Stmt=${statement}|Digest=\n`;
};

function write(name: string, text: string, writtenMs: number): void {
  const file = join(home, "log", name);
  writeFileSync(file, text);
  utimesSync(file, writtenMs / 1000, writtenMs / 1000);
}

async function read(sinceMs: number, ids: readonly string[] = [A, B]): Promise<LogPart> {
  const answer = await ask(readAuditLog, sinceMs, ids);
  if (!answer.ok) throw new Error(answer.why);
  return answer.value;
}

async function ask(how: typeof readAuditLog, sinceMs: number, ids: readonly string[]): ReturnType<typeof readAuditLog> {
  const config = aConfig({ nodes: { "192.0.2.1:9010": { name: "fe-01", host: "h1", home } } });
  const world = new World(config, {
    clock: systemClock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    sent: () => undefined,
    stateDir: home,
    connectHost: ({ name, prefix }) => createLocalHost({ name, prefix, clock: systemClock }),
  });
  const frontend = recordedNodes(config).find(({ id }) => id === "fe-01");
  if (frontend === undefined) throw new Error("fe-01 was not recorded");
  return await how(world, frontend, ids, sinceMs, AbortSignal.timeout(30_000));
}

describe("An FE's audit log", () => {
  it("tells the lines of the ids that are asked for, and of no others", async () => {
    write("fe.audit.log", line(NOW_MS, A) + line(NOW_MS, "0c000000-0000-4000-8000") + line(NOW_MS, B), NOW_MS);
    const { lines, gap } = await read(NOW_MS - 1000);
    expect(lines.map((text) => text.includes(A))).toEqual([true, false]);
    expect(lines).toHaveLength(2);
    expect(gap).toBeNull();
  });

  it.each(["Z", "+08:00"] as const)("is read from its end only as far back as needed: times with %s", async (zone) => {
    const filler = line(NOW_MS - 3_600_000, "0f000000-0000-4000-8000", zone, "x".repeat(500));
    const old = line(NOW_MS - 3_600_000, A, zone) + filler.repeat(10_000);
    write("fe.audit.log", old + line(NOW_MS, B, zone), NOW_MS);
    const { lines, gap } = await read(NOW_MS - 60_000);
    expect(lines).toEqual([line(NOW_MS, B, zone).trimEnd()]);
    expect(gap).toBeNull();
  });

  it("is read further back, step by step, while it is young enough", async () => {
    const filler = line(NOW_MS, "0f000000-0000-4000-8000", "Z", "x".repeat(500));
    write("fe.audit.log", line(NOW_MS, A) + filler.repeat(8000), NOW_MS);
    const { lines, gap } = await read(NOW_MS - 60_000);
    expect(lines).toEqual([line(NOW_MS, A).trimEnd()]);
    expect(gap).toBeNull();
  });

  it("goes on in the files that were rotated away since, packed ones too", async () => {
    write("fe.audit.log.20261120-1", line(NOW_MS - 90_000_000, A), NOW_MS - 80_000_000);
    write("fe.audit.log.20261121-1", line(NOW_MS - 30_000, A), NOW_MS - 30_000);
    write("fe.audit.log.20261121-2", line(NOW_MS - 50_000, B), NOW_MS - 40_000);
    execFileSync("gzip", [join(home, "log", "fe.audit.log.20261121-2")]);
    write("fe.audit.log", line(NOW_MS, "0c000000-0000-4000-8000"), NOW_MS);
    const { lines, gap } = await read(NOW_MS - 60_000);
    expect(lines).toEqual([line(NOW_MS - 30_000, A).trimEnd(), line(NOW_MS - 50_000, B).trimEnd()]);
    expect(gap).toBeNull();
  });

  it("says when it gave up: more was written since than is read at once", async () => {
    const filler = line(NOW_MS, "0f000000-0000-4000-8000", "Z", "x".repeat(5000));
    write("fe.audit.log", line(NOW_MS, A), NOW_MS);
    for (let written = 0; written < 14; written += 1) {
      appendFileSync(join(home, "log", "fe.audit.log"), filler.repeat(1000));
    }
    const { lines, gap } = await read(NOW_MS - 60_000);
    expect(lines).toEqual([]);
    expect(gap).toContain("fe.audit.log of fe-01 is longer than is read at once");
  });

  it("is found where fe.conf says, by way of LOG_DIR and STARROCKS_HOME", async () => {
    writeFileSync(
      join(home, "conf", "fe.conf"),
      "LOG_DIR = ${STARROCKS_HOME}/logs\n# audit_log_dir = /nowhere\naudit_log_dir = ${LOG_DIR}/audit\n",
    );
    mkdirSync(join(home, "logs"));
    write("fe.audit.log", line(NOW_MS, A), NOW_MS);
    renameSync(join(home, "log"), join(home, "logs", "audit"));
    expect((await read(NOW_MS - 1000)).lines).toHaveLength(1);
  });

  it("that is not there is said", async () => {
    const answer = await ask(readAuditLog, NOW_MS, [A]);
    expect(answer).toEqual({ ok: false, why: "fe-01 has no file fe.audit.log on h1" });
  });

  it("keeps a long line's beginning and end", async () => {
    write("fe.audit.log", line(NOW_MS, A, "Z", "x".repeat(100_000)).replace("Digest=", "Digest=d1"), NOW_MS);
    const [text = ""] = (await read(NOW_MS - 1000)).lines;
    expect(text.length).toBeLessThan(4000);
    expect(text.endsWith("|Digest=d1")).toBe(true);
  });
});

describe("An FE's own log", () => {
  it("tells of statements that were executed anew, and of nothing else", async () => {
    const anew = `2026-11-21 12:00:00.000Z INFO (mysql|1) [StmtExecutor.execute():1] transfer QueryId: ${A}-000000000001 to ${B}-000000000002\n`;
    write(
      "fe.log",
      `2026-11-21 12:00:00.000Z INFO (x|1) [X.y():1] register query id = ${A}-000000000001\n${anew}`,
      NOW_MS,
    );
    const answer = await ask(readTransfers, NOW_MS - 1000, [B]);
    expect(answer.ok && answer.value.lines).toEqual([anew.trimEnd()]);
  });
});
