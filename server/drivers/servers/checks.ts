/** Preflight for a plan, the interlocks of one node, and the gates after its return. */
import { isVersion } from "#lib/cluster/version.ts";
import type { Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Given, Sighting } from "#server/orchestrator/ports.ts";
import { PLAN_IT_ANEW, UP_AGAIN, wasPlannedDown } from "../shared/planned-down.ts";
import { atOnce } from "../shared/at-once.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { bringIt } from "../shared/packages.ts";
import { ask } from "./check-list.ts";
import type { OwnerHabits } from "./owner.ts";
import { exitChecks } from "./exit-checks.ts";
import { whyUnclean } from "./exit.ts";
import { readNode, routesTo } from "./read.ts";
import type { Releases } from "./releases.ts";
import type { Server, ServersWorld } from "./world.ts";

export type CheckTools = { readonly world: ServersWorld; readonly releases: Releases };

const NODES_AT_ONCE = 8;

export async function preflight(tools: CheckTools, plan: Plan, signal: AbortSignal): Promise<readonly Check[]> {
  const { world } = tools;
  const sightings = await sightingsOf(world, signal);
  const perNode = await atOnce(
    plan.steps,
    async (step) => await nodeChecks(tools, plan, step, sightings, { out: [], before: true }, signal),
    NODES_AT_ONCE,
  );
  const routed = await atOnce(world.routers, async (router): Promise<readonly Check[]> => {
    const nodes = new Map(
      world.servers.flatMap(({ node, routes }) =>
        routes.filter(({ via }) => via === router).map(({ server }) => [server, node.id] as const),
      ),
    );
    const findings = await router.findings([...nodes.keys()], signal);
    return findings.map(({ server, ...check }) => ({
      ...check,
      // Another router's answer to the same question, and the node's own, are others.
      id: `${check.id}:${router.name}`,
      nodeId: server === null ? null : (nodes.get(server) ?? null),
    }));
  });
  const ofCluster = (await world.service.clusterChecks?.(plan, signal)) ?? [];
  return [...ofCluster, ...(await artifactsAgree(tools, plan)), ...routed.flat(), ...perNode.flat()];
}

export async function checks(
  tools: CheckTools,
  plan: Plan,
  step: PlannedStep,
  given: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const sightings = await sightingsOf(tools.world, signal);
  return await nodeChecks(tools, plan, step, sightings, { out: given.out, before: false }, signal);
}

type Sightings = ReadonlyMap<string, Sighting>;

async function sightingsOf(world: ServersWorld, signal: AbortSignal): Promise<Sightings> {
  const found = await atOnce(world.servers, async (server) => await readNode(world, server, true, signal));
  return new Map(found.map((sighting) => [sighting.nodeId, sighting]));
}

type When = { readonly out: readonly string[]; readonly before: boolean };

async function nodeChecks(
  { world, releases }: CheckTools,
  plan: Plan,
  step: PlannedStep,
  sightings: Sightings,
  { out, before }: When,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { nodeId } = step;
  const server = world.server(nodeId);
  const owned = ask("owner-answers", nodeId);
  if (server === null) return [fails(owned, "it is not in the configuration any more", "Skip the step, or plan anew.")];
  const sighting = sightings.get(nodeId) ?? null;
  const [habits, own, files] = await Promise.all([
    server.owner.habits(signal),
    world.service.checks?.(plan, step, server.node, signal) ?? [],
    fileChecks(releases, plan, server, sighting),
  ]);
  const fixed = plan.targetVersion === null || !habits.ok ? null : fixedRelease(releases, server, habits.value);
  const isDown = sighting?.process.some(({ witness, value }) => witness === "process" && value === "gone") === true;
  const exits = step.phases.some(({ phase, skip }) => phase === "exit" && skip === null) && !isDown;
  const times = exits && habits.ok ? await exitFactsOf(world, server, step, habits.value, signal) : null;
  return [
    habits.ok
      ? passes(owned, `${server.owner.name}: ${habits.value.said}`)
      : (habits.silent === true ? unknown : fails)(
          owned,
          habits.why,
          "Correct owner: of this node, or see to its host.",
        ),
    ...(before ? [runningCheck(server, sighting, isDown)] : []),
    ...(!isDown && wasPlannedDown(step) ? [fails(ask("as-planned", nodeId), UP_AGAIN, PLAN_IT_ANEW)] : []),
    othersCheck(world, server, sightings, out),
    poolCheck(world, server, isDown),
    await routersCheck(server, signal),
    ...(times === null ? [] : exitChecks(times)),
    ...files,
    ...(fixed === null ? [] : [fixed]),
    ...own,
  ];
}

