/** A gRPC server as the base driver asks for it: gRPC has no call that ends a server, so its owner does. */
import type { WorkList } from "#lib/cluster/observation.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { routesOf } from "../servers/config.ts";
import type { ServerNode } from "../servers/server-node.ts";
import type { Service } from "../servers/service.ts";
import { ask } from "../shared/http.ts";
import { readChannelz } from "./channelz.ts";
import { checksOf } from "./checks.ts";
import type { GrpcConfig, GrpcNodeConfig } from "./config.ts";
import type { Counts } from "./counts.ts";
import { checkHealth, type Health } from "./health.ts";
import { evidenceOf, lookOf, newborn, next, type Life, type Sight } from "./life.ts";
import { readPrometheus } from "./prometheus.ts";
import type { Target } from "./rpc.ts";

const LOOK_MS = 1000;

export function createGrpcService(config: GrpcConfig, clock: Clock): Service {
  const lives = new Map<string, Life>();
  /** A health check of ours that ran beside the counting would be counted: one look at a server at a time. */
  const looking = new Map<string, Promise<Sight>>();
  const ownLimitMs = config.exitWaitS === undefined ? null : config.exitWaitS * 1000;

  const begin = async (node: ServerNode, signal: AbortSignal): Promise<Sight> => {
    try {
      const sight = await see(config, node, { ownLimitMs, clock, signal });
      lives.set(node.id, next(lives.get(node.id) ?? newborn, sight));
      return sight;
    } finally {
      looking.delete(node.id);
    }
  };
  const look = async (node: ServerNode, signal: AbortSignal): Promise<Sight> => {
    const running = looking.get(node.id) ?? begin(node, signal);
    looking.set(node.id, running);
    return await running;
  };

  return {
    system: "grpc",
    name: "gRPC",
    work: { one: "RPC", many: "RPCs" },
    ...(config.nodes.some(isCounted) ? { counters: "the servers" } : {}),
    look: async (node, _close, signal) => {
      const sight = await look(node, signal);
      return lookOf(lives.get(node.id) ?? newborn, sight);
    },
    items: async (node, signal) => listOf((await look(node, signal)).counts),
    checks: async (_plan, _step, node, signal) => {
      const { health, counts } = await look(node, signal);
      const routers = routesOf(config, node.id).map(({ name }) => name);
      return checksOf(config.clients, { nodeId: node.id, health, counts, routers });
    },
    exitWaitMs: () => ownLimitMs,
    exitEvidence: async (node, sinceMs) => {
      const tookMs = clock.now() - sinceMs;
      return await Promise.resolve(evidenceOf(lives.get(node.id) ?? newborn, tookMs, ownLimitMs));
    },
    close: async () => {
      await Promise.all(looking.values());
    },
  };
}

/** Channelz and the interceptors' counters know how many calls run; which ones, gRPC keeps nowhere. */
function listOf(counts: Counts | null): Omit<WorkList, "asOfMs"> {
  if (counts?.is === "told")
    return { items: [], source: counts.by, gap: "not listed: gRPC tells how many RPCs run, and not which" };
  const gap = "not listed: nothing tells which RPCs run here, nor how many";
  return { items: [], source: counts?.is === "over" ? counts.by : "", gap };
}

function isCounted({ admin, metrics }: GrpcNodeConfig): boolean {
  return admin !== undefined || metrics !== undefined;
}

type Seeing = { readonly ownLimitMs: number | null; readonly clock: Clock; readonly signal: AbortSignal };

async function see(config: GrpcConfig, node: ServerNode, { ownLimitMs, clock, signal }: Seeing): Promise<Sight> {
  const { services, tls = null } = config;
  const target: Target = { address: node.address, tls };
  const health: Health = await checkHealth(target, services, { timeoutMs: LOOK_MS, signal });
  const found = config.nodes.find(({ name }) => name === node.id);
  const counts = found === undefined ? null : await count(found, tls, signal);
  return { at: node.address, health, counts, checks: services.length, ownLimitMs, nowMs: clock.now() };
}

async function count(
  { admin, metrics }: GrpcNodeConfig,
  tls: GrpcConfig["tls"] | null,
  signal: AbortSignal,
): Promise<Counts | null> {
  if (metrics !== undefined) return await readPrometheus(ask, metrics, LOOK_MS, signal);
  if (admin === undefined) return null;
  const target: Target = { address: admin, tls: tls?.admin === true ? tls : null };
  return await readChannelz(target, { timeoutMs: LOOK_MS, signal, adminPort: Number(admin.split(":").at(-1)) });
}
