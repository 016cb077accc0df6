/**
 * One console process over the simulated world: the real orchestrator, and surroundings that can die or be held up with
 * it. After its death nothing answers it any more; what it had sent may have arrived all the same.
 */
import type { Clock, Driver, Fence, Journal, Log } from "#server/orchestrator/ports.ts";
import { createOrchestrator, type Orchestrator } from "#server/orchestrator/orchestrator.ts";
import { OwnershipLost } from "#server/orchestrator/book.ts";
import type { Draft, Recorded, RunEvent } from "#lib/run/event.ts";
import type { LoanEvent } from "#lib/run/loan.ts";
import type { Judge, Suspect } from "./judge.ts";
import type { Lines } from "./lines.ts";
import type { Plant, Seam } from "./plant.ts";
import { CLUSTER } from "./scenario.ts";
import { createSimDriver, type Deed, type Fate, type Wire } from "./sim-driver.ts";
import type { World } from "./world.ts";
import { createSimObserver, type SimObserver } from "./sim-observer.ts";

/** What a console lives in. */
export interface Surroundings extends Seam {
  readonly world: World;
  readonly lines: Lines;
  readonly judge: Judge;
  readonly plant: Plant;
  readonly journal: Journal;
  log(line: string): void;
  fate(verb: Deed["verb"]): Fate;
  /** False: the console dies there, and nothing is written or done. */
  beforeWrite(console: SimConsole, drafts: readonly Draft<unknown>[]): boolean;
  afterWrite(console: SimConsole): void;
  beforeDeed(console: SimConsole, deed: Deed): boolean;
  afterDeed(console: SimConsole, deed: Deed): void;
  recorded(runId: string, recorded: Recorded<RunEvent>): void;
  died(console: SimConsole, why: string): void;
}

export class SimConsole implements Suspect {
  readonly name: string;
  readonly skewMs: number;
  readonly orchestrator: Orchestrator;
  readonly observer: SimObserver;
  readonly clock: Clock;
  epoch = 0;
  isDead = false;
  /** Held up, as a process that is not given the processor, until then. */
  heldUntilMs = 0;
  /** Its disk takes nothing until then; `keeps`: it does, and says that it does not. */
  disk: { readonly untilMs: number; readonly keeps: boolean } | null = null;
  readonly #stage: Surroundings;

  constructor(stage: Surroundings, name: string, skewMs: number) {
    this.#stage = stage;
    this.name = name;
    this.skewMs = skewMs;
    const { clock, world, lines, plant } = stage;
    this.clock = {
      now: () => clock.now() + skewMs,
      wait: (ms, signal) => this.#pass(clock.wait(ms, signal)),
    };
    const passOn = plant.facts;
    this.observer = createSimObserver(world, lines, this.clock, stage.judge, (facts) => passOn(facts, stage));
    this.orchestrator = createOrchestrator({
      clusterId: CLUSTER,
      owner: name,
      driver: plant.driver(this.#driver(), stage),
      observer: this.observer,
      journal: this.#journal(),
      clock: this.clock,
      log: this.#log(),
    });
  }

  start(): void {
    void this.orchestrator.start();
  }

  kill(why: string): void {
    if (this.isDead) return;
    this.isDead = true;
    this.#stage.died(this, why);
  }

  knownAtMs(nodeId: string): number {
    return this.observer.knownAtMs(nodeId);
  }

  /** Passes on what came, unless nobody is there any more to hear it. */
  async #pass<T>(coming: Promise<T>): Promise<T> {
    const value = await coming;
    const held = this.#held();
    if (held !== null) await held;
    return value;
  }

  #held(): Promise<void> | null {
    if (this.isDead) return new Promise(() => undefined);
    const { clock } = this.#stage;
    const leftMs = this.heldUntilMs - clock.now();
    return leftMs > 0 ? clock.wait(leftMs).then(() => this.#held() ?? undefined) : null;
  }