/** An owner that has the path of one release starts that one, whatever the link points at. */
function fixedRelease({ config }: Releases, { node }: Server, { startsFrom = null }: OwnerHabits): Check | null {
  const { install } = config;
  if (install?.strategy !== "symlink" || startsFrom === null) return null;
  const question = ask("starts-by-link", node.id);
  const inReleases = startsFrom.split(/[\s;=]+/).find((word) => word.startsWith(`${install.releases}/`));
  const release = inReleases?.slice(0, `${inReleases}/`.indexOf("/", install.releases.length + 1));
  if (release === undefined) return passes(question, `it starts ${startsFrom}`);
  const remedy = `Let it start ${node.home}/${install.link}: for PM2, pm2 delete, then pm2 start with that path and --cwd.`;
  return fails(question, `its owner starts ${release}, whatever ${node.home}/${install.link} points at`, remedy);
}

async function exitFactsOf(
  world: ServersWorld,
  { owner, routes }: Server,
  step: PlannedStep,
  habits: Parameters<typeof exitChecks>[0]["habits"],
  signal: AbortSignal,
): Promise<Parameters<typeof exitChecks>[0]> {
  const notices = await Promise.all(routes.map(async ({ via, server }) => await via.detectionMs(server, signal)));
  const known = notices.flatMap((answer) => (answer.ok && answer.value !== null ? [answer.value] : []));
  return {
    step,
    habits,
    ownerKind: owner.kind,
    bySystem: world.service.exit !== undefined,
    noticeMs: known.length === 0 ? null : Math.max(...known),
    exitWaitMs: step.exitWaitMs ?? null,
    cleanupMs: world.config.cleanupS * 1000,
    graceMs: world.service.killAfterMs ?? 0,
  };
}

function runningCheck({ node }: Server, sighting: Sighting | null, isDown: boolean): Check {
  const question = ask("running", node.id, "note");
  const said = sightingWords(sighting);
  if (isDown) return fails(question, said, "It is down already: its step begins with the upgrade.");
  const accepts =
    sighting?.admission.some(({ witness, value }) => witness === "node" && value === "accepting") === true;
  return accepts
    ? passes(question, said)
    : fails(question, said, `Look at the log of ${node.id}: it does not say that it serves.`);
}

function sightingWords(sighting: Sighting | null): string {
  if (sighting === null) return "nobody told";
  const words = [...sighting.admission, ...sighting.process].map(({ said }) => said);
  return words.length === 0 ? (sighting.remark ?? "nobody told") : [...new Set(words)].join("; ");
}

/** Rule 1, as far as nodes of this cluster go: down, refusing, or kept out by somebody. */
function othersCheck({ servers }: ServersWorld, { node }: Server, sightings: Sightings, out: readonly string[]): Check {
  const question = ask("others-in-service", node.id);
  const others = servers.filter((other) => other.node.id !== node.id && !out.includes(other.node.id));
  const notServing = others.flatMap(({ node: other }) => {
    const sighting = sightings.get(other.id) ?? null;
    const isServing =
      sighting?.admission.some(({ witness, value }) => witness === "node" && value === "accepting") === true;
    const isOut = (sighting?.routing ?? []).some(({ state }) => state === "out");
    if (isServing && !isOut) return [];
    const why = isOut
      ? (sighting?.routing ?? []).map(({ router, kind }) => `${router}: ${kind}`).join(", ")
      : sightingWords(sighting);
    return [`${other.id} (${why})`];
  });
  if (notServing.length === 0)
    return passes(
      question,
      others.length === 0 ? "there is no other" : `${list(others.map(({ node: other }) => other.id))} serve beside it`,
    );
  return fails(
    question,
    list(notServing, 4),
    "Bring them back into service first; the checks are asked again by themselves.",
  );
}

/** The last of its pool that serves is never taken out. */
function poolCheck({ servers }: ServersWorld, { node }: Server, isDown: boolean): Check {
  const question = ask("pool", node.id);
  const mates = servers.filter((other) => other.node.pool === node.pool && other.node.id !== node.id);
  if (mates.length > 0)
    return passes(question, `beside it in pool ${node.pool}: ${list(mates.map(({ node: mate }) => mate.id))}`);
  if (isDown) return passes(question, "it is down already");
  return fails(
    question,
    `it is the only one of pool ${node.pool}`,
    "Add another node of this pool first, behind the same router.",
  );
}

async function routersCheck(server: Server, signal: AbortSignal): Promise<Check> {
  const question = ask("router-answers", server.node.id);
  if (server.routes.length === 0) return passes(question, "no router stands before it that this console knows");
  const { routes, problems } = await routesTo(server, 0, signal);
  const words = routes.map(({ router, state, kind }) => `${router}: ${kind} (${state})`).join(", ");
  if (problems.length === 0) return passes(question, words);
  return fails(question, list(problems), "Correct routers: of the configuration, or see to the router.");
}

