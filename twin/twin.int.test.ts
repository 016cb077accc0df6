import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./cluster.ts";
import { startTwin, type Twin } from "./harness.ts";
import { processesOf } from "./processes.ts";
import type { Truth } from "./wire/internal.ts";

let twin: Twin;
beforeAll(async () => {
  twin = await startTwin({ load: "default" });
});
afterAll(() => twin.stop());

type Ended = Extract<Truth, { readonly what: "ended" }>;

function ended(): readonly Ended[] {
  return twin.truth().filter((line) => line.what === "ended");
}

async function frontendsThat(role: "LEADER" | "FOLLOWER"): Promise<readonly [string, ...string[]]> {
  const rows = await twin.sql("fe-01", "SHOW FRONTENDS");
  const hosts = rows.filter((row) => row["Role"] === role).map((row) => row["IP"]);
  const [first, ...rest] = twin.nodes.filter((node) => hosts.includes(node.host)).map((node) => node.name);
  if (first === undefined) throw new Error(`no FE is ${role}`);
  return [first, ...rest];
}

/** Whether, of the last lines, one tells of a statement to this FE. */
function lastSent(truth: readonly Truth[], host: string): boolean {
  return truth.slice(-100).some((line) => line.what === "sent" && line.fe === host);
}

/** A backend that works on a query which is not one of the load's own, which end before: the long one. */
async function backendWith(id: string): Promise<string | null> {
  const sent = twin.truth().find((line) => line.what === "sent" && line.id === id);
  const fe = twin.nodes.find((node) => sent?.what === "sent" && node.host === sent.fe);
  if (fe === undefined) return null;
  const queries = await twin.sql(fe.name, "SHOW PROC '/current_queries'");
  const long = queries.find((row) => row["User"] === "bi_adhoc");
  const instances = await twin.sql(fe.name, "SHOW PROC '/current_backend_instances'");
  const mine = instances.find(
    (row) => row["InstanceId"]?.startsWith((long?.["QueryId"] ?? "none").slice(0, 23)) ?? false,
  );
  return twin.nodes.find((node) => mine?.["Backend"]?.startsWith(`${node.host}:`) ?? false)?.name ?? null;
}

describe("a whole twin", () => {
  it("carries 500 queries and loads without a failure", async () => {
    const before = ended().length;
    await until("500 pieces to end", () => ended().length - before >= 500);
    const done = ended();
    expect(done.filter((piece) => piece.outcome !== "ok")).toEqual([]);
    await until("loads to have ended", () => new Set(ended().map((piece) => piece.kind)).has("stream"));
    const frontends = new Set(twin.truth().map((line) => (line.what === "sent" ? line.fe : null)));
    expect(frontends).toEqual(
      new Set([null, ...twin.nodes.filter((node) => node.role === "fe").map((node) => node.host)]),
    );
  });

  it("shows every node alive under the version that is installed", async () => {
    for (const [statement, count] of [
      ["SHOW FRONTENDS", 3],
      ["SHOW BACKENDS", 4],
      ["SHOW COMPUTE NODES", 2],
    ] as const) {
      const rows = await twin.sql("fe-02", statement);
      expect(rows.map((row) => [row["Alive"], row["Version"]])).toEqual(
        Array.from({ length: count }, () => ["true", "3.5.7-70d1c24"]),
      );
    }
  });

  it("runs a long query for whoever asks, and tells the truth about it", async () => {
    const id = await twin.long(1, "dana");
    await until("it to end", () => ended().some((piece) => piece.id === id));
    const piece = ended().find((piece) => piece.id === id);
    expect(piece).toMatchObject({ outcome: "ok", kind: "long" });
    expect(piece?.ranMs).toBeGreaterThanOrEqual(1000);
  });

  it("ends a long query at the moment that was asked for, at the FE that was named", async () => {
    const untilMs = Date.now() + 1500;
    const id = await twin.longUntil(untilMs, { fe: "fe-02", lake: true });
    await until("it to end", () => ended().some((piece) => piece.id === id));
    const sent = twin.truth().find((line) => line.what === "sent" && line.id === id);
    expect(sent).toMatchObject({ fe: twin.node("fe-02").host });
    expect(ended().find((piece) => piece.id === id)?.atMs ?? 0).toBeGreaterThanOrEqual(untilMs - 100);
    await twin.mix({ lakeShare: 0, spans: { short: [60, 60] } });
    const from = twin.truth().length;
    await until("short queries of that length", () =>
      twin
        .truth()
        .slice(from)
        .some((line) => line.what === "sent" && line.kind === "short" && line.expectedMs === 60),
    );
  });

  it("a backend exits, is replaced by another version, and comes back under it", async () => {
    await twin.script("be-01", "stop_be.sh", ["-g", "--timeout", "60"]);
    expect(twin.pid("be-01")).toBeNull();
    twin.install("be-01", "4.0.7");
    await twin.script("be-01", "start_be.sh", ["--daemon"]);
    await until("it to be back", async () => {
      const rows = await twin.sql("fe-01", "SHOW BACKENDS");
      return rows.some(
        (row) => row["IP"] === twin.node("be-01").host && row["Version"] === "4.0.7-70d1c24" && row["Alive"] === "true",
      );
    });
  });

  it("can be told to hold its loads, and then none runs", async () => {
    await twin.pauseLoads();
    const running = new Set<string>();
    for (const line of twin.truth()) {
      if (line.what === "sent" && (line.kind === "stream" || line.kind === "broker")) running.add(line.id);
      if (line.what === "ended") running.delete(line.id);
    }
    expect([...running]).toEqual([]);
    await twin.pauseLoads(false);
  });

  it("an FE that leaves gracefully costs its clients nothing", async () => {
    const before = ended().length;
    const [follower] = await frontendsThat("FOLLOWER");
    await twin.script(follower, "stop_fe.sh", ["-g", "--timeout", "90"]);
    await twin.script(follower, "start_fe.sh", ["--daemon"]);
    await until("the FE to be used again", () => lastSent(twin.truth(), twin.node(follower).host));
    expect(
      ended()
        .slice(before)
        .filter((piece) => piece.outcome !== "ok"),
    ).toEqual([]);
  });

  it("a backend that is killed takes what it worked on with it, and that is told as cut", async () => {
    const id = await twin.long(60);
    await until("a backend to work on it", async () => (await backendWith(id)) !== null);
    const name = await backendWith(id);
    if (name !== null) await twin.script(name, "stop_be.sh");
    await until("it to have ended", () => ended().some((piece) => piece.id === id));
    expect(ended().find((piece) => piece.id === id)).toMatchObject({ outcome: "cut" });
  });

  it("hands a console what it needs", () => {
    expect(readFileSync(twin.configPath, "utf8")).toContain(`${twin.node("fe-01").host}:9010`);
  });

  it("leaves no process and no file behind", async () => {
    const { root } = twin;
    // Every node but the one that was killed, and the load.
    expect(processesOf(root)).toHaveLength(9);
    await twin.stop();
    expect(processesOf(root)).toEqual([]);
    expect(existsSync(root)).toBe(false);
  });
});
