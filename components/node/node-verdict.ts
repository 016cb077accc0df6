/**
 * The sentence at the top of a node: what it does, for whom, and how long still. What is not known comes first, then what
 * nobody planned, then what a run does with it; only then that it serves.
 */
import { nameOf } from "#lib/run/actor.ts";
import { runName } from "#lib/run/run-id.ts";
import { stepsUnderWay, type Run, type Step } from "#lib/run/state.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import type { Freshness } from "#components/data/freshness.ts";
import { count, duration, plural, rate, timeOfDay } from "#components/format.ts";
import { holdSentence } from "#components/run/hold.ts";
import { joined, PHASE_DOING, unstopped } from "#components/run/words.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";

export type NodeVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
};

export type NodeVerdictFacts = {
  readonly row: NodeRow;
  /** The run that has not ended; it need not touch this node. */
  readonly run: Run | null;
  readonly fresh: Freshness & { readonly console: "open" | "lost" };
  /** When it is empty at this pace; null where that cannot be said. */
  readonly emptyAtMs: number | null;
  readonly nowMs: number;
};

export function nodeVerdict(facts: NodeVerdictFacts): NodeVerdict {
  const { row, run } = facts;
  const step = run?.steps.find(({ plan }) => plan.nodeId === row.id) ?? null;
  return (
    blind(facts) ??
    contested(row) ??
    (run === null || step === null ? null : (held(run, row) ?? inHand(facts, run, step))) ??
    unplanned(facts) ??
    waiting(facts, run, step) ??
    serving(facts)
  );
}

function blind({ fresh, row }: NodeVerdictFacts): NodeVerdict | null {
  const base = { icon: "clock", tone: "danger" } as const;
  const since = fresh.dataAtMs === null ? "No data yet." : `No data since ${timeOfDay(fresh.dataAtMs)}.`;
  if (fresh.console === "lost")
    return { ...base, verdict: "This browser has lost the console.", reason: `${since} It connects again by itself.` };
  if (fresh.at === "lost")
    return { ...base, verdict: since, reason: `What stands below of ${row.id} was seen before.` };
  return null;
}

function contested({ status }: NodeRow): NodeVerdict | null {
  if (status.disagreement === null) return null;
  const said = status.disagreement.map((fact) => `${fact.witness} says ${fact.value}`).join(", ");
  return { icon: "warn", tone: "attn", verdict: "Its witnesses disagree.", reason: `${said}. Nothing is averaged.` };
}

function held(run: Run, row: NodeRow): NodeVerdict | null {
  const { hold } = run;
  if (hold === null || hold.nodeId !== row.id) return null;
  const since = `since ${timeOfDay(hold.sinceMs)}`;
  if (hold.reason.why === "outByHand") {
    const why = run.plan.reason === "" ? "" : `: ${run.plan.reason}`;
    return {
      icon: "out",
      tone: "water",
      verdict: "Out by hand.",
      reason: `By ${nameOf(run.startedBy)} ${since}${why}. It stays out until somebody ${run.plan.kind === "stop" ? "starts it again" : "puts it back"}.`,
    };
  }
  return {
    icon: "gate",
    tone: "attn",
    verdict: "It waits for a person.",
    reason: `${holdSentence(run, hold.reason)} ${capital(since)}.`,
  };
}

function inHand(facts: NodeVerdictFacts, run: Run, step: Step): NodeVerdict | null {
  const { progress } = step;
  const { nowMs } = facts;
  const name = `for run ${runName(run.id)}`;
  if (progress.at === "puttingBack")
    return {
      icon: "restart",
      tone: "water",
      verdict: `Being put back ${name}.`,
      reason: `For ${duration(nowMs - progress.sinceMs)}: its routes open again.`,
    };
  if (progress.at !== "phase") return null;
  const { phase } = progress;
  if (phase === "gate")
    return step.approval === null
      ? {
          icon: "gate",
          tone: "attn",
          verdict: "It waits for approval.",
          reason: `Run ${runName(run.id)} takes it next; it serves until then.`,
        }
      : {
          icon: "gate",
          tone: "attn",
          verdict: `Approved by ${nameOf(step.approval.by)}.`,
          reason: `It begins at ${timeOfDay(step.approval.effectiveAtMs)}.`,
        };
  if (phase === "drain" || phase === "exit") {
    return {
      icon: phase === "drain" ? "draining" : "exiting",
      tone: "water",
      verdict: `${PHASE_DOING[phase]} ${name}.`,
      reason: `${left(facts, step)}${pace(facts)}${limitOf(facts, step, phase)}.`,
    };
  }
  return {
    icon: phase === "verify" || phase === "readmit" ? "verify" : phase === "restart" ? "starting" : "out",
    tone: phase === "verify" || phase === "readmit" ? "ok" : "refit",
    verdict: `${PHASE_DOING[phase]} ${name}.`,
    reason: `For ${duration(nowMs - progress.sinceMs)}. ${facts.row.word.text} by its own word.`,
  };
}

