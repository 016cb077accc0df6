"use client";
/** The verdict where every screen has it, spoken when it becomes another one; a limit's countdown is spoken with it. */
import { useMemo } from "react";
import { countOf } from "#lib/cluster/observation.ts";
import type { Forecast } from "#lib/forecast/forecast.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { currentStep, type Run } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { projectedEmptyMs } from "#components/charts/projection.ts";
import { useConnection } from "#components/data/live-provider.tsx";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { VerdictRow } from "#components/shell/page-header.tsx";
import { useAnnounced } from "#components/shell/use-announced.ts";
import { classesOf } from "#components/ui/css.ts";
import { countPoints } from "./counts.ts";
import { limitNow } from "./curve.ts";
import { useCountdown } from "./use-countdown.ts";
import type { RunVerdict } from "./verdict-facts.ts";
import { runVerdict } from "./verdict.ts";
import styles from "./verdict-row.module.css";

const css = classesOf(styles);

export function LiveVerdict({
  run,
  events,
  cluster,
  forecast,
  nowMs,
}: {
  readonly run: Run;
  readonly events: readonly Recorded<RunEvent>[];
  readonly cluster: ClusterView | null;
  readonly forecast: Forecast | null;
  readonly nowMs: number;
}) {
  const fresh = useConnection(run.plan.clusterId);
  const nodeId = currentStep(run)?.plan.nodeId ?? "";
  const points = useMemo(() => countPoints(events, nodeId), [events, nodeId]);
  const limit = limitNow(run);
  const seen = cluster?.nodes[nodeId]?.observation.work ?? null;
  const verdict = runVerdict({
    run,
    fresh,
    inFlight: seen === null ? null : countOf(seen.inFlight),
    emptyAtMs: limit === null ? null : projectedEmptyMs(points, nowMs),
    overAtMs: forecast?.nodes.find((node) => node.nodeId === nodeId)?.endsAtMs ?? null,
    nowMs,
  });
  useAnnounced(sentences([verdict.verdict, verdict.reason]), verdict.tone === "danger" || verdict.tone === "attn");
  const limited = limit === null ? "" : t("The {limit} of {node}", { limit: t(limit.name), node: nodeId });
  useCountdown(limited, limit?.atMs ?? null, nowMs);
  return <RunVerdictRow verdict={verdict} />;
}

export function RunVerdictRow({ verdict }: { readonly verdict: RunVerdict }) {
  return (
    <div className={css("verdict", verdict.tone)}>
      <VerdictRow
        icon={verdict.icon}
        tone={verdict.tone}
        verdict={verdict.verdict}
        reason={verdict.reason}
        next={verdict.next === null ? null : t("Next decision: {next}.", { next: verdict.next })}
      />
    </div>
  );
}
