/** What an API server of 1.34 answered, and a client that answers so again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { refusalOf, type ApiAnswer, type ApiClient, type Failure, type Method } from "../client.ts";
import { kubernetesConfig, type KubernetesConfig } from "../config.ts";
import { podNodes, type PodNode, type SetReading } from "../nodes.ts";
import { endpointSlice, listOf, pod, service, statefulSet } from "../resources.ts";

function recording(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, "recordings", name), "utf8"));
}

const evictions = z
  .record(z.string(), z.object({ code: z.number(), body: z.unknown() }))
  .parse(recording("eviction.json"));

/** How an eviction was answered, as a client hands it on. */
export function recordedFailure(name: string): Failure {
  const { code, body } = evictions[name] ?? { code: 0, body: null };
  return refusalOf(code, JSON.stringify(body), undefined);
}

const workload = z
  .object({ set: statefulSet, slices: listOf(endpointSlice), services: listOf(service) })
  .parse(recording("workload.json"));
/** The StatefulSet as the API server has it. */
export const SET = z
  .object({
    set: z.looseObject({
      metadata: z.looseObject({ generation: z.number() }),
      spec: z.looseObject({}),
      status: z.looseObject({}),
    }),
  })
  .parse(recording("workload.json")).set;
const pods = z.object({ list: z.unknown(), watch: z.array(z.unknown()) }).parse(recording("pods.json"));

export const POD_LIST = pods.list;
/** The eviction of be-2: leaving, ended, gone, and another of its name. */
export const POD_EVENTS: readonly unknown[] = pods.watch;

/** What a watch is told whose version is older than what the API server remembers. */
export const EXPIRED: unknown = recording("expired.json");

export const CONFIG: KubernetesConfig = kubernetesConfig.parse({
  id: "shop",
  name: "Shop",
  system: "kubernetes",
  access: { by: "inCluster" },
  namespace: "recording",
  workloads: [{ kind: "StatefulSet", name: "be", versions: ["1.0.0", "1.1.0"] }],
});

export function aReading(change: Partial<SetReading> = {}): SetReading {
  const [config] = CONFIG.workloads;
  if (config?.kind !== "StatefulSet") throw new Error("the recorded workload is a StatefulSet");
  const slices = workload.slices.items;
  const services = workload.services.items.map((one) => ({ service: one, slices }));
  return { config, set: workload.set, pods: listOf(pod).parse(POD_LIST).items, services, ...change };
}

export function nodesOf(change: Partial<SetReading> = {}): readonly PodNode[] {
  return podNodes(aReading(change));
}

export function nodeOf(id: string, change: Partial<SetReading> = {}): PodNode {
  const found = nodesOf(change).find((node) => node.id === id);
  if (found === undefined) throw new Error(`no ${id} was recorded`);
  return found;
}

export type Asked = { readonly method: Method; readonly path: string; readonly body: unknown };

/** Answers what a test says; whatever it does not say is silence. */
export function scriptedClient(
  answer: (asked: Asked) => unknown,
  watch: readonly (readonly unknown[] | Failure)[] = [],
): ApiClient & { readonly asked: readonly Asked[]; readonly streams: readonly string[] } {
  const asked: Asked[] = [];
  const streams: string[] = [];
  const told = (one: Asked): ApiAnswer => {
    asked.push(one);
    const value = answer(one);
    if (isFailure(value)) return { ok: false, failure: value };
    return value === undefined ? { ok: false, failure: { kind: "silent", message: "no answer" } } : { ok: true, value };
  };
  return {
    asked,
    streams,
    ask: async (method, path, body) => await Promise.resolve(told({ method, path, body: body?.value ?? null })),
    text: async (path) => {
      const page = told({ method: "GET", path, body: null });
      return await Promise.resolve(page.ok ? { ok: true, value: String(page.value) } : page);
    },
    stream: async (path, onLine, _silenceMs, signal) => {
      const next = watch[streams.length];
      streams.push(path);
      if (next === undefined) {
        // Nothing more is heard, until somebody stops listening.
        await new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
        return null;
      }
      if (isFailure(next)) return next;
      for (const line of next) onLine(JSON.stringify(line));
      return null;
    },
    close: () => undefined,
  };
}

function isFailure(value: unknown): value is Failure {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  return value.kind === "silent" || (value.kind === "status" && "code" in value && "causes" in value);
}
