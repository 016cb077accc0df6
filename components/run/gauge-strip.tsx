/** Every node of the run as a small chamber, in its order: the queue at a glance. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Run } from "#lib/run/state.ts";
import { currentStep, stepsUnderWay } from "#lib/run/state.ts";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { t } from "#components/language/t.ts";
import { classesOf } from "#components/ui/css.ts";
import type { Gauge } from "./gauges.ts";
import styles from "./gauge-strip.module.css";

const css = classesOf(styles);

/** More than these would be a fence. */
const MOST = 24;

export function GaugeStrip({ run, gauges }: { readonly run: Run; readonly gauges: ReadonlyMap<NodeId, Gauge> | null }) {
  if (gauges === null || run.steps.length > MOST) return null;
  const current = currentStep(run)?.plan.nodeId ?? null;
  const underWay = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
  return (
    <ul className={css("strip")} aria-label={t("Nodes in their order")}>
      {run.steps.map(({ plan: { nodeId } }) => {
        const gauge = gauges.get(nodeId);
        return gauge === undefined ? null : (
          <li key={nodeId} aria-current={nodeId === current ? "true" : undefined}>
            <LevelGauge size="s" {...gauge} />
            {underWay.includes(nodeId) ? <span className={css("name")}>{nodeId}</span> : null}
          </li>
        );
      })}
    </ul>
  );
}
