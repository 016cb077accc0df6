/** The small readers and writers, each by what it must not get wrong. */
import { describe, expect, it } from "vitest";
import { parseReleases } from "./release-list.ts";
import { parseVarz } from "./exit-settings.ts";
import { stopCommand } from "./stop-script.ts";
import { loopsFor } from "./loans.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { isOfIdentity, parseLook } from "./process.ts";
import { chunkOf } from "../shared/log-file.ts";
import { recordedNode } from "./testing/nodes.ts";
import { backendVersion, frontendVersion } from "./version-script.ts";
import { isCoordinatedBy, queriesOn } from "./work.ts";
import { shorten } from "./work-parts.ts";

const backend = recordedNode("192.0.2.12:9050");
const frontend = recordedNode("192.0.2.1:9010");

describe("exit", () => {
  it.each([
    [41_000, 1],
    [60_000, 2],
    [90_000, 5],
    [600_000, 56],
    [1000, 1],
    [null, 8640],
  ])("a limit of %s ms leaves half a minute after %s tens of seconds of waiting", (limitMs, loops) => {
    expect(loopsFor(limitMs)).toBe(loops);
  });

  it("[S0-10] a backend is never stopped without -g, which would kill it", () => {
    expect(stopCommand(backend, "/opt/be", { how: "graceful", limitMs: 90_000 })).toEqual([
      "/opt/be/bin/stop_be.sh",
      "-g",
      "--timeout",
      "90",
    ]);
  });

  it("without a limit the script waits as long as it takes", () => {
    expect(stopCommand(backend, "/opt/be", { how: "graceful", limitMs: null })).toEqual([
      "/opt/be/bin/stop_be.sh",
      "-g",
    ]);
  });

  it("before 3.4.2 the scripts know no --timeout, and an FE's no -g", () => {
    const old = { how: "graceful", limitMs: 90_000 } as const;
    expect(stopCommand({ ...backend, version: "3.3.14" }, "/b", old)).toEqual(["/b/bin/stop_be.sh", "-g"]);
    expect(stopCommand({ ...frontend, version: "3.4.0" }, "/f", old)).toEqual(["/f/bin/stop_fe.sh"]);
  });

  it("reads its settings from the page that the node shows", () => {
    const page = "<pre>x=1\nloop_count_wait_fragments_finish=2\ngraceful_exit_wait_for_frontend_heartbeat=false</pre>";
    expect([...parseVarz(page).values()]).toEqual(["2", "false"]);
    expect(parseVarz("loop_count_wait_fragments_finish_x=9").size).toBe(0);
  });
});

describe("process", () => {
  it("is read from one line, with when it began", () => {
    expect(parseLook("file 123 5000 1700000000 100 python3 be.py /opt/be\n")).toEqual({
      process: {
        pid: 123,
        startTicks: "5000",
        startedAtMs: 1_700_000_050_000,
        by: "pid file",
        command: "python3 be.py /opt/be",
      },
      said: "pid 123, by pid file",
    });
  });

  it("none is an answer with its reason; anything else is no answer", () => {
    expect(parseLook("none there is no pid file")).toEqual({ process: null, said: "there is no pid file" });
    expect(parseLook("sudo: a password is required")).toBeNull();
  });

  it("is the one of an identity unless it began after it", () => {
    const found = parseLook("seen 7 0 1700000000 100 x")?.process;
    if (!found) throw new Error("not parsed");
    expect(isOfIdentity(found, 1_700_000_004_000)).toBe(true);
    expect(isOfIdentity(found, 1_699_999_000_000)).toBe(false);
    expect(isOfIdentity(found, null)).toBe(true);
  });
});

