/** The last things that people and runs did to the cluster, newest first. */
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView, RunSummary } from "#lib/wire/views.ts";
import { cutMiddle } from "#components/format.ts";
import { t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { kindWord } from "./kind-word.ts";

export type Recent = {
  readonly key: string;
  readonly atMs: number;
  readonly icon: IconName;
  readonly tone: "ok" | "water" | "danger" | "soft";
  readonly text: string;
};

const MOST = 6;

export function recentOf(cluster: ClusterView, run: Run | null): readonly Recent[] {
  return [...cluster.runs.flatMap(ofRun), ...(run === null ? [] : ofSteps(run))]
    .toSorted((a, b) => b.atMs - a.atMs)
    .slice(0, MOST);
}

function ofRun(run: RunSummary): readonly Recent[] {
  const nodes = nodesOf(run.nodeIds);
  const began: Recent = {
    key: `${run.id} began`,
    atMs: run.startedAtMs,
    icon: "person",
    tone: "soft",
    text: t("{who} started run {run}: {kind} {nodes}", {
      who: nameOf(run.startedBy),
      run: runName(run.id),
      kind: kindWord(run.kind),
      nodes,
    }),
  };
  if (run.endedAtMs === null) return [began];
  const finished = run.verdict === "finished";
  const ended: Recent = {
    key: `${run.id} ended`,
    atMs: run.endedAtMs,
    icon: finished ? "serving" : "lost",
    tone: finished ? "ok" : "danger",
    text: finished
      ? t(
          "{nodes} {kind, select, upgrade {upgraded} downgrade {downgraded} restart {restarted} stop {stopped} other {drained}}, run {run}",
          { nodes, kind: run.kind, run: runName(run.id) },
        )
      : t("Run {run} aborted", { run: runName(run.id) }),
  };
  return [ended, began];
}

function ofSteps(run: Run): readonly Recent[] {
  return run.steps.flatMap((step) => {
    const { nodeId } = step.plan;
    const events: Recent[] = [];
    const drain = step.phases.find((each) => each.phase === "drain" && each.skipped === null);
    const exit = step.phases.find((each) => each.phase === "exit" && each.skipped === null);
    if (drain !== undefined) {
      const key = `${nodeId} drain`;
      events.push({
        key,
        atMs: drain.beganAtMs,
        icon: "draining",
        tone: "water",
        text: t("{node} began to drain", { node: nodeId }),
      });
    }
    if (exit !== undefined) {
      const key = `${nodeId} exit`;
      events.push({
        key,
        atMs: exit.beganAtMs,
        icon: "exiting",
        tone: "water",
        text: t("{node} was told to exit", { node: nodeId }),
      });
    }
    if (step.progress.at === "ended") {
      const { atMs, result } = step.progress;
      const good = result === "verified";
      events.push({
        key: `${nodeId} ended`,
        atMs,
        icon: good ? "serving" : "out",
        tone: good ? "ok" : "soft",
        text: t(
          "{node} {result, select, verified {verified} skipped {skipped} putBack {was put back} other {aborted}}",
          { node: nodeId, result },
        ),
      });
    }
    return events;
  });
}

/** "be-04", "cn-01 to cn-03", "11 nodes" */
export function nodesOf(ids: readonly string[]): string {
  const [first] = ids;
  if (first === undefined) return t("no node");
  if (ids.length <= 2) return ids.map((id) => cutMiddle(id, 24)).join(t(", "));
  return t("{count} nodes", { count: ids.length });
}
