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
import { duration, limit, minuteOfDay, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import type { VerdictTone } from "#components/shell/page-header.tsx";
import type { IconName } from "#components/ui/icon.tsx";
import { holdSentence } from "./hold.ts";
import {
  joined,
  KIND_NAMES,
  listed,
  manyOf,
  nodesInWords,
  PHASE_DOING,
  pieces,
  unstopped,
  withReason,
} from "./words.ts";

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
        reason: sentences([outcome(run, state.counts), t("Nothing is left to do.")]),
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

// ------------------------------------------------------------------------------------------------------------ on track

function onTrack(facts: VerdictFacts, nodeId: string | null, phase: Phase | "puttingBack" | null): RunVerdict {
  const { run } = facts;
  const step = nodeId === null ? null : stepOf(run, nodeId);
  const next = nextWords(facts);
  if (step === null || phase === null) {
    const left = run.steps.some(({ progress }) => progress.at !== "ended");
    const reason = left
      ? t("The next node is about to begin.")
      : t("Every node is settled; what was borrowed is given back.");
    return { icon: "serving", tone: "ok", verdict: t("On track."), reason, next };
  }
  const reason = sentences([doing(facts, step, phase), besideWords(run, step)]);
  return isLate(facts, step, phase)
    ? { icon: "clock", tone: "attn", verdict: t("It may not end in time."), reason, next }
    : { icon: "serving", tone: "ok", verdict: t("On track."), reason, next };
}

/** The others of its batch, each with what becomes of it: "Beside it: cn-2 draining." */
function besideWords(run: Run, step: Step): string {
  const others = matesOf(run, step).map(({ plan, progress }) => {
    const doing = progress.at === "phase" ? t(PHASE_DOING[progress.phase]) : t("Putting back");
    return t("{node} {result}", { node: plan.nodeId, result: doing.toLowerCase() });
  });
  return others.length === 0 ? "" : t("Beside it: {nodes}.", { nodes: joined(others) });
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
  const node = step.plan.nodeId;
  const version = run.plan.targetVersion;
  switch (phase) {
    case "puttingBack":
      return t("{node} is put back: its routes open again.", { node });
    case "gate":
      return step.approval === null
        ? t("The gate of {node} opens.", { node })
        : t("{node} is approved by {who}.", { node, who: nameOf(step.approval.by) });
    case "check":
      return t("{node} is checked before it is touched.", { node });
    case "isolate":
      return t("{node} is taken off the routes.", { node });
    case "drain":
      return drainWords(facts, step);
    case "exit":
      return exitWords(facts, step);
    case "confirm":
      return t("{node} has exited; every witness must say that it is gone.", { node });
    case "upgrade":
      return version === null
        ? t("{node} is out and gets its files.", { node })
        : t("{node} is out and gets {version}.", { node, version });
    case "restart":
      return version === null
        ? t("{node} is starting.", { node })
        : t("{node} is starting on {version}.", { node, version });
    case "readmit":
      return t("{node} is let in again.", { node });
    case "verify":
      return verifyWords(run, step, nowMs);
    default:
      return phase satisfies never;
  }
}

function drainWords({ inFlight, emptyAtMs, nowMs }: VerdictFacts, step: Step): string {
  const node = step.plan.nodeId;
  const limitAtMs = step.drain?.deadlineAtMs ?? null;
  const left = leftWords(step, inFlight);
  if (emptyAtMs !== null && limitAtMs !== null && (emptyAtMs <= limitAtMs || mayJudge(step, nowMs))) {
    const sparedMs = limitAtMs - emptyAtMs;
    const spared = duration(Math.abs(sparedMs));
    return sparedMs >= 0
      ? t("{node}, {left}, should be empty about {spared} before its drain limit.", { node, left, spared })
      : t("{node}, {left}, should be empty about {spared} after its drain limit.", { node, left, spared });
  }
  if (limitAtMs === null) return t("{node} is draining, {left}, without a limit.", { node, left });
  return nowMs >= limitAtMs
    ? t("{node} is draining, {left}; its drain limit is past.", { node, left })
    : t("{node} is draining, {left}; drain limit in {duration}.", {
        node,
        left,
        duration: duration(limitAtMs - nowMs),
      });
}

function exitWords({ inFlight, nowMs }: VerdictFacts, step: Step): string {
  const node = step.plan.nodeId;
  const { deadlineAtMs = null, forceAskedBy = null } = step.exit ?? {};
  if (forceAskedBy !== null) return t("{node} is forced by {who}.", { node, who: nameOf(forceAskedBy) });
  const left = leftWords(step, inFlight);
  if (deadlineAtMs === null) return t("{node} is exiting, {left}, for as long as it takes.", { node, left });
  return nowMs >= deadlineAtMs
    ? t("{node} is exiting, {left}; its exit limit is past.", { node, left })
    : t("{node} is exiting, {left}; killed in {duration} if it has not ended by then.", {
        node,
        left,
        duration: duration(deadlineAtMs - nowMs),
      });
}

function verifyWords(run: Run, step: Step, nowMs: number): string {
  const node = step.plan.nodeId;
  const { soakMs } = run.plan.policy;
  if (step.soakSinceMs === null) return t("{node} is back; it is watched once every gate passes.", { node });
  return t("{node} is back and stays well so far; {duration} of its soak to go.", {
    node,
    duration: duration(Math.max(0, step.soakSinceMs + soakMs - nowMs)),
  });
}

function leftWords(step: Step, inFlight: number | null): string {
  const { one, many } = step.plan.work;
  return inFlight === null
    ? t("{work} not counted", { work: said(many) })
    : t("{work} left", { work: pieces(inFlight, one, many) });
}

// ---------------------------------------------------------------------------------------------------------------- hold

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

function holdDecision(reason: HoldReason, node: string): string {
  switch (reason.why) {
    case "drainLimit":
      return t("extend, put back, or exit {node} now", { node });
    case "checksFailed":
      return t("mend it, override it with a reason, or skip");
    case "verifyFailed":
      return t("mend it, try again, or skip");
    case "inconclusive":
      return t("accept with a reason, or try again");
    case "commandRefused":
    case "outcomeUnknown":
    case "notServing":
    case "topologyChanged":
    case "witnessesDisagree":
      return t("mend it and try again");
    case "notGone":
      return t("force {node}, or look on its host and try again", { node });
    case "loansOwed":
      return t("mend what keeps it from being given back; it is tried by itself");
    case "outByHand":
      return t("bring {node} back", { node });
    case "hookFailed":
      return t(reason.when === "before" ? "mend it and try again, or skip" : "mend it and try again, or accept it");
    case "unsettled":
      return t("take {nodes} again, or leave as it is", { nodes: listed(reason.nodeIds) });
    case "finish":
      return t("finish, or roll back");
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
      return t("resume the run");
    case "hold":
      return holdDecision(decision.reason, decision.nodeId ?? t("the run"));
    case "approve": {
      const node = decision.nodeId;
      const before = stepsUnderWay(run).map(({ plan }) => plan.nodeId);
      if (decision.now || before.length === 0) return t("approve {node}", { node });
      const mates = listOf(before);
      return overAtMs === null
        ? t("approve {node}, when {count, plural, one {{nodes} is} other {{nodes} are}} verified or before", {
            node,
            ...mates,
          })
        : t(
            "approve {node}, when {count, plural, one {{nodes} is} other {{nodes} are}} verified about {time}, or before",
            { node, ...mates, time: minuteOfDay(overAtMs) },
          );
    }
    case "drainLimit":
      return t("extend or exit {node} at {time}, if it is not empty by then", {
        node: decision.nodeId,
        time: timeOfDay(decision.atMs),
      });
    default:
      return decision satisfies never;
  }
}

/** For "a is", "a and b are". */
function listOf(nodeIds: readonly string[]): { readonly count: number; readonly nodes: string } {
  return { count: nodeIds.length, nodes: joined(nodeIds) };
}

// ----------------------------------------------------------------------------------------------------------------- end

function finishedWell(run: Run): string {
  const work = said(run.steps[0]?.plan.work.many ?? "requests");
  const unknown = forcedUnseen(run);
  if (unknown.length > 0) {
    return t("Finished; what the forced {count, plural, one {exit} other {exits}} of {nodes} cut is not known.", {
      count: unknown.length,
      nodes: joined(unknown),
    });
  }
  return run.steps.some(({ exit }) => exit !== null) ? t("Finished, 0 {work} cut.", { work }) : t("Finished.");
}

/** Ended by force while nobody listed what ran there: that is not nothing. */
function forcedUnseen(run: Run): readonly string[] {
  return run.steps
    .filter((step) => step.exit?.forced === true && step.lastWork.length === 0 && cutOf(step).length === 0)
    .map(({ plan }) => plan.nodeId);
}

function outcome(run: Run, { total, verified, skipped, putBack, aborted }: Counts): string {
  const { targetVersion, kind } = run.plan;
  if (verified === total) {
    if (targetVersion !== null) {
      return t("{count, plural, =1 {Its node runs} other {All # nodes run}} {version}.", {
        count: total,
        version: targetVersion,
      });
    }
    return t(
      "{count, plural, =1 {Its node is verified after its {kind}.} other {All # nodes are verified after their {kind}.}}",
      { count: total, kind: t(KIND_NAMES[kind]).toLowerCase() },
    );
  }
  const onTarget =
    targetVersion === null
      ? t("{count} verified", { count: verified })
      : t("{count} verified on {version}", { count: verified, version: targetVersion });
  const parts = [
    ...(verified > 0 ? [onTarget] : []),
    ...(skipped > 0 ? [t("{count} skipped", { count: skipped })] : []),
    ...(putBack > 0 ? [t("{count} put back", { count: putBack })] : []),
    ...(aborted > 0 ? [t("{count} not taken", { count: aborted })] : []),
  ];
  const nodes = nodesInWords(total);
  return parts.length === 0
    ? t("None of {nodes} was touched.", { nodes })
    : t("Of {nodes}: {parts}.", { nodes, parts: joined(parts) });
}

/** "1 query", "2 queries and 1 load". */
export function cutInWords(run: Run): string {
  const kinds = new Map<string, number>();
  for (const { kind } of run.steps.flatMap(cutOf)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return joined([...kinds].map(([kind, number]) => pieces(number, kind, manyOf(kind))));
}

/** Whose it was, as far as there is room for it in a sentence. */
function cutWords(run: Run): string {
  const parts = run.steps
    .map((step) => ({ plan: step.plan, cut: cutOf(step) }))
    .filter(({ cut }) => cut.length > 0)
    .map(({ plan, cut }) =>
      t("{count} on {node}, of {users}", {
        count: cut.length,
        node: plan.nodeId,
        users: joined([...new Set(cut.map(({ user }) => user ?? t("unknown")))].slice(0, 3)),
      }),
    );
  return t("Cut: {cuts}.", { cuts: parts.join(t("; ")) });
}

function sentenceOf(text: string): string {
  const bare = unstopped(text);
  return bare === "" ? "" : t("{what}.", { what: `${bare.charAt(0).toUpperCase()}${bare.slice(1)}` });
}

/** What follows at a limit, for facts and curve. */
export function atDrainLimit(run: Run): string {
  const policy = run.plan.policy.onDrainLimit;
  switch (policy.do) {
    case "ask":
      return t("then asks a person");
    case "extend":
      return t("then extends by {step}, {most} at most", {
        step: limit(policy.byMs),
        most: limit(policy.atMostMs),
      });
    case "goOn":
      return t("then exits");
    default:
      return policy satisfies never;
  }
}
