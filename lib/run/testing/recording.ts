import type { ClusterNode } from "../../cluster/node.ts";
import { allowedActs } from "../accept-request.ts";
import { nameOf } from "../actor.ts";
import type { Recorded, RunEvent } from "../event.ts";
import { ledgerInWords, ledgerOf } from "../ledger-report.ts";
import { outlook, type OutlookRow, type Usual } from "../outlook.ts";
import {
  approvals,
  counts,
  durations,
  nextDecision,
  pauseBites,
  phaseViews,
  stepElapsedMs,
  verdict,
} from "../progress.ts";
import type { Policy } from "../plan.ts";
import { rollBackOf } from "../roll-back.ts";
import { whyNotMoving } from "../stall/stall.ts";
import { currentStep, type Run } from "../state.ts";
import { wanted } from "../wanted.ts";
import { ANN, type Console } from "./console.ts";
import { CLUSTER, consoleFor, playOn, WIDE, type History } from "./history.ts";
import { brief, eventWords, seconds, short } from "./words.ts";
import { inhabit, supersede, type World } from "./world.ts";

/**
 * A history as it is recorded: what the core decided and what it says of it, a line each, with the second at which it was.
 * What stands unchanged is not said again; the order of the lines is that of the journal.
 */
export function recordingOf(h: History, world: World, batch: Batch | null = null): string {
  const nodes = batch?.nodes ?? [...CLUSTER, ...CLUSTER].slice(world.first, world.first + world.many);
  const atOnce = batch === null ? {} : { batch: batch.atOnce, maxUnavailable: batch.atOnce };
  const change = { policy: { ...world.policy, ...atOnce }, step: world.step };
  const console = consoleFor(h, nodes, change, batch === null ? CLUSTER : WIDE);
  console.frozen = false;
  inhabit(console, world);
  const lines = new Lines(console);
  const each = (): void => {
    lines.look();
    if (world.supersededAtS !== null && console.model.nowMs === world.supersededAtS * 1000) supersede(console.model);
  };
  playOn(console, h, each, HELP_EVERY_S);
  const { asks: _, lies, ...rest } = { ...h, ...world, policy: { ...h.policy, ...world.policy } };
  const told = lies.map(({ lie, from, forS, of }) => `${lie} (${of}) ${from} +${forS}`);
  return `${[brief(rest), told.join(", "), ...lines.end()].join("\n")}\n`;
}

/** Several at once, of these nodes of a wider cluster. */
export type Batch = { readonly nodes: readonly ClusterNode[]; readonly atOnce: number };

/** Seldom, so that the same holds and tries do not fill the page. */
const HELP_EVERY_S = 23;

/** Polls that come one after the other share a line. */
const POLLS: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>(["WorkListed", "FailuresCounted"]);

class Lines {
  readonly #lines: string[] = [];
  readonly #console: Console;
  /** What was said last under each name, without its numbers. */
  readonly #said = new Map<string, string>();
  /** How often each act was allowed, or refused for which reason, over the looks at it. */
  readonly #acts = new Map<string, Map<string, number>>();
  #poll = "";
  /** Of the line said last: the second stands before the first of its lines alone. */
  #atMs: number | null = null;
  #policy: Policy;

  constructor(console: Console) {
    this.#console = console;
    this.#policy = console.run.plan.policy;
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
    const words = event.type === "PolicyChanged" ? this.#policyWords(event) : eventWords(event);
    const key = `${node}${event.type}`;
    if (this.#poll === key) {
      this.#lines.push(`${this.#lines.pop() ?? ""}; ${seconds(recorded.atMs)} ${words}`);
      return;
    }
    this.#add(`${node}${event.type} ${by} ${words}`.trimEnd());
    this.#poll = POLLS.has(event.type) ? key : "";
  }

