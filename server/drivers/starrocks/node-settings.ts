/** The settings by which a node would leave, for whoever looks at it: what each means in seconds, and where it was read. */
import type { NodeSetting } from "#lib/wire/views.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import { readVarz } from "./exit-settings.ts";
import { loopsFor } from "./loans.ts";
import { configRows } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, urlOf, type World } from "./world.ts";

const LOOPS = "loop_count_wait_fragments_finish";
const TOLD = "graceful_exit_wait_for_frontend_heartbeat";
/** Not about the exit, and looked for by whoever wonders why a node is slow to empty. */
const BESIDE = [
  ["mem_limit", "of the memory of its host"],
  ["storage_root_path", "where its tablets lie"],
] as const;

export async function readNodeSettings(
  world: World,
  node: StarRocksNode,
  signal: AbortSignal,
): Promise<Answer<readonly NodeSetting[]>> {
  return node.role === "fe" ? await ofFrontend(world, node) : await ofBackend(world, node, signal);
}

async function ofBackend(
  world: World,
  node: StarRocksNode,
  signal: AbortSignal,
): Promise<Answer<readonly NodeSetting[]>> {
  const names = [LOOPS, TOLD, ...BESIDE.map(([name]) => name)];
  const found = await readVarz(world, node, names, signal);
  if (!found.ok) return found;
  const source = urlOf(node, "/varz");
  const beside = BESIDE.flatMap(([name, means]): readonly NodeSetting[] => {
    const value = found.value.get(name);
    return value === undefined ? [] : [{ name, value, means, source }];
  });
  return { ok: true, value: backendSettings(node, found.value, source).concat(beside) };
}

/** Which version can be told while it runs: facts, 4.1. */
export function backendSettings(
  node: Pick<StarRocksNode, "role" | "version" | "exitLimitMs">,
  found: ReadonlyMap<string, string>,
  source: string,
): NodeSetting[] {
  const { waitCanBeSet } = abilitiesOf(node.role, node.version);
  const loops = found.get(LOOPS) ?? null;
  const borrowed = waitCanBeSet
    ? `; a run borrows ${loopsFor(node.exitLimitMs)}, ${loopsFor(node.exitLimitMs) * 10} s`
    : "; this version reads it at its start only";
  return [
    {
      name: LOOPS,
      value: loops,
      means:
        loops === null
          ? "it does not wait for its work"
          : `it waits ${Number(loops) * 10} s for its work when it leaves${borrowed}`,
      source,
    },
    {
      name: TOLD,
      value: found.get(TOLD) ?? null,
      means: toldMeans(found.get(TOLD) ?? null),
      source,
    },
    scriptLimit(node),
  ];
}

function toldMeans(value: string | null): string {
  if (value === null) return "it cannot wait until an FE was told (comes with 3.4.5 and 3.5.1)";
  return value === "true"
    ? "an FE sees SHUTDOWN before it ends"
    : "it may end before an FE was told; a run borrows true";
}

function scriptLimit({ role, exitLimitMs }: Pick<StarRocksNode, "role" | "exitLimitMs">): NodeSetting {
  return {
    name: `stop_${role}.sh --timeout`,
    value: String(exitLimitMs / 1000),
    means: "then kill -9, unless the plan says otherwise",
    source: "the console's configuration, exitLimitS",
  };
}

const FRONTEND = [
  ["max_graceful_exit_time_second", "it gives up waiting for its connections after so many seconds"],
  ["min_graceful_exit_time_second", "it stays at least so many seconds, for others to notice"],
] as const;

async function ofFrontend(world: World, node: StarRocksNode): Promise<Answer<readonly NodeSetting[]>> {
  const statement = "ADMIN SHOW FRONTEND CONFIG LIKE '%graceful_exit_time_second'";
  const answer = await world.poll(node, statement);
  if (!answer.ok) return { ok: false, why: `${node.id}: ${explain(answer.failure, world.config.account.user)}` };
  const rows = configRows(answer.rows) ?? [];
  const settings = FRONTEND.map(([name, means]): NodeSetting => {
    const value = rows.find((row) => row.Key === name)?.Value ?? null;
    return { name, value, means: value === null ? "this version knows no graceful exit" : means, source: statement };
  });
  return { ok: true, value: [...settings, scriptLimit(node)] };
}
