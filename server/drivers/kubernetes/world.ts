/** What every part of the driver stands on: the API server, what was read last, and who is told of what is sent. */
import type { z } from "zod";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Answer, Clock, Log, Sent } from "#server/orchestrator/ports.ts";
import {
  createClient,
  explain,
  isLate,
  type ApiAnswer,
  type ApiClient,
  type Body,
  type Failure,
  type Method,
} from "./client.ts";
import type { KubernetesConfig } from "./config.ts";
import { createAccess, type OwnPod } from "./kubeconfig.ts";
import type { KubernetesNode, Reading } from "./nodes.ts";
import { podPath } from "./paths.ts";
import type { PodWatch } from "./pod-watch.ts";
import { pod, type Pod } from "./resources.ts";

export type KubernetesDeps = {
  readonly clock: Clock;
  readonly log: Log;
  /** Told of everything that is sent on purpose; polls tell what they asked in each fact. */
  readonly sent: (sent: Sent) => void;
  /** How the API server is asked; over the network, unless a test says otherwise. */
  readonly client?: ApiClient;
  /** What the pod is told that the console runs in. */
  readonly ownPod?: OwnPod;
};

/** An answer of the API server; `failure` tells a refusal from silence. */
export type Read<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string; readonly failure: Failure };

export class World {
  readonly config: KubernetesConfig;
  readonly clock: Clock;
  readonly log: Log;
  readonly client: ApiClient;
  /** By the selector of each workload; made when its workload is read for the first time. */
  readonly watches = new Map<string, PodWatch>();
  reading: Reading | null = null;
  #sent: KubernetesDeps["sent"];

  constructor(config: KubernetesConfig, deps: KubernetesDeps) {
    this.config = config;
    this.clock = deps.clock;
    this.log = deps.log;
    this.#sent = deps.sent;
    this.client =
      deps.client ??
      createClient({
        access: createAccess(config.access, deps.clock, deps.ownPod),
        timeoutMs: config.requestTimeoutS * 1000,
        clock: deps.clock,
      });
  }

  get namespace(): string {
    return this.config.namespace;
  }

  node(nodeId: NodeId): KubernetesNode | null {
    return this.reading?.nodes.find(({ id }) => id === nodeId) ?? null;
  }

  /** Whoever saw this pod. */
  watchOf(uid: string): PodWatch | null {
    return [...this.watches.values()].find((watch) => watch.last(uid) !== null) ?? null;
  }

  async read<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<Read<T>> {
    const answer = await this.client.ask("GET", path, undefined, signal);
    return parsed(answer, schema, `GET ${path}`);
  }

  /** Null: there is no pod of that name. */
  async pod(name: string, signal?: AbortSignal): Promise<Read<Pod | null>> {
    const found = await this.read(podPath(this.namespace, name), pod, signal);
    return found.ok || !isStatus(found.failure, 404) ? found : { ok: true, value: null };
  }

  /** Something that changes the cluster: shown with what came of it. */
  async send(
    nodeId: NodeId | null,
    method: Method,
    path: string,
    body: Body,
    signal?: AbortSignal,
  ): Promise<ApiAnswer> {
    const answer = await this.client.ask(method, path, body, signal);
    const { failure } = answer.ok ? { failure: null } : answer;
    const result = failure === null ? "accepted" : explain(failure, "refused");
    this.#sent({ atMs: this.clock.now(), nodeId, where: "api>", text: asTyped(method, path, body.value), result });
    return answer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.watches.values()].map(async (watch) => await watch.stop()));
    this.client.close();
  }
}

export function parsed<T>(answer: ApiAnswer, schema: z.ZodType<T>, what: string): Read<T> {
  if (!answer.ok) return { ok: false, why: explain(answer.failure, what), failure: answer.failure };
  const value = schema.safeParse(answer.value);
  if (value.success) return { ok: true, value: value.data };
  const [issue] = value.error.issues;
  const message = `the answer cannot be read: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`;
  return { ok: false, why: `${what}: ${message}`, failure: { kind: "silent", message } };
}

export function isStatus(failure: Failure, code: number): boolean {
  return failure.kind === "status" && failure.code === code;
}

/** As it would be typed; `kubectl` has the rights and the address. */
export function asTyped(method: Method, path: string, body: unknown): string {
  return `${method} ${path} ${JSON.stringify(body)}`;
}

export function plain<T>(read: Read<T>): Answer<T> {
  if (read.ok) return read;
  return isLate(read.failure) ? { ok: false, why: read.why, silent: true } : { ok: false, why: read.why };
}
