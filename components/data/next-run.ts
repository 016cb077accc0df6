/** What stands in the way of a new run, and what it could bring: asked by the cluster's screen and by the plan's. */
import { compareVersions } from "#lib/cluster/version.ts";
import { runName } from "#lib/run/run-id.ts";
import type { AvailableVersionView, ClusterView } from "#lib/wire/views.ts";
import { t } from "#components/language/t.ts";
import { activeRun } from "./active-run.ts";

/** Nothing new begins on old data, or while another run has not ended, but for one that ends when the new one starts. */
export function whyNoNewRun(
  cluster: ClusterView,
  fresh: { readonly at: "live" | "late" | "lost" },
  endingRunId: string | null = null,
): string | null {
  if (!cluster.owned) return t("{owner} owns this cluster; ask there.", { owner: cluster.ownedBy });
  const active = activeRun(cluster);
  if (active !== null && active.id !== endingRunId)
    return t("Run {run} has not ended. One run a cluster.", { run: runName(active.id) });
  return fresh.at === "lost" ? t("What is shown is older than 10 s. It unlocks with new data.") : null;
}

/** The smallest step up for which the artifact lies on most hosts. */
export function newerThan(
  versions: readonly AvailableVersionView[],
  running: string | null,
): AvailableVersionView | null {
  if (running === null) return null;
  const newer = versions.filter(({ version }) => (compareVersions(version, running) ?? 0) > 0);
  return newer.toSorted((a, b) => b.on.length - a.on.length || (compareVersions(a.version, b.version) ?? 0))[0] ?? null;
}
