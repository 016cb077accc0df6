/** The few big numbers of a node: what is in flight, how long, until when, and what happens then. */
import { cutOf } from "#lib/run/cut.ts";
import type { Run, Step } from "#lib/run/state.ts";
import type { NodeRow } from "#components/cluster/node-rows.ts";
import { count, duration, limit, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { atDrainLimit } from "./limit-words.ts";
import { EXIT_WORDS } from "./words.ts";

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
    inFlightFact(t("In flight, {work}", { work: said(work.many) }), row?.count ?? null, ""),
    ...(drains
      ? [
          plain(
            t("Drain limit"),
            drainLimitMs === null ? t("none") : limit(drainLimitMs),
            drainLimitMs === null ? t("as long as it takes") : atDrainLimit(run),
          ),
        ]
      : []),
    ...(exits
      ? [
          plain(
            t("Exit limit"),
            exitLimitMs === null ? t("none") : limit(exitLimitMs),
            exitLimitMs === null
              ? t("{how}, as long as it takes", { how: t(EXIT_WORDS[exit]) })
              : t("{how}, then kill -9", { how: t(EXIT_WORDS[exit]) }),
          ),
        ]
      : []),
  ];
}

function leavingFacts(asked: Asked, phase: "drain" | "exit"): readonly NodeFact[] {
  const { run, step, emptyAtMs, nowMs } = asked;
  const deadlineAtMs = (phase === "drain" ? step.drain?.deadlineAtMs : step.exit?.deadlineAtMs) ?? null;
  const then = phase === "drain" ? atDrainLimit(run) : t("then kill -9");
  const name = phase === "drain" ? t("Drain limit") : t("Exit limit");
  const empty: readonly NodeFact[] =
    emptyAtMs === null
      ? []
      : [plain(t("Empty in about, at this pace"), duration(Math.max(0, emptyAtMs - nowMs)), timeOfDay(emptyAtMs))];
  const bounded: NodeFact =
    deadlineAtMs === null
      ? plain(name, t("none"), t("as long as it takes"))
      : deadlineAtMs > nowMs
        ? plain(
            t(phase === "drain" ? "Drain limit in" : "Exit limit in"),
            duration(deadlineAtMs - nowMs),
            timeOfDay(deadlineAtMs),
          )
        : {
            caption: name,
            value: t("past"),
            note: t("since {time}, {next}", { time: timeOfDay(deadlineAtMs), next: then }),
            tone: "danger",
          };
  return [...workFacts(asked), ...empty, bounded];
}

function workFacts({ step, row }: Asked): readonly NodeFact[] {
  const isLeaving = step.progress.at === "phase" && ["drain", "exit"].includes(step.progress.phase);
  const start = isLeaving ? (step.drain?.startCount ?? null) : null;
  const willBeCut = row?.willBeCut ?? null;
  const cut: readonly NodeFact[] =
    willBeCut === null || willBeCut === 0
      ? []
      : [{ caption: t("Will be cut"), value: count(willBeCut), note: t("not waited for by the exit"), tone: "danger" }];
  return [
    inFlightFact(
      t("In flight"),
      row?.count ?? null,
      start === null ? "" : t("of {count} left", { count: count(start) }),
    ),
    ...cut,
  ];
}

function inFlightFact(caption: string, inFlight: number | null, note: string): NodeFact {
  return inFlight === null
    ? { caption, value: t("unknown"), note: t("not measurable now"), tone: "unknown" }
    : { caption, value: count(inFlight), note, tone: "water" };
}

function sinceFact({ step, nowMs }: Asked): NodeFact {
  const sinceMs = step.progress.at === "phase" || step.progress.at === "puttingBack" ? step.progress.sinceMs : nowMs;
  return plain(t("In this phase"), duration(nowMs - sinceMs), t("since {time}", { time: timeOfDay(sinceMs) }));
}

function soakFact({ run, step, nowMs }: Asked): readonly NodeFact[] {
  if (step.progress.at !== "phase" || step.progress.phase !== "verify") return [];
  const { soakMs } = run.plan.policy;
  if (step.soakSinceMs === null)
    return [plain(t("Soak"), t("not yet"), t("{limit} once every gate passes", { limit: limit(soakMs) }))];
  const endsAtMs = step.soakSinceMs + soakMs;
  return endsAtMs > nowMs
    ? [plain(t("Soak ends in"), duration(endsAtMs - nowMs), timeOfDay(endsAtMs))]
    : [plain(t("Soak"), limit(soakMs), t("over since {time}", { time: timeOfDay(endsAtMs) }))];
}

function endedFacts(step: Step): readonly NodeFact[] {
  const start = step.drain?.startCount ?? null;
  const { drain } = step;
  const drained = step.phases.find(({ phase, skipped }) => phase === "drain" && skipped === null);
  return [
    ...(start === null ? [] : [plain(t("In flight at the start"), count(start), said(step.plan.work.many))]),
    ...(drain === null || drained === undefined || drained.endedAtMs === null
      ? []
      : [plain(t("Drained in"), duration(drained.endedAtMs - drained.beganAtMs), "")]),
    cutOf(step).length === 0
      ? plain(t("Cut"), "0", "")
      : { caption: t("Cut"), value: count(cutOf(step).length), note: said(step.plan.work.many), tone: "danger" },
  ];
}

function plain(caption: string, value: string, note: string): NodeFact {
  return { caption, value, note, tone: "plain" };
}
