/** Whether an exit would be graceful at all: the signal, who receives it, who undoes it, and whether its times nest. */
import { basename } from "node:path/posix";
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { fails, passes, unknown } from "../shared/check-parts.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { ask } from "./check-list.ts";
import type { OwnerHabits } from "./owner.ts";

/** What a check of the exit rests on; times in milliseconds, null is "not known". */
export type ExitFacts = {
  readonly step: PlannedStep;
  readonly habits: OwnerHabits;
  readonly ownerKind: string;
  /** The system itself is told, and not its owner. */
  readonly bySystem: boolean;
  /** How long routers take to notice that it refuses; null: no router checks it, or none tells. */
  readonly noticeMs: number | null;
  readonly exitWaitMs: number | null;
  readonly cleanupMs: number;
  /** From the plan's limit, which the node itself keeps, to the console's kill. */
  readonly graceMs: number;
};

export function exitChecks(facts: ExitFacts): readonly Check[] {
  return [exitTimes(facts), ownerUndoes(facts), politeSignal(facts), signalArrives(facts)];
}

/**
 * `routing wait + drain wait + cleanup < outer kill limit` (facts on other systems, 5.4). Once it is off the routes and
 * empty nothing but the cleanup is left; where it leaves with work, both waits fall into the exit.
 */
export function exitTimes({ step, habits, noticeMs, exitWaitMs, cleanupMs, graceMs }: ExitFacts): Check {
  const question = ask("exit-times", step.nodeId);
  const has = (phase: string): boolean => step.phases.some((each) => each.phase === phase && each.skip === null);
  const isDrained = has("isolate") && has("drain");
  const routingMs = has("isolate") ? 0 : (noticeMs ?? 0);
  const drainMs = isDrained ? 0 : exitWaitMs;
  const ownMs = habits.ownLimit?.limitMs ?? null;
  const planMs = step.exitLimitMs === null ? null : step.exitLimitMs + graceMs;
  const outerMs = planMs === null ? ownMs : ownMs === null ? planMs : Math.min(planMs, ownMs);
  const limits = [
    planMs === null ? "the plan has no limit" : `the plan kills after ${s(planMs)}`,
    habits.ownLimit === null ? "its owner's own limit is not known" : `its owner: ${habits.ownLimit.said}`,
  ].join("; ");
  if (habits.ownLimit === null)
    return unknown(
      { ...question, severity: "needsReason" },
      limits,
      "Write owner.stopLimitS: an owner that kills earlier than the plan cuts what still runs.",
    );
  if (outerMs === null) return passes(question, limits);
  if (drainMs === null)
    return unknown(
      { ...question, severity: "needsReason" },
      `it leaves with its work, and how long that takes is not known; ${limits}`,
      "Write exitWaitS: the program's own timer, or its longest request. A router in front lets work run out before.",
    );
  const neededMs = routingMs + drainMs + cleanupMs;
  const parts = [
    ...(routingMs > 0 ? [`${s(routingMs)} until routers notice`] : []),
    ...(drainMs > 0 ? [`${s(drainMs)} for its work`] : []),
    `${s(cleanupMs)} to clean up`,
  ].join(" + ");
  const words = `${parts} = ${s(neededMs)}; ${limits}`;
  if (neededMs < outerMs) return passes(question, words);
  const shorter = ownMs !== null && ownMs <= outerMs ? "its owner's own limit" : "the plan's exit limit";
  return fails(question, words, `Raise ${shorter} above ${s(neededMs)}${howToRaise(habits, ownMs, outerMs)}.`);
}

function howToRaise({ ownLimit }: OwnerHabits, ownMs: number | null, outerMs: number): string {
  if (ownLimit === null || ownMs === null || ownMs > outerMs) return "";
  if (ownLimit.said.startsWith("kill_timeout"))
    return ": pm2 restart <app> --kill-timeout <ms>, or in its ecosystem file";
  if (ownLimit.said.startsWith("TimeoutStopUSec"))
    return ": TimeoutStopSec= in a drop-in, then systemctl daemon-reload";
  return "";
}

function s(ms: number): string {
  return `${Number((ms / 1000).toFixed(1))} s`;
}

