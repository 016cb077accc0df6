import { describe, expect, it } from "vitest";
import { connectionsOf } from "./connections.ts";
import type { Row } from "./sql.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { World } from "./world.ts";

const NODES = recordedNodes();
const FRONTEND = NODES.find(({ role }) => role === "fe");

type Says = { readonly processes: readonly (readonly Row[])[]; readonly queries: readonly Row[] };

/** One FE; each look at its processes finds the next list. */
function worldOf({ processes, queries }: Says): World {
  let look = 0;
  const world = new World(aConfig({ hosts: [], nodes: {} }), {
    clock: { now: () => 1000, wait: async () => await Promise.resolve() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    sent: () => {},
    stateDir: null,
    connectHost: () => {
      throw new Error("no host is asked");
    },
    openSql: () => ({
      openCount: 0,
      close: () => {},
      ask: async (sql) => {
        if (sql.includes("current_queries")) return await Promise.resolve({ ok: true, rows: queries });
        look += 1;
        return await Promise.resolve({ ok: true, rows: processes[look - 1] ?? [] });
      },
    }),
  });
  world.learn({ nodes: FRONTEND === undefined ? [] : [FRONTEND], by: "", readAtMs: 1000 });
  return world;
}

function row(id: string, rest: Row): Row {
  const none = { ConnectionStartTime: "2026-11-21 07:00:00", Db: "shop", Time: "0", State: "OK", IsPending: "false" };
  return { Id: id, User: "dana", Host: "10.0.0.9:4711", Command: "Query", Info: "SELECT 1", ...none, ...rest };
}

async function listed(says: Says): Promise<readonly unknown[]> {
  if (FRONTEND === undefined) throw new Error("no FE was recorded");
  const { items } = await connectionsOf(worldOf(says), FRONTEND);
  return items.map(({ id, what, idle, queryId }) => ({ id, what, idle: idle === true, queryId: queryId ?? null }));
}

describe("what runs on an FE's connections", () => {
  it("is known by its query", async () => {
    const query = { QueryId: "q-1", ConnectionId: "7", StartTime: "2026-11-21 07:00:01", User: "dana" };
    expect(await listed({ processes: [[row("7", {})]], queries: [query] })).toEqual([
      { id: "connection 7, query q-1", what: "SELECT 1", idle: false, queryId: "q-1" },
    ]);
  });

  it("is nothing when it was over before its query was looked for", async () => {
    const over = row("7", { Command: "Sleep", Info: "" });
    expect(await listed({ processes: [[row("7", {})], [over]], queries: [] })).toEqual([
      { id: "connection 7", what: "idle, from 10.0.0.9:4711", idle: true, queryId: null },
    ]);
    expect(await listed({ processes: [[row("7", {})], []], queries: [] })).toEqual([]);
  });

  it("stays listed without an id when it still runs at a second look", async () => {
    expect(await listed({ processes: [[row("7", {})], [row("7", {})]], queries: [] })).toEqual([
      { id: "connection 7", what: "SELECT 1", idle: false, queryId: null },
    ]);
  });
});
