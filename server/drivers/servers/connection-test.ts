/**
 * Whether the servers of a cluster can be reached as somebody has just described them: each node and its owner, its
 * routers, the releases on its host. It asks what a preflight asks, reads only, and is over within ten seconds.
 */
import { checkKey, type Check } from "#lib/run/check.ts";
import { UNSAID } from "#lib/run/plan.ts";
import type { ConnectionReport, Finding } from "#lib/wire/configuration.ts";
import type { Clock, Driver, PlanRequest, Sighting } from "#server/orchestrator/ports.ts";
import { within } from "#server/orchestrator/turn.ts";
import { list } from "../shared/check-parts.ts";
import type { ServersConfig } from "./config.ts";

const TEST_LIMIT_MS = 10_000;

/** Whatever else a system's section says. */
type Described = Pick<ServersConfig, "install"> & { readonly nodes: readonly { readonly name: string }[] };

export async function testServers(
  config: Described,
  driver: Driver,
  clock: Clock,
  signal: AbortSignal,
): Promise<ConnectionReport> {
  const beganAtMs = clock.now();
  const findings: Finding[] = [];
  let cluster: ConnectionReport["cluster"] = null;
  try {
    const ended = await within(clock, TEST_LIMIT_MS, signal, async (over) => {
      cluster = await readWhole(config, driver, findings, over);
      await askReleases(config, driver, findings, over);
      await askChecks(config, driver, findings, over);
      return true;
    });
    return { tookMs: clock.now() - beganAtMs, unfinished: ended === null, cluster, findings: [...findings] };
  } finally {
    await driver.close();
  }
}

async function readWhole(
  { nodes }: Described,
  driver: Driver,
  findings: Finding[],
  signal: AbortSignal,
): Promise<ConnectionReport["cluster"]> {
  const reading = await driver.readCluster(signal);
  const question = { about: "nodes", field: "nodes", title: "The cluster can be read" } as const;
  if (!reading.ok) {
    const remedy = "Mend what is told; the rest can be asked after that.";
    findings.push({ ...question, verdict: "fail", evidence: reading.why, remedy });
    return null;
  }
  const { by, nodes: listed } = reading.value;
  const sightings = await Promise.all(nodes.map(async ({ name }) => await driver.readNode(name, true, signal)));
  findings.push(...sightings.map((sighting, index) => nodeFinding(sighting, index)));
  return {
    by,
    leader: listed.find(({ leadership }) => leadership === "leader")?.address ?? null,
    versions: [...new Set(sightings.flatMap(({ version }) => version?.value ?? []))].sort(),
    sharedData: null,
    nodes: listed.map(({ id, address, role, leadership }) => {
      const sighting = sightings.find(({ nodeId }) => nodeId === id);
      const version = sighting?.version?.value ?? null;
      return {
        address,
        role,
        leader: leadership === "leader",
        version,
        alive: sighting !== undefined && accepts(sighting),
      };
    }),
  };
}

function accepts({ admission }: Sighting): boolean {
  return admission.some(({ value }) => value === "accepting");
}

function nodeFinding(sighting: Sighting, index: number): Finding {
  const { nodeId, admission, process, remark } = sighting;
  const said = [...admission, ...process].map((fact) => fact.said);
  const evidence = said.length === 0 ? (remark ?? "nobody told") : [...new Set(said)].join("; ");
  const isWell = accepts(sighting) && process.some(({ witness, value }) => witness === "process" && value === "up");
  return {
    about: "nodes",
    field: `nodes[${index}]`,
    title: `${nodeId} serves, and its owner knows it`,
    verdict: isWell ? "pass" : admission.length + process.length === 0 ? "unknown" : "fail",
    evidence: remark === null || remark === "" || said.length === 0 ? evidence : `${evidence}; ${remark}`,
    remedy: isWell ? "" : "Correct its address, health or owner; a node that is down can be watched like that.",
  };
}

async function askReleases(
  { install }: Described,
  driver: Driver,
  findings: Finding[],
  signal: AbortSignal,
): Promise<void> {
  const question = { about: "install", field: "install", title: "Releases lie on the hosts" } as const;
  if (install === undefined) {
    const remedy = "Add install: to bring versions in place. Without it nodes are drained, stopped and restarted only.";
    findings.push({ ...question, verdict: "unknown", evidence: "nothing says how versions are installed", remedy });
    return;
  }
  const versions = await driver.versions(signal);
  const found = versions.ok ? versions.value.map(({ version, on }) => `${version} on ${on.length}`) : [];
  const evidence = versions.ok ? list(found) || "there is none" : versions.why;
  const remedy = found.length > 0 ? "" : "Put a release there, in a folder that is named for its version.";
  findings.push({ ...question, verdict: found.length > 0 ? "pass" : "fail", evidence, remedy });
}

/** What a restart of all of them would be held up by. */
async function askChecks(config: Described, driver: Driver, findings: Finding[], signal: AbortSignal): Promise<void> {
  const made = await driver.plan(REQUEST, signal);
  if (!made.ok) return;
  const checks = await driver.preflight(made.value, signal);
  const wrong = checks.filter(({ verdict, severity }) => verdict !== "pass" && severity !== "note");
  const keys = new Set<string>();
  for (const check of wrong) {
    if (keys.has(checkKey(check))) continue;
    keys.add(checkKey(check));
    findings.push(findingOf(config, check));
  }
  if (wrong.length > 0) return;
  const evidence = `${checks.length} checks of a restart hold`;
  findings.push({
    about: "nodes",
    field: null,
    title: "Every exit would be graceful",
    verdict: "pass",
    evidence,
    remedy: "",
  });
}

function findingOf({ nodes }: Described, { nodeId, title, verdict, evidence, remedy }: Check): Finding {
  const index = nodes.findIndex(({ name }) => name === nodeId);
  const isRouter = nodeId === null;
  return {
    about: isRouter ? "routers" : "nodes",
    field: index < 0 ? null : `nodes[${index}]`,
    title: nodeId === null ? title : `${nodeId}: ${title}`,
    verdict,
    evidence,
    remedy,
  };
}

const REQUEST: PlanRequest = {
  kind: "restart",
  targetVersion: null,
  nodeIds: null,
  policy: {
    approval: "every",
    drain: "before",
    onDrainLimit: { do: "ask" },
    soakMs: 0,
    minRequests: 0,
    onNoTraffic: "accept",
    maxFailures: 0,
    maxUnavailable: 1,
    ...UNSAID,
  },
  drainLimitMs: null,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "a test of the connection",
};
