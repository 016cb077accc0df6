/**
 * The sentence at the top of a cluster: what is so, why, and what a person decides next. It must make sense read alone,
 * at 3 am. What is not known is said before anything that rests on it.
 */
import { nameOf } from "#lib/run/actor.ts";
import { matesOf } from "#lib/run/batch.ts";
import type { HoldReason } from "#lib/run/hold.ts";
import { verdict as runVerdict, type Verdict as RunState } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import { currentStep, stepOf, type Run, type Step } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { Freshness } from "#components/data/freshness.ts";
import { count, duration, plural, timeOfDay } from "#components/format.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import { are } from "#components/run/words.ts";
import type { NodeRow, RoleGroup } from "./node-rows.ts";

export type ClusterVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
  readonly next: string | null;
};

export type VerdictFacts = {
  readonly cluster: ClusterView;
  readonly groups: readonly RoleGroup[];
  /** The run that has not ended. */
  readonly run: Run | null;
  readonly fresh: Freshness & { readonly console: "open" | "lost" };
  /** Failures of the last 15 minutes as the FEs count; null where nobody counts. */
  readonly failed: number | null;
  readonly nowMs: number;
};

export function clusterVerdict(facts: VerdictFacts): ClusterVerdict {
  const { groups, run, nowMs } = facts;
  return (
    blind(facts) ?? unplanned(groups) ?? (run === null ? quiet(facts) : underRun(facts, run, runVerdict(run, nowMs)))
  );
}

function blind({ cluster, fresh, run }: VerdictFacts): ClusterVerdict | null {
  const since = fresh.dataAtMs === null ? "No data yet." : `No data since ${timeOfDay(fresh.dataAtMs)}.`;
  const base = { icon: "clock", tone: "danger", next: null } as const;
  if (fresh.console === "lost") {
    const goesOn = run === null ? "" : ` Run ${runName(run.id)} goes on without this browser.`;
    return {
      ...base,
      verdict: "This browser has lost the console.",
      reason: `${since}${goesOn} It connects again by itself.`,
    };
  }
  if (fresh.at !== "lost") return null;
  const why = cluster.problem ?? "No front end has answered.";
  const below = fresh.dataAtMs === null ? "" : " What stands below was seen before.";
  return { ...base, verdict: since, reason: `${why}${below}` };
}

function unplanned(groups: readonly RoleGroup[]): ClusterVerdict | null {
  const rows = groups.flatMap((group) => group.rows);
  const bad = rows.filter((row) => row.word.tone === "danger" || row.status.disagreement !== null);
  if (bad.length === 0) return null;
  const said = fewOf(
    bad.map((row) => `${row.id}: ${row.word.text}`),
    "; ",
  );
  return {
    icon: "lost",
    tone: "danger",
    verdict: servingOf(rows),
    reason: `${said}. Nothing is taken out of service meanwhile.`,
    next: `Look at ${bad[0]?.id ?? "it"} first.`,
  };
}

const MOST_NAMED = 3;

/** A sentence names a few; the list below has them all. */
function fewOf(said: readonly string[], between: string): string {
  const more = said.length - MOST_NAMED;
  return said.slice(0, MOST_NAMED).join(between) + (more > 0 ? `${between}and ${count(more)} more` : "");
}

function quiet({ groups, failed, cluster }: VerdictFacts): ClusterVerdict {
  const rows = groups.flatMap((group) => group.rows);
  const away = rows.filter((row) => row.status.status !== "serving");
  const serving = servingOf(rows);
  if (cluster.problem !== null) {
    return { icon: "warn", tone: "attn", verdict: serving, reason: cluster.problem, next: null };
  }
  if (away.length > 0) {
    const said = fewOf(
      away.map((row) => `${row.id} is ${row.word.text}`),
      ", ",
    );
    return { icon: "warn", tone: "attn", verdict: serving, reason: `${said}. No run is under way.`, next: null };
  }
  return {
    icon: "serving",
    tone: "ok",
    verdict: serving,
    reason: `No run is under way. ${failures(failed)}`,
    next: "Nothing waits for a person.",
  };
}

