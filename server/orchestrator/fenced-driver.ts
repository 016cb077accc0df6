import type { Driver } from "./ports.ts";

/**
 * The same driver for whoever is sure to own the cluster: asked before anything is sent. The journal fences what a stale
 * owner writes, and cannot take back what it sends; one that was held up for longer than its lease lasts must not send.
 */
export function fencedDriver(driver: Driver, sure: () => Promise<void>): Driver {
  const sending =
    <G extends readonly unknown[], T>(send: (...given: G) => Promise<T>) =>
    async (...given: G): Promise<T> => {
      await sure();
      return send(...given);
    };
  return {
    ...driver,
    take: sending((loans, signal) => driver.take(loans, signal)),
    giveBack: sending((loan, signal) => driver.giveBack(loan, signal)),
    exit: sending((id, act, signal) => driver.exit(id, act, signal)),
    shorten: sending((id, nodeId, limitMs, identity, signal) => driver.shorten(id, nodeId, limitMs, identity, signal)),
    force: sending((id, nodeId, identity, signal) => driver.force(id, nodeId, identity, signal)),
    install: sending((id, nodeId, version, signal) => driver.install(id, nodeId, version, signal)),
    start: sending((id, nodeId, signal) => driver.start(id, nodeId, signal)),
    restorePrevious: sending((id, nodeId, version, signal) => driver.restorePrevious(id, nodeId, version, signal)),
    hook: sending((id, nodeId, when, argv, limitMs, signal) => driver.hook(id, nodeId, when, argv, limitMs, signal)),
    finalize: sending((id, nodeId, signal) => driver.finalize(id, nodeId, signal)),
  };
}
