/**
 * The sentence at the top of a run: what is so, why, and what a person decides next. It must make sense read alone, at
 * 3 am, in two seconds.
 */
import { nameOf } from "#lib/run/actor.ts";
import { matesOf } from "#lib/run/batch.ts";
import { cutOf } from "#lib/run/cut.ts";
import type { HoldReason } from "#lib/run/hold.ts";
import { nextDecision, verdict as stateOf, type Counts, type Verdict } from "#lib/run/progress.ts";
import type { Phase } from "#lib/run/plan.ts";
import { runName } from "#lib/run/run-id.ts";
import { stepOf, stepsUnderWay, type Run, type Step } from "#lib/run/state.ts";
import type { Freshness } from "#components/data/freshness.ts";
import { duration, limit, minuteOfDay, plural, timeOfDay } from "#components/format.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";
import { holdSentence } from "./hold.ts";
import { are, joined, manyOf, PHASE_DOING, nodesInWords, unstopped } from "./words.ts";

export type RunVerdict = {
  readonly icon: IconName;
  readonly tone: VerdictTone;
  readonly verdict: string;
  readonly reason: string;
  /** What a person decides next; null when nothing is left to decide. */
  readonly next: string | null;
};

export type VerdictFacts = {
  readonly run: Run;
  readonly fresh: Freshness & { readonly console: "open" | "lost" };
  /** In flight on the node that is taken now; null where nobody can count. */
  readonly inFlight: number | null;
  /** When it is empty if it goes on falling as it does; null when that cannot be said. */
  readonly emptyAtMs: number | null;
  /** When the node that is taken now is over, as far as that can be told. */
  readonly overAtMs?: number | null;
  readonly nowMs: number;
};

export function runVerdict(facts: VerdictFacts): RunVerdict {
  const { run, nowMs } = facts;
  const state = stateOf(run, nowMs);
  const said = sentence(facts, state);
  const blind = run.life.at === "ended" ? null : blindness(facts);
  // What is not known is said first; what the journal says holds all the same.
  if (blind !== null)
    return { ...blind, reason: `${blind.reason} Last: ${said.verdict} ${said.reason}`, next: said.next };
  return said;
}

function blindness({ fresh, run }: VerdictFacts): RunVerdict | null {
  const base = { icon: "clock", tone: "danger", next: null } as const;
  if (fresh.console === "lost") {
    return {
      ...base,
      verdict: "This browser has lost the console.",
      reason: `Run ${runName(run.id)} goes on without it.`,
    };
  }
  if (fresh.at !== "lost") return null;
  const since = fresh.dataAtMs === null ? "No data yet." : `No data since ${timeOfDay(fresh.dataAtMs)}.`;
  return { ...base, verdict: since, reason: "The control plane does not answer; what stands below was seen before." };
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
        verdict: `${state.nodeId} waits for approval.`,
        reason: `For ${duration(nowMs - state.sinceMs)}. Nothing is out of service.`,
        next: nextWords(facts),
      };
    case "approved":
      return {
        icon: "gate",
        tone: "attn",
        verdict: `${state.nodeId} is approved by ${nameOf(state.by)}.`,
        reason: `It begins in ${duration(Math.max(0, state.effectiveAtMs - nowMs))}; until then it can be withdrawn.`,
        next: null,
      };
    case "hold":
      return held(run, state, nowMs);
    case "paused":
      return {
        icon: "paused",
        tone: "attn",
        verdict: `Paused by ${nameOf(state.by)}.`,
        reason: [
          sentenceOf(state.reason),
          state.finishing.length === 0 ? "Nothing is out." : `${are(state.finishing)} finished first.`,
        ]
          .filter(Boolean)
          .join(" "),
        next: nextWords(facts),
      };
    case "aborting":
      return {
        icon: "lost",
        tone: "danger",
        verdict: `Aborting, asked by ${nameOf(state.by)}.`,
        reason:
          state.finishing.length === 0
            ? "What was borrowed is given back."
            : `${are(state.finishing)} brought back first.`,
        next: null,
      };
    case "finished":
      return {
        icon: "serving",
        tone: "ok",
        verdict: finishedWell(run),
        reason: `${outcome(run, state.counts)} Nothing is left to do.`,
        next: null,
      };
    case "finishedWithCut":
      return {
        icon: "warn",
        tone: "attn",
        verdict: `Finished with ${cutInWords(run)} cut.`,
        reason: `${outcome(run, state.counts)} ${cutWords(run)}`,
        next: null,
      };
    case "aborted":
      return {
        icon: "lost",
        tone: "danger",
        verdict: `Aborted: ${unstopped(state.reason)}.`,
        reason: `${outcome(run, state.counts)}${state.counts.cut > 0 ? ` ${cutWords(run)}` : ""}`,
        next: null,
      };
    default:
      return state satisfies never;
  }
}

