"use client";
/** One node: what it does now, who says so, by what it would leave, and how it left before. */
import { asTitle } from "#components/format.ts";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { WorkItem } from "#lib/cluster/observation.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { runName } from "#lib/run/run-id.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import type { ClusterView, NodeView } from "#lib/wire/views.ts";
import { projectedEmptyMs } from "#components/charts/projection.ts";
import { ByHandDialog } from "#components/cluster/lazy-by-hand-dialog.tsx";
import { nodeRow } from "#components/cluster/node-rows.ts";
import { activeRun } from "#components/data/active-run.ts";
import { useCluster, useConnection, useNow, useRun } from "#components/data/live-provider.tsx";
import { whyNoNewRun } from "#components/data/next-run.ts";
import { useWhyNot } from "#components/data/person.tsx";
import { clusterQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { countPoints } from "#components/run/counts.ts";
import { LogTail } from "#components/run/log-tail.tsx";
import { PageHeader, VerdictRow } from "#components/shell/page-header.tsx";
import { pathOf, runPath } from "#components/shell/place.ts";
import { useAnnounced } from "#components/shell/use-announced.ts";
import { useShortcuts } from "#components/shell/use-shortcuts.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import { FlightPart } from "./flight-part.tsx";
import { NodeActs, NodeOnward, type NodeActsProps } from "./node-acts.tsx";
import { NodeHeadFacts } from "./node-head-facts.tsx";
import { NodeWork } from "./node-work.tsx";
import { nodeVerdict } from "./node-verdict.ts";
import { PastPart } from "./past-part.tsx";
import { SettingsPart } from "./settings-part.tsx";
import { WitnessesPart } from "./witnesses-part.tsx";
import styles from "./node-screen.module.css";

const css = classesOf(styles);

type Place = { readonly clusterId: string; readonly nodeId: NodeId };

export function NodeScreen({ clusterId, nodeId }: Place) {
  const cluster = useCluster(clusterId);
  if (cluster === null) return <Unread clusterId={clusterId} nodeId={nodeId} />;
  const active = activeRun(cluster);
  return active === null ? (
    <Screen cluster={cluster} nodeId={nodeId} run={null} events={NO_EVENTS} />
  ) : (
    <UnderRun cluster={cluster} nodeId={nodeId} runId={active.id} />
  );
}

const NO_ITEMS: readonly WorkItem[] = [];
const NO_EVENTS: readonly Recorded<RunEvent>[] = [];

function UnderRun({
  cluster,
  nodeId,
  runId,
}: {
  readonly cluster: ClusterView;
  readonly nodeId: NodeId;
  readonly runId: string;
}) {
  return <Screen cluster={cluster} nodeId={nodeId} {...useRun(runId)} />;
}

type ScreenProps = {
  readonly cluster: ClusterView;
  readonly nodeId: NodeId;
  /** The run that has not ended; it need not touch this node. */
  readonly run: Run | null;
  readonly events: readonly Recorded<RunEvent>[];
};

function Screen(props: ScreenProps) {
  const view = props.cluster.nodes[props.nodeId];
  return view === undefined ? <Unlisted {...props} /> : <Listed {...props} view={view} />;
}

function Listed({ cluster, nodeId, run, events, view }: ScreenProps & { readonly view: NodeView }) {
  const nowMs = useNow();
  const fresh = useConnection(cluster.id);
  const [byHand, setByHand] = useState<NodeId | null>(null);
  const row = nodeRow(view, run, nowMs);
  const step = run === null ? null : stepOf(run, nodeId);
  const drains = step?.progress.at === "phase" && ["drain", "exit"].includes(step.progress.phase);
  const emptyAtMs = drains ? projectedEmptyMs(countPoints(events, nodeId), nowMs) : null;
  const verdict = nodeVerdict({ row, run, fresh, emptyAtMs, nowMs });
  const mayNot = useWhyNot("start");
  const locked = mayNot ?? whyNoNewRun(cluster, fresh);
  const drain = (): void => setByHand(nodeId);
  const items = cluster.work[nodeId]?.items ?? step?.lastWork ?? NO_ITEMS;
  const taken: NodeActsProps | null =
    run === null || step === null || step.progress.at === "ended" ? null : { run, step, row, items, nowMs };
  useShortcuts([{ keys: "d", label: t("Drain {node}…", { node: nodeId }), act: drain, locked }]);
  useAnnounced(`${nodeId}: ${verdict.verdict} ${verdict.reason}`, verdict.tone === "danger" || verdict.tone === "attn");
  return (
    <div className={css("screen")}>
      <PageHeader
        title={<span className={css("name")}>{nodeId}</span>}
        beside={
          <>
            <Link className={css("back")} href={pathOf(cluster.id, "nodes")}>
              {cluster.name}
            </Link>
            <span>
              {view.node.role === "server" ? asTitle(cluster.words.node.one) : t(ROLE_WORDS[view.node.role])}
              {view.node.leadership === null ? "" : t(", {leadership}", { leadership: said(view.node.leadership) })}
            </span>
            <span className={css("address")}>{view.node.address}</span>
            <span className={css("word")}>
              <StatusWord icon={row.word.icon} tone={row.word.tone} mono={row.word.mono}>
                {row.word.text}
              </StatusWord>
            </span>
          </>
        }
        facts={<NodeHeadFacts row={row} words={cluster.words} nowMs={nowMs} />}
        actions={
          taken !== null ? (
            <NodeActs {...taken} />
          ) : (
            <Button shortcut="D" locked={locked} onPress={drain}>
              {t("Drain {node}…", { node: nodeId })}
            </Button>
          )
        }
      />
      <VerdictRow
        {...verdict}
        next={
          run === null || step === null ? null : (
            <Link className={css("run")} href={`${runPath(run.id)}?node=${encodeURIComponent(nodeId)}`}>
              {t("Open run {run}", { run: runName(run.id) })}
            </Link>
          )
        }
      />
      <div className={css("regions")}>
        <div className={css("main")}>
          <FlightPart
            cluster={cluster}
            row={row}
            run={run}
            step={step}
            nowMs={nowMs}
            onward={taken === null ? null : <NodeOnward {...taken} />}
          />
          {run === null || step === null ? null : (
            <NodeWork run={run} step={step} view={view} list={cluster.work[nodeId] ?? null} nowMs={nowMs} />
          )}
          <WitnessesPart words={cluster.words} observation={view.observation} nowMs={nowMs} />
        </div>
        <div className={css("aside")}>
          <SettingsPart clusterId={cluster.id} nodeId={nodeId} nowMs={nowMs} />
          <LogTail clusterId={cluster.id} nodeId={nodeId} />
        </div>
      </div>
      <PastPart cluster={cluster} nodeId={nodeId} run={run} events={events} view={view} nowMs={nowMs} />
      {byHand === null ? null : (
        <ByHandDialog cluster={cluster} nodeId={byHand} onChoose={setByHand} onClose={() => setByHand(null)} />
      )}
    </div>
  );
}

const ROLE_WORDS = { fe: msg("Frontend"), be: msg("Backend"), cn: msg("Compute node") } as const;

/** Nobody lists it: dropped, renamed, or mistyped. What was done to it before stands all the same. */
function Unlisted({ cluster, nodeId, run, events }: ScreenProps) {
  const nowMs = useNow();
  const others = Object.keys(cluster.nodes).length;
  const silent = cluster.polledAtMs === null;
  return (
    <div className={css("screen")}>
      <PageHeader
        title={<span className={css("name")}>{nodeId}</span>}
        beside={
          <Link className={css("back")} href={pathOf(cluster.id, "nodes")}>
            {cluster.name}
          </Link>
        }
      />
      <VerdictRow
        icon={silent ? "clock" : "lost"}
        tone="danger"
        verdict={
          silent ? t("No data yet.") : t("{cluster} lists no node {node}.", { cluster: cluster.name, node: nodeId })
        }
        reason={
          silent
            ? cluster.problem === null
              ? t("The control plane was not asked yet; this page fills by itself.")
              : said(cluster.problem)
            : t("It was dropped, has another name, or never was. {count} others are listed.", { count: others })
        }
        aside={
          <Link className={css("run")} href={pathOf(cluster.id, "nodes")}>
            {t("All nodes of {cluster}", { cluster: cluster.name })}
          </Link>
        }
      />
      <PastPart cluster={cluster} nodeId={nodeId} run={run} events={events} view={null} nowMs={nowMs} />
    </div>
  );
}

/** Before the cluster was read for the first time, or when it cannot be. */
function Unread({ clusterId, nodeId }: Place) {
  const { error, refetch } = useQuery({ ...clusterQuery(clusterId), enabled: false });
  return (
    <>
      <PageHeader
        title={<span className={css("name")}>{nodeId}</span>}
        beside={error === null ? t("reading") : clusterId}
      />
      {error === null ? null : (
        <VerdictRow
          icon="clock"
          tone="danger"
          verdict={t("This node cannot be read.")}
          reason={said(error.message)}
          aside={<Button onPress={() => void refetch()}>{t("Read it again")}</Button>}
        />
      )}
    </>
  );
}
