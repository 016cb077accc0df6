/**
 * Holds a history against the rules of section 4. It looks at what really happened in the simulated world and at what
 * the journal kept, never at what a run thinks of itself; and it allows for what nobody could have known yet.
 */
import { FRESH_MS } from "#lib/cluster/freshness.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Witness } from "#lib/cluster/observation.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Actor } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { LoanEvent } from "#lib/run/loan.ts";
import { rankOf, type Phase } from "#lib/run/plan.ts";
import type { Fence, StreamName } from "#server/orchestrator/ports.ts";
import { attribution } from "./attribution.ts";
import type { Breach, Rule } from "./rules.ts";
import { foldRun, openRun, type RunBook, type StepBook } from "./run-book.ts";
import { sharesReplicas } from "./sim-checks.ts";
import { isScript, type Deed } from "./sim-driver.ts";
import { standsAt } from "./sim-loans.ts";
import type { World } from "./world.ts";
import type { WorldNode } from "./world-node.ts";

/** What changed more lately than this nobody need have known when he acted: polls, hearsay, and the way to the cluster. */
const KNOWN_AFTER_MS = 25_000;
/** An owner that was robbed hears of it when it renews its lease; until then it cannot know. */
const ROBBED_MS = 4000;
const RACE_MS = 5000;

/** What the checkers ask of the console that acts. */
export type Suspect = {
  readonly name: string;
  readonly epoch: number;
  readonly skewMs: number;
  knownAtMs(nodeId: NodeId): number;
};

