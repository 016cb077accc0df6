"use client";
/** What our own step does with a node takes over the row's columns: how long, until when, whose, and the acts. */
import { nameOf } from "#lib/run/actor.ts";
import { stepElapsedMs } from "#lib/run/progress.ts";
import { runName } from "#lib/run/run-id.ts";
import type { Run, Step } from "#lib/run/state.ts";
import Link from "next/link";
import { duration } from "#components/format.ts";
import { rich } from "#components/language/rich.tsx";
import { msg, t } from "#components/language/t.ts";
import { runPath } from "#components/shell/place.ts";
import { classesOf } from "#components/ui/css.ts";
import type { NodeRow } from "./node-rows.ts";
import { StepActs } from "./step-acts.tsx";
import { holdSentence } from "./hold-sentence.ts";
import styles from "./step-cells.module.css";

const css = classesOf(styles);

export function isInHand(row: NodeRow, run: Run | null): boolean {
  const progress = row.step?.progress;
  if (run === null || progress === undefined) return false;
  return (
    progress.at === "puttingBack" ||
    (progress.at === "phase" && progress.phase !== "gate" && progress.phase !== "check")
  );
}

export function StepCells({
  row,
  run,
  nowMs,
  columns,
}: {
  readonly row: NodeRow;
  readonly run: Run;
  readonly nowMs: number;
  readonly columns: number;
}) {
  const { step } = row;
  if (step === null) return null;
  return (
    <td colSpan={columns}>
      <div className={css("line")}>
        <div className={css("words")}>
          <p>
            <strong>{nowDoing(run, step, nowMs)}</strong>
            {limitOf(step, nowMs)}
          </p>
          <p className={css("whose")}>
            {rich(
              run.plan.reason === "" ? msg("{run}, {who}.") : msg("{run}, {who}: {reason}."),
              { run: <Link href={runPath(run.id)}>{t("Run {run}", { run: runName(run.id) })}</Link> },
              { who: nameOf(run.startedBy), reason: run.plan.reason },
            )}{" "}
            {isLeaving(step) ? stays(run) : ""}
          </p>
        </div>
        <StepActs run={run} step={step} row={row} />
      </div>
    </td>
  );
}

function nowDoing(run: Run, step: Step, nowMs: number): string {
  const { progress } = step;
  if (run.hold !== null && run.hold.nodeId === step.plan.nodeId) {
    if (run.hold.reason.why === "outByHand")
      return t("Out by hand for {duration}", { duration: duration(nowMs - run.hold.sinceMs) });
    return holdSentence(run.hold.reason).replace(/[.。]$/, "");
  }
  if (progress.at === "puttingBack")
    return t("Being put back for {duration}", { duration: duration(nowMs - progress.sinceMs) });
  if (progress.at !== "phase") return duration(stepElapsedMs(step, nowMs) ?? 0);
  return t("{doing} for {duration}", {
    doing: t(PHASE_WORDS[progress.phase]),
    duration: duration(nowMs - progress.sinceMs),
  });
}

const PHASE_WORDS = {
  gate: msg("At its gate"),
  check: msg("Being checked"),
  isolate: msg("Being taken off the routes"),
  drain: msg("Draining"),
  exit: msg("Exiting"),
  confirm: msg("Its end is being confirmed"),
  upgrade: msg("Being upgraded"),
  restart: msg("Starting"),
  readmit: msg("Being let in again"),
  verify: msg("Back and watched"),
} as const;

/** Which limit, and when: the drain's can be moved, the exit's only comes closer. */
function limitOf(step: Step, nowMs: number): string {
  const phase = step.progress.at === "phase" ? step.progress.phase : null;
  const { drain, exit } = step;
  if (phase === "drain" && drain?.deadlineAtMs !== null && drain !== null) {
    const leftMs = drain.deadlineAtMs - nowMs;
    return leftMs > 0 ? t(", drain limit in {duration}", { duration: duration(leftMs) }) : t(", drain limit past");
  }
  if (phase === "exit" && exit?.deadlineAtMs !== null && exit !== null) {
    const leftMs = exit.deadlineAtMs - nowMs;
    return leftMs > 0 ? t(", killed in {duration}", { duration: duration(leftMs) }) : t(", exit limit past");
  }
  return "";
}

/** On its way out, or out: not on its way back. */
function isLeaving({ progress, startAgain }: Step): boolean {
  return progress.at === "phase" && startAgain === null && !["readmit", "verify"].includes(progress.phase);
}

function stays(run: Run): string {
  if (run.plan.kind === "drain") return t("Stays out until it is put back.");
  return run.plan.kind === "stop" ? t("Stays out until it is started again.") : "";
}
