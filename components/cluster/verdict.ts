/**
 * The sentence at the top of a cluster: what is so, why, and what a person decides next. It must make sense read alone,
 * at 3 am. What is not known is said before anything that rests on it.
 */
import { nameOf } from "#lib/run/actor.ts";
import { matesOf } from "#lib/run/batch.ts";
import { verdict as runVerdict, type Verdict as RunState } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import { currentStep, stepOf, type Run, type Step } from "#lib/run/state.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import type { Freshness } from "#components/data/freshness.ts";
import { count, duration, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { IconName } from "#components/ui/icon.tsx";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import { joined } from "#components/run/words.ts";
import { doing } from "./doing.ts";
import { holdSentence } from "./hold-sentence.ts";
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
  /** Failures of the last 15 minutes, as whoever counts them does; null where nobody counts. */
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
  const since =
    fresh.dataAtMs === null ? t("No data yet.") : t("No data since {time}.", { time: timeOfDay(fresh.dataAtMs) });
  const base = { icon: "clock", tone: "danger", next: null } as const;
  if (fresh.console === "lost") {
    const goesOn = run === null ? "" : t("Run {run} goes on without this browser.", { run: runName(run.id) });
    return {
      ...base,
      verdict: t("This browser has lost the console."),
      reason: sentences([since, goesOn, t("It connects again by itself.")]),
    };
  }
  if (fresh.at !== "lost") return null;
  const why =
    cluster.problem === null
      ? t("No {speaker} has answered.", { speaker: said(cluster.words.speaker) })
      : said(cluster.problem);
  const below = fresh.dataAtMs === null ? "" : t("What stands below was seen before.");
  return { ...base, verdict: since, reason: sentences([why, below]) };
}

function unplanned(groups: readonly RoleGroup[]): ClusterVerdict | null {
  const rows = groups.flatMap((group) => group.rows);
  const bad = rows.filter((row) => row.word.tone === "danger" || row.status.disagreement !== null);
  if (bad.length === 0) return null;
  const nodes = fewOf(
    bad.map((row) => t("{node}: {word}", { node: row.id, word: row.word.text })),
    t("; "),
  );
  const [first] = bad;
  return {
    icon: "lost",
    tone: "danger",
    verdict: servingOf(rows),
    reason: t("{nodes}. Nothing is taken out of service meanwhile.", { nodes }),
    next: first === undefined ? null : t("Look at {node} first.", { node: first.id }),
  };
}

const MOST_NAMED = 3;

/** A sentence names a few; the list below has them all. */
function fewOf(nodes: readonly string[], between: string): string {
  const more = nodes.length - MOST_NAMED;
  const named = nodes.slice(0, MOST_NAMED).join(between);
  return more > 0 ? t("{named}{between}and {count} more", { named, between, count: count(more) }) : named;
}

function quiet({ groups, failed, cluster }: VerdictFacts): ClusterVerdict {
  const rows = groups.flatMap((group) => group.rows);
  const away = rows.filter((row) => row.status.status !== "serving");
  const serving = servingOf(rows);
  if (cluster.problem !== null) {
    return { icon: "warn", tone: "attn", verdict: serving, reason: said(cluster.problem), next: null };
  }
  if (away.length > 0) {
    const nodes = fewOf(
      away.map((row) => t("{node} is {word}", { node: row.id, word: row.word.text })),
      t(", "),
    );
    const reason = t("{nodes}. No run is under way.", { nodes });
    return { icon: "warn", tone: "attn", verdict: serving, reason, next: null };
  }
  return {
    icon: "serving",
    tone: "ok",
    verdict: serving,
    reason: sentences([t("No run is under way."), failures(failed)]),
    next: t("Nothing waits for a person."),
  };
}

