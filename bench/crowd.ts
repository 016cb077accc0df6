/**
 * A crowd of nodes that nobody runs: a source of readings for measuring the screens, made up and the same for the same
 * seed. Every node changes every second. A few stand out, as in a real night: two lost, one silent, one too full, one on
 * an old version, one with three times the work of its fellows, one that somebody drains.
 */
import type { ClusterNode, NodeId, Role } from "#lib/cluster/node.ts";
import type { Admission, Fact, ProcessState, Witness } from "#lib/cluster/observation.ts";
import { createFakeDriver } from "#server/drivers/fake/driver.ts";
import { FakeCluster, SHAPE } from "#server/drivers/fake/cluster.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import type { Clock, Driver, Sighting } from "#server/orchestrator/ports.ts";

type Oddity = "lost" | "silent" | "crowded" | "full" | "oldVersion" | "leaving" | null;

type Member = {
  readonly node: ClusterNode;
  readonly base: number;
  readonly phase: number;
  readonly oddity: Oddity;
  requests: number;
};

const ZONES = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] as const;
const VERSION = "3.4.5-70d1c24";
const OLD_VERSION = "3.4.4-1f0a3b9";
const HEARTBEAT_MS = 5000;
/** 12 : 288 : 700, as in a large cluster of 1,000. */
const SHARES: readonly { readonly role: Role; readonly share: number; readonly base: number }[] = [
  { role: "fe", share: 0.012, base: 90 },
  { role: "be", share: 0.288, base: 240 },
  { role: "cn", share: 0.7, base: 62 },
];

export type CrowdOptions = {
  readonly size: number;
  /** Nodes of one pool stand together; more pools than zones make racks. */
  readonly pools: number;
};

/** Reads like any cluster of its size; what it is asked to do, a small model does. */
export function createCrowdDriver({ size, pools }: CrowdOptions, clock: Clock): Driver {
  const beganAtMs = clock.now();
  const members = new Map(makeMembers(size, pools).map((member) => [member.node.id, member]));
  const nodes = [...members.values()].map(({ node }) => node);
  const model = createFakeDriver(
    new FakeCluster({ ...SHAPE, queriesPerS: 0 }, 1, beganAtMs),
    { done: new Map() },
    clock,
  );
  return {
    ...model,
    system: "starrocks",
    readCluster: async () => {
      const nowMs = clock.now();
      const sightings = [...members.values()].map((member) => heard(member, beganAtMs, nowMs));
      return await Promise.resolve({ ok: true, value: { nodes, sightings, by: "fe-0001, made up" } });
    },
    readNode: async (nodeId) => {
      const member = members.get(nodeId);
      return await Promise.resolve(member === undefined ? emptySighting(nodeId) : own(member, beganAtMs, clock.now()));
    },
  };
}

function makeMembers(size: number, pools: number): readonly Member[] {
  const names =
    pools <= ZONES.length ? ZONES.slice(0, pools) : Array.from({ length: pools }, (_, i) => `rack-${pad(i + 1, 3)}`);
  return SHARES.flatMap(({ role, share, base }) => {
    const many = Math.max(1, Math.round(size * share));
    return Array.from({ length: many }, (_, i): Member => {
      const id: NodeId = `${role}-${pad(i + 1, 4)}`;
      const leadership = role === "fe" ? (i === 0 ? "leader" : "follower") : null;
      return {
        node: {
          id,
          role,
          leadership,
          address: `10.${20 + (i >> 8)}.${role.charCodeAt(0) % 200}.${i & 255}:${role === "fe" ? 9030 : 9050}`,
          pool: names[i % names.length] ?? "",
          rank: { upgrade: 1, downgrade: 1 },
        },
        base: base * (0.85 + 0.3 * noise(i, 1)),
        phase: noise(i, 2) * 6.28,
        oddity: oddityOf(role, i, many),
        requests: 0,
      };
    });
  });
}

