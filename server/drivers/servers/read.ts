/**
 * What is known of the nodes now. The witness `process` is a node's owner, `node` the node itself, and `controlPlane` is
 * whoever else knows them: their own group, where the system has one; nobody, where it has none.
 */
import type { Leadership, ClusterNode } from "#lib/cluster/node.ts";
import type { Fact, Route, Witness, Work } from "#lib/cluster/observation.ts";
import type { Answer, ClusterReading, Counters, Sighting } from "#server/orchestrator/ports.ts";
import { within } from "#server/orchestrator/turn.ts";
import type { RoutedServer, RouterReading } from "#server/routers/router.ts";
import { atOnce } from "../shared/at-once.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import type { OwnerLook } from "./owner.ts";
import { runningRelease } from "./releases.ts";
import type { Member, Said, ServiceLook } from "./service.ts";
import type { Server, ServersWorld } from "./world.ts";

/** An owner is asked with a command on a host: not every second for every node. */
const OWNER_FAR_MS = 4000;
const CLOSE_MS = 200;
const ROUTERS_FAR_MS = 900;
/** Less than a poll may take altogether. */
const PART_LIMIT_MS = 2500;
const NODES_AT_ONCE = 16;

export async function readCluster(world: ServersWorld, signal: AbortSignal): Promise<Answer<ClusterReading>> {
  const { service, servers, clock } = world;
  const nodes = servers.map(({ node }) => node);
  const [looks, members] = await Promise.all([
    atOnce(servers, async (server) => await world.look(server, OWNER_FAR_MS, signal), NODES_AT_ONCE),
    service.members === undefined
      ? null
      : within(clock, PART_LIMIT_MS, signal, (both) => service.members?.(nodes, both) ?? SILENT),
  ]);
  const known = new Map(members?.ok === true ? members.value.members.map((member) => [member.nodeId, member]) : []);
  const sightings = servers.map((server, index): Sighting => {
    const looked = looks[index];
    const member = known.get(server.node.id) ?? null;
    const base = emptySighting(server.node.id);
    const own = looked === undefined ? base : { ...base, ...ownerPart(world, looked.answer, looked.atMs) };
    return member === null ? own : withMember(own, member, clock.now());
  });
  const owners = [...new Set(servers.map(({ owner }) => owner.kind))].join(", ");
  const by = members?.ok === true ? members.value.by : `the owners of its processes (${owners})`;
  return {
    ok: true,
    value: {
      nodes: servers.map((server) => clusterNodeOf(server, known.get(server.node.id)?.leadership ?? null)),
      sightings,
      by,
    },
  };
}

const SILENT: Promise<Answer<never>> = Promise.resolve({ ok: false, why: "nobody tells" });

/** Who leads goes last. */
export function clusterNodeOf({ node }: Server, leadership: Leadership | null): ClusterNode {
  const last = leadership === "leader" ? 1 : 0;
  const { id, address, pool } = node;
  return { id, role: "server", leadership, address, pool, rank: { upgrade: last, downgrade: last } };
}

function fact<T>(witness: Witness, value: T, said: string, asOfMs: number, seenAtMs = asOfMs): Fact<T> {
  return { value, witness, asOfMs, seenAtMs, said };
}

type OwnerPart = Pick<Sighting, "process" | "identity" | "version" | "remark" | "memoryPct" | "startedAtMs">;

function ownerPart(world: ServersWorld, answer: Answer<OwnerLook>, atMs: number): OwnerPart {
  if (!answer.ok) {
    return { process: [], identity: null, version: null, remark: answer.why, memoryPct: null, startedAtMs: null };
  }
  const { state, running, identity, version, remark, memoryPct, said } = answer.value;
  const release = running === null ? null : runningRelease(world.config.install, running.cwd);
  return {
    process: [fact("process", state, said, atMs)],
    identity: identity === null ? null : fact("process", identity, said, atMs),
    version:
      release !== null
        ? fact("process", release, `pid ${running?.pid ?? 0} runs in ${running?.cwd ?? ""}`, atMs)
        : version === null
          ? null
          : fact("process", version, said, atMs),
    remark: remark === "" ? null : remark,
    memoryPct,
    startedAtMs: running?.startedAtMs ?? null,
  };
}

function withMember(own: Sighting, member: Member, seenAtMs: number): Sighting {
  const { asOfMs } = member;
  const told = <T>(said: Said<T> | null): readonly Fact<T>[] =>
    said === null ? [] : [fact("controlPlane", said.value, said.said, asOfMs, seenAtMs)];
  return { ...own, process: [...own.process, ...told(member.process)], admission: told(member.admission) };
}