  #driver(): Driver {
    const { world, host } = this.#stage;
    const wire: Wire = {
      held: () => this.#held(),
      fate: (verb: Deed["verb"]): Fate => this.#stage.fate(verb),
      before: (deed) => this.#stage.beforeDeed(this, deed),
      after: (deed) => this.#stage.afterDeed(this, deed),
    };
    const driver = createSimDriver(world, host, wire);
    return {
      ...driver,
      survey: (...given) => this.#pass(driver.survey(...given)),
      take: (...given) => this.#pass(driver.take(...given)),
      giveBack: (...given) => this.#pass(driver.giveBack(...given)),
      exit: (...given) => this.#pass(driver.exit(...given)),
      shorten: (...given) => this.#pass(driver.shorten(...given)),
      force: (...given) => this.#pass(driver.force(...given)),
      install: (...given) => this.#pass(driver.install(...given)),
      start: (...given) => this.#pass(driver.start(...given)),
      restorePrevious: (...given) => this.#pass(driver.restorePrevious(...given)),
      hook: (...given) => this.#pass(driver.hook(...given)),
      finalize: (...given) => this.#pass(driver.finalize(...given)),
    };
  }

  #journal(): Journal {
    const { clock, judge } = this.#stage;
    const journal = this.#stage.plant.journal(this.#stage.journal, this.#stage);
    const diskFails = (): boolean => this.disk !== null && clock.now() < this.disk.untilMs;
    return {
      ...journal,
      append: async (stream, expectedSeq, fence, atMs, drafts) => {
        const held = this.#held();
        if (held !== null) await held;
        if (diskFails() && this.disk?.keeps === false) throw new Error("no space left on device");
        if (!this.#stage.beforeWrite(this, drafts)) await this.#held();
        const result = await journal.append(stream, expectedSeq, fence, atMs, drafts);
        if (result.result === "appended") {
          judge.appended(
            stream,
            fence,
            result.events.map(({ seq }) => seq),
          );
          for (const one of result.events) this.#judged(stream, one);
        }
        this.#stage.afterWrite(this);
        if (diskFails()) throw new Error("input/output error");
        return this.#pass(Promise.resolve(result));
      },
      read: (...given) => this.#pass(journal.read(...given)),
      streams: (...given) => this.#pass(journal.streams(...given)),
      claim: async (...given) => {
        const claim = await this.#pass(journal.claim(...given));
        if ("epoch" in claim) this.#claimed(claim);
        return claim;
      },
      renew: async (...given) => {
        // A disk has its time: what else woke with the console goes on meanwhile.
        await this.#pass(clock.wait(RENEWAL_MS));
        if (diskFails()) throw new Error("no space left on device");
        return this.#pass(journal.renew(...given));
      },
      release: (...given) => this.#pass(journal.release(...given)),
      close: () => this.#pass(journal.close()),
    };
  }

  #claimed(fence: Fence): void {
    this.epoch = fence.epoch;
    this.#stage.judge.claimed(fence);
    this.#stage.log(`${this.name} owns the cluster under epoch ${fence.epoch}`);
  }

  #judged(stream: string, { seq, atMs, actor, event }: Recorded<unknown>): void {
    const { judge } = this.#stage;
    if (isLoanEvent(stream, event)) {
      judge.loanEvent({ seq, atMs, actor, event });
      this.#stage.log(`#${seq} ${event.type} ${event.type === "LoanRecorded" ? event.loan.id : event.loanId}`);
    } else if (isRunEvent(stream, event)) {
      const runId = stream.slice("run/".length);
      this.#stage.recorded(runId, { seq, atMs, actor, event });
      judge.runEvent(runId, { seq, atMs, actor, event }, this);
    }
  }

  #log(): Log {
    return {
      info: () => undefined,
      warn: () => undefined,
      error: (message, fields) => {
        const error = fields?.["error"];
        const isExpected = error instanceof OwnershipLost || (error instanceof Error && error.message === DRIVER_BUG);
        if (!isExpected) this.#stage.judge.breach("R11", `${message}: ${String(error)}`);
      },
    };
  }
}

/** A stream holds one kind of events, and these come from the orchestrator itself. */
function isRunEvent(stream: string, event: unknown): event is RunEvent {
  return stream.startsWith("run/") && typeof event === "object";
}

function isLoanEvent(stream: string, event: unknown): event is LoanEvent {
  return stream.startsWith("cluster/") && typeof event === "object";
}

const RENEWAL_MS = 10;

/** What a driver with a bug throws, in the simulator. */
export const DRIVER_BUG = "the driver has a bug";