// ------------------------------------------------------------------------------------------------------------ on track

function onTrack(facts: VerdictFacts, nodeId: string | null, phase: Phase | "puttingBack" | null): RunVerdict {
  const { run } = facts;
  const step = nodeId === null ? null : stepOf(run, nodeId);
  const next = nextWords(facts);
  if (step === null || phase === null) {
    const left = run.steps.some(({ progress }) => progress.at !== "ended");
    const reason = left
      ? "The next node is about to begin."
      : "Every node is settled; what was borrowed is given back.";
    return { icon: "serving", tone: "ok", verdict: "On track.", reason, next };
  }
  const reason = `${doing(facts, step, phase)}${besideWords(run, step)}`;
  return isLate(facts, step, phase)
    ? { icon: "clock", tone: "attn", verdict: "It may not end in time.", reason, next }
    : { icon: "serving", tone: "ok", verdict: "On track.", reason, next };
}

/** The others of its batch, each with what becomes of it: " Beside it: cn-2 draining." */
function besideWords(run: Run, step: Step): string {
  const others = matesOf(run, step).map(({ plan, progress }) => {
    const doing = progress.at === "phase" ? PHASE_DOING[progress.phase] : "Putting back";
    return `${plan.nodeId} ${doing.toLowerCase()}`;
  });
  return others.length === 0 ? "" : ` Beside it: ${joined(others)}.`;
}

/** So near its kill, work that is still left is worth a look. */
const NEAR_MS = 60_000;

function isLate({ nowMs, emptyAtMs, inFlight }: VerdictFacts, step: Step, phase: Phase | "puttingBack"): boolean {
  if (phase !== "drain" && phase !== "exit") return false;
  const limitAtMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  if (limitAtMs === null) return false;
  if (nowMs >= limitAtMs) return true;
  if (emptyAtMs !== null) return emptyAtMs > limitAtMs && mayJudge(step, nowMs);
  return phase === "exit" && inFlight !== 0 && limitAtMs - nowMs < NEAR_MS;
}

/** The first seconds of a drain say little about its last: half of its limit has to pass before a pace is believed. */
function mayJudge({ drain, exit }: Step, nowMs: number): boolean {
  const { beganAtMs, deadlineAtMs } = exit ?? drain ?? { beganAtMs: nowMs, deadlineAtMs: null };
  return deadlineAtMs !== null && nowMs - beganAtMs >= (deadlineAtMs - beganAtMs) / 2;
}

/** What happens now, how long it may take, and what bounds it. */
function doing(facts: VerdictFacts, step: Step, phase: Phase | "puttingBack"): string {
  const { run, nowMs } = facts;
  const { nodeId } = step.plan;
  const target = run.plan.targetVersion;
  switch (phase) {
    case "puttingBack":
      return `${nodeId} is put back: its routes open again.`;
    case "gate":
      return step.approval === null
        ? `The gate of ${nodeId} opens.`
        : `${nodeId} is approved by ${nameOf(step.approval.by)}.`;
    case "check":
      return `${nodeId} is checked before it is touched.`;
    case "isolate":
      return `${nodeId} is taken off the routes.`;
    case "drain":
      return drainWords(facts, step);
    case "exit":
      return exitWords(facts, step);
    case "confirm":
      return `${nodeId} has exited; every witness must say that it is gone.`;
    case "upgrade":
      return `${nodeId} is out and gets ${target ?? "its files"}.`;
    case "restart":
      return `${nodeId} is starting${target === null ? "" : ` on ${target}`}.`;
    case "readmit":
      return `${nodeId} is let in again.`;
    case "verify":
      return verifyWords(run, step, nowMs);
    default:
      return phase satisfies never;
  }
}

