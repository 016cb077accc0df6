"use client";
/** What was done to it in the last weeks, on one line, and its drains as small pictures on the same axes. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { stepOf, type Run } from "#lib/run/state.ts";
import { takenOutOf, type TakenOut } from "#lib/run/taken-out.ts";
import type { ClusterView, NodeView } from "#lib/wire/views.ts";
import { DrainMultiples } from "#components/charts/drain-multiples.tsx";
import { HistoryStrip } from "#components/charts/history-strip.tsx";
import { nodePastQuery } from "#components/data/queries.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { toldIn, useZone } from "#components/stores/times.ts";
import { classesOf } from "#components/ui/css.ts";
import { historyMarks, picturesOf, withCurrent } from "./past.ts";
import styles from "./past-part.module.css";

const css = classesOf(styles);

const DAYS_MS = 60 * 86_400_000;
const MOST_PICTURES = 5;
const NO_TIMES: readonly TakenOut[] = [];

export function PastPart({
  cluster,
  nodeId,
  run,
  events,
  view,
  nowMs,
}: {
  readonly cluster: ClusterView;
  readonly nodeId: NodeId;
  readonly run: Run | null;
  readonly events: readonly Recorded<RunEvent>[];
  readonly view: NodeView | null;
  readonly nowMs: number;
}) {
  const { data, error } = useQuery(nodePastQuery(cluster, nodeId));
  const zone = useZone();
  const current = useMemo(() => {
    const step = run === null ? null : stepOf(run, nodeId);
    return run === null || step === null ? null : toldIn(zone, takenOutOf(run, step, events));
  }, [run, events, nodeId, zone]);
  const times = withCurrent(data?.times ?? NO_TIMES, current);
  const pictures = picturesOf(times, nowMs, MOST_PICTURES);
  const older = data?.older ?? 0;
  const startedAtMs = view?.observation.startedAtMs ?? null;
  const marks = historyMarks(times, startedAtMs, data !== undefined && older === 0, nowMs - DAYS_MS, nowMs);
  return (
    <>
      <section className={css("history")} aria-label={t("Last 60 days")}>
        <h2>{t("Last 60 days")}</h2>
        <HistoryStrip marks={marks} fromMs={nowMs - DAYS_MS} toMs={nowMs} empty={t("No run has touched it.")} />
      </section>
      <section className={css("past")} aria-labelledby="past-title">
        <div className={css("head")}>
          <h2 id="past-title">{t("Drains of {node}, on the same axes", { node: nodeId })}</h2>
          <span>
            {t("in flight at start, time to its end, cut. Dotted: the newest. Red line: the limit then in force.")}
            {older === 0
              ? ""
              : ` ${t("{count, plural, one {# older run} other {# older runs}} not shown.", { count: older })}`}
          </span>
        </div>
        {data === undefined && pictures.length === 0 ? (
          <p className={css("none")}>
            {error === null
              ? t("reading its past")
              : t("Its past cannot be read: {problem}", { problem: said(error.message) })}
          </p>
        ) : pictures.length === 0 ? (
          <p className={css("none")}>{t("No drains yet. The first one will stand here with its curve.")}</p>
        ) : (
          <DrainMultiples nodeName={nodeId} pictures={pictures} />
        )}
      </section>
    </>
  );
}
