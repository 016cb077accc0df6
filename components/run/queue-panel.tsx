"use client";
import { Fragment } from "react";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { cutMiddle } from "#components/format.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { said } from "#components/language/said.ts";
import { msg, t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import { StatusWord } from "#components/ui/status-word.tsx";
import { GateBlock } from "./gate-block.tsx";
import type { Gauge } from "./gauges.ts";
import { gateView, queueRows } from "./queue.ts";
import type { Acting } from "./use-acting.ts";
import { nodesAtATime, unstopped } from "./words.ts";
import styles from "./queue-panel.module.css";

const css = classesOf(styles);

const APPROVAL_WORDS = {
  every: msg("approval per node"),
  firstOfRole: msg("approval per role"),
  firstThenLook: msg("approval of the first two per role"),
  none: msg("no approvals"),
} as const;

export function QueuePanel({
  run,
  cluster,
  gauges,
  forecast,
  nowMs,
  acting,
  shown,
  onShow,
}: {
  readonly run: Run;
  readonly cluster: ClusterView | null;
  readonly gauges: ReadonlyMap<NodeId, Gauge> | null;
  readonly forecast: Forecast | null;
  readonly nowMs: number;
  readonly acting: Acting;
  readonly shown: NodeId | null;
  readonly onShow: (nodeId: NodeId) => void;
}) {
  const rows = queueRows(run, forecast, nowMs);
  const gate = gateView(run, nowMs);
  return (
    <section aria-labelledby="queue-title">
      <div className={css("head")}>
        <h2 id="queue-title">{t("Queue, {howMany}", { howMany: nodesAtATime(run.plan.policy) })}</h2>
        <span>{t(APPROVAL_WORDS[run.plan.policy.approval])}</span>
      </div>
      <ol>
        {rows.map(({ nodeId, isCurrent, word, elapsed, expected, isDone }) => {
          const gauge = gauges?.get(nodeId);
          const node = cluster?.nodes[nodeId]?.node;
          return (
            <Fragment key={nodeId}>
              {gate?.nodeId === nodeId ? (
                <li className={css("gate")}>
                  <GateBlock run={run} gate={gate} acting={acting} onDetails={() => onShow(nodeId)} />
                </li>
              ) : null}
              <li className={css("item")}>
                <button
                  type="button"
                  className={css("row", isCurrent && "current", nodeId === shown && "shown")}
                  aria-current={nodeId === shown ? "true" : undefined}
                  onClick={() => onShow(nodeId)}
                >
                  <span className={css("gauge")}>
                    {gauge === undefined ? null : <LevelGauge size="s" {...gauge} onTarget={isDone} label={null} />}
                  </span>
                  <span className={css("name")} title={nodeId}>
                    {cutMiddle(nodeId, 14)}
                    {node?.leadership === "leader" ? <span className={css("lead")}> {t("leader")}</span> : null}
                  </span>
                  <span className={css("word")}>
                    <StatusWord icon={word.icon} tone={word.tone}>
                      {word.text}
                    </StatusWord>
                  </span>
                  {expected === null ? (
                    <span className={css("elapsed")}>{elapsed}</span>
                  ) : (
                    <span className={css("elapsed", "expected")} title={t("As long as such nodes took before")}>
                      ~{expected}
                    </span>
                  )}
                </button>
              </li>
            </Fragment>
          );
        })}
      </ol>
      {run.plan.leftOut.length === 0 ? null : (
        <p className={css("leftOut")}>
          {t("Left out: {nodes}.", {
            nodes: run.plan.leftOut
              .map(({ nodeId, reason }) => t("{node}, {reason}", { node: nodeId, reason: unstopped(said(reason)) }))
              .join(t("; ")),
          })}
        </p>
      )}
    </section>
  );
}
