/** Artifacts on the hosts: which versions lie there, whole, and with which content. */
import type { NodeId } from "#lib/cluster/node.ts";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import type { Answer, AvailableVersion } from "#server/orchestrator/ports.ts";
import { atOnce } from "../shared/at-once.ts";
import { packageOf, packagesIn, type ReleasePackage } from "../shared/packages.ts";
import { releasesRoot } from "./config.ts";
import { LIST_KEPT } from "./install-scripts.ts";
import { askHost } from "../shared/run-at.ts";
import { changedSince } from "../shared/staging.ts";
import { LIST_RELEASES, parseReleases, type Release } from "./release-list.ts";
import { placeOf, type Place } from "./place.ts";
import { readArtifactVersion, readVersionAside } from "./version-script.ts";
import type { World } from "./world.ts";

/**
 * $1 a directory. Cheap, and different as soon as a file came, went or was written, and on every other machine: hosts
 * that are one machine (containers, prefixes) share what was summed up there.
 */
const FINGERPRINT = `
cd "$1" || exit 66
{ cat /proc/sys/kernel/random/boot_id
  find -L . -type f ! -path './bin/*.pid' -exec stat -L -c '%n %d:%i %s %Y %Z' {} + | LC_ALL=C sort; } | sha256sum | cut -d' ' -f1
`;

/** $1 a directory, the rest its parts. One sum over the sums of all files, in the order of their names. */
const MANIFEST = `
cd "$1" || exit 66
shift
find -L "$@" -type f ! -path 'bin/*.pid' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
`;

export type Artifact = { readonly path: string; readonly checksum: string };

/** The parts of a role's package that an installation replaces (docs/en/deployment/upgrade.md, January 2026). */
export const PARTS = { fe: ["lib", "bin", "spark-dpp"], be: ["lib", "bin"], cn: ["lib", "bin"] } as const;

export class Artifacts {
  #world: World;
  /** By fingerprint: what did not change is summed up once, and asked its version once. */
  #sums = new Map<string, Promise<Answer<string>>>();
  #versions = new Map<string, string>();
  #folders = new Map<string, string>();
  /** By host and path, as they were listed last. */
  #cameAs = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The folder of a version, as it was listed last; most are named for it. */
  folderOf(version: string): string {
    return this.#folders.get(version) ?? version;
  }

