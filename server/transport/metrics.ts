/** The console's own state in the text format of Prometheus. What a cluster measures is the cluster's to export. */
import type { Services } from "#server/services/services.ts";

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

export async function metricsText(services: Services, socketCount: number, nowMs: number): Promise<string> {
  const listed = await services.listClusters({ kind: "rule", rule: "metrics", role: "viewer" });
  const clusters = listed.ok ? listed.value : [];
  const by = (value: (cluster: (typeof clusters)[number]) => number | null): readonly Sample[] =>
    clusters.flatMap((cluster) => {
      const sample = value(cluster);
      return sample === null ? [] : [{ labels: { cluster: cluster.id }, value: sample }];
    });
  return [
    gauge("sluice_ready", "1 once every journal is folded.", [
      { labels: {}, value: services.health().at === "ready" ? 1 : 0 },
    ]),
    gauge("sluice_sockets", "Browsers connected.", [{ labels: {}, value: socketCount }]),
    gauge(
      "sluice_nodes",
      "Nodes of the cluster.",
      by((cluster) => cluster.nodeCount),
    ),
    gauge(
      "sluice_nodes_serving",
      "Nodes that serve.",
      by((cluster) => cluster.servingCount),
    ),
    gauge(
      "sluice_cluster_problem",
      "1 while something is wrong with watching it.",
      by((cluster) => (cluster.problem === null ? 0 : 1)),
    ),
    gauge(
      "sluice_poll_age_seconds",
      "Age of the last answer of the control plane.",
      by((cluster) => (cluster.polledAtMs === null ? null : (nowMs - cluster.polledAtMs) / 1000)),
    ),
    gauge(
      "sluice_run_active",
      "1 while a run has not ended.",
      by((cluster) => (cluster.activeRun === null ? 0 : 1)),
    ),
  ].join("");
}

function gauge(name: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function escaped(text: string): string {
  return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