function underRun(facts: VerdictFacts, run: Run, state: RunState): ClusterVerdict {
  const rows = facts.groups.flatMap((group) => group.rows);
  const serving = servingOf(rows);
  const what = `${nounOf(run)} ${runName(run.id)}`;
  switch (state.is) {
    case "hold": {
      const who = state.nodeId === null ? `Run ${runName(run.id)}` : state.nodeId;
      if (state.reason.why === "outByHand") {
        const by = `by ${nameOf(run.startedBy)} since ${timeOfDay(state.sinceMs)}${said(run.plan.reason)}`;
        return { icon: "out", tone: "water", verdict: serving, reason: `${who} is out by hand, ${by}.`, next: null };
      }
      return {
        icon: "gate",
        tone: "attn",
        verdict: `${who} waits for a person.`,
        reason: `${holdSentence(state.reason)} ${serving}`,
        next: `Decide in run ${runName(run.id)}.`,
      };
    }
    case "waitsForApproval":
      return {
        icon: "gate",
        tone: "attn",
        verdict: `${state.nodeId} waits for approval.`,
        reason: `For ${duration(facts.nowMs - state.sinceMs)}. ${serving}`,
        next: `Approve it in run ${runName(run.id)}.`,
      };
    case "approved":
      return {
        icon: "gate",
        tone: "attn",
        verdict: `${state.nodeId} is approved by ${nameOf(state.by)}.`,
        reason: `It begins at ${timeOfDay(state.effectiveAtMs)}. ${serving}`,
        next: null,
      };
    case "paused": {
      const finishing = state.finishing.length === 0 ? "Nothing is out." : `${are(state.finishing)} finished first.`;
      return {
        icon: "paused",
        tone: "attn",
        verdict: `Paused by ${nameOf(state.by)}.`,
        reason: `${what}${said(state.reason)}. ${finishing}`,
        next: null,
      };
    }
    case "aborting": {
      const finishing = state.finishing.length === 0 ? "" : ` ${are(state.finishing)} brought back first.`;
      return {
        icon: "lost",
        tone: "danger",
        verdict: "The run is being aborted.",
        reason: `By ${nameOf(state.by)}.${finishing} ${serving}`,
        next: null,
      };
    }
    case "onTrack": {
      const step = currentStep(run);
      if (step === null) {
        return {
          icon: "serving",
          tone: "ok",
          verdict: serving,
          reason: `${what} is under way. ${failures(facts.failed)}`,
          next: null,
        };
      }
      const row = rows.find((each) => each.id === step.plan.nodeId) ?? null;
      const beside = matesOf(run, step)
        .map(
          (mate) =>
            `${mate.plan.nodeId} ${doing(run, mate, rows.find((each) => each.id === mate.plan.nodeId) ?? null)}. `,
        )
        .join("");
      return {
        icon: iconOf(step),
        tone: "water",
        verdict: serving,
        reason: `${step.plan.nodeId} ${doing(run, step, row)}. ${beside}${failures(facts.failed)}`,
        next: null,
      };
    }
    case "finished":
    case "finishedWithCut":
    case "aborted":
      return quiet(facts);
    default:
      return state satisfies never;
  }
}

function servingOf(rows: readonly NodeRow[]): string {
  const serving = rows.filter((row) => row.status.status === "serving").length;
  return `${count(serving)} of ${plural(rows.length, "node", "nodes")} serving.`;
}

/** "is draining by hand, 4 queries left" */
function doing(run: Run, step: Step, row: NodeRow | null): string {
  const byHand = run.plan.kind === "drain" || run.plan.kind === "stop" ? " by hand" : ` for run ${runName(run.id)}`;
  if (step.progress.at !== "phase") return "is being put back";
  const { one, many } = step.plan.work;
  const left = row?.count === null || row === null ? "" : `, ${plural(row.count, one, many)} left`;
  switch (step.progress.phase) {
    case "gate":
    case "check":
      return `is next${byHand === " by hand" ? byHand : `, in run ${runName(run.id)}`}`;
    case "isolate":
      return `is being taken off the routes${byHand}`;
    case "drain":
      return `is draining${byHand}${left}`;
    case "exit":
      return `is exiting${byHand}${left}`;
    case "confirm":
      return "has exited, and its end is being confirmed";
    case "upgrade":
      return `is being upgraded${run.plan.targetVersion === null ? "" : ` to ${run.plan.targetVersion}`}`;
    case "restart":
      return "is starting";
    case "readmit":
      return "is being let in again";
    case "verify":
      return "is back and watched";
    default:
      return step.progress.phase satisfies never;
  }
}

function iconOf(step: Step): IconName {
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  if (phase === "exit") return "exiting";
  if (phase === "confirm" || phase === "upgrade") return "out";
  if (phase === "restart") return "starting";
  return phase === "readmit" || phase === "verify" ? "verify" : "draining";
}

/** What the run waits for a person about, in a sentence. */
export function holdSentence(reason: HoldReason): string {
  switch (reason.why) {
    case "drainLimit":
      return "Its drain limit is past and work is left.";
    case "checksFailed":
      return `${plural(reason.checkKeys.length, "check does", "checks do")} not hold.`;
    case "commandRefused":
      return `A command was refused: ${reason.reason}`;
    case "outcomeUnknown":
      return `Nobody can say whether a command was carried out: ${reason.cause}`;
    case "notGone":
      return `The exit limit is past and it is not gone: ${reason.evidence}`;
    case "witnessesDisagree":
      return `Witnesses disagree: ${reason.evidence}`;
    case "notServing":
      return `It was started and does not serve: ${reason.evidence}`;
    case "verifyFailed":
      return `${plural(reason.checkKeys.length, "gate does", "gates do")} not hold after its return.`;
    case "inconclusive":
      return `Its verification is inconclusive: ${reason.evidence}`;
    case "outByHand":
      return "It is out by hand.";
    case "topologyChanged":
      return `The cluster has changed: ${reason.evidence}`;
    case "loansOwed":
      return `Something borrowed is not given back yet: ${reason.evidence}`;
    case "hookFailed":
      return `The command to run ${reason.when} it failed: ${reason.evidence}`;
    case "unsettled":
      return `Skipped or put back, and not settled: ${reason.nodeIds.join(", ")}.`;
    case "finish":
      return "Every step has ended: it waits for Finish.";
    default:
      return reason satisfies never;
  }
}

/** "Run", or what a run by hand is. */
function nounOf(run: Run): string {
  const { kind } = run.plan;
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function said(reason: string): string {
  return reason === "" ? "" : `: ${reason}`;
}

function failures(failed: number | null): string {
  if (failed === null) return "Nobody counts failures.";
  return failed === 0 ? "Nothing has failed." : `${count(failed)} failed in 15 min.`;
}

/** The node that a run by hand holds out of service, or null. */
export function outByHand(run: Run | null): Step | null {
  if (run === null || (run.plan.kind !== "drain" && run.plan.kind !== "stop")) return null;
  const nodeId = run.plan.steps[0]?.nodeId;
  return nodeId === undefined ? null : stepOf(run, nodeId);
}
