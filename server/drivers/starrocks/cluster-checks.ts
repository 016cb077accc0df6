/** What must hold for the cluster as a whole, whichever node is next. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Check } from "#lib/run/check.ts";
import type { Plan } from "#lib/run/plan.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { readVariable } from "./global-variables.ts";
import { startLine } from "./place.ts";
import { standingBefore } from "./routes.ts";
import type { StarRocksNode } from "./topology.ts";
import { globalVariables, judgePath } from "./version-path.ts";
import type { World } from "./world.ts";

/** Nodes that an FE or a router was told by hand to keep work away from, and by which of them it says so. */
export type KeptOff = ReadonlyMap<NodeId, readonly string[]>;

/** Rule 1 from the driver's side: nothing else is down, leaving or kept off the routes by hand, but who is out by the run. */
export function othersCheck(
  world: World,
  node: StarRocksNode | null,
  keptOff: KeptOff,
  planned: ReadonlySet<NodeId>,
  out: readonly NodeId[],
): Check {
  const nodeId = node?.id ?? null;
  const question = ask("others-in-service", nodeId);
  const others = world.nodes.filter((other) => other.id !== nodeId && !out.includes(other.id));
  const down = others.filter((other) => !isWell(other));
  const aside = others.filter((other) => isWell(other) && keptOff.has(other.id));
  const words = [
    ...down.map((other) => {
      const remark = other.errorMessage === "" ? "" : ` (${other.errorMessage})`;
      return `${other.id} is ${other.statusCode ?? "not Alive"}${remark}`;
    }),
    ...aside.map((other) => {
      const by = keptOff.get(other.id) ?? [];
      const [frontends, routers] = [
        by.filter((name) => isFrontend(world, name)),
        by.filter((name) => !isFrontend(world, name)),
      ];
      const ways = [
        ...(frontends.length === 0 ? [] : [`on the blacklist of ${list(frontends)}`]),
        ...(routers.length === 0 ? [] : [`taken out of ${list(routers)}`]),
      ];
      return `${other.id} is ${ways.join(" and ")} by hand`;
    }),
  ];
  const byRun = out.length === 0 ? "" : `; ${list(out)} out by this run`;
  if (words.length === 0) return passes(question, `${world.nodes.length} nodes, all alive and on the routes${byRun}`);
  const [onlyDown] = down;
  // A node that is down may be a step of the plan: then it goes first.
  if (node === null && aside.length === 0 && down.length === 1 && onlyDown !== undefined && planned.has(onlyDown.id)) {
    return passes(question, `${list(words)}; it is a step of this plan and goes first`);
  }
  const remedies = [
    ...down.map((other) => `${startLine(world, other)}, or ${dropStatement(other)}`),
    ...aside.flatMap((other) => [
      ...(keptOff.get(other.id) ?? [])
        .filter((name) => isFrontend(world, name))
        .map((frontend) => `${frontend}> ${deleteStatement(other)};`),
      ...standingBefore(world, other.id)
        .filter(({ name }) => keptOff.get(other.id)?.includes(name) === true)
        .flatMap(({ router, server }) => router.commandLines(server, "in"))
        .map(({ where, text }) => `${where} ${text}`),
    ]),
  ];
  return fails(question, list(words), list(remedies, 12));
}

function isFrontend(world: World, name: string): boolean {
  return world.frontends.some(({ id }) => id === name);
}

export function isWell(node: StarRocksNode): boolean {
  return node.alive && (node.statusCode ?? "OK") === "OK";
}

function deleteStatement(node: StarRocksNode): string {
  return `DELETE ${node.role === "cn" ? "COMPUTE NODE" : "BACKEND"} BLACKLIST ${node.systemId}`;
}

function dropStatement(node: StarRocksNode): string {
  switch (node.role) {
    case "be":
      return `ALTER SYSTEM DROP BACKEND "${node.address}"; when it is not to come back`;
    case "cn":
      return `ALTER SYSTEM DROP COMPUTE NODE "${node.address}"; when it is not to come back`;
    case "fe":
      return `ALTER SYSTEM DROP ${node.leadership === "observer" ? "OBSERVER" : "FOLLOWER"} "${node.address}"; when it is not to come back`;
    default:
      return node.role satisfies never;
  }
}

export function versionsCheck(world: World): Check {
  const question = ask("versions", null);
  const versions = [...new Set(world.nodes.map((node) => node.version ?? "unknown"))].sort();
  if (versions.length <= 2 && !versions.includes("unknown")) return passes(question, list(versions));
  const silent = world.nodes.filter((node) => node.version === null);
  const remedy =
    silent.length > 0
      ? `Start what tells no version: ${list(silent.map((node) => startLine(world, node)))}.`
      : `Finish the upgrade that was begun before: ${list(versions.map((version) => `${version} on ${list(nodesOn(world, version), 4)}`))}.`;
  return fails(question, list(versions), remedy);
}

