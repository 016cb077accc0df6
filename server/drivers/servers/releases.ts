/** What lies on the hosts: releases in a folder of theirs, and the link in a node's home that points at one. */
import type { NodeId } from "#lib/cluster/node.ts";
import { compareVersions, isVersion } from "#lib/cluster/version.ts";
import type { Answer, AvailableVersion } from "#server/orchestrator/ports.ts";
import { atOnce } from "../shared/at-once.ts";
import { packageOf, packagesIn, type ReleasePackage } from "../shared/packages.ts";
import { askHost, runAt } from "../shared/run-at.ts";
import { changedSince } from "../shared/staging.ts";
import type { InstallConfig } from "./config.ts";
import { filled } from "./proc.ts";
import type { Server, ServersWorld } from "./world.ts";

type Symlink = Extract<InstallConfig, { readonly strategy: "symlink" }>;

/** A process that runs in a release folder runs that release, whatever the link points at now. */
export function runningRelease(install: InstallConfig | undefined, cwd: string | null): string | null {
  if (install?.strategy !== "symlink" || cwd === null) return null;
  const { releases } = install;
  if (!cwd.startsWith(`${releases}/`)) return null;
  return cwd.slice(releases.length + 1).split("/")[0] ?? null;
}

/** $1 the folder of releases. Empty folders are none. */
const LIST = `
cd "$1" || exit 66
for each in */; do [ -n "$(ls -A "$each" 2>/dev/null)" ] && [ ! -L "\${each%/}" ] && echo "\${each%/}"; done
exit 0
`;

const CHANGED = 67;
/**
 * $1 a release. One sum over the sums of all files, in the order of their names; where it brings its own sums, they hold.
 * So do those of what a console unpacked there, whatever a program that runs in it wrote beside.
 */
const SUM = `
cd "$1" || exit 66
if [ -f SHA256SUMS ]; then sha256sum --quiet -c SHA256SUMS >&2 || exit 65; fi
if [ -f .sluice-package ]; then grep -v '^package ' .sluice-package | sha256sum --quiet -c - >&2 || exit ${CHANGED}; fi
find -L . -type f ! -path ./.sluice-package -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1
`;

/** $1 a directory. Cheap, and another one as soon as a file came, went or was written. */
const FINGERPRINT = `
cd "$1" || exit 66
{ cat /proc/sys/kernel/random/boot_id
  find -L . -type f -exec stat -L -c '%n %d:%i %s %Y %Z' {} + | LC_ALL=C sort; } | sha256sum | cut -d' ' -f1
`;

export class Releases {
  #world: ServersWorld;
  /** By fingerprint: what did not change is summed up once. */
  #sums = new Map<string, Promise<Answer<string>>>();

  constructor(world: ServersWorld) {
    this.#world = world;
  }

  get config(): Pick<ServersWorld["config"], "id" | "install"> {
    return this.#world.config;
  }

  /** What lies on the console's own machine, and could be brought to the hosts. */
  packages(): readonly ReleasePackage[] {
    const { install } = this.#world.config;
    return packagesIn(install?.strategy === "symlink" ? install.packages : undefined);
  }

  brings(version: string): boolean {
    return this.packages().some((each) => each.version === version);
  }

  async sumOn(install: Symlink, nodeId: NodeId, version: string): Promise<Answer<string>> {
    const server = this.#world.server(nodeId);
    return server === null
      ? { ok: false, why: `${nodeId} is not in the configuration any more` }
      : await this.sum(install, server, version);
  }

