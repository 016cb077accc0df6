import { allowedActs } from "../accept-request.ts";
import { nameOf } from "../actor.ts";
import { checkKey } from "../check.ts";
import type { Recorded, RunEvent } from "../event.ts";
import { ledgerInWords, ledgerOf } from "../ledger-report.ts";
import { outlook, type OutlookRow, type Usual } from "../outlook.ts";
import { approvals, counts, durations, nextDecision, pauseBites, phaseViews, stepElapsedMs, verdict } from "../progress.ts";
import { rollBackOf } from "../roll-back.ts";
import { whyNotMoving } from "../stall.ts";
import { currentStep, type Run } from "../state.ts";
import { wanted } from "../wanted.ts";
import { ANN, type Console } from "./console.ts";
import { CLUSTER, consoleFor, playOn, type History } from "./history.ts";
import { inhabit, supersede, type World } from "./world.ts";

/**
 * A history as it is recorded: what the core decided and what it says of it, a line each, with the second at which it was.
 * What stands unchanged is not said again; the order of the lines is that of the journal.
 */
export function recordingOf(h: History, world: World): string {
  const nodes = [...CLUSTER, ...CLUSTER].slice(world.first, world.first + world.many);
  const console = consoleFor(h, nodes, { policy: world.policy, step: world.step });
  inhabit(console, world);
  const lines = new Lines(console);
  playOn(console, h, () => {
    lines.look();
    if (world.supersededAtS !== null && console.model.nowMs === world.supersededAtS * 1000) supersede(console.model);
  });
  return `${[`history ${JSON.stringify(h)}`, `world ${JSON.stringify(world)}`, ...lines.end()].join("\n")}\n`;
}

/** Polls that come one after the other share a line. */
const POLLS: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>(["WorkListed", "FailuresCounted"]);

class Lines {
  readonly #lines: string[] = [];
  readonly #console: Console;
  /** What was said last under each name, without its numbers. */
  readonly #said = new Map<string, string>();
  /** How often each act was allowed, or refused for which reason, over the looks at it. */
  readonly #acts = new Map<string, number>();
  #poll = "";

  constructor(console: Console) {
    this.#console = console;
    console.watch = (_, recorded) => this.#event(recorded);
    console.refused = (request, actor, { reason, already }) => {
      if (actor !== ANN) return;
      const first = already === null ? "" : ` (${nameOf(already.by)} at ${seconds(already.atMs)})`;
      this.#add(`refused ${brief(request)}: ${reason}${first}`);
    };
  }

  #event(recorded: Recorded<RunEvent>): void {
    const { event, actor } = recorded;
    const node = "nodeId" in event && event.nodeId !== null ? `${event.nodeId} ` : "";
    const by = actor.kind === "rule" ? `[${actor.rule}]` : `[${actor.id}]`;
    const words = eventWords(event);
    const key = `${node}${event.type}`;
    if (this.#poll === key) {
      this.#lines.push(`${this.#lines.pop() ?? ""}; ${seconds(recorded.atMs)} ${words}`);
      return;
    }
    this.#add(`${node}${event.type} ${by} ${words}`.trimEnd());
    this.#poll = POLLS.has(event.type) ? key : "";
  }

  #add(line: string): void {
    this.#poll = "";
    this.#lines.push(`${seconds(this.#console.model.nowMs)} ${line}`);
  }

  /** Said only when it is another than before, but for its numbers. */
  #view(name: string, words: string): void {
    const key = words.replaceAll(/(?<![-\w])\d+/g, "#");
    if (this.#said.get(name) === key) return;
    this.#said.set(name, key);
    this.#add(`  ${name} ${words}`);
  }

  look(): void {
    const { run, model } = this.#console;
    this.#view("=", standing(run, model.nowMs));
    this.#view("?", stall(this.#console));
    const step = currentStep(run);
    for (const nodeId of [null, step?.plan.nodeId ?? run.steps.find(({ progress }) => progress.at === "waiting")?.plan.nodeId]) {
      if (nodeId === undefined) continue;
      for (const { do: name, refusal } of allowedActs(run, nodeId, model.nowMs)) {
        const key = `${name}: ${refusal?.reason ?? "allowed"}`;
        this.#acts.set(key, (this.#acts.get(key) ?? 0) + 1);
      }
    }
    if (step !== null && model.nowMs % 10_000 === 0) this.#outlook(step.plan.nodeId);
  }

  #outlook(nodeId: string): void {
    const { run, model } = this.#console;
    const step = this.#console.step(nodeId);
    if (step.progress.at !== "phase" || !["gate", "drain", "exit"].includes(step.progress.phase)) return;
    const facts = model.facts(wanted(run));
    const work = facts.observations.get(nodeId)?.work ?? null;
    const count = (of: "inFlight" | "willBeCut"): number | null =>
      work === null ? null : work[of].reduce<number | null>((sum, one) => (sum === null || one.count === null ? null : sum + one.count), 0);
    const counted = { inFlight: count("inFlight"), willBeCut: count("willBeCut") };
    const of = outlook(run, step, facts.work.get(nodeId)?.items ?? [], counted, usualOf, model.nowMs);
    const rows = (all: readonly OutlookRow[]): string => all.map(({ item, why }) => `${item.id} ${brief(why)}`).join(", ");
    const { drainMs, exitMs, waitKnown, cuts } = of.window;
    this.#view(
      "outlook",
      `finish (${rows(of.willFinish)}) may be cut (${rows(of.mayBeCut)} +${of.unlisted.mayBeCut}) cut (${rows(of.willBeCut)} +${of.unlisted.willBeCut})` +
        ` window ${drainMs} ${exitMs}${waitKnown ? "" : " wait unknown"}${cuts ? "" : " cuts nothing"}`,
    );
  }

  /** All lines, with where everything came to in the end. */
  end(): readonly string[] {
    const { run, model } = this.#console;
    const { nowMs } = model;
    this.look();
    const steps = run.steps.map((step) => {
      const { progress, plan, cut, before, accepted } = step;
      const result = progress.at === "ended" ? `${progress.result}: ${progress.evidence}` : progress.at;
      const phases = phaseViews(step).map(({ phase, state, remark }) => `${phase} ${state} ${remark}`);
      const taken = brief(durations(step, nowMs));
      return [
        `step ${plan.nodeId} ${result} | before ${before?.identity} ${before?.version} | cut ${cut.map(({ id }) => id).join(" ")} | accepted ${accepted?.reason}`,
        `  took ${stepElapsedMs(step, nowMs)}: ${taken}`,
        ...phases.map((line) => `  ${line}`),
      ];
    });
    const ledger = ledgerOf(run);
    return [
      ...this.#lines,
      "",
      ...steps.flat(),
      `ledger ${ledgerInWords(ledger)} | again ${ledger.again.map(({ text }) => text).join(", ")} | open ${ledger.open.join(" ")}`,
      `way back ${brief(rollBackOf(run))}`,
      `deeds ${model.deeds.map(({ atMs, verb, nodeId }) => `${seconds(atMs)} ${verb} ${nodeId ?? "-"}`).join(", ")}`,
      "acts, and for how many seconds",
      ...[...this.#acts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, times]) => `  ${key} ${times}`),
    ];
  }
}

