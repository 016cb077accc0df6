/** What is asked once more, at the last moment before a graceful exit is begun: what may have changed since the checks. */
import { quorumCheck } from "./frontend-checks.ts";
import { readCluster } from "./read-cluster.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

/** A heartbeat that was missed is made up for by one of the next. */
const QUORUM_WAIT_MS = 20_000;

/**
 * An FE that counts too few others at the very moment of its signal leaves at once, with every query on it
 * (StarRocksFEServer.java, 3.4.2 to January 2026). Null: it may be sent; otherwise why not.
 */
export async function lacksQuorum(
  world: World,
  node: StarRocksNode,
  isGone: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<string | null> {
  if (node.role !== "fe") return null;
  const untilMs = world.clock.now() + QUORUM_WAIT_MS;
  for (;;) {
    const reading = await readCluster(world);
    const check = quorumCheck(world.frontends, world.node(node.id) ?? node);
    if (reading.ok && check.verdict === "pass") return null;
    const why = reading.ok ? `${check.evidence}. ${check.remedy}` : `nobody tells which FEs are alive: ${reading.why}`;
    if (signal.aborted || world.clock.now() >= untilMs || (await isGone())) return why;
    await world.clock.wait(500, signal);
  }
}
