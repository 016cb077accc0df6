/** The modelled cluster with what a real system tells beside: settings, a log. */
import type { FakeCluster } from "#server/drivers/fake/cluster.ts";
import { createFakeDriver } from "#server/drivers/fake/driver.ts";
import { WORDS } from "#server/drivers/starrocks/words.ts";
import type { Clock, Driver } from "#server/orchestrator/ports.ts";

export function exhibitDriver(clusterId: string, cluster: FakeCluster, clock: Clock): Driver {
  const beganAtMs = clock.now();
  const model = createFakeDriver(cluster, { done: new Map() }, clock);
  return {
    ...model,
    system: "starrocks",
    words: WORDS,
    async plan(request, signal) {
      const made = await model.plan(request, signal);
      return made.ok ? { ok: true, value: { ...made.value, clusterId, system: "starrocks" } } : made;
    },
    settings: (nodeId) =>
      Promise.resolve({
        ok: true,
        value: [
          { name: "loop_count_wait_fragments_finish", value: "2", means: "it waits 20 s for its work", source: nodeId },
          { name: "heartbeat_service_port", value: "9050", means: "where it is heard", source: nodeId },
        ],
      }),
    readLog: (nodeId, cursor) =>
      Promise.resolve({
        ok: true,
        value: {
          file: `${nodeId}.INFO`,
          cursor: "3",
          lines: cursor === null ? LINES.map((text, second) => ({ atMs: beganAtMs + second * 1000, text })) : [],
        },
      }),
  };
}

const LINES = [
  "I heartbeat received from 10.20.4.11",
  "I fragments running: 12",
  "W scan of tablet 10231 took 1,204 ms",
] as const;