function usualOf({ id }: { readonly id: string }): Usual | null {
  const number = Number(id.slice(1));
  return number % 4 === 0 ? null : { likelyMs: (number % 4) * 10_000, atMostMs: (number % 4) * 15_000 };
}

function standing(run: Run, nowMs: number): string {
  const { verified, skipped, putBack, aborted, waiting, cut } = counts(run);
  const wants = wanted(run);
  const gates = approvals(run).map(
    ({ needed, approval, canWithdraw }) =>
      `${needed ? "n" : "-"}${approval === null ? "-" : "a"}${canWithdraw ? "w" : "-"}`,
  );
  return [
    brief({ ...verdict(run, nowMs), counts: undefined }),
    `next ${brief(nextDecision(run))}`,
    `${verified} verified ${skipped} skipped ${putBack} back ${aborted} aborted ${waiting} waiting ${cut} cut`,
    `gates ${gates.join(" ")}`,
    `wants ${brief(wants)}`,
    pauseBites(run).words,
  ].join(" | ");
}

function stall({ run, model }: Console): string {
  const { nowMs, loans } = model;
  const facts = model.facts(wanted(run));
  const around = { controlPlane: { answeredAtMs: nowMs, problem: null }, journal: null, ownedBy: null };
  const said = whyNotMoving(run, loans, { ...facts, ...around }, nowMs);
  if (said === null) return "moves";
  const { is, what, number, sinceMs, who, act, byRuleAtMs } = said;
  return `${is}: ${what} | ${brief(number)} | ${brief(sinceMs)} | ${who} | ${brief(act)} | ${brief(byRuleAtMs)}`;
}

// -------------------------------------------------------------------------------------------------------------- words

function eventWords(event: RunEvent): string {
  switch (event.type) {
    case "RunStarted":
      return event.plan.steps.map(({ nodeId }) => nodeId).join(" ");
    case "WorkListed":
      return `${event.count}/${event.items.length}${event.empty ? " empty" : ""}`;
    case "ChecksAnswered": {
      const open = event.checks.filter(({ verdict }) => verdict !== "pass");
      const words = open.map((check) => `${checkKey(check)} ${check.verdict} ${check.severity}: ${check.evidence}`);
      return `${event.phase} ${event.checks.length} checks ${words.join("; ")}`.trimEnd();
    }
    case "WorkCut":
      return `${event.items.map(({ id }) => id).join(" ")} ${event.evidence}`;
    case "LedgerSettled":
      return event.rows.map(({ id, outcome, listedAtMs }) => `${id} ${outcome} ${seconds(listedAtMs)}`).join(", ");
    case "CommandIssued": {
      const { id, verb: _, nodeId: __, ...rest } = event.command;
      return `${id} #${event.attempt} ${brief(rest)}`;
    }
    default: {
      const { type: _, ...rest } = event;
      return brief("nodeId" in rest ? { ...rest, nodeId: undefined } : rest);
    }
  }
}

/** A value as few words: names and what they stand for, without the signs of JSON. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(brief).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${key}=${typeof inner === "object" && inner !== null && !Array.isArray(inner) ? `(${brief(inner)})` : brief(inner)}`)
    .join(" ");
}

function seconds(ms: number): string {
  return String(ms / 1000);
}
