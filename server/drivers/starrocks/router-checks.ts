/** What routers say of themselves, and whether they notice in time that an FE leaves (facts, 4.1 and 8). */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import { CHECK_LIST, type CheckId } from "./check-list.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { configRows, numberOf } from "./rows.ts";
import { standingBefore } from "./routes.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, type World } from "./world.ts";

/** Each router's own findings about those of these nodes that it stands before. */
export async function routerChecks(
  world: World,
  nodes: readonly StarRocksNode[],
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const checks = await Promise.all(
    world.routers.map(async ({ router }) => {
      const nodeOf = new Map<string, NodeId>(
        nodes.flatMap(({ id }) =>
          standingBefore(world, id)
            .filter((standing) => standing.router === router)
            .map(({ server }) => [server, id] as const),
        ),
      );
      if (nodeOf.size === 0) return [];
      const findings = await router.findings([...nodeOf.keys()], signal);
      return findings.map(({ server, ...finding }): Check => ({
        ...finding,
        id: `${finding.id}:${router.name}`,
        title: isListed(finding.id) ? CHECK_LIST[finding.id].title : finding.title,
        nodeId: server === null ? null : (nodeOf.get(server) ?? null),
      }));
    }),
  );
  return checks.flat();
}

function isListed(id: string): id is CheckId {
  return Object.hasOwn(CHECK_LIST, id);
}

const LEAST = "min_graceful_exit_time_second";

/**
 * An FE that leaves answers connections for a while yet, so that routers notice by its health check. One that was told
 * first has no need of that, unless somebody lets the node in meanwhile.
 */
export async function noticesCheck(
  world: World,
  node: StarRocksNode,
  step: PlannedStep,
  signal: AbortSignal,
): Promise<Check | null> {
  const standing = standingBefore(world, node.id);
  if (node.role !== "fe" || step.exit !== "graceful" || standing.length === 0) return null;
  const isTold = step.phases.some(({ phase, skip }) => phase === "isolate" && skip === null);
  const question = ask("router-notices", node.id, isTold ? { severity: "note" } : {});
  const times = await Promise.all(
    standing.map(async ({ router, server, name }) => ({ name, time: await router.detectionMs(server, signal) })),
  );
  const known = times.flatMap(({ name, time }) =>
    time.ok && time.value !== null ? [{ name, seconds: time.value / 1000 }] : [],
  );
  const slowest = known.toSorted((a, b) => b.seconds - a.seconds)[0];
  if (slowest === undefined || known.length < times.length) {
    const silent = times.filter(({ time }) => !time.ok || time.value === null).map(({ name }) => name);
    const remedy = "Name its configFile under routers:, or measure it, and leave more time than that.";
    return unknown(question, `how soon ${list(silent)} would notice is not known`, remedy);
  }
  const answer = await world.poll(node, `ADMIN SHOW FRONTEND CONFIG LIKE '${LEAST}'`);
  if (!answer.ok)
    return unknown(
      question,
      `${node.id}: ${explain(answer.failure, world.config.account.user)}`,
      "Wait until every FE answers.",
    );
  const leastS = numberOf(configRows(answer.rows)?.find((row) => row.Key === LEAST)?.Value ?? null) ?? 15;
  const told = isTold ? "; it is told before the exit all the same" : "";
  const words = `${slowest.name} notices within ${slowest.seconds} s, and the FE goes on answering for ${leastS} s${told}`;
  if (slowest.seconds < leastS) return passes(question, words);
  const wanted = Math.ceil(slowest.seconds) + 1;
  return fails(question, words, `${node.id}> ADMIN SET FRONTEND CONFIG ("${LEAST}" = "${wanted}");`);
}