/** A supervisor starts again what leaves without its order (facts on other systems, T5). */
export function ownerUndoes({ step, habits, ownerKind, bySystem }: ExitFacts): Check {
  const question = ask("owner-undoes", step.nodeId);
  const { watchedBy, undoes } = habits;
  if (watchedBy !== null) {
    const kind = watchedBy.startsWith("PM2") ? "pm2" : "systemd";
    const evidence = `it was started by ${watchedBy}, which starts it again after an exit that it did not order`;
    return fails(question, evidence, `Name its owner: owner: { kind: ${kind}, … }. Then the exit goes through it.`);
  }
  if (bySystem && undoes !== null) {
    const evidence = `${habits.said}: it starts again what was told to leave by somebody else (${undoes})`;
    return fails(question, evidence, "Let its owner stop it, or switch that off for the time of the run.");
  }
  const how = bySystem
    ? "nobody starts it again"
    : ownerKind === "signal"
      ? "nobody else watches it"
      : "its owner orders the exit";
  return passes(question, `${how}; ${habits.said}`);
}

const NO_SIGNAL = "it is told to leave in its own way, and no signal is sent";

/** Signals that end these programs at once; what lets them finish is in the last column (facts on other systems, 4.1). */
const FAST: readonly (readonly [program: RegExp, fast: readonly string[], polite: string])[] = [
  [/^nginx$/, ["SIGTERM", "SIGINT"], "SIGQUIT"],
  [/^haproxy$/, ["SIGTERM", "SIGINT"], "SIGUSR1"],
  [/^(apache2|httpd)$/, ["SIGTERM"], "SIGWINCH"],
];

export function politeSignal({ step, habits, bySystem }: ExitFacts): Check {
  const question = ask("polite-signal", step.nodeId);
  const { stopSignal, command, taking } = habits;
  if (bySystem) return passes(question, NO_SIGNAL);
  if (stopSignal === null) return passes(question, `no signal is sent first: ${habits.said}`);
  const program = basename((command?.[0] ?? "").split(/[\s:]/)[0] ?? "");
  const entry = FAST.find(([name]) => name.test(program));
  if (entry?.[1].includes(stopSignal) === true) {
    const evidence = `${stopSignal} is a fast stop of ${program}: it closes every connection at once`;
    return fails(
      question,
      evidence,
      `Stop it with ${entry[2]}: owner.signal, KillSignal= of its unit, or its own stop command.`,
    );
  }
  if (taking === "dies") {
    const evidence = `the process has no handler for ${stopSignal}: it ends at once, with whatever it was doing`;
    const remedy = "Handle the signal in the program. Off the routes and empty, it loses nothing but its cleanup.";
    return fails({ ...question, severity: "needsReason" }, evidence, remedy);
  }
  if (taking === "ignores") {
    const evidence = `the process ignores ${stopSignal}: it would stay until it is killed at the limit`;
    return fails(
      { ...question, severity: "needsReason" },
      evidence,
      "Handle the signal in the program, or name another one.",
    );
  }
  return passes(
    question,
    taking === "handles" ? `the process has a handler for ${stopSignal}` : `${stopSignal}; ${habits.said}`,
  );
}

const WRAPPERS = /^(sh|bash|dash|ash|npm|npx|yarn|pnpm|make|gosu|su|sudo|script)$/;
/** They pass signals on, which is what they are for. */
const INITS = /^(dumb-init|tini|docker-init|s6-svscan|catatonit)$/;

/** The main process has to be the program itself, or hand the signal on (the example of Kubernetes: `npm start` does not). */
export function signalArrives({ step, habits, bySystem }: ExitFacts): Check {
  const question = ask("signal-arrives", step.nodeId);
  const { command, isPidOne, taking, stopSignal } = habits;
  if (bySystem) return passes(question, NO_SIGNAL);
  if (command === null) return passes(question, "it does not run: nothing is sent");
  if (stopSignal === null) return passes(question, `no signal is sent first: ${habits.said}`);
  const shown = shellText(command.slice(0, 6));
  const wrapper = wrapperOf(command);
  if (wrapper !== null) {
    const evidence = `its main process is ${shown}: ${wrapper} does not pass ${stopSignal} on to the program it runs`;
    return fails(question, evidence, "Start the program itself, as node src, or under an init: dumb-init npm start.");
  }
  if (isPidOne && taking === "dies") {
    const evidence = `it is pid 1 (${shown}) without a handler for ${stopSignal}: the kernel drops the signal`;
    return fails(question, evidence, "Handle the signal in the program, or run it under an init such as dumb-init.");
  }
  return passes(question, `its main process is ${shown}${isPidOne ? ", pid 1" : ""}`);
}

/** `npm start` shows itself as one word, and its scripts run as arguments of node. */
function wrapperOf(command: readonly string[]): string | null {
  const [first = "", second = ""] = command;
  const program = basename(first.split(" ")[0] ?? "").replace(/^-/, "");
  if (INITS.test(program)) return null;
  if (WRAPPERS.test(program)) return program;
  const script = basename(second).replace(/(-cli)?\.c?js$/, "");
  return /^node(js)?$/.test(program) && WRAPPERS.test(script) ? script : null;
}
