import { describe, expect, it } from "vitest";
import type { Row } from "./sql.ts";
import { aConfig, recordedNodes } from "./testing/nodes.ts";
import { listWork } from "./work.ts";
import { World } from "./world.ts";

const NODES = recordedNodes();
const FRONTEND = NODES.find(({ role, alive }) => role === "fe" && alive);
const BACKEND = NODES.find(({ role }) => role === "be");

type Says = { readonly instances: readonly (readonly string[])[]; readonly queries: readonly string[] };

/** One FE; each look at its instances finds the next list, and the last one ever after. */
async function listed({ instances, queries }: Says): Promise<readonly string[]> {
  if (FRONTEND === undefined || BACKEND === undefined) throw new Error("no FE or BE was recorded");
  let look = 0;
  const answer = (sql: string): readonly Row[] => {
    if (sql.includes("current_queries"))
      return queries.map((id) => ({ QueryId: id, ConnectionId: "7", StartTime: "2026-11-21 07:00:01", User: "dana" }));
    if (!sql.includes("current_backend_instances")) return [];
    const ids = instances[Math.min(look, instances.length - 1)] ?? [];
    look += 1;
    const Backend = `${BACKEND.host}:${BACKEND.bePort ?? 0}`;
    return ids.map((InstanceId) => ({ Backend, InstanceNum: String(ids.length), InstanceId, ExecTime: "5" }));
  };
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
      ask: async (sql) => await Promise.resolve({ ok: true, rows: answer(sql) }),
    }),
    askHttp: async () => await Promise.resolve({ ok: false, why: "refused", kind: "refused" }),
  });
  world.learn({ nodes: [FRONTEND, BACKEND], by: "", readAtMs: 1000 });
  const { items } = await listWork(world, BACKEND, new AbortController().signal);
  return items.map(({ id }) => id);
}

const QUERY = "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4a7";
const INSTANCE = "01a1fcf8-8da9-7ed3-a0a8-007cb8dfb4a9";

describe("what runs on a backend", () => {
  it("is known by its query, not by its instance", async () => {
    expect(await listed({ instances: [[INSTANCE]], queries: [QUERY] })).toEqual([QUERY]);
  });

  it("is nothing when its query ended before that was asked for", async () => {
    expect(await listed({ instances: [[INSTANCE], []], queries: [] })).toEqual([]);
  });

  it("is known by its instance when no query of a client is behind it", async () => {
    expect(await listed({ instances: [[INSTANCE]], queries: [] })).toEqual([INSTANCE]);
  });
});
