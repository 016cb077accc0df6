/** Where a node lies on its host, and how commands reach it. */
import type { Host, RunOnceResult } from "#server/orchestrator/host.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { dirOf } from "./config.ts";
import { askHost, runOnceAt as runOnceOn, type OnceOptions } from "../shared/run-at.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type Place = {
  readonly node: StarRocksNode;
  readonly host: Host;
  readonly home: string;
  /** What holds `bin`, `lib` and `conf`: the home, or the link in it that points at a release. */
  readonly dir: string;
};

export function placeOf(world: World, node: StarRocksNode): Answer<Place> {
  const host = world.hostOf(node);
  if (host === null || node.place === null) {
    const why = `nothing says where ${node.id} lies; add nodes: { "${node.address}": { host: …, home: … } } to the configuration`;
    return { ok: false, why };
  }
  const { home } = node.place;
  return { ok: true, value: { node, host, home, dir: dirOf(world.config, home) } };
}

/** How an operator would start it, with where. */
export function startLine(world: World, node: StarRocksNode): string {
  const place = placeOf(world, node);
  const dir = place.ok ? place.value.dir : "<home>";
  return `${node.id}$ ${dir}/bin/start_${node.role}.sh --daemon`;
}

/** A command that must not be repeated, in the environment that the node's own scripts have. */
export async function runOnceAt(
  world: World,
  place: Place,
  commandId: string,
  argv: readonly string[],
  options: OnceOptions,
): Promise<RunOnceResult> {
  const environment = await environmentOf(world, place);
  if (!environment.ok) return { state: "silent", why: environment.why };
  const env = { ...environment.value, ...options.env };
  return await runOnceOn(world, place, commandId, argv, { ...options, env });
}

/**
 * The version script of an FE needs JAVA_HOME exported, and a detached command inherits little (facts, 0.2). It is the one
 * that is configured, or that the node's own conf file exports to its scripts; else whatever the host's environment has.
 */
export async function environmentOf(world: World, place: Place): Promise<Answer<Readonly<Record<string, string>>>> {
  const { javaHome } = world.config;
  if (javaHome !== undefined) return { ok: true, value: { JAVA_HOME: javaHome } };
  const { role } = place.node;
  const expression = "s/^[[:space:]]*JAVA_HOME[[:space:]]*=[[:space:]]*//p";
  const argv = ["sed", "-n", expression, `${place.dir}/conf/${role}.conf`];
  const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000 });
  if (!answer.ok) return { ok: false, why: answer.why };
  const found = answer.stdout.trim().split("\n").at(-1) ?? "";
  const plain = found.replace(/^(["'])(.*)\1$/, "$2");
  return { ok: true, value: plain.startsWith("/") ? { JAVA_HOME: plain } : {} };
}
