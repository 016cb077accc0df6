/** A node's host, looked at once for all the questions about it. */
import type { Answer } from "#server/orchestrator/ports.ts";
import type { Artifacts } from "./artifacts.ts";
import { readHostFacts, type HostFacts } from "./host-facts.ts";
import { environmentOf, placeOf, type Place } from "./place.ts";
import { lookAtProcess, type ProcessLook } from "./process.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export type HostLook = {
  readonly place: Answer<Place>;
  readonly look: ProcessLook | null;
  /** Null: nothing says where the node lies. */
  readonly facts: Answer<HostFacts> | null;
};

/** `version`: what is to be installed there; null when nothing is. */
export async function lookAtHost(
  world: World,
  artifacts: Artifacts,
  node: StarRocksNode,
  version: string | null,
  signal: AbortSignal,
): Promise<HostLook> {
  const place = placeOf(world, node);
  if (!place.ok) return { place, look: null, facts: null };
  const look = await lookAtProcess(world, node, signal);
  if (!look.ok) return { place, look: null, facts: look };
  const { install } = world.config;
  const keepsReleases = install?.strategy === "swap" || install?.strategy === "symlink";
  const release = version !== null && keepsReleases ? await artifacts.path(node.id, version) : null;
  const environment = node.role === "fe" ? await environmentOf(world, place.value) : null;
  if (environment?.ok === false) return { place, look: look.value, facts: environment };
  const question = {
    pid: look.value.process?.pid ?? null,
    release: release?.ok === true ? release.value : null,
    javaHome: environment?.value["JAVA_HOME"] ?? null,
    flips: install?.strategy === "symlink",
  };
  return { place, look: look.value, facts: await readHostFacts(world, place.value, question, signal) };
}