/** Spread over the crowd, so that they are on different pages of any list. */
function oddityOf(role: Role, index: number, many: number): Oddity {
  const at = (share: number): boolean => index === Math.floor(many * share);
  if (role === "cn") return at(0.595) ? "lost" : at(0.41) ? "silent" : at(0.927) ? "crowded" : null;
  if (role === "be") {
    return at(0.454) ? "lost" : at(0.725) ? "full" : at(0.388) ? "oldVersion" : at(0.267) ? "leaving" : null;
  }
  return null;
}

/** What the control plane heard last. */
function heard({ node, oddity }: Member, beganAtMs: number, nowMs: number): Sighting {
  const beatMs = nowMs - ((nowMs - beganAtMs) % HEARTBEAT_MS);
  const atMs = oddity === "lost" ? beganAtMs : beatMs;
  const word = oddity === "lost" ? "DISCONNECTED" : oddity === "leaving" ? "SHUTDOWN" : "OK";
  const process: ProcessState = oddity === "lost" ? "gone" : oddity === "leaving" ? "exiting" : "up";
  const admission: Admission = word === "OK" ? "accepting" : "refusing";
  const said = `made up: StatusCode=${word}`;
  const fact = <T>(value: T): Fact<T> => ({ value, witness: "controlPlane", asOfMs: atMs, seenAtMs: nowMs, said });
  return {
    ...emptySighting(node.id),
    process: [fact(process)],
    admission: [fact(admission)],
    identity: fact(`${node.id} since the beginning`),
    version: fact(oddity === "oldVersion" ? OLD_VERSION : VERSION),
    word,
    remark: oddity === "lost" ? "Connection refused" : "",
    startedAtMs: beganAtMs - 41 * 86_400_000,
  };
}

/** What the node itself says: another count every second. */
function own(member: Member, beganAtMs: number, nowMs: number): Sighting {
  const { node, base, phase, oddity } = member;
  if (oddity === "silent" || oddity === "lost") return emptySighting(node.id);
  const seconds = Math.floor((nowMs - beganAtMs) / 1000);
  const wave = 1 + 0.12 * Math.sin(seconds / 7 + phase) + 0.1 * (noise(seconds, Math.floor(phase * 1000)) - 0.5);
  const factor = oddity === "crowded" ? 3.4 : 1;
  const count =
    oddity === "leaving" ? Math.max(3, Math.round(base * Math.exp(-seconds / 40))) : Math.round(base * wave * factor);
  member.requests += Math.round(base * wave * 0.6);
  const fact = <T>(witness: Witness, value: T, said: string): Fact<T> => ({
    value,
    witness,
    asOfMs: nowMs,
    seenAtMs: nowMs,
    said,
  });
  const process: ProcessState = oddity === "leaving" ? "exiting" : "up";
  const admission: Admission = oddity === "leaving" ? "refusing" : "accepting";
  return {
    ...emptySighting(node.id),
    process: [
      fact("node", process, "made up: its port answers"),
      fact("process", process, `made up: pid ${4000 + seconds}`),
    ],
    admission: [fact("node", admission, "made up: its port answers")],
    routing: node.role === "fe" ? [] : [{ router: "fe-0001", state: "in", kind: "", asOfMs: nowMs }],
    work: {
      inFlight: [{ kind: node.role === "fe" ? "connections" : "queries", count }],
      willBeCut: node.role === "fe" ? [] : [{ kind: "stream loads", count: seconds % 5 }],
      notCollected: 0,
      asOfMs: nowMs,
    },
    memoryPct: 40 + 20 * noise(seconds >> 3, Math.floor(phase * 500)),
    diskPct: oddity === "full" ? 93 : 60 + 10 * noise(Math.floor(phase * 700), 3),
    counters: {
      requests: member.requests,
      failures: node.id === "fe-0001" ? Math.floor(seconds / 60) : 0,
      p99Ms: 900 + 300 * wave,
      countsForCluster: node.role === "fe",
    },
  };
}

/** Between 0 and 1, the same for the same two numbers. */
function noise(a: number, b: number): number {
  const x = Math.sin(a * 127.1 + b * 311.7) * 43_758.545;
  return x - Math.floor(x);
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}