export async function readNode(
  world: ServersWorld,
  server: Server,
  close: boolean,
  signal: AbortSignal,
): Promise<Sighting> {
  const { service, clock } = world;
  const { node } = server;
  const [look, seen, routers] = await Promise.all([
    within(clock, PART_LIMIT_MS, signal, (both) => service.look(node, close, both)),
    within(clock, PART_LIMIT_MS, signal, (both) => world.look(server, close ? CLOSE_MS : OWNER_FAR_MS, both)),
    within(clock, PART_LIMIT_MS, signal, (both) => routesTo(server, close ? CLOSE_MS : ROUTERS_FAR_MS, both)),
  ]);
  // A port that closed, or opened, makes one ask whether the process is still there, now.
  const before = seen?.answer.ok === true ? seen.answer.value.state : null;
  const told = look?.process?.value ?? null;
  const isOutdated = !close && told !== null && before !== null && (told === "gone") !== (before === "gone");
  const owner = isOutdated ? await world.look(server, CLOSE_MS, signal) : seen;
  const nowMs = clock.now();
  const own = owner === null ? null : ownerPart(world, owner.answer, owner.atMs);
  const isUp = owner?.answer.ok === true && owner.answer.value.state !== "gone";
  // A closed port says nothing of a process that its owner still sees: it starts, or ends.
  const process =
    look?.process === null || look?.process === undefined || (isUp && told === "gone") ? null : look.process;
  const ownerWord = owner?.answer.ok === true ? owner.answer.value.word : null;
  const remarks = [look?.remark ?? "", own?.remark ?? ""].filter((remark) => remark !== "");
  return {
    nodeId: node.id,
    process: [...(process === null ? [] : [fact("node", process.value, process.said, nowMs)]), ...(own?.process ?? [])],
    admission:
      look === null || look.admission === null ? [] : [fact("node", look.admission.value, look.admission.said, nowMs)],
    routing: routers?.complete === true ? routers.routes : null,
    work: workOf(world, look, routers?.servers ?? [], nowMs),
    identity: own?.identity ?? identityByService(server, look, nowMs),
    version:
      look === null || look.version === null
        ? (own?.version ?? null)
        : fact("node", look.version, `it says ${look.version}`, nowMs),
    word: look?.word ?? ownerWord,
    remark: remarks.length === 0 ? "" : remarks.join("; "),
    memoryPct: look?.memoryPct ?? own?.memoryPct ?? null,
    diskPct: null,
    startedAtMs: own?.startedAtMs ?? look?.startedAtMs ?? null,
    counters: countersOf(look, routers?.servers ?? []),
  };
}

/** Where its owner knows no process, the time of its start is who it is. */
function identityByService({ owner }: Server, look: ServiceLook | null, nowMs: number): Fact<string> | null {
  if (owner.tellsIdentity || look === null || look.startedAtMs === null) return null;
  const since = new Date(look.startedAtMs).toISOString();
  return fact("node", `since ${since}`, `it says that it began at ${since}`, nowMs);
}

export type Routed = {
  readonly routes: readonly Route[];
  readonly servers: readonly RoutedServer[];
  /** Every router in front of the node answered, and knows it. */
  readonly complete: boolean;
  readonly problems: readonly string[];
};

export async function routesTo({ node, routes }: Server, maxAgeMs: number, signal: AbortSignal): Promise<Routed> {
  const answers = await Promise.all(
    routes.map(async (route) => ({ route, answer: await route.via.read(maxAgeMs, signal) })),
  );
  const found: Route[] = [];
  const servers: RoutedServer[] = [];
  const problems: string[] = [];
  for (const { route, answer } of answers) {
    const server: RoutedServer | undefined = answer.ok ? readOf(answer.value, route.server) : undefined;
    if (server === undefined) {
      problems.push(answer.ok ? `${route.router} knows no ${route.server} for ${node.id}` : answer.why);
      continue;
    }
    servers.push(server);
    found.push({ router: route.name, state: server.route, kind: server.word, asOfMs: server.asOfMs });
  }
  return { routes: found, servers, complete: problems.length === 0, problems };
}

function readOf(reading: RouterReading, server: string): RoutedServer | undefined {
  return reading.get(server);
}

/**
 * The node's own count and that of its routers speak of the same work: the greater counts, since a drain is over when both
 * have none. What only one can measure, that one tells.
 */
export function workOf(
  world: Pick<ServersWorld, "service">,
  look: Pick<ServiceLook, "work"> | null,
  routed: readonly Pick<RoutedServer, "sessions" | "queued">[],
  asOfMs: number,
): Work | null {
  const carried = carriedBy(routed);
  const own = look?.work ?? null;
  if (own === null) {
    if (carried === null) return null;
    const kind = world.service.work.many;
    return { inFlight: [{ kind, count: carried }], willBeCut: [], notCollected: 0, asOfMs };
  }
  const [first, ...rest] = own.inFlight;
  const inFlight =
    first === undefined || carried === null
      ? own.inFlight
      : [{ kind: first.kind, count: first.count === null ? carried : Math.max(first.count, carried) }, ...rest];
  return { inFlight, willBeCut: own.willBeCut, notCollected: 0, asOfMs };
}

/** Sessions of all routers; null where one of them cannot count, or there is none. */
function carriedBy(routed: readonly Pick<RoutedServer, "sessions" | "queued">[]): number | null {
  if (routed.length === 0) return null;
  return routed.reduce<number | null>(
    (sum, { sessions, queued }) => (sum === null || sessions === null ? null : sum + sessions + (queued ?? 0)),
    0,
  );
}

/** The node's own totals, else those of its routers. */
function countersOf(look: ServiceLook | null, routed: readonly RoutedServer[]): Counters | null {
  if (look !== null && look.counters !== null && look.counters.requests !== null)
    return { ...look.counters, countsForCluster: true };
  const totals = routed.map(({ totals: each }) => each);
  if (totals.length === 0 || totals.some((each) => each === null)) {
    return look === null || look.counters === null ? null : { ...look.counters, countsForCluster: true };
  }
  const known = totals.filter((each) => each !== null);
  const latencies = known.flatMap(({ p99Ms }) => (p99Ms === null ? [] : [p99Ms]));
  return {
    requests: known.reduce((sum, { requests }) => sum + requests, 0),
    failures: known.reduce((sum, { failures }) => sum + failures, 0),
    p99Ms: latencies.length === 0 ? null : Math.max(...latencies),
    countsForCluster: true,
  };
}
