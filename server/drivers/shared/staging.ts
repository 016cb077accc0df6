/**
 * A release brought from the console's machine onto the hosts, before any node is touched: there is room for it, it came
 * whole by its sum, and it lies there at once or not at all. What broke off goes on where it stopped.
 */
import type { StagingHost } from "#lib/wire/views.ts";
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer, Driver } from "#server/orchestrator/ports.ts";
import { atOnce } from "./at-once.ts";
import { measure, type MeasuredPackage, type PackagesConfig } from "./packages.ts";
import { askHost, type Teller } from "./run-at.ts";
import { LOOK, unpackScript, type ReleaseLayout } from "./staging-scripts.ts";

const HOSTS_AT_ONCE = 4;
/** Where a copy is taken up again: what an older try still writes there is the very same. */
const BLOCK_BYTES = 1024 * 1024;
/** So often nothing may have come before it is given up; each byte that comes is a new beginning. */
const MOST_IDLE_TRIES = 8;
const AGAIN_MS = 1000;
const MOST_SILENT_LOOKS = 60;

/** Where releases come from, and where they are brought to. */
export type StagingSite = {
  readonly packages: PackagesConfig;
  /** The folder of releases on each host. */
  readonly root: string;
  readonly layout: ReleaseLayout;
  /** Those of all nodes: a host that has more than one is named more than once. */
  readonly hosts: readonly Host[];
};

export function stagingOn(teller: Teller, site: StagingSite): NonNullable<Driver["stage"]> {
  return async (version, actId, told, signal) => {
    const release = await measure(site.packages, version);
    if (!release.ok) return release;
    const hosts = new Map(site.hosts.map((host) => [host.name, host]));
    const { bytes, path } = release.value;
    const states = new Map<string, StagingHost>(
      [...hosts.keys()].map((host) => [host, { host, at: "waiting", sentBytes: 0, ofBytes: bytes, said: "" }]),
    );
    const tell = (name: string, change: Partial<StagingHost>): void => {
      const before = states.get(name);
      if (before !== undefined) states.set(name, { ...before, ...change });
      told([...states.values()]);
    };
    await atOnce(
      [...hosts.values()],
      async (host) => {
        const toldOf = (change: Partial<StagingHost>): void => tell(host.name, change);
        const to: To = { ...site, teller, host, version, release: release.value, actId, told: toldOf, signal };
        const why = await stageOn(to);
        const result = why.ok ? `${version} lies on ${host.name}, ${why.value}` : why.why;
        teller.tell(null, `${host.name}$`, `# ${path} to ${site.root}/${version}`, result);
        toldOf(why.ok ? { at: "done", sentBytes: bytes, said: why.value } : { at: "failed", said: why.why });
      },
      HOSTS_AT_ONCE,
    );
    return { ok: true, value: [...states.values()] };
  };
}

/** Of a release that is not any more what a console put there. */
export function changedSince(path: string, { name }: Pick<Host, "name">): string {
  return `${path} on ${name} was changed since it was unpacked there: move it away, and bring it there again`;
}

type To = Pick<StagingSite, "root" | "layout"> & {
  readonly teller: Teller;
  readonly host: Host;
  readonly version: string;
  readonly release: MeasuredPackage;
  readonly actId: string;
  readonly told: (change: Partial<StagingHost>) => void;
  readonly signal: AbortSignal;
};

async function stageOn(to: To): Promise<Answer<string>> {
  const { teller, host, release, told, signal } = to;
  let isTold = false;
  let least = -1;
  for (let idle = 0; idle < MOST_IDLE_TRIES && !signal.aborted;) {
    const look = await lookAt(to);
    if (!look.ok && look.silent !== true) return look;
    if (look.ok) {
      const refusal = refusalOf(to, look.value);
      if (refusal !== null) return refusal;
      const { sizeBytes } = look.value;
      if (sizeBytes === release.bytes) return await unpack(to);
      if (sizeBytes > least) [idle, least] = [0, sizeBytes];
      if (!isTold) told({ at: "copying", sentBytes: sizeBytes });
      isTold = true;
      const why = await copy(to, sizeBytes);
      if (why !== null) return why;
      if ((await sizeOf(to)) === release.bytes) continue;
    }
    idle += 1;
    await teller.clock.wait(AGAIN_MS, signal);
  }
  if (signal.aborted)
    return { ok: false, why: "it was called off; what came is kept there, and taken up by the next try" };
  const why = `nothing more came to ${host.name} in ${MOST_IDLE_TRIES} tries; what came is kept there, and taken up by the next try`;
  return { ok: false, why };
}

type Look = {
  readonly there: { readonly sum: string; readonly path: string } | null;
  readonly sizeBytes: number;
  readonly freeKb: number | null;
};

