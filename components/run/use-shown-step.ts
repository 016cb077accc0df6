"use client";
import { useSearchParams } from "next/navigation";
import type { NodeId } from "#lib/cluster/node.ts";
import { currentStep, type Run, type Step } from "#lib/run/state.ts";
import { replaceParams } from "#components/shell/params.ts";

/** The node that is looked at: the one in the URL, else the one that is taken now, else the next. */
export function useShownStep(run: Run): readonly [Step | null, (nodeId: NodeId) => void] {
  const wanted = useSearchParams().get("node");
  const step =
    run.steps.find(({ plan }) => plan.nodeId === wanted) ??
    currentStep(run) ??
    run.steps.find(({ progress }) => progress.at === "waiting") ??
    run.steps.at(-1) ??
    null;
  const current = currentStep(run)?.plan.nodeId;
  // The node that is taken now is what the screen follows: looking at it leaves nothing in the URL.
  return [step, (nodeId) => replaceParams({ node: nodeId === current ? null : nodeId })];
}
