/** Drivers for tests: the same configuration and the same memory on disk, as a console that is started anew has them. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock, Driver, Log, Sent } from "#server/orchestrator/ports.ts";
import { starRocksConfig } from "../config.ts";
import { createStarRocksDriver } from "../driver.ts";
import type { StarRocksDeps } from "../world.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  },
};

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };

export type TestConsole = { readonly open: () => Driver; readonly sent: readonly Sent[] };

export function testConsole(
  section: unknown,
  stateDir: string,
  connectHost: StarRocksDeps["connectHost"],
): TestConsole {
  const config = starRocksConfig.parse(section);
  const sent: Sent[] = [];
  const open = (): Driver =>
    createStarRocksDriver(config, {
      clock: systemClock,
      log: silent,
      sent: (one) => sent.push(one),
      stateDir,
      connectHost,
    });
  return { open, sent };
}
