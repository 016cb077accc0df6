/**
 * How a Dgraph leaves (MDEX Engine 2.1.1, administrator's guide, "exit"):
 *
 *   serving -- exit --> waits for requests, updates and merges --+--> all done: "exiting normally"
 *                                                                +--> limit reached: everything is cut
 */
import { afterExit } from "./deadline.ts";
import type { EngineTime } from "./time.ts";
import type { Counts } from "./work.ts";

export type Ways = {
  readonly time: EngineTime;
  readonly isIdle: () => boolean;
  readonly counts: () => Counts;
  /** To the error log. */
  readonly say: (line: string) => void;
  readonly date: () => string;
  readonly leave: (how: "normally" | "cut") => void;
};

export class Shutdown {
  readonly #ways: Ways;
  #asked = false;
  #over = false;
  #deadlineMs: number | null = null;
  #takeBack: () => void = () => undefined;

  constructor(ways: Ways) {
    this.#ways = ways;
  }

  isAsked(): boolean {
    return this.#asked;
  }

  /** Null: without a limit of its own. */
  ask(limitSeconds: number | null): void {
    const { say, date, time } = this.#ways;
    const limited = limitSeconds === null ? "" : ` time limit of ${limitSeconds} seconds`;
    // The guide's own example without a limit has the gap after "with".
    say(`Shutdown request with${limited} received at ${date()}.`);
    const orWithin = limitSeconds === null ? "" : `, or within ${limitSeconds} seconds, whichever happens earlier`;
    say(`Shutdown will complete when all outstanding jobs are complete${orWithin}.`);
    this.#asked = true;
    const limitMs = limitSeconds === null ? null : limitSeconds * 1000;
    this.#deadlineMs = afterExit(this.#deadlineMs, time.nowMs(), limitMs);
    this.#wait();
    this.idle();
  }

  /** Called whenever nothing is under way any more. */
  idle(): void {
    if (!this.#asked || this.#over || !this.#ways.isIdle()) return;
    const { say, date } = this.#ways;
    say(`All dgraph transactions completed at ${date()}, exiting normally (pid=${process.pid})`);
    this.#leave("normally");
  }

  #wait(): void {
    this.#takeBack();
    if (this.#deadlineMs === null || this.#over) return;
    const leftMs = this.#deadlineMs - this.#ways.time.nowMs();
    // "Immediately" needs no passing of time.
    if (leftMs <= 0 && !this.#ways.isIdle()) this.#strike();
    else this.#takeBack = this.#ways.time.after(leftMs, () => this.#strike());
  }

  #strike(): void {
    if (this.#over) return;
    const { say, date, counts } = this.#ways;
    const { executing, queued } = counts();
    say(`Shutdown time limit reached at ${date()}, exiting with jobs still in progress:`);
    const all = executing + queued;
    say(`${of(all, "request")} still active or queued, and will not be logged to the request log`);
    say(`${of(executing, "job")} currently executing, and will be killed.`);
    say(`${of(queued, "job")} queued, and will not be executed.`);
    this.#leave("cut");
  }

  #leave(how: "normally" | "cut"): void {
    this.#over = true;
    this.#takeBack();
    this.#ways.leave(how);
  }
}

function of(count: number, one: string): string {
  return count === 1 ? `1 ${one} is` : `${count} ${one}s are`;
}