function left({ row }: NodeVerdictFacts, { drain, plan }: Step): string {
  if (row.count === null) return `How many ${plan.work.many} are left is not known`;
  const start = drain?.startCount ?? null;
  return start === null
    ? `${plural(row.count, plan.work.one, plan.work.many)} left`
    : `${count(row.count)} of ${count(start)} left`;
}

function pace({ emptyAtMs, nowMs }: NodeVerdictFacts): string {
  return emptyAtMs === null ? "" : `, empty in about ${duration(emptyAtMs - nowMs)}`;
}

function limitOf({ emptyAtMs, nowMs }: NodeVerdictFacts, step: Step, phase: "drain" | "exit"): string {
  const atMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  const name = `its ${phase} limit`;
  if (atMs === null) return `; ${name.replace("its ", "no ")}`;
  if (atMs <= nowMs) return `; ${name} is past since ${timeOfDay(atMs)}`;
  if (emptyAtMs !== null && emptyAtMs <= atMs) return `, ${duration(atMs - emptyAtMs)} before ${name}`;
  return emptyAtMs === null
    ? `, ${name} in ${duration(atMs - nowMs)}`
    : `, ${duration(emptyAtMs - atMs)} after ${name}`;
}

function unplanned({ row }: NodeVerdictFacts): NodeVerdict | null {
  const { status, word } = row;
  if (status.status === "unknown")
    return {
      icon: "clock",
      tone: "attn",
      verdict:
        status.asOfMs === null
          ? "Nobody has told anything of it yet."
          : `Nobody has told anything since ${timeOfDay(status.asOfMs)}.`,
      reason: "What it does now is not known.",
    };
  if (word.tone === "danger")
    return { icon: "lost", tone: "danger", verdict: `${capital(word.text)}.`, reason: seenLast(row) };
  return null;
}

function seenLast({ status, view }: NodeRow): string {
  const when = status.asOfMs === null ? "" : `Told at ${timeOfDay(status.asOfMs)}. `;
  const { remark } = view.observation;
  return `${when}${remark === "" ? "No run took it out." : `It says: ${unstopped(remark)}.`}`;
}

function waiting(facts: NodeVerdictFacts, run: Run | null, step: Step | null): NodeVerdict | null {
  if (run === null || step?.progress.at !== "waiting" || facts.row.status.status !== "serving") return null;
  const before = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
  const beside = run.plan.policy.batch > before.length ? " or beside" : "";
  const order = before.length === 0 ? "" : ` after${beside} ${joined(before)}`;
  const { verdict, reason } = serving(facts);
  return { icon: "serving", tone: "ok", verdict, reason: `${reason} Run ${runName(run.id)} takes it${order}.` };
}

function serving({ row }: NodeVerdictFacts): NodeVerdict {
  const { requestsPerS } = row.view.rates;
  const flow = requestsPerS === null ? "" : `, ${rate(requestsPerS)}`;
  const flight = row.count === null ? "What is in flight cannot be measured" : `${count(row.count)} in flight${flow}`;
  if (row.status.status === "serving")
    return { icon: "serving", tone: "ok", verdict: "Serving.", reason: `${flight}.` };
  const isOut = row.status.status === "sidelined";
  return {
    icon: row.word.icon,
    tone: isOut ? "attn" : "refit",
    verdict: isOut ? "Off every route, by nobody's run." : `${capital(row.word.text)}.`,
    reason: `${flight}.`,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
