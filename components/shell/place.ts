/** Where the page is, from its path: the URL owns cluster, run and tab. */
import { msg } from "#components/language/t.ts";

export type Tab = "nodes" | "runs" | "plan" | "audit";

export type Place = { readonly clusterId: string | null; readonly runId: string | null; readonly tab: Tab | null };

export function placeOf(path: string): Place {
  const [first, id, screen] = path.split("/").filter(Boolean).map(decodeURIComponent);
  if (first === "runs" && id !== undefined) return { clusterId: null, runId: id, tab: "runs" };
  if (first !== "clusters" || id === undefined) return { clusterId: null, runId: null, tab: null };
  return {
    clusterId: id,
    runId: null,
    tab: screen === "settings" ? null : screen === "runs" || screen === "plan" || screen === "audit" ? screen : "nodes",
  };
}

export function pathOf(clusterId: string, tab: Tab): string {
  return `/clusters/${encodeURIComponent(clusterId)}${tab === "nodes" ? "" : `/${tab}`}`;
}

/** Every cluster, also where there is only one. */
export const CLUSTERS_PATH = "/clusters";
export const ADD_CLUSTER_PATH = "/add-cluster";
export const ACCOUNTS_PATH = "/accounts";
/** Of every cluster and of none. */
export const CONSOLE_AUDIT_PATH = "/audit";

export function settingsPath(clusterId: string): string {
  return `${pathOf(clusterId, "nodes")}/settings`;
}

export function nodePath(clusterId: string, nodeId: string): string {
  return `/clusters/${encodeURIComponent(clusterId)}/nodes/${encodeURIComponent(nodeId)}`;
}

export function runPath(runId: string): string {
  return `/runs/${encodeURIComponent(runId)}`;
}

/** The plan that takes a run back. */
export function rollBackPath(clusterId: string, runId: string): string {
  return `${pathOf(clusterId, "plan")}?rollBack=${encodeURIComponent(runId)}`;
}

export const TABS: readonly { readonly tab: Tab; readonly title: string; readonly key: string }[] = [
  { tab: "nodes", title: msg("Nodes"), key: "n" },
  { tab: "runs", title: msg("Runs"), key: "r" },
  { tab: "plan", title: msg("Plan"), key: "p" },
  { tab: "audit", title: msg("Audit"), key: "a" },
];