describe("artifacts", () => {
  it("a release that a console brought tells what each of its parts summed up to then", () => {
    const sum = "ab".repeat(32);
    const found = parseReleases(
      `4.0.8/be\n3.5.7/be\nwas 4.0.8 be ${sum}\nwas 4.0.8 package ${sum}\nwas gone be ${sum}\n`,
    );
    expect(found.get("4.0.8")).toEqual({ folder: "4.0.8", parts: ["be"], cameAs: { be: sum } });
    expect(found.get("3.5.7")).toEqual({ folder: "3.5.7", parts: ["be"] });
  });

  it("are named by version, however their folder is", () => {
    const found = parseReleases("4.0.8/fe\n4.0.8/be\nStarRocks-3.5.7/fe\nStarRocks-3.5.7/be\nlatest/be\nold/cn\n");
    expect([...found]).toEqual([
      ["4.0.8", { folder: "4.0.8", parts: ["fe", "be"] }],
      ["3.5.7", { folder: "StarRocks-3.5.7", parts: ["fe", "be"] }],
    ]);
  });

  it("say their version as the control plane will", () => {
    expect(backendVersion("4.0.8-70d1c24\nBuildType: RELEASE\n")).toBe("4.0.8-70d1c24");
    expect(frontendVersion("Build version: 4.0.8\nCommit hash: 70d1c24\n")).toBe("4.0.8-70d1c24");
    expect(frontendVersion("10:04:28 [main] ERROR StarRocksFE start failed")).toBeNull();
  });
});

describe("log", () => {
  it("hands out whole lines, and goes on after the last of them", () => {
    const first = chunkOf("fe.log", "77 100\nhalf a line\n2026-11-21 07:23:05.812Z INFO one\ntw", true);
    expect(first).toEqual({
      file: "fe.log",
      cursor: "77:146",
      lines: [{ atMs: Date.UTC(2026, 10, 21, 7, 23, 5, 812), text: "2026-11-21 07:23:05.812Z INFO one" }],
    });
    expect(chunkOf("fe.log", "77 146\ntwo\n", false)).toMatchObject({
      cursor: "77:150",
      lines: [{ atMs: null, text: "two" }],
    });
    expect(chunkOf("fe.log", "77 150\n", false)).toMatchObject({ cursor: "77:150", lines: [] });
  });
});

describe("running work", () => {
  const instances = [
    { Backend: "192.0.2.12:9060", InstanceNum: "1", InstanceId: "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4a9" },
    { Backend: "192.0.2.13:9060", InstanceNum: "1", InstanceId: "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4aa" },
  ];
  const queries = [
    {
      QueryId: "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4a7",
      StartTime: "2026-11-21 15:18:29",
      User: "dana",
      ConnectionId: "9",
    },
  ];
  const processes = [
    { ServerName: frontend.systemId, Id: "9", User: "dana", Info: "SELECT  1\nFROM t", QueryId: null },
  ];

  it("is the query whose instance a node carries, with its statement and person", () => {
    expect(queriesOn(backend, frontend, instances, queries, processes)).toEqual([
      {
        id: "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4a7",
        kind: "query",
        user: "dana",
        what: "SELECT 1 FROM t",
        startedAtMs: Date.UTC(2026, 10, 21, 7, 18, 29),
        waitedFor: true,
      },
    ]);
  });

  it("of another FE's list is not taken for this one's", () => {
    const foreign = processes.map((row) => ({ ...row, ServerName: "192.0.2.9_9010_1" }));
    expect(queriesOn(backend, frontend, instances, queries, foreign)[0]?.what).toContain("a query of");
  });

  it("a load belongs to the backend that coordinates it, while it is not committed", () => {
    const row = { TransactionId: "8", Coordinator: "BE: 192.0.2.12", TransactionStatus: "PREPARE" };
    expect(isCoordinatedBy(row, backend)).toBe(true);
    expect(isCoordinatedBy({ ...row, Coordinator: "FE: 192.0.2.12" }, backend)).toBe(false);
    expect(isCoordinatedBy({ ...row, Coordinator: "BE: 192.0.2.1" }, backend)).toBe(false);
    expect(isCoordinatedBy({ ...row, TransactionStatus: "COMMITTED" }, backend)).toBe(false);
  });

  it("is shown on one line, without secrets", () => {
    const text = shorten(`SELECT * FROM FILES("path" = "s3://b/x",\n "aws.s3.secret_key" = "hush")`);
    expect(text).not.toContain("hush");
    expect(text).not.toContain("\n");
    expect(shorten("CREATE USER u IDENTIFIED BY 'x' PASSWORD 'hush2'")).toMatch(/CREATE USER/);
  });
});

it("a command is shown as one would type it", () => {
  expect(shellText(["stop_be.sh", "-g", "a b", "it's"])).toBe(`stop_be.sh -g 'a b' 'it'\\''s'`);
});