export class Judge {
  readonly breaches: Breach[] = [];
  readonly runs = new Map<string, RunBook>();
  readonly asked: string[] = [];
  /** By whom every command was carried out, for the crash matrix. */
  readonly scripts = new Map<string, number>();
  readonly #world: World;
  readonly #lengths = new Map<StreamName, number>();
  readonly #loans = new Set<string>();
  readonly #gone = new Map<string, number>();
  #epoch = { newest: 0, sinceMs: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  breach(rule: Rule, what: string): void {
    this.breaches.push({ rule, atMs: this.#world.clock.now(), what });
  }

  /** The newest that was claimed. */
  get epoch(): number {
    return this.#epoch.newest;
  }

  claimed({ epoch }: Fence): void {
    this.#epoch = { newest: epoch, sinceMs: this.#world.clock.now() };
  }

  saidGone(nodeId: NodeId, witness: Witness, atMs: number): void {
    const key = `${nodeId} ${witness}`;
    this.#gone.set(key, Math.max(atMs, this.#gone.get(key) ?? 0));
  }

  // ------------------------------------------------------------------------------------------------------- journal

  appended(stream: StreamName, fence: Fence | null, seqs: readonly number[]): void {
    if (fence !== null && fence.epoch < this.#epoch.newest) {
      this.breach(
        "R7",
        `${stream} took an append under epoch ${fence.epoch}, and ${this.#epoch.newest} owns the cluster`,
      );
    }
    for (const seq of seqs) {
      const expected = (this.#lengths.get(stream) ?? 0) + 1;
      if (seq !== expected) this.breach("R11", `${stream} #${seq} was written where #${expected} was to come`);
      this.#lengths.set(stream, seq);
    }
  }

  lengths(): ReadonlyMap<StreamName, number> {
    return this.#lengths;
  }

  loanEvent({ event, actor }: Recorded<LoanEvent>): void {
    if (event.type === "LoanRecorded") this.#loans.add(event.loan.id);
    if (actor.kind === "rule" && actor.rule === "") this.breach("R9", `${event.type} names nobody`);
  }

  runEvent(runId: string, recorded: Recorded<RunEvent>, suspect: Suspect): void {
    const { event } = recorded;
    const nowMs = this.#world.clock.now();
    const unnamed = attribution(recorded, this.asked, nowMs + suspect.skewMs);
    if (unnamed !== null) this.breach("R9", `${runId}: ${unnamed}`);
    if (event.type === "RunStarted") {
      const other = [...this.runs.values()].find(({ isOver }) => !isOver);
      if (other !== undefined) this.breach("R7", `${runId} began while ${other.id} was active`);
      this.runs.set(runId, openRun(event));
      return;
    }
    const run = this.runs.get(runId);
    if (run === undefined) return this.breach("R7", `${runId} goes on and never began`);
    if (run.isOver) this.breach("R11", `${runId} is over, and ${event.type} follows`);
    if (event.type === "CommandIssued") this.#issued(run, event, suspect);
    if (event.type === "PhaseBegan" || event.type === "PhaseSkipped") this.#begins(run, event.nodeId, event.phase);
    foldRun(run, recorded, nowMs);
    if (event.type === "StepEnded" && event.result === "verified") this.#verified(run, event.nodeId);
    if (event.type === "PhaseEnded" && event.phase === "upgrade") this.#installed(run, event.nodeId);
    if (event.type === "RunEnded") this.#ended(run);
  }

  /** Batches: how many are under way, and who begins beside whom. */
  #begins(run: RunBook, nodeId: NodeId, phase: Phase): void {
    const step = run.steps.get(nodeId);
    const mates = underWay(run, nodeId);
    if (step === undefined || mates.length === 0) return;
    const names = mates.map(([id]) => id).join(", ");
    const isNew = step.at === null;
    const { batch, approval } = run.plan.policy;
    if (isNew && mates.length >= batch)
      this.breach("N", `${nodeId} begins, and ${names} is under way: ${batch} at once`);
    const entering = mates.filter(([, mate]) => !mate.leftIsolate && mate.at !== "puttingBack").map(([id]) => id);
    if (ENTERING.has(phase) && entering.length > 0) {
      this.breach("N", `${nodeId} is at ${phase}, and ${entering.join(", ")} has not left isolate`);
    }
    if (!ENTERING.has(phase) || phase === "gate" || phase === "check") return;
    const { role, pool } = this.#world.at(nodeId).listing;
    if (role === "fe") this.breach("N", `${nodeId} is a front end, and ${names} is under way`);
    if (mates.some(([id]) => this.#world.at(id).role !== role || this.#world.at(id).listing.pool !== pool)) {
      this.breach("N", `${nodeId} is taken beside ${names}, which is of another role or pool`);
    }
    const verified = [...run.steps].filter(
      ([id, { ended }]) => ended === "verified" && this.#world.at(id).role === role,
    );
    const wanted = approval === "firstOfRole" ? 1 : approval === "firstThenLook" ? 2 : 0;
    if (verified.length < wanted) this.breach("N", `${nodeId} is taken beside ${names}, and ${role} is not proven`);
    if (run.heldFor !== null && run.heldFor !== nodeId) {
      this.breach("N", `${nodeId} is taken, and the run holds for ${run.heldFor}`);
    }
  }

  /** Rule 10: what is decided about a node that was not touched yet rests on what is known now. */
  #issued(run: RunBook, { command }: Extract<RunEvent, { readonly type: "CommandIssued" }>, suspect: Suspect): void {
    const { nodeId, verb } = command;
    if (verb === "install" && !run.issued.has(command.id)) this.#notWhileItRuns(command.id, nodeId);
    if (nodeId === null || (verb !== "isolate" && verb !== "exit") || run.issued.has(command.id)) return;
    const step = run.steps.get(nodeId);
    const node = this.#world.at(nodeId);
    if (step === undefined || step.touchedAtMs !== null || !this.#world.serves(node)) return;
    const begun = [...run.issued.values()].some((one) => one.nodeId === nodeId);
    if (begun) return;
    const nowMs = this.#world.clock.now();
    const old = [...this.#world.nodes.values()].filter(
      ({ id, isListed, listedSinceMs }) =>
        isListed && nowMs - Math.max(listedSinceMs, suspect.knownAtMs(id)) > FRESH_MS + 2500,
    );
    if (old.length >= run.plan.policy.maxUnavailable) {
      const words = old.map(({ id }) => `${id} for ${(nowMs - suspect.knownAtMs(id)) / 1000} s`).join(", ");
      this.breach("R10", `${command.id} was issued, and nobody had told of ${words}`);
    }
  }

  /** Rule 2: nothing is to be written under a process that runs, and is known to. */
  #notWhileItRuns(id: string, nodeId: NodeId): void {
    const { process } = this.#world.at(nodeId);
    const forMs = process === null ? 0 : this.#world.clock.now() - process.startedAtMs;
    if (forMs > KNOWN_AFTER_MS) this.breach("R2", `${id}: ${nodeId} runs for ${forMs / 1000} s`);
  }

  /** Rule 3: what is said to be verified serves, on the version that was asked for. */
  #verified(run: RunBook, nodeId: NodeId): void {
    const node = this.#world.at(nodeId);
    const target = run.plan.targetVersion;
    if (run.plan.kind === "drain") return;
    if (!this.#isIn(node)) return this.breach("R3", `${nodeId} is said to be verified, and does not serve`);
    const version = node.process?.version ?? node.disk;
    const runsForMs = this.#world.clock.now() - (node.process?.startedAtMs ?? 0);
    if (target !== null && !isVersion(version, target) && runsForMs > KNOWN_AFTER_MS) {
      this.breach("R3", `${nodeId} is said to be verified, and runs ${version}`);
    }
  }

  /** Rule 6: an outcome that nobody knows is not taken for a good one. */
  #installed(run: RunBook, nodeId: NodeId): void {
    const { targetVersion } = run.plan;
    const { disk } = this.#world.at(nodeId);
    if (run.abortingSinceMs !== null || targetVersion === null || isVersion(disk, targetVersion)) return;
    this.breach("R6", `${nodeId} is said to be upgraded, and ${disk} lies on its disk`);
  }

