"use client";
/** One node of the run: where it stands, its limits, what it still carries, and what may be asked of it now. */
import Link from "next/link";
import { useMemo } from "react";
import { countOf } from "#lib/cluster/observation.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { cutOf } from "#lib/run/cut.ts";
import { outlook } from "#lib/run/outlook.ts";
import { currentStep, type Run, type Step } from "#lib/run/state.ts";
import { usualFrom } from "#lib/run/usual.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { curveTop } from "#components/charts/curve-top.ts";
import { projectedEmptyMs } from "#components/charts/projection.ts";
import { nodeRow, spokenGauge, type NodeRow } from "#components/cluster/node-rows.ts";
import { useConnection } from "#components/data/live-provider.tsx";
import { LevelGauge } from "#components/gauge/level-gauge.tsx";
import { nodePath } from "#components/shell/place.ts";
import { classesOf } from "#components/ui/css.ts";
import { late } from "#components/ui/late.tsx";
import { StatusWord } from "#components/ui/status-word.tsx";
import { ActButton } from "./act-button.tsx";
import { ActKeys } from "./act-keys.tsx";
import { actsOf, headActs, onwardAct, type ActFacts } from "./acts.ts";
import { AllActs } from "./all-acts.tsx";
import { isBeforeGate } from "./before-gate.ts";
import { BeforeGate } from "./before-gate.tsx";
import { ChecksList } from "./checks-list.tsx";
import { countPoints } from "./counts.ts";
import { curveOf } from "./curve.ts";
import { HoldBlock } from "./hold-block.tsx";
import { NodeFacts } from "./node-facts.tsx";
import { notesOfHold } from "./notes.ts";
import { PhaseStepper } from "./phase-stepper.tsx";
import type { Acting } from "./use-acting.ts";
import { CutSoFar, WaitingFor } from "./waiting-for.tsx";
import { Witnesses } from "./witnesses.tsx";
import styles from "./node-panel.module.css";

const css = classesOf(styles);

const DrainCurve = late(async () => (await import("#components/charts/drain-curve.tsx")).DrainCurve);

/** What can be told of a node at a past moment, where nobody kept what was observed. */
export type PastRow = Pick<NodeRow, "id" | "word" | "gauge" | "count" | "willBeCut" | "step">;