  async versions(): Promise<Answer<readonly AvailableVersion[]>> {
    const { install } = this.#world.config;
    const { servers } = this.#world;
    if (install === undefined)
      return { ok: false, why: "nothing says how versions are installed; add install: to the cluster's configuration" };
    if (install.strategy === "command") {
      const on = servers.map(({ node }) => node.id);
      return { ok: true, value: install.versions.map((version) => ({ version, on, missingOn: [], checksums: [] })) };
    }
    const listed = await atOnce(servers, async (server) => await this.#listed(install, server));
    const offered = this.packages().map(({ version }) => version);
    const names = new Set([...listed.flatMap((each) => (each.ok ? each.value : [])), ...offered]);
    const newestFirst = [...names].sort((a, b) => compareVersions(b, a) ?? b.localeCompare(a));
    return { ok: true, value: await atOnce(newestFirst, async (name) => await this.#available(install, name), 4) };
  }

  async #available(install: Symlink, version: string): Promise<AvailableVersion> {
    const found = await atOnce(
      this.#world.servers,
      async (server) => ({ nodeId: server.node.id, sum: await this.sum(install, server, version) }),
      8,
    );
    return {
      version,
      on: found.flatMap(({ nodeId, sum }) => (sum.ok ? [nodeId] : [])),
      missingOn: found.flatMap(({ nodeId, sum }) => (sum.ok ? [] : [{ nodeId, why: sum.why }])),
      checksums: [...new Set(found.flatMap(({ sum }) => (sum.ok ? [sum.value] : [])))],
      ...packageOf(this.packages(), version),
    };
  }

  async #listed(install: Symlink, server: Server): Promise<Answer<readonly string[]>> {
    const argv = ["/bin/sh", "-c", LIST, "sluice-list", install.releases];
    const answer = await askHost(this.#world, server.place.host, argv, { timeoutMs: 15_000 });
    if (!answer.ok) return { ok: false, why: answer.why, silent: true };
    return { ok: true, value: answer.exitCode === 0 ? answer.stdout.split("\n").filter((line) => line !== "") : [] };
  }

  /** The folder of a version on this node's host, by its very name or as the same version. */
  async folder(install: Symlink, server: Server, version: string): Promise<Answer<string>> {
    const listed = await this.#listed(install, server);
    if (!listed.ok) return listed;
    const name = listed.value.find((each) => each === version) ?? listed.value.find((each) => isVersion(each, version));
    if (name !== undefined) return { ok: true, value: `${install.releases}/${name}` };
    const why = `${install.releases} on ${server.place.host.name} holds no ${version}`;
    return { ok: false, why: this.brings(version) ? why : `${why}; put the release there` };
  }

  async sum(install: Symlink, server: Server, version: string): Promise<Answer<string>> {
    const folder = await this.folder(install, server, version);
    if (!folder.ok) return folder;
    const fingerprint = await this.#run(server, FINGERPRINT, folder.value, 60_000);
    if (!fingerprint.ok) return fingerprint;
    const key = `${server.place.host.name} ${fingerprint.value}`;
    const known = this.#sums.get(key);
    if (known !== undefined) return await known;
    const summing = this.#run(server, SUM, folder.value, 600_000);
    this.#sums.set(key, summing);
    const sum = await summing;
    if (!sum.ok) this.#sums.delete(key);
    return sum;
  }

  async #run(server: Server, script: string, directory: string, timeoutMs: number): Promise<Answer<string>> {
    const argv = ["/bin/sh", "-c", script, "sluice-sum", directory];
    const answer = await askHost(this.#world, server.place.host, argv, { timeoutMs });
    if (!answer.ok) return { ok: false, why: answer.why, silent: true };
    const found = /^[0-9a-f]{64}$/.exec(answer.stdout.trim())?.[0];
    if (answer.exitCode === 0 && found !== undefined) return { ok: true, value: found };
    if (answer.exitCode === CHANGED) return { ok: false, why: changedSince(directory, server.place.host) };
    return {
      ok: false,
      why: `${directory} on ${server.place.host.name} is not whole: ${answer.stderr.trim() || "no sum"}`,
    };
  }

  /** What lies in a node's home, by its own version command, or by the link. Null: nothing tells. */
  async onDisk(server: Server): Promise<Answer<string | null>> {
    const { install } = this.#world.config;
    const { place, node } = server;
    if (install === undefined) return { ok: true, value: null };
    if (install.version !== undefined) {
      const dir = install.strategy === "symlink" ? `${place.home}/${install.link}` : place.home;
      const argv = filled(install.version, { node: node.id, home: place.home, dir });
      const answer = await runAt(this.#world, place, argv, { timeoutMs: 60_000 });
      if (!answer.ok) return { ok: false, why: answer.why, silent: true };
      const version = answer.stdout.trim().split("\n")[0]?.trim() ?? "";
      if (answer.exitCode === 0 && version !== "") return { ok: true, value: version };
      return { ok: false, why: `its version command told none (exit ${answer.exitCode}): ${answer.stderr.trim()}` };
    }
    if (install.strategy !== "symlink") return { ok: true, value: null };
    const argv = ["readlink", "-f", `${place.home}/${install.link}`];
    const answer = await askHost(this.#world, place.host, argv, { timeoutMs: 10_000 });
    if (!answer.ok) return { ok: false, why: answer.why, silent: true };
    const target = answer.stdout.trim();
    const release = runningRelease(install, target);
    if (answer.exitCode === 0 && release !== null) return { ok: true, value: release };
    return {
      ok: false,
      why: `${place.home}/${install.link} points at ${target || "nothing"}, not into ${install.releases}`,
    };
  }
}
