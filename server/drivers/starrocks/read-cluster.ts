/** The control plane's view: three statements to one FE, whatever the size of the cluster. */
import type { Fact } from "#lib/cluster/observation.ts";
import type { Answer, ClusterReading, Sighting } from "#server/orchestrator/ports.ts";
import { backendRows, computeNodeRows, frontendRows } from "./rows.ts";
import { clusterNodeOf, identityOf, nodesOf, type StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

const STATEMENTS = ["SHOW FRONTENDS", "SHOW BACKENDS", "SHOW COMPUTE NODES"] as const;

export async function readCluster(world: World): Promise<Answer<ClusterReading>> {
  const answer = await world.readAny(STATEMENTS, world.pollTimeoutMs);
  if (!answer.ok) return { ok: false, why: answer.why };
  const [frontends, backends, computeNodes] = answer.rows;
  const rows = [
    frontendRows(frontends ?? []),
    backendRows(backends ?? []),
    computeNodeRows(computeNodes ?? []),
  ] as const;
  if (rows[0] === null || rows[1] === null || rows[2] === null) {
    return { ok: false, why: `${answer.by} answered SHOW without the columns that are known; which version is this?` };
  }
  const nodes = nodesOf(world.config, rows[0], rows[1], rows[2]);
  const readAtMs = world.clock.now();
  world.learn({ nodes, by: answer.by, readAtMs });
  const leader = world.askableFrontends.find((node) => node.leadership === "leader");
  if (leader !== undefined) {
    world.leaderClock.keep(leader.id, {
      clock: world.clock,
      log: world.log,
      ask: async (sql) => await world.poll(leader, sql),
    });
  }
  const asked = nodes.find((node) => node.role === "fe" && `${node.host}:${node.queryPort ?? 0}` === answer.by);
  return {
    ok: true,
    value: {
      nodes: nodes.map(clusterNodeOf),
      sightings: nodes.map((node) => sightingOf(node, readAtMs, world.leaderClock.aheadMs)),
      by: asked === undefined ? answer.by : `${asked.id} at ${answer.by}`,
    },
  };
}

/** What the leader said of a node. What it repeats is as old as the last heartbeat (architecture 9.9). */
export function sightingOf(node: StarRocksNode, seenAtMs: number, leaderAheadMs = 0): Sighting {
  const said = saidOf(node);
  const asOfMs = node.lastHeartbeatMs === null ? seenAtMs : node.lastHeartbeatMs - leaderAheadMs;
  const fact = <T>(value: T): Fact<T> => ({ value, witness: "controlPlane", asOfMs, seenAtMs, said });
  const process = processOf(node);
  const admission = admissionOf(node);
  const identity = identityOf(node);
  return {
    nodeId: node.id,
    process: process === null ? [] : [fact(process)],
    admission: admission === null ? [] : [fact(admission)],
    routing: null,
    work: null,
    identity: identity === null ? null : fact(identity),
    version: node.version === null ? null : fact(node.version),
    word: node.statusCode ?? `Alive=${node.alive}`,
    remark: node.errorMessage,
    memoryPct: node.memoryPct,
    diskPct: node.diskPct,
    startedAtMs: node.startedAtMs,
    counters: null,
  };
}

function saidOf(node: StarRocksNode): string {
  const remark = node.errorMessage === "" ? "" : `, ErrMsg=${node.errorMessage}`;
  if (node.role === "fe") return `SHOW FRONTENDS: Alive=${node.alive}${remark}`;
  const statement = node.role === "be" ? "SHOW BACKENDS" : "SHOW COMPUTE NODES";
  const code = node.statusCode === null ? "" : `, StatusCode=${node.statusCode}`;
  return `${statement}: Alive=${node.alive}${code}${remark}`;
}

function processOf(node: StarRocksNode): "up" | "exiting" | "gone" | null {
  switch (node.statusCode) {
    case "SHUTDOWN":
      return "exiting";
    case "DISCONNECTED":
      return "gone";
    // Added, and never heard of: not seen yet is not gone.
    case "CONNECTING":
      return null;
    default:
  }
  if (node.alive) return "up";
  // An FE that answers its heartbeat with "not ready" is there: it starts, or it handed its leadership over and leaves.
  if (node.role === "fe" && node.errorMessage.includes("not ready")) return "up";
  // Before 3.4.0 an exiting BE counts as failing; it is still there while it says so.
  if (node.errorMessage.includes("shutting down")) return "exiting";
  return "gone";
}

function admissionOf(node: StarRocksNode): "accepting" | "refusing" | null {
  if (node.statusCode === "CONNECTING") return null;
  return node.alive ? "accepting" : "refusing";
}
