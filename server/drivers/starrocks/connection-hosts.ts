/** The part of a test of the connection that asks hosts: who answers there, where each node lies, which releases there are. */
import type { Check } from "#lib/run/check.ts";
import type { Finding } from "#lib/wire/configuration.ts";
import { Artifacts } from "./artifacts.ts";
import { atOnce } from "../shared/at-once.ts";
import { list } from "../shared/check-parts.ts";
import { hostAnswers, hostChecks } from "./host-checks.ts";
import { lookAtHost } from "./host-look.ts";
import { processCheck } from "./node-checks.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

const HOSTS_AT_ONCE = 8;

/** What was found goes here as it comes, for the test may end before all of it has. */
export type Note = (...findings: readonly Finding[]) => void;

export async function askHosts(world: World, note: Note, signal: AbortSignal): Promise<void> {
  const placed = world.nodes.filter((node) => node.place !== null);
  const unplaced = world.nodes.filter((node) => node.place === null);
  const unknown = Object.keys(world.config.nodes).filter(
    (address) => !world.nodes.some((node) => node.address === address),
  );
  if (unplaced.length > 0) {
    const evidence = `nothing says where ${list(
      unplaced.map(({ address }) => address),
      4,
    )} lie`;
    const remedy = "Give each its host and home under nodes. Until then it is watched, and cannot be a step of a run.";
    note({ about: "hosts", field: "nodes", title: "Every node has its place", verdict: "unknown", evidence, remedy });
  }
  if (unknown.length > 0) {
    const evidence = `the cluster lists no ${list(unknown, 4)}`;
    const remedy =
      "Write the address as SHOW FRONTENDS (EditLogPort) or SHOW BACKENDS (HeartbeatPort) tells it, or take it out.";
    const title = "Every place has its node";
    note({ about: "hosts", field: `nodes["${unknown[0] ?? ""}"]`, title, verdict: "fail", evidence, remedy });
  }
  const artifacts = new Artifacts(world);
  const looks = await atOnce(
    placed,
    async (node) => ({ node, checks: await lookAt(world, artifacts, node, signal) }),
    HOSTS_AT_ONCE,
  );
  for (const { node, checks } of looks) {
    const wrong = checks.filter(({ verdict }) => verdict !== "pass");
    const shown = wrong.length > 0 ? wrong : checks.slice(0, 1);
    note(
      ...shown.map(
        (check) =>
          ({
            about: "hosts",
            field: `nodes["${node.address}"]`,
            ...told(check),
            title: `${node.id}: ${check.title}`,
          }) as const,
      ),
    );
  }
  await askReleases(world, artifacts, placed, note);
}

async function lookAt(
  world: World,
  artifacts: Artifacts,
  node: StarRocksNode,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { place, look, facts } = await lookAtHost(world, artifacts, node, null, signal);
  const prefix = world.config.hosts.find(({ name }) => name === node.place?.host)?.prefix ?? [];
  const answers = hostAnswers(node, place, facts, prefix);
  if (!place.ok || look === null || facts?.ok !== true) return [answers];
  return [
    answers,
    processCheck(node, place.value, look, facts.value),
    ...hostChecks(node, place.value, null, facts.value),
  ];
}

async function askReleases(
  world: World,
  artifacts: Artifacts,
  placed: readonly StarRocksNode[],
  note: Note,
): Promise<void> {
  const { install } = world.config;
  if (install?.strategy !== "swap" && install?.strategy !== "symlink") return;
  const field = install.strategy === "swap" ? "install.artifacts" : "install.releases";
  const folder = install.strategy === "swap" ? install.artifacts : install.releases;
  const title = "Releases lie on the hosts";
  const found = await atOnce(placed, async ({ id }) => await artifacts.listedOn(id), HOSTS_AT_ONCE);
  const versions = [...new Set(found.flat())].sort();
  const without = placed.filter((_, index) => (found[index] ?? []).length === 0);
  if (without.length === 0) {
    note({ about: "install", field, title, verdict: "pass", evidence: `${folder}: ${list(versions)}`, remedy: "" });
    return;
  }
  const evidence = `${folder} holds no release for ${list(
    without.map(({ id }) => id),
    4,
  )}`;
  const remedy = "Unpack one there before an upgrade, as <version>/{fe,be,cn}. Nothing else needs it.";
  note({ about: "install", field, title, verdict: "unknown", evidence, remedy });
}

export function told({
  title,
  verdict,
  evidence,
  remedy,
}: Check): Pick<Finding, "title" | "verdict" | "evidence" | "remedy"> {
  return { title, verdict, evidence, remedy };
}
