/** Whether the cluster is well again after a node came back, compared with how it stood when the run began. */
import { isVersion } from "#lib/cluster/version.ts";
import type { Baseline, Check } from "#lib/run/check.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { NodeId } from "#lib/cluster/node.ts";
import type { Answer, Given } from "#server/orchestrator/ports.ts";
import { deleteFromBlacklist, readBlacklist } from "./blacklist.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { journalCheck } from "./frontend-checks.ts";
import { LOG } from "./read-log.ts";
import { readCluster } from "./read-cluster.ts";
import { badTablets, describeTablets, readTabletHealth } from "./tablets.ts";
import { rowsBefore, standingBefore } from "./routes.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

export async function gates(
  world: World,
  plan: Plan,
  step: PlannedStep,
  { baseline: before, out }: Given,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const reading = await readCluster(world);
  if (!reading.ok)
    return [unknown(ask("cluster-readable", null), reading.why, "Correct this first; nothing else can be checked.")];
  const node = world.node(step.nodeId);
  const serving = ask("serving", step.nodeId);
  if (node === null) return [fails(serving, "the cluster does not list it", "Look at its log on its host.")];
  const word = `Alive=${node.alive}${node.statusCode === null ? "" : `, StatusCode=${node.statusCode}`}, Version=${node.version ?? "unknown"}`;
  const isBack = node.alive && (node.statusCode ?? "OK") === "OK";
  const wanted = plan.targetVersion;
  const isRight = wanted === null || (node.version !== null && isVersion(node.version, wanted));
  const found = [
    isBack && isRight
      ? passes(serving, word)
      : fails(serving, word, `tail -n 100 log/${LOG[node.role]} of ${node.id}.`),
    await tabletsSince(world, node, before, out),
    await routesCheck(world, node, signal),
  ];
  if (node.role === "fe") {
    found.push(journalCheck(world.frontends));
    const health = await world.http(node, "GET", "/api/health", signal);
    const question = ask("health", node.id);
    const said = health.ok ? `GET /api/health: ${health.status}` : `GET /api/health: ${health.why}`;
    found.push(
      health.ok && health.status === 200
        ? passes(question, said)
        : fails(question, said, `tail -n 100 log/fe.log of ${node.id}.`),
    );
  }
  return found;
}

async function routesCheck(world: World, node: StarRocksNode, signal: AbortSignal): Promise<Check> {
  const question = ask("on-the-routes", node.id);
  const { role } = node;
  const standing = standingBefore(world, node.id);
  const rows = await rowsBefore(world, node.id, 0, signal);
  const out = rows.filter(({ row }) => row.setOut);
  if (out.length > 0) {
    const lines = out.flatMap(({ router, server }) => router.commandLines(server, "in"));
    const words = list(out.map(({ name, row }) => `${name}: ${row.word}`));
    return fails(question, words, list(lines.map(({ where, text }) => `${where} ${text}`)));
  }
  const unread = standing.filter(({ name }) => !rows.some((row) => row.name === name));
  if (unread.length > 0)
    return unknown(
      question,
      `${list(unread.map(({ name }) => name))} does not answer`,
      "Wait until the router answers.",
    );
  const inRouters = list(rows.map(({ name, row }) => `${name}: ${row.word}`));
  if (role === "fe") return passes(question, inRouters || "an FE has no blacklist before it");
  const answers = await Promise.all(
    world.askableFrontends.map(async (frontend) => ({ frontend, listed: await readBlacklist(world, frontend, role) })),
  );
  const held = answers
    .filter(({ listed }) => listed.ok && listed.value?.get(node.systemId) === "MANUAL")
    .map(({ frontend }) => frontend.id);
  const silent = answers.flatMap(({ listed }) => (listed.ok ? [] : [listed.why]));
  if (held.length > 0)
    return fails(
      question,
      `MANUAL on ${list(held)}`,
      list(held.map((frontend) => `${frontend}> ${deleteFromBlacklist(role, node.systemId)};`)),
    );
  if (silent.length > 0) return unknown(question, list(silent), "Wait until every FE answers.");
  return passes(question, `not listed by hand on ${list(answers.map(({ frontend }) => frontend.id))}`);
}

export async function tabletsNow(world: World): Promise<Check> {
  const question = ask("tablets-healthy", null);
  const health = await readTabletHealth(world);
  if (!health.ok) return unknown(question, health.why, "Give the account OPERATE on SYSTEM.");
  if (badTablets(health.value) === 0) return passes(question, describeTablets(health.value));
  return fails(
    question,
    describeTablets(health.value),
    "Wait for their repair: SHOW PROC '/statistic'. Going on, this becomes what later states are compared with.",
  );
}

/**
 * Compared with how it stood when the run began: clusters live for years with a few that never become well (#32333). Every
 * tablet of a node that is out by the run may be one more, and is not held against the others.
 */
export async function tabletsSince(
  world: World,
  node: StarRocksNode,
  before: Baseline,
  out: readonly NodeId[],
): Promise<Check> {
  const question = ask("tablets-as-before", node.id);
  const health = await readTabletHealth(world);
  if (!health.ok) return unknown(question, health.why, "Wait until the leader answers.");
  const then = Number(before["tablets.bad"] ?? 0);
  const away = world.nodes.filter(
    ({ id, tabletCount }) => out.includes(id) && id !== node.id && (tabletCount ?? 0) > 0,
  );
  const onThem = away.reduce((sum, { tabletCount }) => sum + (tabletCount ?? 0), 0);
  const besides = onThem === 0 ? "" : `; up to ${onThem} for ${list(away.map(({ id }) => id))}, out by this run`;
  const words = `${describeTablets(health.value)}; ${then} were bad when the run began${besides}`;
  if (badTablets(health.value) <= then + onThem) return passes(question, words);
  return fails(question, words, "Wait for their repair: SHOW PROC '/statistic'.");
}

export async function baseline(world: World): Promise<Answer<Baseline>> {
  const health = await readTabletHealth(world);
  if (!health.ok) return health;
  const { unhealthy, inconsistent, error, cloning } = health.value;
  return {
    ok: true,
    value: {
      "tablets.unhealthy": unhealthy,
      "tablets.inconsistent": inconsistent,
      "tablets.error": error,
      "tablets.cloning": cloning,
      "tablets.bad": badTablets(health.value),
    },
  };
}
