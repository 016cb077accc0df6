import type { Fact, ProcessState, Witness } from "#lib/cluster/observation.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import type { Sighting } from "#server/orchestrator/ports.ts";
import type { FakeCluster, FakeNode } from "./cluster.ts";

export function identityOfFake(node: FakeNode, startedAtMs: number): string {
  return `${node.id} since ${new Date(startedAtMs).toISOString()}`;
}

/** What the leader heard last. */
export function heardSighting(node: FakeNode, nowMs: number): Sighting {
  const { alive, word, startedAtMs, version, atMs } = node.heard;
  const said = `heartbeat: ${word}, Alive=${alive}`;
  const fact = <T>(value: T): Fact<T> => ({ value, witness: "controlPlane", asOfMs: atMs, seenAtMs: nowMs, said });
  const process = word === "SHUTDOWN" ? "exiting" : word === "DISCONNECTED" ? "gone" : "up";
  const known = word !== "CONNECTING";
  return {
    ...emptySighting(node.id),
    process: known ? [fact(process)] : [],
    admission: known ? [fact(alive ? "accepting" : "refusing")] : [],
    identity: startedAtMs === null ? null : fact(identityOfFake(node, startedAtMs)),
    version: fact(version),
    word,
    remark: word === "SHUTDOWN" ? "is shutting down" : word === "DISCONNECTED" ? "Connection refused" : "",
    startedAtMs,
  };
}

/** What the node, its process and its routers say now. */
export function ownSighting(cluster: FakeCluster, node: FakeNode): Sighting {
  const { nowMs } = cluster;
  const { process } = node;
  const fact = <T>(witness: Witness, value: T, said: string): Fact<T> => ({
    value,
    witness,
    asOfMs: nowMs,
    seenAtMs: nowMs,
    said,
  });
  const answers = process !== null && process.readyAtMs <= nowMs;
  const table: Fact<ProcessState> = fact(
    "process",
    process === null ? "gone" : "up",
    process === null ? "no process" : `process ${process.number}`,
  );
  const closed: Fact<ProcessState> = fact("node", "gone", "its port is closed");
  const open: Fact<ProcessState> = fact("node", process?.exit ? "exiting" : "up", "its port answers");
  const routing = node.role === "fe" ? [] : cluster.answering;
  const count = cluster.queriesOn(node.id).length;
  return {
    ...emptySighting(node.id),
    process: answers ? [open, table] : process === null ? [closed, table] : [table],
    admission: [
      fact(
        "node",
        answers && !process.exit ? "accepting" : "refusing",
        answers ? "its port answers" : "its port is closed",
      ),
    ],
    routing: routing.map((fe) => {
      const out = fe.blacklist.has(node.id);
      return { router: fe.id, state: out ? "out" : "in", kind: out ? "MANUAL" : "not listed", asOfMs: nowMs };
    }),
    work: answers
      ? {
          inFlight: [{ kind: node.role === "fe" ? "connections" : "queries", count }],
          willBeCut: [],
          notCollected: 0,
          asOfMs: nowMs,
        }
      : null,
    counters:
      answers && node.role === "fe" && node.id === cluster.answering[0]?.id
        ? { ...cluster.totals, p99Ms: null, countsForCluster: true }
        : null,
  };
}
