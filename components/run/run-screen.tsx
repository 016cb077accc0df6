"use client";
/** A run: what happens now, how long, what next; and, once it has ended, its report. */
import { useRouter, useSearchParams } from "next/navigation";
import { useMemo } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { runName } from "#lib/run/run-id.ts";
import { currentStep, type Run, type Step } from "#lib/run/state.ts";
import { PhasesOverThroughput, GanttLegend } from "#components/charts/gantt.tsx";
import { useCluster, useNow, useRun } from "#components/data/live-provider.tsx";
import { ReportScreen } from "#components/report/report-screen.tsx";
import { PageHeader } from "#components/shell/page-header.tsx";
import { classesOf } from "#components/ui/css.ts";
import { EvidencePanel } from "./evidence-panel.tsx";
import { ganttRows, runWindow } from "./gantt-rows.ts";
import { NodePanel } from "./node-panel.tsx";
import { PhoneBar } from "./phone-bar.tsx";
import { QueuePanel } from "./queue-panel.tsx";
import { RunActs } from "./run-acts.tsx";
import { RunHold } from "./run-hold.tsx";
import { RunFacts } from "./run-facts.tsx";
import { RunTitle } from "./run-title.tsx";
import { StallLine } from "./stall-line.tsx";
import { useActing } from "./use-acting.ts";
import { useRunSeries } from "./use-run-series.ts";
import { LiveVerdict } from "./verdict-row.tsx";
import styles from "./run-screen.module.css";

const css = classesOf(styles);

export function RunScreen({ runId }: { readonly runId: string }) {
  const { run, events } = useRun(runId);
  if (run === null) return <PageHeader title={`Run ${runName(runId)}`} beside="reading" />;
  return run.life.at === "ended" ? <ReportScreen run={run} events={events} /> : <LiveRun run={run} events={events} />;
}

function LiveRun({ run, events }: { readonly run: Run; readonly events: readonly Recorded<RunEvent>[] }) {
  const nowMs = useNow();
  const cluster = useCluster(run.plan.clusterId);
  const acting = useActing(run);
  const series = useRunSeries(run, nowMs);
  const [shown, show] = useShownStep(run);
  const rows = useMemo(() => ganttRows(run, events, nowMs), [run, events, nowMs]);
  const { fromMs, toMs } = runWindow(run, rows, nowMs);
  return (
    <div className={css("screen")}>
      <PageHeader
        title={<RunTitle run={run} clusterName={cluster?.name ?? run.plan.clusterId} />}
        facts={<RunFacts run={run} cluster={cluster} series={series} nowMs={nowMs} />}
        actions={<RunActs run={run} acting={acting} nowMs={nowMs} />}
      />
      <LiveVerdict run={run} events={events} cluster={cluster} nowMs={nowMs} />
      <StallLine run={run} cluster={cluster} nowMs={nowMs} />
      <RunHold run={run} cluster={cluster} acting={acting} nowMs={nowMs} />
      <div className={css("regions", run.hold !== null && "holding")}>
        <div className={css("queue")}>
          <QueuePanel
            run={run}
            cluster={cluster}
            nowMs={nowMs}
            acting={acting}
            shown={shown?.plan.nodeId ?? null}
            onShow={show}
          />
        </div>
        <div className={css("node")}>
          {shown === null ? null : (
            <NodePanel run={run} step={shown} events={events} cluster={cluster} nowMs={nowMs} acting={acting} />
          )}
        </div>
        <div className={css("evidence")}>
          <EvidencePanel run={run} step={shown} events={events} />
        </div>
      </div>
      <section className={css("phases")} aria-labelledby="phases-title">
        <div className={css("phasesHead")}>
          <h2 id="phases-title">Phases over throughput</h2>
          <GanttLegend />
        </div>
        <PhasesOverThroughput
          rows={rows}
          series={series}
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

/** The node that is looked at: the one in the URL, else the one that is taken now, else the next. */
function useShownStep(run: Run): readonly [Step | null, (nodeId: NodeId) => void] {
  const router = useRouter();
  const wanted = useSearchParams().get("node");
  const step =
    run.steps.find(({ plan }) => plan.nodeId === wanted) ??
    currentStep(run) ??
    run.steps.find(({ progress }) => progress.at === "waiting") ??
    run.steps.at(-1) ??
    null;
  const current = currentStep(run)?.plan.nodeId;
  // The node that is taken now is what the screen follows: looking at it leaves nothing in the URL.
  const show = (nodeId: NodeId): void =>
    router.replace(nodeId === current ? "?" : `?node=${encodeURIComponent(nodeId)}`, { scroll: false });
  return [step, show];
}
