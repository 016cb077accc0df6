/** The two settings that say how long a BE or CN waits for its work when it leaves. They are gone with the process. */
import { z } from "zod";
import type { Answer } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import type { StarRocksNode } from "./topology.ts";
import { urlOf, type World } from "./world.ts";

export const EXIT_SETTINGS = ["loop_count_wait_fragments_finish", "graceful_exit_wait_for_frontend_heartbeat"] as const;

/**
 * From the node itself: `be_configs` needs a query on a healthy backend, and gives no row for a node that leaves
 * (facts, 1.8). A setting that the version does not have is missing.
 */
export async function readExitSettings(
  world: World,
  node: StarRocksNode,
  signal: AbortSignal,
): Promise<Answer<ReadonlyMap<string, string>>> {
  return await readVarz(world, node, EXIT_SETTINGS, signal);
}

/** Those of these settings that the node has. */
export async function readVarz(
  world: World,
  node: StarRocksNode,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Answer<ReadonlyMap<string, string>>> {
  const answer = await world.http(node, "GET", "/varz", signal);
  if (!answer.ok) return { ok: false, why: `${urlOf(node, "/varz")}: ${answer.why}` };
  if (answer.status !== 200) return { ok: false, why: `${urlOf(node, "/varz")} answered ${answer.status}` };
  return { ok: true, value: parseVarz(answer.body, names) };
}

/** How long a node waits for its work by what it was told last; 0 where it has no such setting, null where it is silent. */
export async function readOwnWaitMs(world: World, node: StarRocksNode, signal: AbortSignal): Promise<number | null> {
  const settings = await readExitSettings(world, node, signal);
  return settings.ok ? Number(settings.value.get("loop_count_wait_fragments_finish") ?? 0) * 10_000 : null;
}

/**
 * Whether an exit of this node waits for what runs on it. Where nobody can change that while it runs, it is asked once a
 * start; an old backend that is silent is taken for one that does not wait, as its default is (facts, 0.1).
 */
export async function waitsForItsWork(world: World, node: StarRocksNode, signal: AbortSignal): Promise<boolean> {
  const { gracefulExit, waitCanBeSet } = abilitiesOf(node.role, node.version);
  if (node.role === "fe") return gracefulExit;
  if (waitCanBeSet) return true;
  const known = world.fixedWaits.get(node.id);
  if (known !== undefined && known.startedAtMs === node.startedAtMs) return known.waitMs > 0;
  const waitMs = await readOwnWaitMs(world, node, signal);
  if (waitMs !== null) world.fixedWaits.set(node.id, { startedAtMs: node.startedAtMs, waitMs });
  return (waitMs ?? 0) > 0;
}

export function parseVarz(body: string, names: readonly string[] = EXIT_SETTINGS): ReadonlyMap<string, string> {
  const found = names.flatMap((name) => {
    const value = new RegExp(`(?:^|[\\s>])${name}\\s*=\\s*([^\\s<]+)`, "m").exec(body)?.[1];
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Map(found);
}

const verdict = z.object({ status: z.string(), msg: z.string().optional() });

/** Answers 200 whatever happened; the body tells (facts, 2.3). One setting a request, or it is refused. */
export async function writeExitSetting(
  world: World,
  node: StarRocksNode,
  name: string,
  value: string,
  signal: AbortSignal,
): Promise<Answer<string>> {
  const path = `/api/update_config?${name}=${encodeURIComponent(value)}`;
  const answer = await world.http(node, "POST", path, signal);
  const result = answer.ok ? answer.body.replace(/\s+/g, " ").trim() : answer.why;
  world.tell(node.id, `${node.id}:${node.httpPort}`, `curl -X POST '${urlOf(node, path)}'`, result);
  if (!answer.ok) return { ok: false, why: `${urlOf(node, path)}: ${answer.why}` };
  const body = parseVerdict(answer.body);
  if (body?.status === "OK") return { ok: true, value: result };
  return { ok: false, why: `${node.id} did not take ${name}=${value}: ${body?.msg ?? result}` };
}

function parseVerdict(text: string): z.infer<typeof verdict> | null {
  try {
    const parsed = verdict.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
