"use client";
/**
 * A run that is looked back on. Its replay stands in the middle and stays there: at the end of a run that is over there is
 * its report around it, at any other moment the screen of the run as it was, folded up to there. Nothing can be asked.
 */
import { memo, useDeferredValue, useMemo } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import { neutralWords, type SystemWords } from "#lib/cluster/words.ts";
import { currentStep, stepOf, type Run, type Step } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { GanttRow } from "#components/charts/gantt.ts";
import type { LaneSeries } from "#components/charts/lanes.ts";
import { GanttLegend } from "#components/charts/gantt.tsx";
import { ReplayPhases } from "#components/charts/replay-phases.tsx";
import { projectedEmptyMs } from "#components/charts/projection.ts";
import { useCluster } from "#components/data/live-provider.tsx";
import { day, timeOfDay, zoneName } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { msg, t } from "#components/language/t.ts";
import { ReportBody, ReportHead } from "#components/report/report-screen.tsx";
import { cutMarks } from "#components/report/report.ts";
import { usePastSeries } from "#components/report/use-past-series.ts";
import { countPoints } from "#components/run/counts.ts";
import { limitNow } from "#components/run/curve.ts";
import { ganttRows } from "#components/run/gantt-rows.ts";
import { RunActs } from "#components/run/run-acts.tsx";
import { RunFacts } from "#components/run/run-facts.tsx";
import { RunHold } from "#components/run/run-hold.tsx";
import { RunRegions } from "#components/run/run-regions.tsx";
import { RunTitle } from "#components/run/run-title.tsx";
import { useRunSeries } from "#components/run/use-run-series.ts";
import { runVerdict } from "#components/run/verdict.ts";
import { RunVerdictRow } from "#components/run/verdict-row.tsx";
import { PageHeader } from "#components/shell/page-header.tsx";
import { toldIn, useZone } from "#components/stores/times.ts";
import { Button } from "#components/ui/button.tsx";
import { classesOf } from "#components/ui/css.ts";
import { Icon } from "#components/ui/icon.tsx";
import { replayActing } from "./acting.ts";
import { levelAt, pastGauges, pastRow, type Levels } from "./as-it-was.ts";
import type { Events } from "./fold.ts";
import { replayWindow, stopsOf, ticksOf } from "./moment.ts";
import { ReplayBar } from "./replay-bar.tsx";
import { Scrubber } from "./scrubber.tsx";
import type { Moving } from "./use-moving.ts";
import { useFolded, useLevels } from "./use-past.ts";
import styles from "./replay-screen.module.css";

const css = classesOf(styles);

type Props = { readonly run: Run; readonly events: Events; readonly moving: Moving };

export function ReplayScreen(props: Props) {
  return props.run.life.at === "ended" ? <ReplayOfEnded {...props} /> : <ReplayOfLive {...props} />;
}

function ReplayOfEnded(props: Props) {
  const { run, moving } = props;
  return <Replaying {...props} series={usePastSeries(run.plan.clusterId, run.startedAtMs, moving.span.toMs)} />;
}

function ReplayOfLive(props: Props) {
  return <Replaying {...props} series={useRunSeries(props.run, props.moving.span.toMs)} />;
}

function Replaying({ run, events, moving, series }: Props & { readonly series: LaneSeries }) {
  const { span, goTo } = moving;
  const isPast = moving.atMs !== null;
  const atMs = moving.atMs ?? span.toMs;
  const cluster = useCluster(run.plan.clusterId);
  const steady = cluster?.words;
  const words = useMemo(
    () => (steady === undefined || steady.name === "" ? neutralWords(run.plan.steps[0]?.work) : steady),
    [steady, run],
  );
  const replay = useFolded(events);
  const levels = useLevels(run, span);
  const zone = useZone();
  const stops = useMemo(() => toldIn(zone, stopsOf(events)), [events, zone]);
  const ticks = useMemo(() => toldIn(zone, ticksOf(events)), [events, zone]);
  const marks = useMemo(() => cutMarks(events), [events]);
  const whole = useMemo(() => ganttRows(run, events, run.updatedAtMs).map(withoutPlans), [run, events]);
  const window = replayWindow(run, span);
  // The thumb follows the hand at once; what is folded and drawn for it may come a little later.
  const shownMs = useDeferredValue(atMs);
  const count = Math.max(1, replay.countAt(shownMs));
  // At its end it is the run itself: whoever only reads a report waits for no fold.
  const then = isPast ? (replay.runAfter(count) ?? run) : run;
  const past = useMemo(() => events.slice(0, count), [events, count]);
  const rows = useMemo(
    () => (isPast ? ganttRows(then, past, shownMs).map(withoutPlans) : null),
    [isPast, then, past, shownMs],
  );
  const isOver = run.life.at === "ended";
  const seen = { run: then, words, events: past, cluster: useNames(cluster), series, levels, nowMs: shownMs, isOver };
  return (
    <div className={css("screen")}>
      <div className={css("head")}>
        {isPast ? <HeadThen {...seen} /> : <ReportHead run={run} events={events} series={series} />}
      </div>
      <section className={css("replay")} aria-label={t("Replay of the run")}>
        <ReplayBar
          moving={moving}
          stops={stops}
          aside={
            isPast ? (
              <WayOut isOver={isOver} waits={!isOver && run.hold !== null} onLeave={moving.leave} />
            ) : (
              <GanttLegend />
            )
          }
        />
        <Scrubber span={span} window={window} atMs={atMs} ticks={ticks} stops={stops} isPast={isPast} onMove={goTo} />
        <ReplayPhases
          whole={whole}
          then={rows}
          series={series}
          words={words}
          fromMs={window.fromMs}
          toMs={window.toMs}
          atMs={isPast ? shownMs : window.toMs}
          marks={marks}
        />
      </section>
      {isPast ? <BodyThen {...seen} /> : <ReportBody run={run} events={events} />}
    </div>
  );
}

