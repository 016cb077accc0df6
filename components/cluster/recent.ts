/** The last things that people and runs did to the cluster, newest first. */
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import type { ClusterView, RunSummary } from "#lib/wire/views.ts";
import { cutMiddle } from "#components/format.ts";
import type { IconName } from "#components/ui/icon.tsx";

export type Recent = {
  readonly key: string;
  readonly atMs: number;
  readonly icon: IconName;
  readonly tone: "ok" | "water" | "danger" | "soft";
  readonly text: string;
};

const MOST = 6;
const PAST: Readonly<Record<RunSummary["kind"], string>> = {
  upgrade: "upgraded",
  downgrade: "downgraded",
  restart: "restarted",
  stop: "stopped",
  drain: "drained",
};

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
    text: `${nameOf(run.startedBy)} started run ${runName(run.id)}: ${run.kind} ${nodes}`,
  };
  if (run.endedAtMs === null) return [began];
  const finished = run.verdict === "finished";
  const ended: Recent = {
    key: `${run.id} ended`,
    atMs: run.endedAtMs,
    icon: finished ? "serving" : "lost",
    tone: finished ? "ok" : "danger",
    text: finished ? `${nodes} ${PAST[run.kind]}, run ${runName(run.id)}` : `Run ${runName(run.id)} aborted`,
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
      events.push({ key, atMs: drain.beganAtMs, icon: "draining", tone: "water", text: `${nodeId} began to drain` });
    }
    if (exit !== undefined) {
      const key = `${nodeId} exit`;
      events.push({ key, atMs: exit.beganAtMs, icon: "exiting", tone: "water", text: `${nodeId} was told to exit` });
    }
    if (step.progress.at === "ended") {
      const { atMs, result } = step.progress;
      const good = result === "verified";
      events.push({
        key: `${nodeId} ended`,
        atMs,
        icon: good ? "serving" : "out",
        tone: good ? "ok" : "soft",
        text: `${nodeId} ${words(result)}`,
      });
    }
    return events;
  });
}

function words(result: string): string {
  return result === "putBack" ? "was put back" : result;
}

/** "be-04", "cn-01 to cn-03", "11 nodes" */
export function nodesOf(ids: readonly string[]): string {
  const [first] = ids;
  if (first === undefined) return "no node";
  if (ids.length <= 2) return ids.map((id) => cutMiddle(id, 24)).join(", ");
  return `${ids.length} nodes`;
}
