/** One queryOptions per resource, read by pages on the server and by screens in the browser. */
import { queryOptions } from "@tanstack/react-query";
import type { ClusterView, RunView } from "#lib/wire/views.ts";
import { browserApi, valueOf, type Answer, type Api } from "./client.ts";
import { UNNUMBERED, type LiveCluster, type LiveLog, type LiveRun, type LiveSent, type LiveSeries } from "./live.ts";
import {
  auditEntries,
  availableVersions,
  clusterSummaries,
  clusterView,
  configurationView,
  nodePastView,
  nodeSettingsView,
  pacesView,
  peopleView,
  probeView,
  runCommands,
  runSummaries,
  runView,
  sessionView,
  stagingView,
} from "./lazy-shapes.ts";

/** The socket keeps these up to date: they never go stale by themselves. */
const live = { staleTime: Infinity, gcTime: 5 * 60_000, structuralSharing: false } as const;

export function sessionQuery(api: Api = browserApi) {
  return queryOptions({
    queryKey: ["session"],
    queryFn: () => valueOf(api.get("/api/session", sessionView)),
    staleTime: Infinity,
  });
}

export function peopleQuery(api: Api = browserApi) {
  return queryOptions({
    queryKey: ["people"],
    queryFn: () => valueOf(api.get("/api/accounts", peopleView)),
    refetchInterval: 5000,
  });
}

export function clustersQuery(api: Api = browserApi) {
  return queryOptions({
    queryKey: ["clusters"],
    queryFn: () => valueOf(api.get("/api/clusters", clusterSummaries)),
    refetchInterval: 5000,
  });
}

export function configurationQuery(api: Api = browserApi) {
  return queryOptions({
    queryKey: ["configuration"],
    queryFn: () => valueOf(api.get("/api/configuration", configurationView)),
    refetchInterval: 3000,
  });
}

export function clusterQuery(clusterId: string, api: Api = browserApi) {
  return queryOptions({
    ...live,
    queryKey: ["cluster", clusterId],
    queryFn: async (): Promise<LiveCluster> => ({
      seq: UNNUMBERED,
      state: await valueOf(api.get(`/api/clusters/${encodeURIComponent(clusterId)}`, clusterView)),
    }),
  });
}

/** Read again when a run that touched the node has ended; the one that goes on is folded from its own events. */
export function nodePastQuery(cluster: Pick<ClusterView, "id" | "runs">, nodeId: string, api: Api = browserApi) {
  const ended = cluster.runs.find(({ endedAtMs, nodeIds }) => endedAtMs !== null && nodeIds.includes(nodeId));
  return queryOptions({
    queryKey: ["nodePast", cluster.id, nodeId, ended?.id ?? null],
    queryFn: () => valueOf(api.get(nodePath(cluster.id, nodeId, "past"), nodePastView)),
    staleTime: 60_000,
  });
}

export function nodeSettingsQuery(clusterId: string, nodeId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["nodeSettings", clusterId, nodeId],
    queryFn: () => valueOf(api.get(nodePath(clusterId, nodeId, "settings"), nodeSettingsView)),
    staleTime: 10_000,
    refetchInterval: 15_000,
  });
}

function nodePath(clusterId: string, nodeId: string, what: string): string {
  return `/api/clusters/${encodeURIComponent(clusterId)}/nodes/${encodeURIComponent(nodeId)}/${what}`;
}

/** Read again when a run has ended. */
export function pacesQuery(cluster: Pick<ClusterView, "id" | "runs">, api: Api = browserApi) {
  const ended = cluster.runs.find(({ endedAtMs }) => endedAtMs !== null);
  return queryOptions({
    queryKey: ["paces", cluster.id, ended?.id ?? null],
    queryFn: () => valueOf(api.get(`/api/clusters/${encodeURIComponent(cluster.id)}/paces`, pacesView)),
    staleTime: Infinity,
  });
}

/** Told while it goes on. */
export function stagingQuery(clusterId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["staging", clusterId],
    queryFn: () => valueOf(api.get(`/api/clusters/${encodeURIComponent(clusterId)}/staging`, stagingView)),
    refetchInterval: ({ state }) => (state.data?.endedAtMs === null ? 1000 : 15_000),
  });
}

export function versionsQuery(clusterId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["versions", clusterId],
    queryFn: () => valueOf(api.get(`/api/clusters/${encodeURIComponent(clusterId)}/versions`, availableVersions)),
    // Reading what lies on every host takes the hosts' time: not at every focus of a window.
    staleTime: 60_000,
    refetchInterval: ({ state: { status } }) => (status === "error" ? 10_000 : false),
  });
}

export function runsQuery(clusterId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["runs", clusterId],
    queryFn: () => valueOf(api.get(`/api/clusters/${encodeURIComponent(clusterId)}/runs`, runSummaries)),
    staleTime: 5000,
  });
}

export function runQuery(runId: string, api: Api = browserApi) {
  return queryOptions({
    ...live,
    queryKey: ["run", runId],
    queryFn: async (): Promise<LiveRun> => {
      const { liveRun } = await import("./fold-run.ts");
      return liveRun(await valueOf(api.get(`/api/runs/${encodeURIComponent(runId)}`, runView)));
    },
  });
}

/** The probe may have been on although the policy says by now that it is off: whoever asks gets what was kept. */
export function probeQuery(runId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["probe", runId],
    queryFn: () => valueOf(api.get(`/api/runs/${encodeURIComponent(runId)}/probe`, probeView)),
    staleTime: 5000,
  });
}

/** What is sent for each node of a run. Read when somebody asks: routers and pids may be others by then. */
export function runCommandsQuery(runId: string, api: Api = browserApi) {
  return queryOptions({
    queryKey: ["commands", runId],
    queryFn: () => valueOf(api.get(`/api/runs/${encodeURIComponent(runId)}/commands`, runCommands)),
    staleTime: 10_000,
  });
}

/** As it stands now, read anew. */
export function readRun(runId: string): Promise<Answer<RunView>> {
  return browserApi.get(`/api/runs/${encodeURIComponent(runId)}`, runView);
}

export function auditQuery(clusterId: string | null, api: Api = browserApi) {
  const query = clusterId === null ? "" : `?clusterId=${encodeURIComponent(clusterId)}`;
  return queryOptions({
    queryKey: ["audit", clusterId],
    queryFn: () => valueOf(api.get(`/api/audit${query}`, auditEntries)),
    staleTime: 5000,
  });
}

// Fed by the socket alone: their first snapshot comes with the subscription.
const neverAsked = <T>(): Promise<T> => new Promise(() => undefined);

export function seriesQuery(clusterId: string) {
  return queryOptions({ ...live, queryKey: ["series", clusterId], queryFn: neverAsked<LiveSeries> });
}

export function logQuery(clusterId: string, nodeId: string) {
  return queryOptions({ ...live, queryKey: ["log", clusterId, nodeId], queryFn: neverAsked<LiveLog> });
}

export function sentQuery(clusterId: string) {
  return queryOptions({ ...live, queryKey: ["sent", clusterId], queryFn: neverAsked<LiveSent> });
}
