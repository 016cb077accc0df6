/** Artifacts on the hosts: which versions lie there, whole, and with which content. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Answer, AvailableVersion } from "#server/orchestrator/ports.ts";
import type { StarRocksRole } from "./config.ts";
import { placeOf, type Place } from "./place.ts";
import { readArtifactVersion } from "./version-script.ts";
import type { World } from "./world.ts";

/** $1 the directory of releases. One line for each part of each release that has both `bin` and `lib`. */
const LIST = `
cd "$1" || exit 66
for part in */fe */be */cn; do [ -d "$part/bin" ] && [ -d "$part/lib" ] && echo "$part"; done
exit 0
`;

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
export const MANIFEST = `
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

  constructor(world: World) {
    this.#world = world;
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
    for (const node of this.#world.nodes) for (const name of (await this.#listed(node.id)).keys()) names.add(name);
    const versions = await Promise.all([...names].sort().map(async (name) => await this.#available(name)));
    return { ok: true, value: versions };
  }

  async #available(version: string): Promise<AvailableVersion> {
    const on: NodeId[] = [];
    const missingOn: { nodeId: NodeId; why: string }[] = [];
    const checksums = new Set<string>();
    for (const node of this.#world.nodes) {
      const artifact = await this.find(node.id, version);
      if (artifact.ok) {
        on.push(node.id);
        checksums.add(artifact.value.checksum);
      } else missingOn.push({ nodeId: node.id, why: artifact.why });
    }
    return { version, on, missingOn, checksums: [...checksums] };
  }

  /** The artifact for this node, with its sum; or where it was looked for. */
  async find(nodeId: NodeId, version: string): Promise<Answer<Artifact>> {
    const path = await this.path(nodeId, version);
    if (!path.ok) return path;
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const checksum = await this.#checksum(place.value, path.value);
    return checksum.ok ? { ok: true, value: { path: path.value, checksum: checksum.value } } : checksum;
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

  async path(nodeId: NodeId, version: string): Promise<Answer<string>> {
    const place = this.#place(nodeId);
    if (!place.ok) return place;
    const root = this.#root();
    if (!root.ok) return root;
    const parts = (await this.#listed(nodeId)).get(version) ?? [];
    const { role } = place.value.node;
    // The official packages have no folder for compute nodes: they run the BE's (facts, 5.4).
    const part =
      parts.find((name) => name === role) ?? (role === "cn" ? parts.find((name) => name === "be") : undefined);
    if (part !== undefined) return { ok: true, value: `${root.value}/${version}/${part}` };
    return {
      ok: false,
      why: `${root.value}/${version}/${role} is not on ${place.value.host.name}; unpack the release there`,
    };
  }

  #root(): Answer<string> {
    const { install } = this.#world.config;
    if (install?.strategy === "swap") return { ok: true, value: install.artifacts };
    if (install?.strategy === "symlink") return { ok: true, value: install.releases };
    return { ok: false, why: "this way of installing keeps no artifacts" };
  }

  #place(nodeId: NodeId): Answer<Place> {
    const node = this.#world.node(nodeId);
    return node === null ? { ok: false, why: `${nodeId} is not in the cluster any more` } : placeOf(this.#world, node);
  }

  /** Release -> the parts of it that are there. */
  async #listed(nodeId: NodeId): Promise<ReadonlyMap<string, readonly StarRocksRole[]>> {
    const place = this.#place(nodeId);
    const root = this.#root();
    if (!place.ok || !root.ok) return new Map();
    const answer = await place.value.host.run(["/bin/sh", "-c", LIST, "sluice-list", root.value], {
      timeoutMs: 15_000,
    });
    return answer.ok && answer.exitCode === 0 ? parseList(answer.stdout) : new Map();
  }

  async #checksum(place: Place, path: string): Promise<Answer<string>> {
    const fingerprint = await sum(place, FINGERPRINT, [path], 60_000);
    if (!fingerprint.ok) return fingerprint;
    const known = this.#sums.get(fingerprint.value);
    if (known !== undefined) return await known;
    const summing = sum(place, MANIFEST, [path, "."], 600_000);
    this.#sums.set(fingerprint.value, summing);
    const checksum = await summing;
    if (!checksum.ok) this.#sums.delete(fingerprint.value);
    return checksum;
  }
}

async function sum(place: Place, script: string, args: readonly string[], timeoutMs: number): Promise<Answer<string>> {
  const answer = await place.host.run(["/bin/sh", "-c", script, "sluice-sum", ...args], { timeoutMs });
  if (!answer.ok) return { ok: false, why: answer.why };
  const found = /^[0-9a-f]{64}$/.exec(answer.stdout.trim())?.[0];
  if (answer.exitCode === 0 && found !== undefined) return { ok: true, value: found };
  return { ok: false, why: `${args[0] ?? ""} cannot be read whole: ${answer.stderr.trim()}` };
}

export function parseList(stdout: string): ReadonlyMap<string, readonly StarRocksRole[]> {
  const found = new Map<string, StarRocksRole[]>();
  for (const line of stdout.split("\n")) {
    const [, release, part] = /^(.+)\/(fe|be|cn)$/.exec(line.trim()) ?? [];
    if (release === undefined || (part !== "fe" && part !== "be" && part !== "cn")) continue;
    found.set(release, [...(found.get(release) ?? []), part]);
  }
  return found;
}
