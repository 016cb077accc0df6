"use client";
/** The pieces of work on a node that a run takes, and what becomes of each: as on the run's own screen. */
import { useMemo } from "react";
import { countOf, type WorkList } from "#lib/cluster/observation.ts";
import { cutOf } from "#lib/run/cut.ts";
import { outlook } from "#lib/run/outlook.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { usualFrom } from "#lib/run/usual.ts";
import type { NodeView } from "#lib/wire/views.ts";
import { isBeforeGate } from "#components/run/before-gate.ts";
import { SkippedList } from "#components/run/skipped-list.tsx";
import { CutSoFar, WaitingFor } from "#components/run/waiting-for.tsx";

export function NodeWork({
  run,
  step,
  view,
  list,
  nowMs,
}: {
  readonly run: Run;
  readonly step: Step;
  readonly view: NodeView;
  readonly list: WorkList | null;
  readonly nowMs: number;
}) {
  const usualOf = useMemo(() => usualFrom(run.steps.flatMap(({ ledger }) => ledger)), [run.steps]);
  const { progress } = step;
  const { work } = view.observation;
  const inFlight = work === null ? null : countOf(work.inFlight);
  const willBeCut = work === null ? null : countOf(work.willBeCut);
  const items = list?.items ?? step.lastWork;
  const leaves = progress.at === "phase" && (progress.phase === "drain" || progress.phase === "exit");
  const isNext = progress.at === "phase" && isBeforeGate(step);
  return (
    <>
      {progress.at === "ended" ? null : <SkippedList steps={[step.plan]} />}
      {leaves || isNext ? (
        <WaitingFor
          step={step}
          list={list}
          inFlight={inFlight}
          view={outlook(run, step, items, { inFlight, willBeCut }, usualOf, nowMs)}
        />
      ) : null}
      {cutOf(step).length === 0 ? null : <CutSoFar step={step} nowMs={nowMs} />}
    </>
  );
}
