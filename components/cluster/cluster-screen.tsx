"use client";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { CROWD_OVER } from "#components/crowd/crowd-over.ts";
import { activeRun } from "#components/data/active-run.ts";
import { whyNoNewRun } from "#components/data/next-run.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { useCluster, useConnection, useNow, useRun } from "#components/data/live-provider.tsx";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { pathOf } from "#components/shell/place.ts";
import { Watching } from "#components/shell/watching.tsx";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { useAnnounced } from "#components/shell/use-announced.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { ByHandDialog } from "./lazy-by-hand-dialog.tsx";
import { roleCounts, roleGroups, versionsNow } from "./node-rows.ts";
import { Throughput } from "./throughput.tsx";
import { useClusterWindow } from "./use-cluster-window.ts";
import { clusterVerdict } from "./verdict.ts";
import styles from "./cluster-screen.module.css";
import { untilHere } from "#components/ui/until-here.ts";

const css = classesOf(styles);

// A page brings the parts of a few nodes or those of a crowd: each is rendered on the server as ever.
const CrowdScreen = dynamic(
  async () => (await untilHere(() => import("#components/crowd/crowd-screen.tsx"))).CrowdScreen,
);
const NodeTable = dynamic(async () => (await untilHere(() => import("./node-table.tsx"))).NodeTable);
const ClusterAside = dynamic(async () => (await untilHere(() => import("./cluster-aside.tsx"))).ClusterAside);

export function ClusterScreen({ clusterId }: { readonly clusterId: string }) {
  const cluster = useCluster(clusterId);
  if (cluster === null) return <PageHeader title={clusterId} beside={t("reading")} />;
  const active = activeRun(cluster);
  return active === null ? (
    <Sized cluster={cluster} run={null} />
  ) : (
    <ClusterUnderRun cluster={cluster} runId={active.id} />
  );
}

function ClusterUnderRun({ cluster, runId }: { readonly cluster: ClusterView; readonly runId: string }) {
  return <Sized cluster={cluster} run={useRun(runId).run} />;
}

function Sized(props: { readonly cluster: ClusterView; readonly run: Run | null }) {
  return Object.keys(props.cluster.nodes).length > CROWD_OVER ? <CrowdScreen {...props} /> : <Cluster {...props} />;
}

function Cluster({ cluster, run }: { readonly cluster: ClusterView; readonly run: Run | null }) {
  const nowMs = useNow();
  const router = useRouter();
  const fresh = useConnection(cluster.id);
  const groups = roleGroups(cluster, run, nowMs);
  const window = useClusterWindow(cluster, run, nowMs, Object.keys(cluster.nodes));
  const verdict = clusterVerdict({ cluster, groups, run, fresh, failed: window.failed, nowMs });
  const [byHand, setByHand] = useState<NodeId | null>(null);
  const [selected, setSelected] = useState<NodeId | null>(null);
  const mayNot = useWhyNot("start");
  const locked = mayNot ?? whyNoNewRun(cluster, fresh);
  const firstNode = groups.flatMap((group) => group.rows).find((row) => row.node.role !== "fe")?.id ?? null;
  const plan = (): void => router.push(pathOf(cluster.id, "plan"));
  const drain = (): void => setByHand(selected ?? firstNode);
  useShortcuts([
    { keys: "u", label: t("Plan upgrade…"), act: plan },
    { keys: "d", label: t("Drain the selected node…"), act: drain, locked },
  ]);
  useAnnounced(`${verdict.verdict} ${verdict.reason}`, verdict.tone === "danger" || verdict.tone === "attn");
  return (
    <>
      <PageHeader
        title={cluster.name}
        beside={
          <>
            <span>
              {said(cluster.words.name)} <span className={css("mono")}>{versionsNow(groups).join(", ")}</span>
            </span>
            <span>{roleCounts(groups, cluster.words)}</span>
            <Watching topic={`cluster/${cluster.id}`} />
          </>
        }
        actions={
          <>
            <Button shortcut="D" locked={locked} onPress={drain}>
              {t("Drain a node…")}
            </Button>
            <Button shortcut="U" onPress={plan}>
              {t("Plan upgrade…")}
            </Button>
          </>
        }
      />
      <VerdictRow {...verdict} />
      <Throughput cluster={cluster} run={run} window={window} nowMs={nowMs} />
      <div className={css("regions")}>
        <NodeTable
          clusterId={cluster.id}
          words={cluster.words}
          groups={groups}
          run={run}
          series={window.points}
          fromMs={window.fromMs}
          toMs={window.toMs}
          locked={locked}
          nowMs={nowMs}
          selected={selected}
          onSelect={setSelected}
          onByHand={setByHand}
        />
        <ClusterAside cluster={cluster} groups={groups} run={run} nowMs={nowMs} />
      </div>
      {byHand === null ? null : (
        <ByHandDialog cluster={cluster} nodeId={byHand} onChoose={setByHand} onClose={() => setByHand(null)} />
      )}
    </>
  );
}