  #ended(run: RunBook): void {
    for (const [id, { outcome, setAside }] of run.issued) {
      if (outcome === null && !setAside) this.breach("R6", `${run.id} ended, and nobody knows what became of ${id}`);
    }
    this.nothingLeft(`${run.id} ended`);
  }

  /** Rule 8. */
  nothingLeft(when: string): void {
    for (const what of this.#world.ours()) this.breach("R8", `${when}, and ${what} is still ours`);
  }

  // --------------------------------------------------------------------------------------------------------- world

  /** Something is about to be carried out. */
  deed(deed: Deed, suspect: Suspect): void {
    const nowMs = this.#world.clock.now();
    const { newest, sinceMs } = this.#epoch;
    if (suspect.epoch < newest && deed.sentAtMs > sinceMs + ROBBED_MS && deed.isFirst) {
      this.breach("R7", `${suspect.name} sent ${deed.verb} ${deed.id}, and owns the cluster no more`);
    }
    if (deed.loan !== null) return this.#loanDeed(deed, nowMs);
    const runId = deed.id.slice(0, deed.id.indexOf("/"));
    const run = this.runs.get(runId);
    if (run === undefined || !run.issued.has(deed.id)) {
      return this.breach("R6", `${deed.verb} ${deed.id} was carried out, and is not on record`);
    }
    if (!deed.isFirst) return;
    if (run.isOver) this.breach("R6", `${deed.id} was carried out after its run had ended`);
    if (isScript(deed.verb)) this.#once(run, deed);
    if (deed.nodeId === null) return;
    if (deed.verb === "exit" || deed.verb === "force") this.#touch(run, deed.nodeId, deed.id);
    if (deed.verb === "install") this.#install(run, deed.nodeId, deed.id);
  }

  #loanDeed({ verb, loan }: Deed, nowMs: number): void {
    if (loan === null) return;
    if (!this.#loans.has(loan.id)) this.breach("R8", `${loan.what} was taken, and is not on record`);
    const mark = standsAt(this.#world.at(loan.on), loan);
    if (verb === "take" && mark?.by === "others" && nowMs - mark.sinceMs > RACE_MS) {
      const theirs = mark.value !== loan.before && mark.value !== loan.value;
      if (theirs) this.breach("R8", `${loan.what} overwrote ${mark.value}, which somebody else had set`);
    }
    const run = this.runs.get(loan.runId);
    if (verb !== "take" || run === undefined) return;
    if (run.isOver) this.breach("R8", `${loan.what} was taken after its run had ended`);
    if (loan.purpose === "isolate" && loan.nodeId !== null) this.#touch(run, loan.nodeId, loan.id);
  }

  /** Rule 6: once for an id, and another id only when a person asked for another try. */
  #once(run: RunBook, { id, nodeId, verb }: Deed): void {
    const times = (this.scripts.get(id) ?? 0) + 1;
    this.scripts.set(id, times);
    if (times > 1) this.breach("R6", `${id} was carried out ${times} times`);
    const number = Number(id.slice(id.lastIndexOf("/") + 1));
    const step = nodeId === null ? undefined : run.steps.get(nodeId);
    if (verb !== "shorten" && step !== undefined && number - 1 > step.retries) {
      this.breach("R6", `${id} was carried out, and nobody asked for another try`);
    }
  }

  /** Rule 2. */
  #install(run: RunBook, nodeId: NodeId, id: string): void {
    const planned = run.plan.steps.find((step) => step.nodeId === nodeId);
    const sinceMs = run.steps.get(nodeId)?.exitBeganAtMs ?? null;
    for (const witness of planned?.witnesses ?? []) {
      const goneAtMs = this.#gone.get(`${nodeId} ${witness}`) ?? Number.NEGATIVE_INFINITY;
      if (sinceMs === null || goneAtMs < sinceMs) {
        this.breach("R2", `${id}: its ${witness} never said that ${nodeId} is gone`);
      }
    }
  }

  /** The first thing that is done to a node in its step. */
  #touch(run: RunBook, nodeId: NodeId, id: string): void {
    const step = run.steps.get(nodeId);
    if (step === undefined) return this.breach("R4", `${id}: ${nodeId} is no part of the plan`);
    if (step.touchedAtMs !== null) return;
    const node = this.#world.at(nodeId);
    step.touchedAtMs = this.#world.clock.now();
    step.wasServing = this.#world.serves(node);
    const sinceMs = run.abortingSinceMs;
    if (sinceMs !== null && step.touchedAtMs - sinceMs > RACE_MS)
      this.breach("R3", `${id}: ${nodeId} is touched, and the run is being aborted`);
    this.#afterTheOthers(run, step, id);
    if (!step.wasServing) return;
    this.#notTooMany(run, node, id);
    this.#interlocks(step, node, id);
    this.#replicas(run, node, id);
    this.#inOrder(run, node, id);
  }

  #notTooMany(run: RunBook, node: WorldNode, id: string): void {
    const nowMs = this.#world.clock.now();
    const others = [...this.#world.nodes.values()].filter((other) => other !== node);
    const isKnown = (other: WorldNode): boolean => other.isListed && nowMs - other.listedSinceMs > KNOWN_AFTER_MS;
    const isMate = (other: WorldNode): boolean => this.#isOutByRun(run, other);
    const out = others.filter((other) => isMate(other) || (isKnown(other) && !this.#isIn(other)));
    if (out.length + 1 > run.plan.policy.maxUnavailable) {
      this.breach("R1", `${id}: ${node.id} is taken out, and ${out.map((one) => one.id).join(", ")} is out already`);
    }
    const peers = others.filter((other) => other.isListed || nowMs - other.listedSinceMs <= KNOWN_AFTER_MS);
    if (!peers.some((other) => other.role === node.role && !isMate(other) && this.#isIn(other))) {
      this.breach("R1", `${id}: ${node.id} is taken out, and is the last ${node.role} that serves`);
    }
  }

  /** What the console did itself it knows at once; that one fails while it is verified it hears like anybody else. */
  #isOutByRun(run: RunBook, node: WorldNode): boolean {
    const step = run.steps.get(node.id);
    if (step === undefined || step.touchedAtMs === null || step.ended !== null) return false;
    return step.at === "verify" ? !this.#isIn(node) : !this.#world.serves(node);
  }

  #afterTheOthers(run: RunBook, step: StepBook, id: string): void {
    for (const [nodeId, other] of run.steps) {
      if (other === step || other.touchedAtMs === null) continue;
      if (other.ended === null && !step.mayBeBeside) {
        this.breach("R3", `${id}: the step of ${nodeId} is under way`);
      }
      if (other.ended === "skipped" && !other.skippedByPerson) this.breach("R3", `${id}: nobody skipped ${nodeId}`);
      // Of two at once, one that was begun goes on although the other is put back.
      const wasBegun = step.begunAtMs !== null && step.begunAtMs <= other.endedAtMs;
      if (other.ended === "putBack" && !wasBegun && run.resumedAtMs < other.endedAtMs && run.resumedAtMs === 0) {
        this.breach("R3", `${id}: ${nodeId} was put back, and nobody said that the run may go on`);
      }
    }
  }

  #interlocks(step: StepBook, node: WorldNode, id: string): void {
    const { decommissionSinceMs, unwellSinceMs } = this.#world.conditions;
    const nowMs = this.#world.clock.now();
    const known = (sinceMs: number | null): boolean => sinceMs !== null && nowMs - sinceMs > KNOWN_AFTER_MS;
    if (known(decommissionSinceMs)) this.breach("R4", `${id}: a decommission is running`);
    if (known(unwellSinceMs) && !step.overrides.has(`tablets@${node.id}`)) {
      this.breach("R4", `${id}: tablets are unhealthy, and nobody answered for it`);
    }
    if (node.role !== "fe") return;
    const all = this.#world.frontends();
    const left = all.filter((fe) => fe !== node && this.#isIn(fe)).length;
    if (left < Math.floor(all.length / 2) + 1) this.breach("R4", `${id}: ${left} of ${all.length} FEs stay`);
  }

  /** What lies on two nodes is lost when both are out: the second waits for the first. */
  #replicas(run: RunBook, node: WorldNode, id: string): void {
    for (const other of this.#world.nodes.values()) {
      if (!sharesReplicas(node.id, other.id) || !this.#isOutByRun(run, other)) continue;
      this.breach("N", `${id}: ${node.id} is taken out, and ${other.id}, which has the same replicas, is out as well`);
    }
  }

  #inOrder(run: RunBook, node: WorldNode, id: string): void {
    const nowMs = this.#world.clock.now();
    const settled = this.#world.leader !== null && nowMs - this.#world.leaderSinceMs > KNOWN_AFTER_MS;
    for (const [otherId, { ended }] of run.steps) {
      const other = this.#world.at(otherId);
      if (ended !== null || other === node || !other.isListed || this.#isOutByRun(run, other)) continue;
      if (other.role === "fe" && node.role === "fe" && !settled) continue;
      if (rankOf(other.listing, run.plan.kind) >= rankOf(node.listing, run.plan.kind)) continue;
      this.breach("R5", `${id}: ${otherId} was to go before ${node.id}`);
    }
  }

  /** It serves, or has stopped so lately that nobody need know. */
  #isIn({ outSinceMs }: WorldNode): boolean {
    return outSinceMs === null || this.#world.clock.now() - outSinceMs <= KNOWN_AFTER_MS;
  }
}

/** The phases on the way out: one node is in them at a time. */
const ENTERING: ReadonlySet<Phase> = new Set<Phase>(["gate", "check", "isolate"]);

function underWay(run: RunBook, except: NodeId): readonly (readonly [NodeId, StepBook])[] {
  return [...run.steps].filter(([nodeId, { at }]) => nodeId !== except && at !== null);
}

/** Under what an accepted request is kept, to be found again in the journal. */
export function askedBy(actor: Actor, what: string, nodeId: NodeId | null): string {
  return `${actor.kind === "person" ? actor.id : actor.rule} ${what} ${nodeId ?? ""}`;
}
