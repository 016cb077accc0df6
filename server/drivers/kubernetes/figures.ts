/** What an application counts itself, read of its pod through the API server: the only number of its running work. */
import type { Work, WorkList } from "#lib/cluster/observation.ts";
import type { Counters } from "#server/orchestrator/ports.ts";
import { explain } from "./client.ts";
import type { WorkConfig } from "./config.ts";
import { inNamespace } from "./paths.ts";
import type { PodNode } from "./nodes.ts";
import type { World } from "./world.ts";

export type Figures = { readonly work: Work; readonly counters: Counters | null };

/** Null: no figures are named. Figures that cannot be read are not measurable, and never 0. */
export async function readFigures(world: World, node: PodNode, signal: AbortSignal): Promise<Figures | null> {
  const { work } = node.of.config;
  if (work === undefined) return null;
  const answer = node.pod === null ? null : await world.client.text(figuresPath(world, node.id, work), signal);
  const page = answer?.ok === true ? answer.value : "";
  const inFlight = [{ kind: work.many, count: sumOf(page, work.inFlight) }];
  const counters: Counters = {
    requests: work.requests === undefined ? null : sumOf(page, work.requests),
    failures: work.failures === undefined ? null : sumOf(page, work.failures),
    p99Ms: null,
    countsForCluster: true,
  };
  return { work: { inFlight, willBeCut: [], notCollected: 0, asOfMs: world.clock.now() }, counters };
}

export function figuresPath(world: World, name: string, work: WorkConfig): string {
  const pods = `${inNamespace("core", world.namespace)}/pods`;
  return `${pods}/${encodeURIComponent(`${name}:${work.port}`)}/proxy${work.path}`;
}

/** All series of a name, added up; null where there is none, or one that is no number. */
export function sumOf(page: string, name: string): number | null {
  let sum: number | null = null;
  for (const line of page.split("\n")) {
    if (!line.startsWith(name)) continue;
    const rest = line.slice(name.length);
    const value = /^(?:\{.*\})?\s+(\S+)/.exec(rest)?.[1];
    if (value === undefined) continue;
    const number = Number(value);
    if (!Number.isFinite(number)) return null;
    sum = (sum ?? 0) + number;
  }
  return sum;
}

export async function listWork(world: World, node: PodNode | null, signal: AbortSignal): Promise<WorkList> {
  const nothing = { items: [], asOfMs: world.clock.now() };
  const work = node?.of.config.work;
  if (node === null || work === undefined)
    return { ...nothing, source: "", gap: "Kubernetes counts no work of a pod, and no figures of its own are named" };
  const path = figuresPath(world, node.id, work);
  const answer = await world.client.text(path, signal);
  const gap = answer.ok
    ? `its figures count ${work.many}, and list none`
    : explain(answer.failure, "its figures cannot be read");
  return { ...nothing, source: `GET ${path}`, gap };
}
