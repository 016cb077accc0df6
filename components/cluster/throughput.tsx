"use client";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { LaneSize } from "#components/charts/lane-stack.tsx";
import { SpanChoice } from "#components/charts/span-choice.tsx";
import { ThroughputLanes } from "#components/charts/throughput-lanes.tsx";
import { t } from "#components/language/t.ts";
import { rangeParams, SPAN_WORDS, SPANS } from "#components/shell/chart-range.ts";
import { pushParams } from "#components/shell/params.ts";
import { classesOf } from "#components/ui/css.ts";
import { useClusterCharts } from "./use-cluster-charts.ts";
import type { ClusterWindow } from "./use-cluster-window.ts";
import styles from "./throughput.module.css";

const css = classesOf(styles);

/** Work, p99 and failures on one time axis: of the last 15 minutes, or of the window that is asked for. */
export function Throughput({
  cluster,
  run,
  window,
  nowMs,
  size = "tall",
}: {
  readonly cluster: ClusterView;
  readonly run: Run | null;
  readonly window: ClusterWindow;
  readonly nowMs: number;
  readonly size?: LaneSize;
}) {
  const { range, zoom, series, fromMs, toMs, bands, marks, reading } = useClusterCharts(cluster, run, window, nowMs);
  const span = range.is === "fixed" ? null : range.is === "last" ? range.span : "15m";
  const words = span === null ? null : t(SPAN_WORDS[span]);
  return (
    <section
      className={css("lanes", size === "short" && "short")}
      aria-label={words === null ? t("Throughput, of a window") : t("Throughput, last {span}", { span: words })}
    >
      {reading ? (
        <p className={css("reading")}>{words === null ? t("reading") : t("reading {span}", { span: words })}</p>
      ) : null}
      <ThroughputLanes
        size={size}
        series={series}
        words={cluster.words}
        live={window.lanes}
        fromMs={fromMs}
        toMs={toMs}
        nowMs={nowMs}
        bands={bands}
        marks={marks}
        zoom={zoom}
      />
      <div className={css("spans")}>
        <SpanChoice
          options={SPANS.map((each) => ({ span: each, words: t(SPAN_WORDS[each]) }))}
          chosen={span}
          onChoose={(each) => pushParams(rangeParams(each === "15m" ? { is: "usual" } : { is: "last", span: each }))}
        />
      </div>
    </section>
  );
}