  /** What the policy says otherwise than before. */
  #policyWords({ policy, reason }: Extract<RunEvent, { readonly type: "PolicyChanged" }>): string {
    const before = new Map<string, unknown>(Object.entries(this.#policy));
    this.#policy = policy;
    const other = Object.entries(policy).filter(([name, value]) => brief(before.get(name)) !== brief(value));
    return `${other.map(([name, value]) => `${name}=${brief(value)}`).join(" ")} ${reason}`;
  }

  #add(line: string): void {
    this.#poll = "";
    const atMs = this.#console.model.nowMs;
    this.#lines.push(atMs === this.#atMs ? ` ${line}` : `${seconds(atMs)} ${line}`);
    this.#atMs = atMs;
  }

  /** Said only when it is another than before, but for its numbers. */
  #view(sign: string, parts: Readonly<Record<string, string>>): void {
    const news = Object.entries(parts).filter(([name, words]) => {
      const key = words.replaceAll(/(?<![-\w])\d+/g, "#");
      const isNew = this.#said.get(name) !== key;
      this.#said.set(name, key);
      return isNew;
    });
    if (news.length > 0) this.#add(`${sign} ${news.map(([name, words]) => `${name} ${words}`.trim()).join(" | ")}`);
  }

  look(): void {
    const { run, model } = this.#console;
    this.#view("=", standing(run, model.nowMs));
    this.#view("?", { "": stall(this.#console) });
    const step = currentStep(run);
    const next = step ?? run.steps.find(({ progress }) => progress.at === "waiting") ?? null;
    for (const nodeId of next === null ? [null] : [null, next.plan.nodeId]) {
      for (const { do: name, refusal } of allowedActs(run, nodeId, model.nowMs)) {
        const times = this.#acts.get(name) ?? new Map<string, number>();
        const words = refusal?.reason ?? "allowed";
        this.#acts.set(name, times.set(words, (times.get(words) ?? 0) + 1));
      }
    }
    if (step !== null && model.nowMs % 20_000 === 0) this.#outlook(step.plan.nodeId);
  }

  #outlook(nodeId: string): void {
    const { run, model } = this.#console;
    const step = this.#console.step(nodeId);
    if (step.progress.at !== "phase" || !["gate", "drain", "exit"].includes(step.progress.phase)) return;
    const facts = model.facts(wanted(run));
    const work = facts.observations.get(nodeId)?.work ?? null;
    const count = (of: "inFlight" | "willBeCut"): number | null =>
      work === null
        ? null
        : work[of].reduce<number | null>(
            (sum, one) => (sum === null || one.count === null ? null : sum + one.count),
            0,
          );
    const counted = { inFlight: count("inFlight"), willBeCut: count("willBeCut") };
    const of = outlook(run, step, facts.work.get(nodeId)?.items ?? [], counted, usualOf, model.nowMs);
    const { drainMs, exitMs, waitKnown, cuts } = of.window;
    const groups = {
      "will finish": rows(of.willFinish),
      "may be cut": `${rows(of.mayBeCut)} +${of.unlisted.mayBeCut}`,
      "will be cut": `${rows(of.willBeCut)} +${of.unlisted.willBeCut}`,
      in: `${drainMs} ${exitMs}${waitKnown ? "" : " wait unknown"}${cuts ? "" : " cuts nothing"}`,
    };
    this.#view("~", groups);
  }

  /** All lines, with where everything came to in the end. */
  end(): readonly string[] {
    const { run, model } = this.#console;
    const { nowMs } = model;
    this.look();
    const steps = run.steps.map((step) => {
      const { progress, plan, cut, before, accepted } = step;
      const result = progress.at === "ended" ? progress.result : progress.at;
      const phases = phaseViews(step).map(
        ({ phase, state, endedAtMs }) => `${phase} ${state} ${endedAtMs === null ? "-" : seconds(endedAtMs)}`,
      );
      const taken = Object.entries(durations(step, nowMs)).map(([phase, ms]) => `${phase} ${seconds(ms)}`);
      return [
        `step ${plan.nodeId} ${result} | was ${before?.identity} ${before?.version} | cut ${cut.map(({ id }) => id).join(" ")} | accepted ${accepted?.reason ?? "-"}`,
        `  ${phases.join(", ")}`,
        `  took ${seconds(stepElapsedMs(step, nowMs))}: ${taken.join(", ")}`,
      ];
    });
    const ledger = ledgerOf(run);
    return [
      ...this.#lines,
      "",
      ...steps.flat(),
      `ledger ${ledgerInWords(ledger)} | again ${ledger.again.map(({ text }) => text).join(", ")} | open ${ledger.open.join(" ")}`,
      `way back ${brief(rollBackOf(run))}`,
      "acts, and for how many seconds",
      ...[...this.#acts].map(
        ([name, times]) => `  ${name}: ${[...times].map(([why, many]) => `${short(why, 24)} ${many}`).join("; ")}`,
      ),
    ];
  }
}