  async versions(): Promise<Answer<readonly AvailableVersion[]>> {
    const { install } = this.#world.config;
    if (install === undefined)
      return { ok: false, why: "nothing says how versions are installed; add install: to the cluster's configuration" };
    if (install.strategy === "command" || install.strategy === "manual") {
      const on = this.#world.nodes.map((node) => node.id);
      return { ok: true, value: install.versions.map((version) => ({ version, on, missingOn: [], checksums: [] })) };
    }
    const names = new Set<string>();
    const listed = await atOnce(this.#world.nodes, async (node) => await this.#listed(node.id));
    for (const name of listed.flatMap((releases) => (releases.ok ? [...releases.value.keys()] : []))) names.add(name);
    for (const { version } of this.packages()) names.add(version);
    const newestFirst = [...names].sort((a, b) => compareVersions(b, a) ?? 0);
    return { ok: true, value: await atOnce(newestFirst, async (name) => await this.#available(name), 4) };
  }

  async #available(version: string): Promise<AvailableVersion> {
    const found = await atOnce(
      this.#world.nodes,
      async ({ id }) => ({ nodeId: id, artifact: await this.find(id, version) }),
      8,
    );
    return {
      version,
      on: found.flatMap(({ nodeId, artifact }) => (artifact.ok ? [nodeId] : [])),
      missingOn: found.flatMap(({ nodeId, artifact }) => (artifact.ok ? [] : [{ nodeId, why: artifact.why }])),
      checksums: [...new Set(found.flatMap(({ artifact }) => (artifact.ok ? [artifact.value.checksum] : [])))],
      ...packageOf(this.packages(), version),
    };
  }

  /** What lies on the console's own machine, and could be brought to the hosts. */
  packages(): readonly ReleasePackage[] {
    const { install } = this.#world.config;
    return packagesIn(install !== undefined && "packages" in install ? install.packages : undefined);
  }

  /** The artifact for this node, with its sum; or where it was looked for. */
  async find(nodeId: NodeId, version: string): Promise<Answer<Artifact>> {
    const path = await this.path(nodeId, version);
    if (!path.ok) return path;
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const checksum = await this.#checksum(place.value, path.value);
    if (!checksum.ok) return checksum;
    const cameAs = this.#cameAs.get(`${place.value.host.name} ${path.value}`);
    if (cameAs !== undefined && cameAs !== checksum.value)
      return { ok: false, why: changedSince(path.value, place.value.host) };
    return { ok: true, value: { path: path.value, checksum: checksum.value } };
  }

  /** What it says of itself. The same content gives the same answer, so it is asked once. */
  async version(nodeId: NodeId, artifact: Artifact): Promise<Answer<string>> {
    const known = this.#versions.get(artifact.checksum);
    if (known !== undefined) return { ok: true, value: known };
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const found = await readArtifactVersion(this.#world, place.value, artifact.path);
    if (found.ok) this.#versions.set(artifact.checksum, found.value);
    return found;
  }

  /** What earlier installations set aside in the node's home, where it is that version. */
  async kept(place: Place, version: string): Promise<string | null> {
    const kept = await keptVersions(this.#world, place);
    return kept.ok ? (kept.value.find((each) => isVersion(each, version)) ?? null) : null;
  }

  /** What lies in the node's home. Asked again only when something in its `lib` changed. */
  async onDisk(place: Place): Promise<Answer<string> | null> {
    const fingerprint = await this.#sum(place, FINGERPRINT, [`${place.dir}/lib`], 60_000);
    if (!fingerprint.ok) return fingerprint;
    const known = this.#versions.get(fingerprint.value);
    if (known !== undefined) return { ok: true, value: known };
    const found = await readVersionAside(this.#world, place);
    if (found?.ok === true) this.#versions.set(fingerprint.value, found.value);
    return found;
  }

  async path(nodeId: NodeId, version: string): Promise<Answer<string>> {
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const root = this.#root();
    if (!root.ok) return root;
    const listed = await this.#listed(nodeId);
    if (!listed.ok) return listed;
    const release = listed.value.get(version);
    const { role } = place.value.node;
    const parts = release?.parts ?? [];
    // The official packages have no folder for compute nodes: they run the BE's (facts, 5.4).
    const part =
      parts.find((name) => name === role) ?? (role === "cn" ? parts.find((name) => name === "be") : undefined);
    if (release !== undefined && part !== undefined) {
      const path = `${root.value}/${release.folder}/${part}`;
      const cameAs = release.cameAs?.[part];
      if (cameAs !== undefined) this.#cameAs.set(`${place.value.host.name} ${path}`, cameAs);
      else this.#cameAs.delete(`${place.value.host.name} ${path}`);
      return { ok: true, value: path };
    }
    const host = place.value.host.name;
    return { ok: false, why: `${root.value} on ${host} holds no ${role} of ${version}; unpack the release there` };
  }

  #root(): Answer<string> {
    const root = releasesRoot(this.#world.config.install);
    return root === null ? { ok: false, why: "this way of installing keeps no artifacts" } : { ok: true, value: root };
  }

  #place(nodeId: NodeId): Answer<Place> {
    const node = this.#world.node(nodeId);
    return node === null ? { ok: false, why: `${nodeId} is not in the cluster any more` } : placeOf(this.#world, node);
  }

  /** The versions that lie on a node's host, by their folders alone. */
  async listedOn(nodeId: NodeId): Promise<readonly string[]> {
    const listed = await this.#listed(nodeId);
    return listed.ok ? [...listed.value.keys()] : [];
  }

  /** By version. */
  async #listed(nodeId: NodeId): Promise<Answer<ReadonlyMap<string, Release>>> {
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const root = this.#root();
    if (!root.ok) return root;
    const argv = ["/bin/sh", "-c", LIST_RELEASES, "sluice-list", root.value];
    const answer = await askHost(this.#world, place.value.host, argv, { timeoutMs: 15_000 });
    if (!answer.ok) return { ok: false, why: answer.why, silent: true };
    const listed = answer.exitCode === 0 ? parseReleases(answer.stdout) : new Map<string, Release>();
    for (const [version, { folder }] of listed) this.#folders.set(version, folder);
    return { ok: true, value: listed };
  }

  async #checksum(place: Place, path: string): Promise<Answer<string>> {
    const fingerprint = await this.#sum(place, FINGERPRINT, [path], 60_000);
    if (!fingerprint.ok) return fingerprint;
    const known = this.#sums.get(fingerprint.value);
    if (known !== undefined) return await known;
    const summing = this.#sum(place, MANIFEST, [path, "."], 600_000);
    this.#sums.set(fingerprint.value, summing);
    const checksum = await summing;
    if (!checksum.ok) this.#sums.delete(fingerprint.value);
    return checksum;
  }

  async #sum(place: Place, script: string, args: readonly string[], timeoutMs: number): Promise<Answer<string>> {
    const argv = ["/bin/sh", "-c", script, "sluice-sum", ...args];
    const answer = await askHost(this.#world, place.host, argv, { timeoutMs });
    if (!answer.ok) return { ok: false, why: answer.why, silent: true };
    const found = /^[0-9a-f]{64}$/.exec(answer.stdout.trim())?.[0];
    if (answer.exitCode === 0 && found !== undefined) return { ok: true, value: found };
    return { ok: false, why: `${args[0] ?? ""} cannot be read whole: ${answer.stderr.trim()}` };
  }
}

/** What earlier installations set aside here, whole, by version. */
export async function keptVersions(world: World, place: Place): Promise<Answer<readonly string[]>> {
  const argv = ["/bin/sh", "-c", LIST_KEPT, "sluice-kept", place.home];
  const answer = await askHost(world, place.host, argv, { timeoutMs: 15_000 });
  if (!answer.ok) return { ok: false, why: answer.why, silent: true };
  return { ok: true, value: answer.exitCode === 0 ? answer.stdout.split("\n").filter((line) => line !== "") : [] };
}
