"use client";
/** Queue, node and evidence: the run as it is, or as it was. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { classesOf } from "#components/ui/css.ts";
import { late } from "#components/ui/late.tsx";
import type { Gauge } from "./gauges.ts";
import { NodePanel, type PastRow } from "./node-panel.tsx";
import { QueuePanel } from "./queue-panel.tsx";
import type { Acting } from "./use-acting.ts";
import { useShownStep } from "./use-shown-step.ts";
import styles from "./run-screen.module.css";

const css = classesOf(styles);

const EvidencePanel = late(async () => (await import("./evidence-panel.tsx")).EvidencePanel);

export function RunRegions({
  run,
  events,
  cluster,
  gauges,
  forecast = null,
  past = null,
  nowMs,
  acting,
}: {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly cluster: ClusterView | null;
  readonly gauges: ReadonlyMap<NodeId, Gauge> | null;
  /** Null where none is made. */
  readonly forecast?: Forecast | null;
  /** A moment of the past: what a node showed then. Null: now. */
  readonly past?: ((nodeId: NodeId) => PastRow | null) | null;
  readonly nowMs: number;
  readonly acting: Acting;
}) {
  const [shown, show] = useShownStep(run);
  return (
    <div className={css("regions", run.hold !== null && "holding")}>
      <div className={css("queue")}>
        <QueuePanel
          run={run}
          cluster={cluster}
          gauges={gauges}
          forecast={forecast}
          nowMs={nowMs}
          acting={acting}
          shown={shown?.plan.nodeId ?? null}
          onShow={show}
        />
      </div>
      <div className={css("node")}>
        {shown === null ? null : (
          <NodePanel
            run={run}
            step={shown}
            events={events}
            cluster={past === null ? cluster : null}
            past={past?.(shown.plan.nodeId) ?? null}
            nowMs={nowMs}
            acting={acting}
          />
        )}
      </div>
      <div className={css("evidence")}>
        <EvidencePanel run={run} step={shown} events={events} acting={acting} isPast={past !== null} />
      </div>
    </div>
  );
}
