/** Clusters to test the console's words with: every node seen a moment ago, by all who can speak. */
import { neutralWords } from "#lib/cluster/words.ts";
import type { Leadership, Role } from "#lib/cluster/node.ts";
import type { Admission, Fact, ProcessState } from "#lib/cluster/observation.ts";
import type { ClusterView, NodeView } from "#lib/wire/views.ts";

export const NOW_MS = Date.UTC(2026, 2, 5, 2, 24, 5);

export type Seen = {
  readonly role?: Role;
  readonly leadership?: Leadership;
  readonly process?: ProcessState;
  readonly admission?: Admission;
  readonly isolated?: boolean;
  readonly count?: number | null;
  readonly word?: string;
  readonly version?: string;
  readonly seenAtMs?: number;
};

export function nodeView(id: string, seen: Seen = {}): NodeView {
  const { role = "be", process = "up", admission = "accepting", isolated = false, count = 240 } = seen;
  const atMs = seen.seenAtMs ?? NOW_MS - 400;
  const fact = <T>(value: T, said: string): Fact<T> => ({
    value,
    witness: "controlPlane",
    asOfMs: atMs,
    seenAtMs: atMs,
    said,
  });
  const gone = process === "gone";
  const admissions: readonly Fact<Admission>[] = gone ? [] : [fact(admission, "GET /api/health")];
  const processes: readonly Fact<ProcessState>[] = [fact(process, "SHOW BACKENDS")];
  return {
    node: {
      id,
      role,
      leadership: seen.leadership ?? null,
      address: `10.20.4.21:9050`,
      pool: role,
      rank: { upgrade: role === "be" ? 1 : 3, downgrade: 1 },
    },
    observation: {
      nodeId: id,
      process: processes,
      admission: admissions,
      routing: [{ router: "fe-01", state: isolated ? "out" : "in", kind: isolated ? "MANUAL" : "", asOfMs: atMs }],
      work: {
        inFlight: [{ kind: "query", count }],
        willBeCut: [{ kind: "compaction", count: 0 }],
        notCollected: 0,
        asOfMs: atMs,
      },
      identity: fact("2026-03-01 00:00:00", "LastStartTime"),
      version: fact(seen.version ?? "4.0.7-70d1c24", "Version"),
      word: seen.word ?? (gone ? "DISCONNECTED" : "OK"),
      remark: "",
      memoryPct: 40,
      diskPct: 20,
      startedAtMs: NOW_MS - 86_400_000,
    },
    rates: { requestsPerS: 100, failedPerS: 0, p99Ms: null },
    polledAtMs: atMs,
    reachable: true,
  };
}

export function clusterView(nodes: readonly NodeView[]): ClusterView {
  return {
    id: "c",
    name: "prod-analytics",
    system: "starrocks",
    words: {
      ...neutralWords({ one: "query", many: "queries" }),
      name: "StarRocks",
      states: ["OK", "SHUTDOWN", "DISCONNECTED", "CONNECTING"],
      counters: "the FEs",
      speaker: "front end",
    },
    polledAtMs: NOW_MS - 400,
    polledBy: "fe-01 at 10.20.4.11:9030",
    problem: null,
    readOnly: null,
    pollEveryMs: 1000,
    owned: true,
    ownedBy: "this console",
    nodes: Object.fromEntries(nodes.map((view) => [view.node.id, view])),
    rates: { requestsPerS: 171, failedPerS: 0, p99Ms: 13_900 },
    work: {},
    loans: [],
    runs: [],
  };
}