async function lookAt({ teller, host, root, layout, version, release, signal }: To): Promise<Answer<Look>> {
  const names = [version, ...layout.otherNames(version)];
  const argv = ["/bin/sh", "-c", LOOK, "sluice-staged", root, release.sha256, ...names];
  const answer = await askHost(teller, host, argv, { timeoutMs: 30_000, signal });
  if (!answer.ok) return { ok: false, why: answer.why, ...(answer.lost === true ? { silent: true } : {}) };
  if (answer.exitCode !== 0)
    return { ok: false, why: `${root} on ${host.name} cannot be written: ${answer.stderr.trim()}` };
  const [, sum, path = ""] = /^there (\S+) (.*)$/m.exec(answer.stdout) ?? [];
  const free = /^free (\d+)$/m.exec(answer.stdout)?.[1];
  return {
    ok: true,
    value: {
      there: sum === undefined ? null : { sum, path },
      sizeBytes: Number(/^size\s+(\d+)$/m.exec(answer.stdout)?.[1] ?? 0),
      freeKb: free === undefined ? null : Number(free),
    },
  };
}

async function sizeOf(to: To): Promise<number | null> {
  const look = await lookAt(to);
  return look.ok ? look.value.sizeBytes : null;
}

/** Whether there is anything to do, and room to do it. Null: both. */
function refusalOf({ host, root, version, release }: To, { there, sizeBytes, freeKb }: Look): Answer<string> | null {
  if (there?.sum === release.sha256)
    return { ok: true, value: `sha256 ${release.sha256.slice(0, 12)}…, which lay there already` };
  if (there !== null) {
    const from =
      there.sum === "-"
        ? "was not put there by a console"
        : `came from another package, sha256 ${there.sum.slice(0, 12)}…`;
    return {
      ok: false,
      why: `${there.path} is on ${host.name} already and ${from}: move it away, or leave it and plan with it`,
    };
  }
  if (sizeBytes > release.bytes)
    return { ok: false, why: `${root}/.sluice on ${host.name} holds more than was sent; rm -rf ${root}/.sluice there` };
  if (freeKb === null) return { ok: false, why: `df -Pk ${root} on ${host.name} told nothing` };
  const neededKb = Math.ceil((release.bytes - sizeBytes + release.unpackedBytes * 1.05) / 1024);
  if (freeKb >= neededKb) return null;
  const megabytes = (kb: number): string => `${Math.ceil(kb / 1024)} MB`;
  return {
    ok: false,
    why: `${version} takes ${megabytes(neededKb)} to copy and unpack, and ${root} on ${host.name} has ${megabytes(freeKb)}: free ${megabytes(neededKb - freeKb)} there, such as old releases`,
  };
}

/** Null: look how far it came. */
async function copy({ host, root, release, told, signal }: To, sizeBytes: number): Promise<Answer<string> | null> {
  if (host.send === undefined) return { ok: false, why: `${host.name} takes no files` };
  const block = Math.floor(sizeBytes / BLOCK_BYTES);
  const part = `${root}/.sluice/${release.sha256}.part`;
  const argv = ["dd", `of=${part}`, `bs=${BLOCK_BYTES}`, `seek=${block}`, "conv=notrunc"];
  const sent = (upToByte: number): void => told({ sentBytes: upToByte });
  const answer = await host.send(argv, { path: release.path, fromByte: block * BLOCK_BYTES, sent }, signal);
  if (!answer.ok || answer.exitCode === 0) return null;
  return { ok: false, why: `${part} on ${host.name} cannot be written: ${answer.stderr.trim()}` };
}

/** Detached there, once for this act: a cut connection or another name of the same machine finds it again. */
async function unpack({
  teller,
  host,
  root,
  layout,
  version,
  release,
  actId,
  told,
  signal,
}: To): Promise<Answer<string>> {
  told({ at: "unpacking", sentBytes: release.bytes });
  const argv = ["/bin/sh", "-c", unpackScript(layout), "sluice-unpack", root, version, release.sha256];
  const options = { stateDir: `${root}/.sluice/run`, cwd: "/", env: {}, begin: true, waitMs: null, signal };
  let why = "";
  for (let silent = 0; silent < MOST_SILENT_LOOKS && !signal.aborted; silent += 1) {
    const result = await host.runOnce(`stage/${actId}/${release.sha256}`, argv, options);
    if (result.state === "ended") {
      if (result.exitCode !== 0)
        return {
          ok: false,
          why: `${version} was not put in place on ${host.name} (exit ${result.exitCode}): ${result.stderr.trim()}`,
        };
      await askHost(teller, host, ["rm", "-rf", `${root}/.sluice/run`], { timeoutMs: 15_000, signal });
      return {
        ok: true,
        value: `sha256 ${release.sha256.slice(0, 12)}…, ${Math.ceil(release.bytes / 1024 / 1024)} MB`,
      };
    }
    if (result.state === "unknown") return { ok: false, why: `${host.name}: ${result.why}` };
    if (result.state === "silent") why = result.why;
    await teller.clock.wait(AGAIN_MS, signal);
  }
  return {
    ok: false,
    why: `whether ${version} was unpacked on ${host.name} is not known: ${why || "it was called off"}`,
  };
}
