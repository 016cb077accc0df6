/** Who keeps new work away from whom: every FE has a blacklist of its own, in its memory (facts, 5.6). */
import type { Route } from "#lib/cluster/observation.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { blacklistRows } from "./rows.ts";
import type { SqlFailure } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, type World } from "./world.ts";

export type BlacklistKind = "MANUAL" | "AUTO";
/** By backend id. Null: this FE has no blacklist for compute nodes (before 4.0). */
export type Blacklist = ReadonlyMap<string, BlacklistKind> | null;

export type Listed = "be" | "cn";

const WORD = { be: "BACKEND", cn: "COMPUTE NODE" } as const;

export const showBlacklist = (role: Listed): string => `SHOW ${WORD[role]} BLACKLIST`;
export const addToBlacklist = (role: Listed, systemId: string): string => `ADD ${WORD[role]} BLACKLIST ${systemId}`;
export const deleteFromBlacklist = (role: Listed, systemId: string): string =>
  `DELETE ${WORD[role]} BLACKLIST ${systemId}`;

export async function readBlacklist(
  world: World,
  frontend: StarRocksNode,
  role: Listed,
): Promise<Answer<Blacklist> & { readonly failure?: SqlFailure }> {
  const answer = await world.poll(frontend, showBlacklist(role));
  if (!answer.ok) {
    if (role === "cn" && answer.failure.kind === "rejected") return { ok: true, value: null };
    return {
      ok: false,
      why: `${frontend.id}: ${explain(answer.failure, world.config.account.user)}`,
      failure: answer.failure,
    };
  }
  const rows = blacklistRows(answer.rows);
  if (rows === null) return { ok: false, why: `${frontend.id} answered ${showBlacklist(role)} without its columns` };
  const entries = rows.map(
    (row) => [row.BackendId ?? row.ComputeNodeId ?? "", row.AddBlackListType === "MANUAL" ? "MANUAL" : "AUTO"] as const,
  );
  return { ok: true, value: new Map(entries) };
}

type Cached = { readonly atMs: number; readonly reading: Promise<Answer<Blacklist>> };

/** One reading for all nodes that are polled in the same moment. */
export class BlacklistCache {
  #cached = new Map<string, Cached>();

  async routesTo(world: World, node: StarRocksNode, maxAgeMs: number): Promise<readonly Route[]> {
    const { role } = node;
    if (role === "fe") return [];
    const routes = await Promise.all(
      world.askableFrontends.map(async (frontend): Promise<Route | null> => {
        const cached = this.#reading(world, frontend, role, maxAgeMs);
        const answer = await cached.reading;
        if (!answer.ok || answer.value === null) return null;
        const kind = answer.value.get(node.systemId) ?? null;
        return {
          router: frontend.id,
          state: kind === null ? "in" : "out",
          kind: kind ?? "not listed",
          asOfMs: cached.atMs,
        };
      }),
    );
    return routes.filter((route) => route !== null);
  }

  #reading(world: World, frontend: StarRocksNode, role: Listed, maxAgeMs: number): Cached {
    const key = `${frontend.id}/${role}`;
    const before = this.#cached.get(key);
    const atMs = world.clock.now();
    if (before !== undefined && atMs - before.atMs <= maxAgeMs) return before;
    const cached = { atMs, reading: readBlacklist(world, frontend, role) };
    this.#cached.set(key, cached);
    return cached;
  }
}
