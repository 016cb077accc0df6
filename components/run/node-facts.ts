/** The few big numbers of a node: what is in flight, how long, until when, and what happens then. */
import { cutOf } from "#lib/run/cut.ts";
import type { Run, Step } from "#lib/run/state.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { count, duration, limit, timeOfDay } from "#components/format.ts";
import { atDrainLimit } from "./verdict.ts";

export type NodeFact = {
  readonly caption: string;
  readonly value: string;
  readonly note: string;
  readonly tone: "plain" | "water" | "danger" | "unknown";
};

type Asked = {
  readonly run: Run;
  readonly step: Step;
  readonly row: Pick<NodeRow, "count" | "willBeCut"> | null;
  readonly emptyAtMs: number | null;
  readonly nowMs: number;
};

export function nodeFacts(asked: Asked): readonly NodeFact[] {
  const { step } = asked;
  const { progress } = step;
  if (progress.at === "waiting") return beforeFacts(asked);
  if (progress.at === "ended") return endedFacts(step);
  const phase = progress.at === "phase" ? progress.phase : null;
  if (phase === "gate" || phase === "check") return beforeFacts(asked);
  if (phase === "drain" || phase === "exit") return leavingFacts(asked, phase);
  return [...workFacts(asked), sinceFact(asked), ...soakFact(asked)];
}

/** What will happen to it: its limits, before anything is done. */
function beforeFacts({ run, step, row }: Asked): readonly NodeFact[] {
  const { drainLimitMs, exitLimitMs, phases, work, exit } = step.plan;
  const drains = phases.some(({ phase, skip }) => phase === "drain" && skip === null);
  const exits = phases.some(({ phase, skip }) => phase === "exit" && skip === null);
  return [
    inFlightFact(`In flight, ${work.many}`, row?.count ?? null, ""),
    ...(drains
      ? [
          plain(
            "Drain limit",
            drainLimitMs === null ? "none" : limit(drainLimitMs),
            drainLimitMs === null ? "as long as it takes" : atDrainLimit(run),
          ),
        ]
      : []),
    ...(exits
      ? [
          plain(
            "Exit limit",
            exitLimitMs === null ? "none" : limit(exitLimitMs),
            exitLimitMs === null ? `${exit}, as long as it takes` : `${exit}, then kill -9`,
          ),
        ]
      : []),
  ];
}

function leavingFacts(asked: Asked, phase: "drain" | "exit"): readonly NodeFact[] {
  const { run, step, emptyAtMs, nowMs } = asked;
  const deadlineAtMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  const then = phase === "drain" ? atDrainLimit(run) : "then kill -9";
  const name = phase === "drain" ? "Drain limit" : "Exit limit";
  const empty: readonly NodeFact[] =
    emptyAtMs === null
      ? []
      : [plain("Empty in about, at this pace", duration(Math.max(0, emptyAtMs - nowMs)), timeOfDay(emptyAtMs))];
  const bounded: NodeFact =
    deadlineAtMs === null
      ? plain(name, "none", "as long as it takes")
      : deadlineAtMs > nowMs
        ? plain(`${name} in`, duration(deadlineAtMs - nowMs), timeOfDay(deadlineAtMs))
        : { caption: name, value: "past", note: `since ${timeOfDay(deadlineAtMs)}, ${then}`, tone: "danger" };
  return [...workFacts(asked), ...empty, bounded];
}

function workFacts({ step, row }: Asked): readonly NodeFact[] {
  const isLeaving = step.progress.at === "phase" && ["drain", "exit"].includes(step.progress.phase);
  const start = isLeaving ? (step.drain?.startCount ?? null) : null;
  const willBeCut = row?.willBeCut ?? null;
  const cut: readonly NodeFact[] =
    willBeCut === null || willBeCut === 0
      ? []
      : [{ caption: "Will be cut", value: count(willBeCut), note: "not waited for by the exit", tone: "danger" }];
  return [inFlightFact("In flight", row?.count ?? null, start === null ? "" : `of ${count(start)} left`), ...cut];
}

function inFlightFact(caption: string, inFlight: number | null, note: string): NodeFact {
  return inFlight === null
    ? { caption, value: "unknown", note: "not measurable now", tone: "unknown" }
    : { caption, value: count(inFlight), note, tone: "water" };
}

function sinceFact({ step, nowMs }: Asked): NodeFact {
  const sinceMs = step.progress.at === "phase" || step.progress.at === "puttingBack" ? step.progress.sinceMs : nowMs;
  return plain("In this phase", duration(nowMs - sinceMs), `since ${timeOfDay(sinceMs)}`);
}

function soakFact({ run, step, nowMs }: Asked): readonly NodeFact[] {
  if (step.progress.at !== "phase" || step.progress.phase !== "verify") return [];
  const { soakMs } = run.plan.policy;
  if (step.soakSinceMs === null) return [plain("Soak", "not yet", `${limit(soakMs)} once every gate passes`)];
  const endsAtMs = step.soakSinceMs + soakMs;
  return endsAtMs > nowMs
    ? [plain("Soak ends in", duration(endsAtMs - nowMs), timeOfDay(endsAtMs))]
    : [plain("Soak", limit(soakMs), `over since ${timeOfDay(endsAtMs)}`)];
}

function endedFacts(step: Step): readonly NodeFact[] {
  const start = step.drain?.startCount ?? null;
  const { drain } = step;
  const drained = step.phases.find(({ phase, skipped }) => phase === "drain" && skipped === null);
  return [
    ...(start === null ? [] : [plain("In flight at the start", count(start), step.plan.work.many)]),
    ...(drain === null || drained === undefined || drained.endedAtMs === null
      ? []
      : [plain("Drained in", duration(drained.endedAtMs - drained.beganAtMs), "")]),
    cutOf(step).length === 0
      ? plain("Cut", "0", "")
      : { caption: "Cut", value: count(cutOf(step).length), note: step.plan.work.many, tone: "danger" },
  ];
}

function plain(caption: string, value: string, note: string): NodeFact {
  return { caption, value, note, tone: "plain" };
}
