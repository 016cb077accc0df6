/** Everything that one history plays on: clock, cluster, journal, consoles, and the judge who watches. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Draft, Recorded, RunEvent } from "#lib/run/event.ts";
import type { Random } from "#lib/run/testing/random.ts";
import type { Journal } from "#server/orchestrator/ports.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { SimConsole, type Surroundings } from "./console.ts";
import { createHistoryLog, type HistoryLog } from "./history-log.ts";
import { Judge } from "./judge.ts";
import { createLines, type Lines } from "./lines.ts";
import type { Plant } from "./plant.ts";
import type { Deed, Fate, Host } from "./sim-driver.ts";
import { count, type Tally } from "./tally.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";
import { World, type Shape } from "./world.ts";

export const START_MS = 1_000_000;

/** Where a console dies: right before or after something is written, or carried out, counted from now. */
export type Death = {
  readonly at: "beforeWrite" | "afterWrite" | "beforeDeed" | "afterDeed";
  readonly after: number;
  /** It is only held up there, for so long; null: it dies. */
  readonly heldMs: number | null;
};

export type StageParts = {
  readonly shape: Shape;
  readonly random: Random;
  readonly workMs: () => number;
  readonly keepLog: boolean;
  readonly plant: Plant;
  readonly startMs: number;
  /** How long it takes until another console is there. */
  readonly downMs: () => number;
};

export class Stage implements Surroundings {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly lines: Lines;
  readonly host: Host = new Map();
  readonly journal: Journal = createMemoryJournal();
  readonly judge: Judge;
  readonly random: Random;
  readonly plant: Plant;
  readonly history: HistoryLog;
  readonly consoles: SimConsole[] = [];
  readonly faults: Tally = {};
  readonly acts: Tally = {};
  /** What goes wrong with the next calls. */
  readonly troubles: Fate[] = [];
  death: Death | null = null;
  writes = 0;
  deeds = 0;
  /** Told of every write, before it is made: for the crash matrix. */
  onWrite: (drafts: readonly Draft<unknown>[]) => void = () => undefined;
  onDeed: (deed: Deed, console: SimConsole) => void = () => undefined;
  onDeath: () => void = () => undefined;
  onRecorded: (runId: string, recorded: Recorded<RunEvent>) => void = () => undefined;
  readonly #downMs: () => number;

  constructor({ shape, random, workMs, keepLog, plant, startMs, downMs }: StageParts) {
    this.clock = createVirtualClock(startMs);
    this.random = random;
    this.plant = plant;
    this.#downMs = downMs;
    this.history = createHistoryLog(keepLog, startMs);
    this.world = new World(this.clock, shape, workMs);
    this.lines = createLines([...this.world.nodes.keys()]);
    this.judge = new Judge(this.world);
    this.world.watch = {
      service: ({ id, outSinceMs }) => this.log(`${id} ${outSinceMs === null ? "serves" : "is out of service"}`),
    };
  }

  log(line: string): void {
    this.history.add(this.clock.now(), line);
  }

  fault(kind: string, what = ""): void {
    count(this.faults, kind);
    this.log(`FAULT ${kind} ${what}`);
  }

  // ----------------------------------------------------------------------------------------------------- consoles

  /** A console that starts. Its name is its own: the lease of one that died has to run out. */
  startConsole(name = `console-${this.consoles.length + 1}`, skewMs = 0): SimConsole {
    const console = new SimConsole(this, name, skewMs);
    this.consoles.push(console);
    this.log(`${name} starts`);
    console.start();
    return console;
  }

  /** Who may be asked: the one that owns the cluster, or the one that came last. */
  console(): SimConsole | null {
    const living = this.consoles.filter(({ isDead }) => !isDead);
    return living.find(({ epoch }) => epoch > 0 && epoch === this.judge.epoch) ?? living.at(-1) ?? null;
  }

  newestEpoch(): number {
    return this.judge.epoch;
  }

  currentNode(): NodeId | null {
    const run = this.console()?.orchestrator.activeRun() ?? null;
    return run?.steps.find(({ progress }) => progress.at === "phase")?.plan.nodeId ?? null;
  }

  died(dead: SimConsole, why: string): void {
    this.fault("killed", `${dead.name} ${why}`);
    this.onDeath();
    if (this.consoles.some(({ isDead }) => !isDead)) return;
    // Started again by a supervisor it has its name, and the lease with it; another one waits for the lease.
    const name = this.random.chance(0.7) ? dead.name : undefined;
    this.clock.after(this.#downMs(), () => this.startConsole(name, dead.skewMs));
  }

  /** Whether the console dies here; one that is only held up goes on when that is over. */
  #dies(at: Death["at"], console: SimConsole): boolean {
    if (this.death?.at !== at) return false;
    const { after, heldMs } = this.death;
    this.death = after <= 1 ? null : { at, after: after - 1, heldMs };
    if (this.death !== null) return false;
    if (heldMs === null) return true;
    this.log(`${console.name} is held up ${at}`);
    console.heldUntilMs = this.clock.now() + heldMs;
    return false;
  }

  // ------------------------------------------------------------------------------------------------- what passes by

  beforeWrite(console: SimConsole, drafts: readonly Draft<unknown>[]): boolean {
    this.writes += 1;
    this.onWrite(drafts);
    if (this.#dies("beforeWrite", console)) console.kill("before a write");
    return !console.isDead;
  }

  afterWrite(console: SimConsole): void {
    if (this.#dies("afterWrite", console)) console.kill("after a write");
  }

  beforeDeed(console: SimConsole, deed: Deed): boolean {
    this.deeds += 1;
    this.onDeed(deed, console);
    if (this.#dies("beforeDeed", console)) {
      console.kill(`before ${deed.verb}`);
      return false;
    }
    this.judge.deed(deed, console);
    if (deed.isFirst) this.log(`${console.name} ${deed.verb} ${deed.id}`);
    return true;
  }

  afterDeed(console: SimConsole, deed: Deed): void {
    if (this.#dies("afterDeed", console)) console.kill(`after ${deed.verb}`);
  }

  recorded(runId: string, recorded: Recorded<RunEvent>): void {
    const { seq, event, actor } = recorded;
    this.log(`${runId} #${seq} ${wordsOf(event)} by ${actor.kind === "person" ? actor.id : actor.rule}`);
    this.onRecorded(runId, recorded);
  }

  fate(verb: Deed["verb"]): Fate {
    const trouble = this.troubles.length > 0 ? this.troubles.shift() : undefined;
    if (trouble !== undefined) {
      this.fault(trouble.how === "well" ? "lateAnswer" : trouble.how, verb);
      return trouble;
    }
    const { between } = this.random;
    return { arrivesMs: between(10, 250), answersMs: between(10, 250), how: "well" };
  }
}

function wordsOf(event: RunEvent): string {
  const node = "nodeId" in event && event.nodeId !== null ? ` ${event.nodeId}` : "";
  switch (event.type) {
    case "CommandIssued":
      return `${event.type} ${event.command.id} (${event.attempt})`;
    case "CommandAnswered":
      return `${event.type} ${event.commandId} (${event.attempt}) ${event.outcome.outcome}`;
    case "HoldBegan":
      return `${event.type}${node} ${event.reason.why}`;
    case "StepEnded":
      return `${event.type}${node} ${event.result}`;
    case "PhaseBegan":
    case "PhaseEnded":
    case "PhaseSkipped":
      return `${event.type}${node} ${event.phase}`;
    default:
      return `${event.type}${node}`;
  }
}
