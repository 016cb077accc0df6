import { invariant } from "../../util/invariant.ts";
import { requestEvents } from "../accept-request.ts";
import type { Actor } from "../actor.ts";
import type { Verb } from "../command.ts";
import { decide } from "../decide.ts";
import type { Draft, Recorded, RunEvent } from "../event.ts";
import { evolve } from "../evolve/evolve.ts";
import type { HoldReason } from "../hold.ts";
import { outstanding } from "../outstanding.ts";
import type { Phase, Plan } from "../plan.ts";
import { refusal } from "../refusal.ts";
import type { Refusal, RunRequest } from "../request.ts";
import { stepOf, type Run, type Step } from "../state.ts";
import { wanted } from "../wanted.ts";
import type { Model } from "./model.ts";

export const ANN: Actor = { kind: "person", id: "ann", via: "browser" };
export const BOB: Actor = { kind: "person", id: "bob", via: "cli" };

/** What the orchestrator does, without its sockets and files: decide, write down, act, write down. Frozen all through. */
export class Console {
  journal: Recorded<RunEvent>[] = [];
  run: Run;
  readonly model: Model;
  readonly #underWay = new Set<string>();
  /** Whether all that the core is given is frozen; where thousands of seconds are played again and again it takes its time. */
  frozen = true;
  /** The console dies right after this many events are on disk: the rest of a batch and its commands are lost. */
  diesAfter: number | null = null;
  /** Called for each event as it is written: a test that throws here sees the moment. */
  watch: (run: Run, recorded: Recorded<RunEvent>) => void = () => undefined;
  /** Called for each request that is refused. */
  refused: (request: RunRequest, actor: Actor, why: Refusal) => void = () => undefined;

  constructor(model: Model, plan: Plan) {
    this.model = model;
    const listed = [...model.nodes.keys()];
    const event: RunEvent = { type: "RunStarted", runId: "r1", plan: { ...plan, listed }, baseline: {} };
    const first = { seq: 1, atMs: model.nowMs, actor: ANN, event };
    const run = evolve(null, deepFreeze(first));
    invariant(run !== null, "a run starts");
    this.journal.push(first);
    this.run = run;
  }

  /** One round: answers in, decisions out, commands carried out. */
  round(): void {
    if (this.#isDead()) this.crash();
    for (const { commandId, attempt, outcome } of this.model.answers()) {
      this.append([
        { actor: { kind: "rule", rule: "C2" }, event: { type: "CommandAnswered", commandId, attempt, outcome } },
      ]);
    }
    const facts = this.model.facts(wanted(this.run));
    const { events } = decide(this.run, this.model.loans, this.#kept(facts), this.model.nowMs);
    this.append(events);
    this.#carryOut();
  }

  /** What is written down and not answered, unless it is under way already. */
  #carryOut(): void {
    if (this.#isDead()) return;
    for (const { command, attempt } of outstanding(this.run)) {
      const key = `${command.id}#${attempt}`;
      if (!this.#underWay.has(key)) this.model.carry(command, attempt);
      this.#underWay.add(key);
    }
  }

  append(drafts: readonly Draft<RunEvent>[]): void {
    for (const { actor, event } of drafts) {
      if (this.#isDead()) return;
      const recorded = this.#kept({ seq: this.run.seq + 1, atMs: this.model.nowMs, actor, event });
      const next = evolve(this.run, recorded);
      invariant(next !== null, "a run goes on");
      this.journal.push(recorded);
      this.run = this.#kept(next);
      this.watch(next, recorded);
    }
  }

  #kept<T>(value: T): T {
    return this.frozen ? deepFreeze(value) : value;
  }

  #isDead(): boolean {
    return this.diesAfter !== null && this.journal.length >= this.diesAfter;
  }

  ask(request: RunRequest, actor: Actor = ANN): Refusal | null {
    const refused = refusal(this.run, request, actor, this.model.nowMs);
    if (refused !== null) this.refused(request, actor, refused);
    this.append(requestEvents(this.run, request, actor, this.model.nowMs));
    this.#carryOut();
    return refused;
  }

  /** Dies and comes back: the run is folded from the journal, and what was not answered is carried out again. */
  crash(): void {
    this.diesAfter = null;
    this.model.crash();
    this.run = this.#kept(replay(this.journal));
    this.#underWay.clear();
    this.#carryOut();
  }

  /** Goes on until a phase of a node is under way. */
  reach(nodeId: string, phase: Phase): void {
    this.until(() => {
      const { progress } = this.step(nodeId);
      return progress.at === "phase" && progress.phase === phase;
    });
  }

  /** Goes on until the run holds for this. */
  reachHold(why: HoldReason["why"]): HoldReason {
    this.until((run) => run.hold?.reason.why === why);
    invariant(this.run.hold !== null, "it holds");
    return this.run.hold.reason;
  }

  toEnd(): void {
    this.until((run) => run.life.at === "ended");
  }

  step(nodeId: string): Step {
    const step = stepOf(this.run, nodeId);
    invariant(step !== null, `${nodeId} is part of the run`);
    return step;
  }

  /** The events of one type, in order. */
  all<T extends RunEvent["type"]>(type: T): readonly Extract<RunEvent, { readonly type: T }>[] {
    return this.journal.map(({ event }) => event).filter((event) => isOf(event, type));
  }

  /** The ids of all commands with this verb, each once. */
  commands(verb: Verb): readonly string[] {
    return [...this.run.commands.values()]
      .filter(({ command }) => command.verb === verb)
      .map(({ command }) => command.id);
  }

  /** Goes on until something is so, or the time is up. */
  until(what: (run: Run) => boolean, limitMs = 3_600_000, stepMs = 1000): void {
    const endAtMs = this.model.nowMs + limitMs;
    this.round();
    while (!what(this.run)) {
      invariant(this.model.nowMs < endAtMs, `not so within ${limitMs} ms: ${what.toString()} ${this.where()}`);
      this.model.tick(stepMs);
      this.round();
    }
  }

  for(ms: number, stepMs = 1000): void {
    const endAtMs = this.model.nowMs + ms;
    this.until(() => this.model.nowMs >= endAtMs, ms + stepMs, stepMs);
  }

  where(): string {
    const steps = this.run.steps.map(({ plan, progress }) => `${plan.nodeId} ${JSON.stringify(progress)}`).join("; ");
    return `${JSON.stringify(this.run.life)} hold ${JSON.stringify(this.run.hold)} ${steps}`;
  }
}

function isOf<T extends RunEvent["type"]>(event: RunEvent, type: T): event is Extract<RunEvent, { readonly type: T }> {
  return event.type === type;
}

export function replay(journal: readonly Recorded<RunEvent>[]): Run {
  let run: Run | null = null;
  for (const recorded of journal) run = evolve(run, recorded);
  invariant(run !== null, "the journal begins with RunStarted");
  return run;
}

/** Nothing may be changed in place; who tries learns it here. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (value instanceof Map) {
    for (const inner of value.values()) deepFreeze(inner);
    return value;
  }
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