function underRun(facts: VerdictFacts, run: Run, state: RunState): ClusterVerdict {
  const rows = facts.groups.flatMap((group) => group.rows);
  const serving = servingOf(rows);
  const values = { kind: run.plan.kind, run: runName(run.id) };
  switch (state.is) {
    case "hold": {
      const who = state.nodeId ?? t("Run {run}", values);
      if (state.reason.why === "outByHand") {
        const by = { who, by: nameOf(run.startedBy), since: timeOfDay(state.sinceMs), reason: run.plan.reason };
        const reason =
          run.plan.reason === ""
            ? t("{who} is out by hand, by {by} since {since}.", by)
            : t("{who} is out by hand, by {by} since {since}: {reason}.", by);
        return { icon: "out", tone: "water", verdict: serving, reason, next: null };
      }
      return {
        icon: "gate",
        tone: "attn",
        verdict: t("{who} waits for a person.", { who }),
        reason: sentences([holdSentence(state.reason), serving]),
        next: t("Decide in run {run}.", values),
      };
    }
    case "waitsForApproval":
      return {
        icon: "gate",
        tone: "attn",
        verdict: t("{node} waits for approval.", { node: state.nodeId }),
        reason: sentences([t("For {duration}.", { duration: duration(facts.nowMs - state.sinceMs) }), serving]),
        next: t("Approve it in run {run}.", values),
      };
    case "approved":
      return {
        icon: "gate",
        tone: "attn",
        verdict: t("{node} is approved by {who}.", { node: state.nodeId, who: nameOf(state.by) }),
        reason: sentences([t("It begins at {time}.", { time: timeOfDay(state.effectiveAtMs) }), serving]),
        next: null,
      };
    case "paused": {
      const { finishing, reason } = state;
      const what =
        reason === ""
          ? t(
              "{kind, select, upgrade {Upgrade} downgrade {Downgrade} restart {Restart} stop {Stop} other {Drain}} {run}.",
              values,
            )
          : t(
              "{kind, select, upgrade {Upgrade} downgrade {Downgrade} restart {Restart} stop {Stop} other {Drain}} {run}: {reason}.",
              { ...values, reason },
            );
      const out =
        finishing.length === 0
          ? t("Nothing is out.")
          : t("{count, plural, one {{nodes} is} other {{nodes} are}} finished first.", {
              count: finishing.length,
              nodes: joined(finishing),
            });
      return {
        icon: "paused",
        tone: "attn",
        verdict: t("Paused by {who}.", { who: nameOf(state.by) }),
        reason: sentences([what, out]),
        next: null,
      };
    }
    case "aborting": {
      const { finishing } = state;
      const back =
        finishing.length === 0
          ? ""
          : t("{count, plural, one {{nodes} is} other {{nodes} are}} brought back first.", {
              count: finishing.length,
              nodes: joined(finishing),
            });
      return {
        icon: "lost",
        tone: "danger",
        verdict: t("The run is being aborted."),
        reason: sentences([t("By {who}.", { who: nameOf(state.by) }), back, serving]),
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
          reason: sentences([
            t(
              "{kind, select, upgrade {Upgrade} downgrade {Downgrade} restart {Restart} stop {Stop} other {Drain}} {run} is under way.",
              values,
            ),
            failures(facts.failed),
          ]),
          next: null,
        };
      }
      const inHand = [step, ...matesOf(run, step)].map((each) =>
        doing(run, each, rows.find(({ id }) => id === each.plan.nodeId) ?? null),
      );
      return {
        icon: iconOf(step),
        tone: "water",
        verdict: serving,
        reason: sentences([...inHand, failures(facts.failed)]),
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
  return t("{serving} of {count, plural, one {# node} other {# nodes}} serving.", {
    serving: count(serving),
    count: rows.length,
  });
}

function iconOf(step: Step): IconName {
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  if (phase === "exit") return "exiting";
  if (phase === "confirm" || phase === "upgrade") return "out";
  if (phase === "restart") return "starting";
  return phase === "readmit" || phase === "verify" ? "verify" : "draining";
}

function failures(failed: number | null): string {
  if (failed === null) return t("Nobody counts failures.");
  return failed === 0 ? t("Nothing has failed.") : t("{count} failed in 15 min.", { count: count(failed) });
}

/** The node that a run by hand holds out of service, or null. */
export function outByHand(run: Run | null): Step | null {
  if (run === null || (run.plan.kind !== "drain" && run.plan.kind !== "stop")) return null;
  const nodeId = run.plan.steps[0]?.nodeId;
  return nodeId === undefined ? null : stepOf(run, nodeId);
}
