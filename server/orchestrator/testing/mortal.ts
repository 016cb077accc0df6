import type { Clock, Driver, Journal } from "../ports.ts";

/**
 * A console's surroundings that can die with it. After that nothing answers it any more, as for a process that was
 * killed: what it had asked for may have been carried out, and it will never know.
 */
export type Mortal = {
  readonly clock: Clock;
  readonly driver: Driver;
  readonly journal: Journal;
  /** How often the world was asked to do or to keep something. */
  readonly steps: () => number;
  readonly kill: () => void;
  readonly isDead: () => boolean;
};

const NEVER = new Promise<never>(() => undefined);

/** `diesAfter`: dies right after that many things were done or kept, before it hears of it. */
export function mortal(
  clock: Clock,
  driver: Driver,
  journal: Journal,
  diesAfter: number = Number.POSITIVE_INFINITY,
): Mortal {
  let steps = 0;
  let dead = false;
  const reading = <T>(work: () => Promise<T>): Promise<T> =>
    dead ? NEVER : work().then((value) => (dead ? NEVER : value));
  const doing = <T>(work: () => Promise<T>): Promise<T> =>
    reading(() =>
      work().then((value) => {
        steps += 1;
        if (steps >= diesAfter) dead = true;
        return value;
      }),
    );
  return {
    clock: { now: () => clock.now(), wait: (ms, signal) => reading(() => clock.wait(ms, signal)) },
    steps: () => steps,
    isDead: () => dead,
    kill: () => {
      dead = true;
    },
    journal: {
      append: (...given) => doing(() => journal.append(...given)),
      read: (...given) => reading(() => journal.read(...given)),
      streams: (...given) => reading(() => journal.streams(...given)),
      derived: (...given) => reading(() => journal.derived(...given)),
      derive: (...given) => reading(() => journal.derive(...given)),
      claim: (...given) => reading(() => journal.claim(...given)),
      renew: (...given) => reading(() => journal.renew(...given)),
      release: (...given) => reading(() => journal.release(...given)),
      close: () => reading(() => journal.close()),
    },
    driver: {
      ...driver,
      readCluster: (...given) => reading(() => driver.readCluster(...given)),
      readNode: (...given) => reading(() => driver.readNode(...given)),
      work: (...given) => reading(() => driver.work(...given)),
      survey: (...given) => reading(() => driver.survey(...given)),
      take: (...given) => doing(() => driver.take(...given)),
      giveBack: (...given) => doing(() => driver.giveBack(...given)),
      exit: (...given) => doing(() => driver.exit(...given)),
      shorten: (...given) => doing(() => driver.shorten(...given)),
      force: (...given) => doing(() => driver.force(...given)),
      install: (...given) => doing(() => driver.install(...given)),
      start: (...given) => doing(() => driver.start(...given)),
      restorePrevious: (...given) => doing(() => driver.restorePrevious(...given)),
      hook: (...given) => doing(() => driver.hook(...given)),
      finalize: (...given) => doing(() => driver.finalize(...given)),
      outcomes: (...given) => reading(() => driver.outcomes(...given)),
    },
  };
}
