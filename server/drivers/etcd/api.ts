/** What a member tells: `/health`, `/version`, `/metrics` and the JSON gateway under `/v3` (seen at 3.4.23 and 3.6.4). */
import { z } from "zod";
import { grpcCallsIn, type GrpcCalls } from "../shared/grpc-calls.ts";
import { askJson, type Told } from "../shared/http-json.ts";
import { ask } from "../shared/http.ts";
import { parseMetrics, sumOf } from "../shared/metrics.ts";

const healthSchema = z.object({ health: z.string() });
const versionSchema = z.object({ etcdserver: z.string() });
const memberSchema = z.object({
  ID: z.string(),
  name: z.string().default(""),
  isLearner: z.boolean().default(false),
});
const listSchema = z.object({ members: z.array(memberSchema) });
const statusSchema = z.object({ raftAppliedIndex: z.coerce.number().default(0) });

export type EtcdMember = z.infer<typeof memberSchema>;

/** Null is no answer. */
export type Asked = {
  readonly health: Told<z.infer<typeof healthSchema>>;
  readonly version: string | null;
  readonly members: readonly EtcdMember[] | null;
  readonly applied: number | null;
  readonly metrics: Metrics | null;
};

export type Metrics = {
  readonly word: "leader" | "follower" | "learner" | "no leader";
  /** Whether there is a connection to it, by the other's id in the hexadecimal of the metric. */
  readonly peers: ReadonlyMap<string, boolean>;
  readonly calls: GrpcCalls | null;
};

export async function askMember(base: string, signal: AbortSignal): Promise<Asked> {
  const get = { method: "GET", timeoutMs: 1000, signal } as const;
  const post = { ...get, method: "POST" } as const;
  const [health, version, list, status, metrics] = await Promise.all([
    askJson(`${base}/health`, healthSchema, get),
    askJson(`${base}/version`, versionSchema, get),
    askJson(`${base}/v3/cluster/member/list`, listSchema, post),
    askJson(`${base}/v3/maintenance/status`, statusSchema, post),
    ask(`${base}/metrics`, get),
  ]);
  return {
    health,
    version: version.is === "told" ? version.value.etcdserver : null,
    members: list.is === "told" ? list.value.members : null,
    applied: status.is === "told" ? status.value.raftAppliedIndex : null,
    metrics: metrics.ok && metrics.status === 200 ? metricsOf(metrics.body) : null,
  };
}

const PEERS = "etcd_network_active_peers";
const FLAGS = ["etcd_server_is_leader", "etcd_server_is_learner", "etcd_server_has_leader"] as const;
/** The console's own questions: the gateway asks them by gRPC. */
const OURS = new Set(["etcdserverpb.Cluster", "etcdserverpb.Maintenance"]);

export function metricsOf(page: string): Metrics {
  const metrics = parseMetrics(page, new Set([PEERS, ...FLAGS]));
  const [leads, learns, has] = FLAGS.map((name) => sumOf(metrics, name));
  const peers = (metrics.get(PEERS) ?? []).map(({ labels, value }) => [labels["Remote"] ?? "", value > 0] as const);
  return {
    word: leads === 1 ? "leader" : learns === 1 ? "learner" : has === 1 ? "follower" : "no leader",
    peers: new Map(peers),
    calls: grpcCallsIn(page, (labels) => !OURS.has(labels["grpc_service"] ?? "")),
  };
}
