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
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
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
  const since =
    fresh.dataAtMs === null ? t("No data yet.") : t("No data since {time}.", { time: timeOfDay(fresh.dataAtMs) });
  if (fresh.console === "lost")
    return {
      ...base,
      verdict: t("This browser has lost the console."),
      reason: sentences([since, t("It connects again by itself.")]),
    };
  if (fresh.at === "lost")
    return { ...base, verdict: since, reason: t("What stands below of {node} was seen before.", { node: row.id }) };
  return null;
}

function contested({ status }: NodeRow): NodeVerdict | null {
  if (status.disagreement === null) return null;
  const told = status.disagreement.map((fact) =>
    t("{witness} says {state}", { witness: said(fact.witness), state: said(fact.value) }),
  );
  return {
    icon: "warn",
    tone: "attn",
    verdict: t("Its witnesses disagree."),
    reason: t("{told}. Nothing is averaged.", { told: told.join(t(", ")) }),
  };
}

function held(run: Run, row: NodeRow): NodeVerdict | null {
  const { hold } = run;
  if (hold === null || hold.nodeId !== row.id) return null;
  const time = timeOfDay(hold.sinceMs);
  if (hold.reason.why === "outByHand") {
    const by = t("By {person} since {time}", { person: nameOf(run.startedBy), time });
    const why = run.plan.reason === "" ? by : t("{what}: {reason}", { what: by, reason: run.plan.reason });
    return {
      icon: "out",
      tone: "water",
      verdict: t("Out by hand."),
      reason:
        run.plan.kind === "stop"
          ? t("{why}. It stays out until somebody starts it again.", { why })
          : t("{why}. It stays out until somebody puts it back.", { why }),
    };
  }
  return {
    icon: "gate",
    tone: "attn",
    verdict: t("It waits for a person."),
    reason: sentences([holdSentence(run, hold.reason), t("Since {time}.", { time })]),
  };
}

function inHand(facts: NodeVerdictFacts, run: Run, step: Step): NodeVerdict | null {
  const { progress } = step;
  const { nowMs } = facts;
  const name = runName(run.id);
  if (progress.at === "puttingBack")
    return {
      icon: "restart",
      tone: "water",
      verdict: t("Being put back for run {run}.", { run: name }),
      reason: t("For {duration}: its routes open again.", { duration: duration(nowMs - progress.sinceMs) }),
    };
  if (progress.at !== "phase") return null;
  const { phase } = progress;
  if (phase === "gate")
    return step.approval === null
      ? {
          icon: "gate",
          tone: "attn",
          verdict: t("It waits for approval."),
          reason: t("Run {run} takes it next; it serves until then.", { run: name }),
        }
      : {
          icon: "gate",
          tone: "attn",
          verdict: t("Approved by {person}.", { person: nameOf(step.approval.by) }),
          reason: t("It begins at {time}.", { time: timeOfDay(step.approval.effectiveAtMs) }),
        };
  if (phase === "drain" || phase === "exit") {
    return {
      icon: phase === "drain" ? "draining" : "exiting",
      tone: "water",
      verdict: t("{doing} for run {run}.", { doing: t(PHASE_DOING[phase]), run: name }),
      reason: t("{sentence}.", { sentence: `${left(facts, step)}${pace(facts)}${limitOf(facts, step, phase)}` }),
    };
  }
  return {
    icon: phase === "verify" || phase === "readmit" ? "verify" : phase === "restart" ? "starting" : "out",
    tone: phase === "verify" || phase === "readmit" ? "ok" : "refit",
    verdict: t("{doing} for run {run}.", { doing: t(PHASE_DOING[phase]), run: name }),
    reason: t("For {duration}. {word} by its own word.", {
      duration: duration(nowMs - progress.sinceMs),
      word: facts.row.word.text,
    }),
  };
}

function left({ row }: NodeVerdictFacts, { drain, plan }: Step): string {
  if (row.count === null) return t("How many {things} are left is not known", { things: said(plan.work.many) });
  const start = drain?.startCount ?? null;
  return start === null
    ? t("{things} left", { things: plural(row.count, plan.work.one, plan.work.many) })
    : t("{part} of {whole} left", { part: count(row.count), whole: count(start) });
}

function pace({ emptyAtMs, nowMs }: NodeVerdictFacts): string {
  return emptyAtMs === null ? "" : t(", empty in about {duration}", { duration: duration(emptyAtMs - nowMs) });
}

function limitOf({ emptyAtMs, nowMs }: NodeVerdictFacts, step: Step, phase: "drain" | "exit"): string {
  const atMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  const limit = t(phase === "drain" ? "drain limit" : "exit limit");
  if (atMs === null) return t("; no {limit}", { limit });
  if (atMs <= nowMs) return t("; its {limit} is past since {time}", { limit, time: timeOfDay(atMs) });
  if (emptyAtMs === null) return t(", its {limit} in {duration}", { limit, duration: duration(atMs - nowMs) });
  return emptyAtMs <= atMs
    ? t(", {duration} before its {limit}", { limit, duration: duration(atMs - emptyAtMs) })
    : t(", {duration} after its {limit}", { limit, duration: duration(emptyAtMs - atMs) });
}

function unplanned({ row }: NodeVerdictFacts): NodeVerdict | null {
  const { status, word } = row;
  if (status.status === "unknown")
    return {
      icon: "clock",
      tone: "attn",
      verdict:
        status.asOfMs === null
          ? t("Nobody has told anything of it yet.")
          : t("Nobody has told anything since {time}.", { time: timeOfDay(status.asOfMs) }),
      reason: t("What it does now is not known."),
    };
  if (word.tone === "danger")
    return {
      icon: "lost",
      tone: "danger",
      verdict: t("{sentence}.", { sentence: capital(word.text) }),
      reason: seenLast(row),
    };
  return null;
}

function seenLast({ status, view }: NodeRow): string {
  const { remark } = view.observation;
  return sentences([
    status.asOfMs === null ? "" : t("Told at {time}.", { time: timeOfDay(status.asOfMs) }),
    remark === "" ? t("No run took it out.") : t("It says: {remark}.", { remark: unstopped(remark) }),
  ]);
}

function waiting(facts: NodeVerdictFacts, run: Run | null, step: Step | null): NodeVerdict | null {
  if (run === null || step?.progress.at !== "waiting" || facts.row.status.status !== "serving") return null;
  const before = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
  const { verdict, reason } = serving(facts);
  const order = { run: runName(run.id), nodes: joined(before) };
  const takes =
    before.length === 0
      ? t("Run {run} takes it.", { run: order.run })
      : run.plan.policy.batch > before.length
        ? t("Run {run} takes it after or beside {nodes}.", order)
        : t("Run {run} takes it after {nodes}.", order);
  return { icon: "serving", tone: "ok", verdict, reason: sentences([reason, takes]) };
}

function serving({ row }: NodeVerdictFacts): NodeVerdict {
  const { requestsPerS } = row.view.rates;
  const flight =
    row.count === null
      ? t("What is in flight cannot be measured.")
      : requestsPerS === null
        ? t("{count} in flight.", { count: count(row.count) })
        : t("{count} in flight, {rate}.", { count: count(row.count), rate: rate(requestsPerS) });
  if (row.status.status === "serving") return { icon: "serving", tone: "ok", verdict: t("Serving."), reason: flight };
  const isOut = row.status.status === "sidelined";
  return {
    icon: row.word.icon,
    tone: isOut ? "attn" : "refit",
    verdict: isOut ? t("Off every route, by nobody's run.") : t("{sentence}.", { sentence: capital(row.word.text) }),
    reason: flight,
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
