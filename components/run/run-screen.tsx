"use client";
/** A run: what happens now, how long, what next; and, once it has ended, its report. */
import dynamic from "next/dynamic";
import { useEffect, useMemo } from "react";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { useCluster, useNow, useRun } from "#components/data/live-provider.tsx";
import { wordsOf } from "#components/data/words.ts";
import { ReplayEntry } from "#components/replay/replay-entry.tsx";
import { useMoving, type Moving } from "#components/replay/use-moving.ts";
import { useRunForecast } from "#components/forecast/use-forecast.ts";
import { t } from "#components/language/t.ts";
import { PageHeader } from "#components/shell/page-header.tsx";
import { Watching } from "#components/shell/watching.tsx";
import { classesOf } from "#components/ui/css.ts";
import { late } from "#components/ui/late.tsx";
import { ganttRows, runWindow } from "./gantt-rows.ts";
import { gaugesOf } from "./gauges.ts";
import { PhoneBar } from "./phone-bar.tsx";
import { RunActs } from "./run-acts.tsx";
import { RunHold } from "./run-hold.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunRegions } from "./run-regions.tsx";
import { RunTitle } from "./run-title.tsx";
import { useActing } from "./use-acting.ts";
import { useRunCharts } from "./use-run-charts.ts";
import { useRunSeries } from "./use-run-series.ts";
import { LiveVerdict } from "./verdict-row.tsx";
import styles from "./run-screen.module.css";
import { untilHere } from "#components/ui/until-here.ts";

const css = classesOf(styles);

const StallLine = late(async () => (await import("./stall-line.tsx")).StallLine);
const PhasesOverThroughput = late(
  async () => (await untilHere(() => import("#components/charts/gantt.tsx"))).PhasesOverThroughput,
);
const GanttLegend = late(async () => (await import("#components/charts/gantt.tsx")).GanttLegend);

const replayScreen = () => untilHere(() => import("#components/replay/replay-screen.tsx"));
const ReplayScreen = dynamic(async () => (await replayScreen()).ReplayScreen);
/** When a page that shows a run under way has nothing else to fetch: its end or a key brings the other screen. */
const REPLAY_AFTER_MS = 3000;

export function RunScreen({ runId }: { readonly runId: string }) {
  const { run, events } = useRun(runId);
  if (run === null) return <PageHeader title={t("Run {run}", { run: runName(runId) })} beside={t("reading")} />;
  return <LoadedRun runId={runId} run={run} events={events} />;
}

type Props = { readonly runId: string; readonly run: Run; readonly events: readonly Recorded<RunEvent>[] };

/** As it is now, how it ended, or as it was at a moment. */
function LoadedRun(props: Props) {
  const { run } = props;
  const nowMs = useNow();
  const toMs = run.life.at === "ended" ? run.life.atMs : Math.max(nowMs, run.updatedAtMs);
  const moving = useMoving({ fromMs: run.startedAtMs, toMs });
  const isLive = run.life.at !== "ended" && moving.atMs === null;
  useEffect(() => {
    const timer = setTimeout(() => void replayScreen().catch(() => undefined), REPLAY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLive ? <LiveRun {...props} moving={moving} /> : <ReplayScreen {...props} moving={moving} />;
}

function LiveRun({ runId, run, events, moving }: Props & { readonly moving: Moving }) {
  const nowMs = useNow();
  const cluster = useCluster(run.plan.clusterId);
  const words = wordsOf(cluster, run.plan);
  const acting = useActing(run);
  const series = useRunSeries(run, nowMs);
  const gauges = cluster === null ? null : gaugesOf(run, cluster, nowMs);
  const forecast = useRunForecast(run, cluster, nowMs);
  const rows = useMemo(() => ganttRows(run, events, nowMs, forecast), [run, events, nowMs, forecast]);
  const whole = runWindow(run, rows, nowMs);
  const { fromMs, toMs, shown, zoom } = useRunCharts(run, series, whole, nowMs);
  return (
    <div className={css("screen")}>
      <PageHeader
        title={<RunTitle run={run} clusterName={cluster?.name ?? run.plan.clusterId} />}
        beside={<Watching topic={`run/${runId}`} />}
        facts={<RunFacts run={run} gauges={gauges} words={words} series={series} forecast={forecast} nowMs={nowMs} />}
        actions={<RunActs run={run} acting={acting} />}
      />
      <LiveVerdict run={run} events={events} cluster={cluster} forecast={forecast} nowMs={nowMs} />
      <StallLine run={run} cluster={cluster} nowMs={nowMs} />
      <RunHold run={run} events={events} cluster={cluster} acting={acting} nowMs={nowMs} />
      <RunRegions
        run={run}
        events={events}
        cluster={cluster}
        gauges={gauges}
        forecast={forecast}
        nowMs={nowMs}
        acting={acting}
      />
      <section className={css("phases")} aria-labelledby="phases-title">
        <div className={css("phasesHead")}>
          <h2 id="phases-title">{t("Phases over throughput")}</h2>
          <GanttLegend />
          <ReplayEntry moving={moving} events={events} />
        </div>
        <PhasesOverThroughput
          rows={rows}
          series={shown}
          words={words}
          zoom={zoom}
          fromMs={fromMs}
          toMs={toMs}
          nowMs={nowMs}
          isOver={false}
          marks={NO_MARKS}
        />
      </section>
      <PhoneBar run={run} acting={acting} nowMs={nowMs} />
    </div>
  );
}

const NO_MARKS = [] as const;