function drainWords({ inFlight, emptyAtMs, nowMs }: VerdictFacts, step: Step): string {
  const { nodeId } = step.plan;
  const limitAtMs = step.drain?.deadlineAtMs ?? null;
  const left = leftWords(step, inFlight);
  if (emptyAtMs !== null && limitAtMs !== null && (emptyAtMs <= limitAtMs || mayJudge(step, nowMs))) {
    const sparedMs = limitAtMs - emptyAtMs;
    const when =
      sparedMs >= 0
        ? `about ${duration(sparedMs)} before its drain limit`
        : `about ${duration(-sparedMs)} after its drain limit`;
    return `${nodeId}, ${left}, should be empty ${when}.`;
  }
  if (limitAtMs === null) return `${nodeId} is draining, ${left}, without a limit.`;
  return nowMs >= limitAtMs
    ? `${nodeId} is draining, ${left}; its drain limit is past.`
    : `${nodeId} is draining, ${left}; drain limit in ${duration(limitAtMs - nowMs)}.`;
}

function exitWords({ inFlight, nowMs }: VerdictFacts, step: Step): string {
  const { nodeId } = step.plan;
  const { deadlineAtMs = null, forceAskedBy = null } = step.exit ?? {};
  if (forceAskedBy !== null) return `${nodeId} is forced by ${nameOf(forceAskedBy)}.`;
  const left = leftWords(step, inFlight);
  if (deadlineAtMs === null) return `${nodeId} is exiting, ${left}, for as long as it takes.`;
  return nowMs >= deadlineAtMs
    ? `${nodeId} is exiting, ${left}; its exit limit is past.`
    : `${nodeId} is exiting, ${left}; killed in ${duration(deadlineAtMs - nowMs)} if it has not ended by then.`;
}

function verifyWords(run: Run, step: Step, nowMs: number): string {
  const { nodeId } = step.plan;
  const { soakMs } = run.plan.policy;
  if (step.soakSinceMs === null) return `${nodeId} is back; it is watched once every gate passes.`;
  return `${nodeId} is back and stays well so far; ${duration(Math.max(0, step.soakSinceMs + soakMs - nowMs))} of its soak to go.`;
}

function leftWords(step: Step, inFlight: number | null): string {
  const { one, many } = step.plan.work;
  return inFlight === null ? `${many} not counted` : `${plural(inFlight, one, many)} left`;
}

// ---------------------------------------------------------------------------------------------------------------- hold

function held(run: Run, state: Extract<Verdict, { is: "hold" }>, nowMs: number): RunVerdict {
  const who = state.nodeId ?? "The run";
  const since = `For ${duration(nowMs - state.sinceMs)}.`;
  const life =
    state.life === "running" ? "" : ` The run is ${state.life === "paused" ? "paused" : "being aborted"} as well.`;
  if (state.reason.why === "outByHand") {
    const why = run.plan.reason === "" ? "" : `: ${unstopped(run.plan.reason)}`;
    return {
      icon: "out",
      tone: "water",
      verdict: `${who} is out by hand.`,
      reason: `Since ${timeOfDay(state.sinceMs)}, by ${nameOf(run.startedBy)}${why}.${life}`,
      next: run.plan.kind === "drain" ? `put ${who} back` : `start ${who} again`,
    };
  }
  return {
    icon: "gate",
    tone: "attn",
    verdict: `${who} waits for a person.`,
    reason: `${holdSentence(run, state.reason)} ${since}${life}`,
    next: holdDecision(state.reason, who),
  };
}