async function fileChecks(
  releases: Releases,
  plan: Plan,
  server: Server,
  sighting: Sighting | null,
): Promise<readonly Check[]> {
  const { targetVersion } = plan;
  if (targetVersion === null) return [];
  const { node } = server;
  const { id, install } = releases.config;
  const told = ask("version-told", node.id);
  const version = sighting?.version ?? null;
  const tells =
    version !== null
      ? passes(told, `${version.value}: ${version.said}`)
      : unknown(
          { ...told, severity: sighting?.process.some(({ value }) => value === "up") === true ? "blocks" : "note" },
          "nothing tells which version runs",
          "Let the program run in its release folder, or name a metric that carries its version.",
        );
  if (install === undefined)
    return [
      tells,
      fails(
        ask("artifact-present", node.id),
        "nothing says how versions are installed",
        "Add install: to the configuration.",
      ),
    ];
  if (install.strategy === "command") return [tells];
  const [sum, disk] = await Promise.all([releases.sum(install, server, targetVersion), releases.onDisk(server)]);
  const present = ask("artifact-present", node.id);
  const home = ask("home-holds", node.id);
  return [
    tells,
    sum.ok
      ? passes(present, `sha256 ${sum.value.slice(0, 12)}…`)
      : fails(
          present,
          sum.why,
          releases.brings(targetVersion)
            ? bringIt(id, targetVersion)
            : `Put ${targetVersion} into ${install.releases} there.`,
        ),
    disk.ok
      ? passes(home, `${disk.value ?? "nothing"} lies in ${node.home}`)
      : fails(home, disk.why, `Make ${node.home}/${install.link} a link to a release in ${install.releases}.`),
  ];
}

async function artifactsAgree({ releases }: CheckTools, plan: Plan): Promise<readonly Check[]> {
  const { targetVersion, steps } = plan;
  const { install } = releases.config;
  if (targetVersion === null || install?.strategy !== "symlink") return [];
  const question = ask("artifacts-agree", null);
  const sums = await atOnce(steps, async ({ nodeId }) => await releases.sumOn(install, nodeId, targetVersion));
  const distinct = new Set(sums.flatMap((sum) => (sum.ok ? [sum.value] : [])));
  if (distinct.size <= 1) return [passes(question, `${steps.length} nodes, ${distinct.size} content`)];
  const remedy = "Put the same release on every host, or say why they differ.";
  return [fails(question, `${distinct.size} different contents of ${targetVersion}`, remedy)];
}

export async function gates(
  { world }: CheckTools,
  plan: Plan,
  step: PlannedStep,
  given: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const server = world.server(step.nodeId);
  const serving = ask("serving", step.nodeId);
  if (server === null) return [fails(serving, "it is not in the configuration any more", "Skip the step.")];
  const sighting = await readNode(world, server, true, signal);
  const accepts = sighting.admission.some(({ witness, value }) => witness === "node" && value === "accepting");
  const version = sighting.version?.value ?? null;
  const wanted = plan.targetVersion;
  const isRight = wanted === null || (version !== null && isVersion(version, wanted));
  const words = `${sightingWords(sighting)}; ${version === null ? "its version is not told" : `it runs version ${version}`}`;
  const own = (await world.service.gates?.(plan, step, server.node, given, signal)) ?? [];
  return [
    accepts && isRight ? passes(serving, words) : fails(serving, words, `Look at the log of ${step.nodeId}.`),
    routesGate(server, sighting),
    cleanExit(world, server),
    ...own,
  ];
}

function routesGate({ node, routes }: Server, { routing }: Sighting): Check {
  const question = ask("on-the-routes", node.id);
  if (routes.length === 0) return passes(question, "no router stands before it that this console knows");
  if (routing === null) return unknown(question, "not every router told", "It is looked at again by itself.");
  const words = routing.map(({ router, state, kind }) => `${router}: ${kind} (${state})`).join(", ");
  if (routing.every(({ state }) => state === "in")) return passes(question, words);
  return fails(question, words, "Wait for the router's own checks, or lift what keeps it out there.");
}

function cleanExit({ lastEnds, config }: ServersWorld, { node }: Server): Check {
  const question = ask("clean-exit", node.id);
  const end = lastEnds.get(node.id);
  if (end === undefined) return passes(question, "nobody tells how it ended");
  const why = whyUnclean(config, end);
  return why === null
    ? passes(question, end.said)
    : fails(question, `${end.said}: ${why}`, `Look at the log of ${node.id} around its exit.`);
}