export function NodePanel({
  run,
  step,
  events,
  cluster,
  past = null,
  nowMs,
  acting,
}: {
  readonly run: Run;
  readonly step: Step;
  readonly events: readonly Recorded<RunEvent>[];
  readonly cluster: ClusterView | null;
  /** At a past moment; null: `cluster` tells how it is now. */
  readonly past?: PastRow | null;
  readonly nowMs: number;
  readonly acting: Acting;
}) {
  const { nodeId } = step.plan;
  const seen = cluster?.nodes[nodeId] ?? null;
  const row: PastRow | null = past ?? (seen === null ? null : nodeRow(seen, run, nowMs));
  const list = cluster?.work[nodeId] ?? null;
  const items = list?.items ?? step.lastWork;
  const facts: ActFacts = {
    run,
    step,
    observation: seen?.observation ?? null,
    items,
    inFlight: row?.count ?? null,
    nowMs,
  };
  const points = useMemo(() => countPoints(events, nodeId), [events, nodeId]);
  const curve = curveOf(run, step);
  const connection = useConnection(run.plan.clusterId);
  const heardUntilMs =
    past !== null || connection.at === "live" ? nowMs : Math.min(nowMs, connection.dataAtMs ?? nowMs);
  const emptyAtMs = curve?.endedAtMs === null ? projectedEmptyMs(points, nowMs) : null;
  const top = curveTop(curve?.startCount ?? null, points);
  const usualOf = useMemo(() => usualFrom(run.steps.flatMap(({ ledger }) => ledger)), [run.steps]);
  const work = seen?.observation.work ?? null;
  const counted = {
    inFlight: work === null ? (past?.count ?? null) : countOf(work.inFlight),
    willBeCut: work === null ? null : countOf(work.willBeCut),
  };
  const view = outlook(run, step, items, counted, usualOf, nowMs);
  // Before an approval what runs on it is what is decided about; after its exit there is nothing to wait for.
  const beforeGate = isBeforeGate(step);
  const drains = curve !== null && curve.endedAtMs === null;
  const carries = drains || (run.life.at !== "ended" && beforeGate && seen !== null);
  const isCurrent = currentStep(run) === step;
  const isHeld = run.hold !== null && run.hold.nodeId === nodeId;
  // In a hold its block has the acts: nothing is offered twice.
  const onward = isHeld ? null : onwardAct(facts);
  return (
    <section aria-label={nodeId}>
      <div className={css("head")}>
        <h2 className={css("name")}>
          <Link href={nodePath(run.plan.clusterId, nodeId)}>{nodeId}</Link>
        </h2>
        <span className={css("address")}>{step.plan.address}</span>
        {row === null ? null : (
          <StatusWord icon={row.word.icon} tone={row.word.tone} mono={row.word.mono}>
            {row.word.text}
          </StatusWord>
        )}
        <span className={css("acts")}>
          {(isHeld ? [] : headActs(facts)).map((act) => (
            <ActButton key={act.key} act={act} acting={acting} />
          ))}
          {step.progress.at === "ended" ? null : <AllActs acts={actsOf(facts)} acting={acting} />}
        </span>
      </div>
      <PhaseStepper step={step} nowMs={nowMs} />
      {run.hold !== null && isHeld ? (
        <HoldBlock
          run={run}
          hold={run.hold}
          facts={facts}
          acting={acting}
          view={drains ? view : null}
          notes={notesOfHold(events, run.hold)}
        />
      ) : null}
      <div className={css("factsRow")}>
        <NodeFacts run={run} step={step} row={row} emptyAtMs={emptyAtMs} nowMs={nowMs} />
        {onward === null ? null : <ActButton act={onward} acting={acting} />}
      </div>
      <Witnesses step={step} observation={seen?.observation ?? null} nowMs={nowMs} />
      {carries && beforeGate ? <WaitingFor step={step} list={list} inFlight={counted.inFlight} view={view} /> : null}
      <BeforeGate run={run} step={step} />
      <ChecksList run={run} step={step} nowMs={nowMs} acting={acting} />
      {curve === null ? null : (
        <div className={css("curve", row === null && "bare")}>
          {row === null ? null : (
            <span className={css("gauge")}>
              <LevelGauge
                size="l"
                state={row.gauge}
                count={row.count}
                peak={top}
                startCount={curve.startCount}
                onTarget={step.progress.at === "ended" && step.progress.result === "verified"}
                label={spokenGauge(row)}
              />
              <span className={css("gate")}>{curve.gateWord}</span>
            </span>
          )}
          <div className={css("plot")}>
            <DrainCurve
              points={points}
              nodeName={nodeId}
              work={step.plan.work}
              beganAtMs={curve.beganAtMs}
              startCount={curve.startCount}
              nowMs={nowMs}
              heardUntilMs={heardUntilMs}
              exitBeganAtMs={curve.exitBeganAtMs}
              endedAtMs={curve.endedAtMs}
              limit={curve.limit}
            />
          </div>
        </div>
      )}
      {carries && !beforeGate ? (
        <WaitingFor
          step={step}
          list={list}
          inFlight={counted.inFlight}
          view={view}
          told={isHeld && run.hold?.reason.why === "drainLimit"}
        />
      ) : null}
      {cutOf(step).length === 0 || run.life.at === "ended" ? null : <CutSoFar step={step} nowMs={nowMs} />}
      {isCurrent ? <ActKeys acts={actsOf(facts)} nodeId={nodeId} acting={acting} /> : null}
    </section>
  );
}

/** E and F belong to the node that is taken now; what is refused is told, not done. */
