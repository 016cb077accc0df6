/**
 * The sentence at the top of a run: what is so, why, and what a person decides next. It must make sense read alone, at
 * 3 am, in two seconds.
 */
import { nameOf } from "#lib/run/actor.ts";
import { verdict as stateOf, type Verdict } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run } from "#lib/run/state.ts";
import { duration, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { cutInWords, cutWords, finishedWell, outcome, unknownWords } from "./ending-words.ts";
import { holdSentence } from "./hold.ts";
import { holdDecision, nextWords } from "./next-decision.ts";
import type { RunVerdict, VerdictFacts } from "./verdict-facts.ts";
import { onTrack } from "./verdict-on-track.ts";
import { listOf, unstopped, withReason } from "./words.ts";

export function runVerdict(facts: VerdictFacts): RunVerdict {
  const { run, nowMs } = facts;
  const state = stateOf(run, nowMs);
  const known = sentence(facts, state);
  const blind = run.life.at === "ended" ? null : blindness(facts);
  // What is not known is said first; what the journal says holds all the same.
  if (blind === null) return known;
  const last = t("Last: {verdict}", { verdict: known.verdict });
  return { ...blind, reason: sentences([blind.reason, last, known.reason]), next: known.next };
}

function blindness({ fresh, run }: VerdictFacts): RunVerdict | null {
  const base = { icon: "clock", tone: "danger", next: null } as const;
  if (fresh.console === "lost") {
    return {
      ...base,
      verdict: t("This browser has lost the console."),
      reason: t("Run {run} goes on without it.", { run: runName(run.id) }),
    };
  }
  if (fresh.at !== "lost") return null;
  const since =
    fresh.dataAtMs === null ? t("No data yet.") : t("No data since {time}.", { time: timeOfDay(fresh.dataAtMs) });
  const reason = t("The control plane does not answer; what stands below was seen before.");
  return { ...base, verdict: since, reason };
}

function sentence(facts: VerdictFacts, state: Verdict): RunVerdict {
  const { run, nowMs } = facts;
  switch (state.is) {
    case "onTrack":
      return onTrack(facts, state.nodeId, state.phase);
    case "waitsForApproval":
      return {
        icon: "gate",
        tone: "attn",
        verdict: t("{node} waits for approval.", { node: state.nodeId }),
        reason: sentences([lasting(nowMs - state.sinceMs), t("Nothing is out of service.")]),
        next: nextWords(facts),
      };
    case "approved":
      return {
        icon: "gate",
        tone: "attn",
        verdict: t("{node} is approved by {who}.", { node: state.nodeId, who: nameOf(state.by) }),
        reason: t("It begins in {duration}; until then it can be withdrawn.", {
          duration: duration(Math.max(0, state.effectiveAtMs - nowMs)),
        }),
        next: null,
      };
    case "hold":
      return held(run, state, nowMs);
    case "paused":
      return {
        icon: "paused",
        tone: "attn",
        verdict: t("Paused by {who}.", { who: nameOf(state.by) }),
        reason: sentences([
          sentenceOf(state.by.kind === "person" ? state.reason : said(state.reason)),
          state.finishing.length === 0
            ? t("Nothing is out.")
            : t("{count, plural, one {{nodes} is} other {{nodes} are}} finished first.", listOf(state.finishing)),
        ]),
        next: nextWords(facts),
      };
    case "aborting":
      return {
        icon: "lost",
        tone: "danger",
        verdict: t("Aborting, asked by {who}.", { who: nameOf(state.by) }),
        reason:
          state.finishing.length === 0
            ? t("What was borrowed is given back.")
            : t("{count, plural, one {{nodes} is} other {{nodes} are}} brought back first.", listOf(state.finishing)),
        next: null,
      };
    case "finished":
      return {
        icon: "serving",
        tone: "ok",
        verdict: finishedWell(run),
        reason: sentences([outcome(run, state.counts), unknownWords(run), t("Nothing is left to do.")]),
        next: null,
      };
    case "finishedWithCut":
      return {
        icon: "warn",
        tone: "attn",
        verdict: t("Finished with {work} cut.", { work: cutInWords(run) }),
        reason: sentences([outcome(run, state.counts), cutWords(run)]),
        next: null,
      };
    case "aborted":
      return {
        icon: "lost",
        tone: "danger",
        verdict: t("Aborted: {reason}.", { reason: unstopped(state.reason) }),
        reason: sentences([outcome(run, state.counts), state.counts.cut > 0 ? cutWords(run) : ""]),
        next: null,
      };
    default:
      return state satisfies never;
  }
}

function held(run: Run, state: Extract<Verdict, { is: "hold" }>, nowMs: number): RunVerdict {
  const node = state.nodeId ?? t("The run");
  const life =
    state.life === "running"
      ? ""
      : t(state.life === "paused" ? "The run is paused as well." : "The run is being aborted as well.");
  if (state.reason.why === "outByHand") {
    const by = t("Since {time}, by {who}", { time: timeOfDay(state.sinceMs), who: nameOf(run.startedBy) });
    return {
      icon: "out",
      tone: "water",
      verdict: t("{node} is out by hand.", { node }),
      reason: sentences([t("{what}.", { what: withReason(by, run.plan.reason) }), life]),
      next: t(run.plan.kind === "drain" ? "put {node} back" : "start {node} again", { node }),
    };
  }
  return {
    icon: "gate",
    tone: "attn",
    verdict: t("{node} waits for a person.", { node }),
    reason: sentences([holdSentence(run, state.reason), lasting(nowMs - state.sinceMs), life]),
    next: holdDecision(state.reason, node),
  };
}

function lasting(ms: number): string {
  return t("For {duration}.", { duration: duration(ms) });
}

function sentenceOf(text: string): string {
  const bare = unstopped(text);
  return bare === "" ? "" : t("{what}.", { what: `${bare.charAt(0).toUpperCase()}${bare.slice(1)}` });
}