function nodesOn(world: World, version: string): readonly NodeId[] {
  return world.nodes.filter((node) => node.version === version).map((node) => node.id);
}

export function pathChecks(plan: Plan): readonly Check[] {
  const { targetVersion } = plan;
  if (targetVersion === null) return [];
  return plan.fromVersions.map((from): Check => {
    const path = judgePath(from, targetVersion);
    const severity = path.verdict === "forbidden" ? "blocks" : "needsReason";
    const asked = ask("version-path", null, { severity, title: `${from} to ${targetVersion}` });
    const question = { ...asked, id: `version-path:${from}` };
    const words = `${path.says} (${path.source})`;
    return path.verdict === "allowed" ? passes(question, words) : fails(question, words, path.remedy);
  });
}

/** The run borrows it (global-variables.ts); here only what it will do is told. */
export async function variableChecks(world: World, plan: Plan): Promise<readonly Check[]> {
  const { targetVersion } = plan;
  if (targetVersion === null) return [];
  const running = world.nodes.flatMap((node) => node.version ?? []);
  const needed = globalVariables([...plan.fromVersions, ...running], targetVersion);
  return await Promise.all(
    needed.map(async ({ name, value, why }): Promise<Check> => {
      const question = ask("global-variable", null);
      const now = await readVariable(world, name);
      const remedy = `SET GLOBAL ${name} = ${value};`;
      if (!now.ok) return unknown(question, `${why}; it cannot be read: ${now.why}`, remedy);
      const does = now.value === value ? "it stands so already" : `it is ${now.value ?? "not known to this version"}`;
      return passes(question, `${why}; ${does}. The run sets it and gives it back`);
    }),
  );
}

export function decommissionCheck(world: World): Check {
  const question = ask("no-decommission", null);
  const running = world.nodes.filter((node) => node.decommissioning);
  if (running.length === 0) return passes(question, "SHOW BACKENDS: SystemDecommissioned=false everywhere");
  const remedy = running.map((node) => `CANCEL DECOMMISSION BACKEND "${node.address}";`).join(" ");
  return fails(
    question,
    `${list(running.map((node) => `${node.id} (${node.tabletCount ?? "?"} tablets left)`))} gives its tablets away, and is dropped then`,
    `Wait for its end, or: ${remedy}`,
  );
}

export function homesCheck(world: World): Check {
  const question = ask("homes-distinct", null);
  const homes = new Map<string, string[]>();
  for (const [address, place] of Object.entries(world.config.nodes)) {
    const key = `${place.home} on ${place.host}`;
    homes.set(key, [...(homes.get(key) ?? []), place.name ?? address]);
  }
  const shared = [...homes].filter(([, nodes]) => nodes.length > 1);
  if (shared.length === 0) return passes(question, `${homes.size} different homes`);
  const words = shared.map(([home, nodes]) => `${home} is said to be the home of ${list(nodes)}`);
  const [, nodes = []] = shared[0] ?? [];
  return fails(
    question,
    list(words),
    `Correct home: under nodes: for one of ${list(nodes)} in the cluster's configuration.`,
  );
}

/** One role's release must be the same everywhere: or two nodes of one version behave differently. */
export function artifactsAgree(
  found: readonly { readonly node: StarRocksNode; readonly path: string; readonly checksum: string }[],
): Check | null {
  if (found.length === 0) return null;
  const question = ask("artifacts-agree", null);
  const byRole = Map.groupBy(found, ({ node }) => node.role);
  const differing = [...byRole].flatMap(([role, releases]) => {
    const bySum = [...Map.groupBy(releases, ({ checksum }) => checksum)].sort(([, a], [, b]) => b.length - a.length);
    const [most, ...others] = bySum;
    return most === undefined || others.length === 0
      ? []
      : [{ role, most: most[1], others: others.flatMap(([, each]) => each) }];
  });
  if (differing.length === 0) {
    return passes(
      question,
      list(
        [...byRole].map(
          ([role, releases]) => `${role}: ${releases[0]?.checksum.slice(0, 12) ?? ""}… on ${releases.length}`,
        ),
      ),
    );
  }
  const words = differing.map(
    ({ role, most, others }) =>
      `the ${role} of ${list(others.map(({ node }) => node.id))} (sha256 ${others[0]?.checksum.slice(0, 12) ?? ""}…) differs from that of ${list(most.map(({ node }) => node.id))} (${most[0]?.checksum.slice(0, 12) ?? ""}…)`,
  );
  const remedies = differing.flatMap(({ most, others }) =>
    others.map(
      ({ node, path }) => `rsync -a --delete ${most[0]?.node.host ?? ""}:${most[0]?.path ?? ""}/ ${node.host}:${path}/`,
    ),
  );
  return fails(question, list(words), `Which one is the release? ${list(remedies)}`);
}
