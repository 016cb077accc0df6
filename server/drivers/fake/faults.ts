/** What goes wrong between a console and its cluster, by seed: answers that never come, come late, or come to nobody. */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, Clock, Driver, LoanOutcome } from "#server/orchestrator/ports.ts";
import type { Random } from "./random.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";

export type FaultRates = {
  /** A read that nobody answers. */
  readonly drop: number;
  /** An act that was carried out, and whose answer was lost. */
  readonly lostAnswer: number;
  /** An act that never arrived. */
  readonly lostRequest: number;
  /** Everything takes up to this long. */
  readonly delayMs: number;
};

export const NO_FAULTS: FaultRates = { drop: 0, lostAnswer: 0, lostRequest: 0, delayMs: 0 };

export type Fault = { readonly atMs: number; readonly what: string };

/** The same driver over a bad line. `log` keeps what went wrong, to be printed with the seed. */
export function withFaults(driver: Driver, rates: FaultRates, random: Random, clock: Clock, log: Fault[]): Driver {
  const happens = (rate: number, what: string): boolean => {
    if (random.next() >= rate) return false;
    log.push({ atMs: clock.now(), what });
    return true;
  };
  const late = async (): Promise<void> => {
    if (rates.delayMs > 0) await clock.wait(random.next() * rates.delayMs);
  };
  const read = async <T>(what: string, ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    await late();
    return happens(rates.drop, `${what} was not answered`) ? { ok: false, why: "no answer in time" } : await ask();
  };
  const act = async <T extends Outcome | LoanOutcome>(
    what: string,
    carryOut: () => Promise<T>,
  ): Promise<T | Unknown> => {
    await late();
    if (happens(rates.lostRequest, `${what} never arrived`)) return { outcome: "unknown", cause: "no answer in time" };
    const outcome = await carryOut();
    return happens(rates.lostAnswer, `the answer to ${what} was lost`)
      ? { outcome: "unknown", cause: "no answer in time" }
      : outcome;
  };

  return {
    ...driver,
    readCluster: async (signal) => await read("readCluster", async () => await driver.readCluster(signal)),
    readNode: async (nodeId, close, signal) => {
      await late();
      return happens(rates.drop, `readNode ${nodeId} was not answered`)
        ? emptySighting(nodeId)
        : await driver.readNode(nodeId, close, signal);
    },
    survey: async (what, signal) => await read(`survey ${what.purpose}`, async () => await driver.survey(what, signal)),
    take: async (loans, signal) => await act("take", async () => await driver.take(loans, signal)),
    giveBack: async (loan, signal) =>
      await act(`give back ${loan.id}`, async () => await driver.giveBack(loan, signal)),
    exit: async (id, order, signal) => await act(id, async () => await driver.exit(id, order, signal)),
    shorten: async (id, nodeId, limitMs, identity, signal) =>
      await act(id, async () => await driver.shorten(id, nodeId, limitMs, identity, signal)),
    force: async (id, nodeId, identity, signal) =>
      await act(id, async () => await driver.force(id, nodeId, identity, signal)),
    install: async (id, nodeId, version, signal) =>
      await act(id, async () => await driver.install(id, nodeId, version, signal)),
    start: async (id, nodeId, signal) => await act(id, async () => await driver.start(id, nodeId, signal)),
    restorePrevious: async (id, nodeId, version, signal) =>
      await act(id, async () => await driver.restorePrevious(id, nodeId, version, signal)),
    hook: async (id, nodeId, when, argv, limitMs, signal) =>
      await act(id, async () => await driver.hook(id, nodeId, when, argv, limitMs, signal)),
    finalize: async (id, nodeId, signal) => await act(id, async () => await driver.finalize(id, nodeId, signal)),
    outcomes: async (nodeId, items, signal) =>
      await read(`outcomes of ${nodeId}`, async () => await driver.outcomes(nodeId, items, signal)),
  };
}

type Unknown = { readonly outcome: "unknown"; readonly cause: string };