function WayOut({
  isOver,
  waits,
  onLeave,
}: {
  readonly isOver: boolean;
  /** The run itself waits for a person, while somebody looks back. */
  readonly waits: boolean;
  readonly onLeave: () => void;
}) {
  return (
    <span className={css("wayOut")}>
      {waits ? (
        <span className={css("waits")} role="status">
          <Icon name="gate" size={13} /> {t("It waits for a person now")}
        </span>
      ) : null}
      <Button icon={isOver ? "close" : "arrowRight"} onPress={onLeave}>
        {t(isOver ? "Back to the report" : "Back to now")}
      </Button>
    </span>
  );
}

type Seen = {
  readonly run: Run;
  readonly words: SystemWords;
  readonly events: Events;
  /** For what does not change with the moment: names. */
  readonly cluster: ClusterView | null;
  readonly series: LaneSeries;
  readonly levels: Levels;
  readonly nowMs: number;
  readonly isOver: boolean;
};

/** Drawn when what is shown has moved, not with every move of the thumb. */
const HeadThen = memo(function HeadThen({ run, words, events, cluster, series, levels, nowMs, isOver }: Seen) {
  useZone();
  const nodeId = currentStep(run)?.plan.nodeId ?? "";
  const points = useMemo(() => countPoints(events, nodeId), [events, nodeId]);
  const gauges = useMemo(() => pastGauges(run, levels, nowMs), [run, levels, nowMs]);
  const verdict = runVerdict({
    run,
    // Whether this console was heard then, nobody kept: what stands here is what it wrote down.
    fresh: { at: "live", ageMs: 0, dataAtMs: nowMs, console: "open" },
    inFlight: points.at(-1)?.value ?? null,
    emptyAtMs: limitNow(run) === null ? null : projectedEmptyMs(points, nowMs),
    nowMs,
  });
  return (
    <>
      <PageHeader
        title={<RunTitle run={run} clusterName={cluster?.name ?? run.plan.clusterId} />}
        beside={
          <span className={css("when")}>
            {rich(
              msg("as it was on {day} at {time} {zone}"),
              { time: <code>{timeOfDay(nowMs)}</code> },
              { day: day(nowMs), zone: zoneName() },
            )}
          </span>
        }
        facts={<RunFacts run={run} words={words} gauges={gauges} series={series} nowMs={nowMs} />}
        actions={<RunActs run={run} acting={replayActing(nowMs, isOver)} />}
      />
      <RunVerdictRow verdict={verdict} />
    </>
  );
});

const BodyThen = memo(function BodyThen({ run, events, cluster, levels, nowMs, isOver }: Seen) {
  const zone = useZone();
  const acting = useMemo(() => toldIn(zone, replayActing(nowMs, isOver)), [nowMs, isOver, zone]);
  const gauges = useMemo(() => pastGauges(run, levels, nowMs), [run, levels, nowMs]);
  const past = (nodeId: NodeId) => {
    const step = stepOf(run, nodeId);
    return step === null ? null : pastRow(step, lastCount(step, events) ?? levelAt(levels, nodeId, nowMs));
  };
  return (
    <>
      <RunHold run={run} events={events} cluster={cluster} acting={acting} nowMs={nowMs} />
      <RunRegions run={run} events={events} cluster={null} gauges={gauges} past={past} nowMs={nowMs} acting={acting} />
    </>
  );
});

/** While it drains or leaves, the journal has counts of its own: those of the curve beside it. */
function lastCount({ progress, plan }: Step, events: Events): number | null {
  const leaves = progress.at === "phase" && (progress.phase === "drain" || progress.phase === "exit");
  return leaves ? (countPoints(events, plan.nodeId).at(-1)?.value ?? null) : null;
}

/** What was still to come is told by what came. */
function withoutPlans(row: GanttRow): GanttRow {
  return { ...row, bars: row.bars.filter(({ kind }) => kind !== "planned") };
}

/** The cluster changes every second, its name and nodes hardly ever: a replay is not drawn anew for its counts. */
function useNames(cluster: ClusterView | null): ClusterView | null {
  const key = cluster === null ? "" : `${cluster.name} ${Object.keys(cluster.nodes).length}`;
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` says when what is used of it is another.
  return useMemo(() => cluster, [key]);
}