function usualOf({ id }: { readonly id: string }): Usual | null {
  const number = Number(id.slice(1));
  return number % 4 === 0 ? null : { likelyMs: (number % 4) * 10_000, atMostMs: (number % 4) * 15_000 };
}

function rows(all: readonly OutlookRow[]): string {
  const groups = Map.groupBy(all, ({ why }) => why.is);
  const leftS = ({ why }: OutlookRow): string => ("likelyLeftMs" in why ? `:${why.likelyLeftMs / 1000}` : "");
  return [...groups].map(([is, of]) => `${is} ${of.map((row) => `${row.item.id}${leftS(row)}`).join(" ")}`).join(", ");
}

function standing(run: Run, nowMs: number): Readonly<Record<string, string>> {
  const { verified, skipped, putBack, aborted, waiting, cut } = counts(run);
  const gates = approvals(run).map(
    ({ needed, approval, canWithdraw }) =>
      `${needed ? "needed" : ""}${approval === null ? "" : "given"}${canWithdraw ? "*" : ""}`,
  );
  const said = { ...verdict(run, nowMs), counts: undefined, reason: undefined };
  return {
    is: brief({ ...said, ...("finishing" in said ? { finishing: said.finishing.join(" ") } : {}) }),
    next: brief({ ...nextDecision(run), reason: undefined }),
    steps: brief({ verified, skipped, putBack, aborted, waiting, cut }),
    gates: gates.join(","),
    wants: wants(run),
    pause: pauseBites(run).words,
  };
}

function wants(run: Run): string {
  const { gatesFor, soaks, outByRun: _, runTrafficSinceMs, ...rest } = wanted(run);
  const since = soaks.map(({ sinceMs }) => `${seconds(sinceMs)}s`).join(" ");
  return brief({ ...rest, gatesFor: gatesFor.join(" "), trafficSinceMs: since, runTrafficSinceMs })
    .replace("runTrafficSinceMs=0s", "")
    .trim();
}

function stall({ run, model }: Console): string {
  const { nowMs, loans } = model;
  const facts = model.facts(wanted(run));
  const around = { controlPlane: { answeredAtMs: nowMs, problem: null }, journal: null, ownedBy: null };
  const said = whyNotMoving(run, loans, { ...facts, ...around }, nowMs);
  if (said === null) return "moves";
  const { number, sinceMs, act, byRuleAtMs } = said;
  const live =
    number === null
      ? ""
      : number.is === "count"
        ? ` (${number.count} ${number.many})`
        : ` (${number.ms / 1000} s: ${number.until})`;
  const doing = act === null ? "" : ` (${act.do} ${act.nodeId ?? "-"})`;
  const rule = byRuleAtMs === null ? "" : ` by rule ${seconds(byRuleAtMs)}`;
  return `${said.is}: ${short(said.what, 64)}${live}${doing}${rule} since ${seconds(sinceMs)}. ${short(said.who, 12)}`;
}