function holdDecision(reason: HoldReason, who: string): string {
  switch (reason.why) {
    case "drainLimit":
      return `extend, put back, or exit ${who} now`;
    case "checksFailed":
      return "mend it, override it with a reason, or skip";
    case "verifyFailed":
      return "mend it, try again, or skip";
    case "inconclusive":
      return "accept with a reason, or try again";
    case "commandRefused":
    case "outcomeUnknown":
    case "notServing":
    case "topologyChanged":
    case "witnessesDisagree":
      return "mend it and try again";
    case "notGone":
      return `force ${who}, or look on its host and try again`;
    case "loansOwed":
      return "mend what keeps it from being given back; it is tried by itself";
    case "outByHand":
      return `bring ${who} back`;
    case "hookFailed":
      return reason.when === "before" ? "mend it and try again, or skip" : "mend it and try again, or accept it";
    case "unsettled":
      return `take ${reason.nodeIds.join(", ")} again, or leave as it is`;
    case "finish":
      return "finish, or roll back";
    default:
      return reason satisfies never;
  }
}

export function nextWords({ run, overAtMs = null }: Pick<VerdictFacts, "run" | "overAtMs">): string | null {
  const decision = nextDecision(run);
  switch (decision.is) {
    case "none":
      return null;
    case "resume":
      return "resume the run";
    case "hold":
      return holdDecision(decision.reason, decision.nodeId ?? "the run");
    case "approve": {
      if (decision.now) return `approve ${decision.nodeId}`;
      const before = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
      if (before.length === 0) return `approve ${decision.nodeId}`;
      const wanted = overAtMs === null ? "or before" : `about ${minuteOfDay(overAtMs)}, or before`;
      return `approve ${decision.nodeId}, when ${are(before)} verified ${wanted}`;
    }
    case "drainLimit":
      return `extend or exit ${decision.nodeId} at ${timeOfDay(decision.atMs)}, if it is not empty by then`;
    default:
      return decision satisfies never;
  }
}

// ----------------------------------------------------------------------------------------------------------------- end

function finishedWell(run: Run): string {
  const many = run.steps[0]?.plan.work.many ?? "queries";
  return run.steps.some(({ exit }) => exit !== null) ? `Finished, 0 ${many} cut.` : "Finished.";
}

function outcome(run: Run, { total, verified, skipped, putBack, aborted }: Counts): string {
  const { targetVersion, kind } = run.plan;
  if (verified === total) {
    if (targetVersion !== null)
      return total === 1 ? `Its node runs ${targetVersion}.` : `All ${nodesInWords(total)} run ${targetVersion}.`;
    return total === 1
      ? `Its node is verified after its ${kind}.`
      : `All ${nodesInWords(total)} are verified after their ${kind}.`;
  }
  const parts = [
    { number: verified, words: targetVersion === null ? "verified" : `verified on ${targetVersion}` },
    { number: skipped, words: "skipped" },
    { number: putBack, words: "put back" },
    { number: aborted, words: "not taken" },
  ];
  const said = parts.filter(({ number }) => number > 0).map(({ number, words }) => `${number} ${words}`);
  return said.length === 0
    ? `None of ${nodesInWords(total)} was touched.`
    : `Of ${nodesInWords(total)}: ${joined(said)}.`;
}

/** "1 query", "2 queries and 1 load". */
export function cutInWords(run: Run): string {
  const kinds = new Map<string, number>();
  for (const { kind } of run.steps.flatMap(cutOf)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return joined([...kinds].map(([kind, number]) => plural(number, kind, manyOf(kind))));
}

/** Whose it was, as far as there is room for it in a sentence. */
function cutWords(run: Run): string {
  const parts = run.steps
    .map((step) => ({ plan: step.plan, cut: cutOf(step) }))
    .filter(({ cut }) => cut.length > 0)
    .map(
      ({ plan, cut }) =>
        `${cut.length} on ${plan.nodeId}, of ${joined([...new Set(cut.map(({ user }) => user ?? "unknown"))].slice(0, 3))}`,
    );
  return `Cut: ${parts.join("; ")}.`;
}

function sentenceOf(text: string): string {
  const bare = unstopped(text);
  return bare === "" ? "" : `${bare.charAt(0).toUpperCase()}${bare.slice(1)}.`;
}

/** What follows at a limit, for facts and curve. */
export function atDrainLimit(run: Run): string {
  const policy = run.plan.policy.onDrainLimit;
  switch (policy.do) {
    case "ask":
      return "then asks a person";
    case "extend":
      return `then extends by ${limit(policy.byMs)}, ${limit(policy.atMostMs)} at most`;
    case "goOn":
      return "then exits";
    default:
      return policy satisfies never;
  }
}
