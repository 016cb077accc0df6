/**
 * etcd by its own API. Its leader goes last, and hands over by itself when it is told to leave (3.4.23: "starts leadership
 * transfer" in its log, 0.1 s). A member is never taken out where the rest would be no majority.
 */
import type { Check } from "#lib/run/check.ts";
import { compareVersions, parseVersion } from "#lib/cluster/version.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { fails, list, passes, unknown, type Question } from "../shared/check-parts.ts";
import type { Member, Service, ServiceLook } from "../servers/service.ts";
import { askMember, type Asked, type EtcdMember } from "./api.ts";
import type { EtcdConfig } from "./config.ts";

/** Entries of the log that a member may be behind and still keeps up. */
const MAX_LAG = 1000;

/** What each node told, by the name that it has in the configuration and as a member. */
export type Everyone = ReadonlyMap<string, Asked>;

export function createEtcdService(config: EtcdConfig, clock: Clock): Service {
  const askAt = async (address: string, signal: AbortSignal): Promise<Asked> =>
    await askMember(`${config.scheme}://${address}`, signal);
  const askAll = async (signal: AbortSignal): Promise<Everyone> =>
    new Map(
      await Promise.all(config.nodes.map(async ({ name, address }) => [name, await askAt(address, signal)] as const)),
    );
  return {
    system: "etcd",
    name: "etcd",
    node: { one: "member", many: "members" },
    work: { one: "RPC", many: "RPCs" },
    counters: "the members",
    look: async ({ address }, _close, signal) => lookOf(address, await askAt(address, signal)),
    members: async (nodes, signal) => {
      const everyone = await askAll(signal);
      const [by] = [...everyone].find(([, { members }]) => members !== null) ?? [];
      if (by === undefined) return { ok: false, why: "no member tells who belongs to the cluster" };
      return { ok: true, value: { by, members: nodes.map(({ id }) => memberOf(id, everyone, clock.now())) } };
    },
    checks: async (plan, _step, { id }, signal) => {
      const everyone = await askAll(signal);
      const { targetVersion: to, fromVersions } = plan;
      const paths = to === null ? [] : fromVersions.map((from) => versionPath(id, from, to));
      return [quorum(id, everyone), named(id, everyone), ...paths];
    },
    gates: async (_plan, _step, { id }, _given, signal) => [keepsUp(id, await askAll(signal))],
    close: async () => await Promise.resolve(),
  };
}

export function lookOf(address: string, { health, version, metrics }: Asked): ServiceLook {
  const nothing = { word: null, work: null, counters: null, version: null, startedAtMs: null, memoryPct: null };
  if (health.is !== "told") {
    const said = `${address}/health: ${health.why}`;
    if (health.is === "silent") return { ...nothing, admission: null, process: null, remark: said };
    return { ...nothing, admission: { value: "refusing", said }, process: { value: "gone", said }, remark: said };
  }
  const isWell = health.value.health === "true";
  const said = `${address}/health: ${health.status} health=${health.value.health}`;
  const calls = metrics?.calls ?? null;
  // A watch or a kept lease ends when its client ends it: the exit does not wait, and clients open it elsewhere.
  const work = calls && {
    inFlight: [{ kind: "RPC", count: calls.unary }],
    willBeCut: [{ kind: "stream", count: calls.streams }],
  };
  return {
    admission: { value: isWell ? "accepting" : "refusing", said },
    process: { value: "up", said },
    word: metrics?.word ?? null,
    remark: isWell ? "" : said,
    work,
    counters: calls && { requests: calls.started, failures: calls.failed, p99Ms: null },
    version,
    startedAtMs: calls?.startedAtMs ?? null,
    memoryPct: null,
  };
}

/** Whether a member is there is what the others see of it; one connection is enough. */
export function memberOf(nodeId: string, everyone: Everyone, asOfMs: number): Member {
  const own = membersOf(everyone)?.find(({ name }) => name === nodeId);
  const key = own === undefined ? "" : BigInt(own.ID).toString(16);
  const seen = [...everyone].flatMap(([by, { metrics }]) => {
    const active = metrics?.peers.get(key);
    return active === undefined ? [] : [{ by, active }];
  });
  const said = seen.map(({ by, active }) => `${by}: ${active ? "an active peer" : "no active peer"}`).join(", ");
  const value = seen.some(({ active }) => active) ? "up" : "gone";
  const leads = everyone.get(nodeId)?.metrics?.word === "leader";
  return {
    nodeId,
    leadership: own?.isLearner === true ? "observer" : leads ? "leader" : "follower",
    process: seen.length === 0 ? null : { value, said },
    admission: null,
    asOfMs,
  };
}

function membersOf(everyone: Everyone): readonly EtcdMember[] | null {
  return [...everyone.values()].find(({ members }) => members !== null)?.members ?? null;
}

export function quorum(nodeId: string, everyone: Everyone): Check {
  const question: Question = { id: "etcd-quorum", nodeId, title: "The rest is a majority", severity: "blocks" };
  const members = membersOf(everyone);
  if (members === null) return unknown(question, "no member tells who votes", "See that the console reaches one.");
  const voters = members.filter(({ isLearner }) => !isLearner).map(({ name }) => name);
  const isHealthy = (name: string): boolean => {
    const health = everyone.get(name)?.health;
    return health?.is === "told" && health.value.health === "true";
  };
  const left = voters.filter((name) => name !== nodeId && isHealthy(name));
  const needed = Math.floor(voters.length / 2) + 1;
  const words = `without it ${left.length} of ${voters.length} voters are healthy (${list(left)}), ${needed} are needed`;
  if (left.length >= needed) return passes(question, words);
  return fails(question, words, "Bring the others back first, or add a member.");
}

export function named(nodeId: string, everyone: Everyone): Check {
  const title = "The members are those of the configuration";
  const question: Question = { id: "etcd-members", nodeId, title, severity: "blocks" };
  const members = (membersOf(everyone) ?? []).map(({ name }) => name);
  const strange = members.filter((name) => !everyone.has(name));
  if (strange.length === 0 && members.includes(nodeId)) return passes(question, list(members));
  const words = `members are ${list(members)}; configured are ${list([...everyone.keys()])}`;
  return fails(question, words, "Give every member under nodes:, each under its --name.");
}

/** One minor release at a time; a way back has to be enabled in the cluster first (etcd's upgrade and downgrade guides). */
export function versionPath(nodeId: string, from: string, to: string): Check {
  const question: Question = { id: "etcd-version", nodeId, title: "etcd goes this way", severity: "blocks" };
  const [old, next] = [from, to].map((text) => parseVersion(text)?.numbers ?? []);
  const step = old?.[0] === next?.[0] ? (next?.[1] ?? 0) - (old?.[1] ?? 0) : Number.NaN;
  const words = `${from} to ${to}`;
  if (step === 0 || (step === 1 && compareVersions(to, from) !== null)) return passes(question, words);
  return fails(question, words, "Go up one minor release at a time; back only within one.");
}

export function keepsUp(nodeId: string, everyone: Everyone): Check {
  const question: Question = { id: "etcd-log", nodeId, title: "It has caught up", severity: "blocks" };
  const own = everyone.get(nodeId)?.applied ?? null;
  if (own === null) return unknown(question, "it does not tell its status", `Look at the log of ${nodeId}.`);
  const lag = Math.max(...[...everyone.values()].map(({ applied }) => (applied ?? 0) - own));
  const words = `applied ${own}, ${lag} behind`;
  return lag <= MAX_LAG ? passes(question, words) : fails(question, words, "Wait; it is looked at again by itself.");
}
