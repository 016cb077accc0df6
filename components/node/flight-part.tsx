"use client";
import { useMemo, type ReactNode } from "react";
import type { Run, Step } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { FlightLanes } from "#components/charts/flight-lanes.tsx";
import { flightTop, flightWindow, type FlightLane, type KindNow } from "#components/charts/flight-lanes.ts";
import type { Mark } from "#components/charts/lanes.ts";
import type { Point } from "#components/charts/points.ts";
import { drainsOf } from "#components/cluster/use-cluster-window.ts";
import { spokenGauge, type NodeRow } from "#components/cluster/node-rows.ts";
import { useRangeSeries } from "#components/data/use-range-series.ts";
import { useSeries } from "#components/data/live-provider.tsx";
import { timeOfDay } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { t } from "#components/language/t.ts";
import { curveOf } from "#components/run/curve.ts";
import { useChartRange, windowOf } from "#components/shell/use-chart-range.ts";
import { classesOf } from "#components/ui/css.ts";
import styles from "./flight-part.module.css";

const css = classesOf(styles);

const NO_POINTS: readonly Point[] = [];
/** So long the console keeps what it has seen. */
const KEPT_MS = 30 * 24 * 3_600_000;
const NO_KINDS: readonly KindNow[] = [];

/** What runs on it, by kind: the part that an exit waits for, and the part that it would cut. */
export function FlightPart({
  cluster,
  row,
  run,
  step,
  nowMs,
  onward,
}: {
  readonly cluster: ClusterView;
  readonly row: NodeRow;
  readonly run: Run | null;
  readonly step: Step | null;
  readonly nowMs: number;
  /** The act that goes on from here; null where there is none. */
  readonly onward: ReactNode;
}) {
  const curve = run === null || step === null ? null : curveOf(run, step);
  const leaves = curve !== null && curve.endedAtMs === null;
  const limit = leaves ? curve.limit : null;
  const usual = flightWindow(nowMs, limit);
  const names = [`node/${row.id}/inFlight`, `node/${row.id}/willBeCut`] as const;
  // A new subscription once a minute at most: within it the window only moves over points that are here already.
  const points = useSeries(cluster.id, names, Math.floor(usual.fromMs / 60_000) * 60_000, 1000);
  const { range, zoom } = useChartRange({ fromMs: nowMs - KEPT_MS, toMs: usual.toMs });
  const isUsual = range.is === "usual";
  const { fromMs, toMs } = windowOf(range, usual, nowMs);
  const asked = useRangeSeries(cluster.id, names, isUsual ? null : { fromMs, toMs }, nowMs);
  const shown = isUsual ? points : asked;
  const waited = shown?.[names[0]] ?? NO_POINTS;
  const cut = shown?.[names[1]] ?? NO_POINTS;
  const work = row.view.observation.work;
  const lanes = useMemo(
    (): readonly FlightLane[] => [
      {
        key: "waited",
        title: t("In flight"),
        note: t("an exit waits for it"),
        points: waited,
        kinds: work?.inFlight ?? UNKNOWN,
      },
      {
        key: "cut",
        title: t("Will be cut"),
        note: t("an exit does not wait"),
        points: cut,
        kinds: work?.willBeCut ?? UNKNOWN,
      },
    ],
    [waited, cut, work],
  );
  const { bands, marks } = drainsOf(
    run === null || step === null ? null : { ...run, steps: [step] },
    fromMs,
    toMs,
    nowMs,
  );
  return (
    <section aria-labelledby="flight-title">
      <div className={css("head")}>
        <h2 id="flight-title">{t("In flight by kind")}</h2>
        {onward ?? <span>{t("log scale, 1 s polls")}</span>}
      </div>
      <div className={css("body")}>
        <span className={css("gauge")}>
          <span className={css("gate")}>{gateWord(row, step)}</span>
          <LevelGauge
            size="l"
            state={row.gauge}
            count={row.count}
            peak={flightTop(waited, work?.inFlight ?? NO_KINDS)}
            startCount={step?.drain?.startCount ?? null}
            label={spokenGauge(row)}
          />
        </span>
        <div className={css("plot")}>
          <FlightLanes
            nodeName={row.id}
            lanes={lanes}
            fromMs={fromMs}
            toMs={toMs}
            nowMs={nowMs}
            bands={bands}
            marks={shutMarks(marks, step)}
            limit={limit}
            reading={shown === null}
            zoom={{ ...zoom, isZoomed: !isUsual }}
          />
        </div>
      </div>
      {work !== null && work.notCollected > 0 ? (
        <p className={css("rest")}>
          {t("{count} finished and not collected yet: they hold nothing up.", { count: work.notCollected })}
        </p>
      ) : null}
    </section>
  );
}

const UNKNOWN: readonly KindNow[] = [{ kind: "work", count: null }];

function gateWord(row: NodeRow, step: Step | null): string {
  if (row.gauge === "noData") return t("gate not known");
  if (row.gauge === "exiting") return t("gate locked");
  if (row.gauge === "serving") return t("gate open");
  if (row.gauge === "refill") return t("gate half open");
  return step?.exit !== null && step?.exit !== undefined ? t("gate locked") : t("gate shut");
}

/** "gate shut 02:22:37": the moment, in the words of the gauge. */
function shutMarks(marks: readonly Mark[], step: Step | null): readonly Mark[] {
  const exit = step?.exit ?? null;
  const sent: readonly Mark[] =
    exit === null || exit.endedAtMs !== null ? [] : [{ atMs: exit.beganAtMs, label: t("exit sent"), tone: "danger" }];
  return [...marks.map((mark) => ({ ...mark, label: t("gate shut {time}", { time: timeOfDay(mark.atMs) }) })), ...sent];
}
