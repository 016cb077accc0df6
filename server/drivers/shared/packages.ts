/** Releases as they are published, on the console's own machine: which there are, what they sum up to, what they unpack to. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { z } from "zod";
import type { Answer, AvailableVersion } from "#server/orchestrator/ports.ts";
import { absolutePath } from "./host-config.ts";

export const packagesConfig = z.strictObject({
  /** On the console's machine: `StarRocks-4.0.8.tar.gz`, `shop-1.2.0.tgz`. */
  folder: absolutePath,
  /** What each must sum up to, by version. Without it, what the file beside it says, `<package>.sha256`, where there is one. */
  sha256: z
    .record(
      z.string().min(1),
      z.string().regex(/^[0-9a-f]{64}$/, "Not a sum. Copy it as sha256sum prints it: 64 digits and small letters."),
    )
    .default({}),
});
export type PackagesConfig = z.infer<typeof packagesConfig>;

export type ReleasePackage = { readonly version: string; readonly path: string; readonly bytes: number };
export type MeasuredPackage = ReleasePackage & { readonly sha256: string; readonly unpackedBytes: number };

/** `StarRocks-4.0.8-ubuntu-amd64.tar.gz`, `shop-api_1.2.0-rc.1.tgz`: the version, and whatever else stands around it. */
const NAME =
  /^(?:[A-Za-z0-9]+[-_])*v?(\d+(?:\.\d+){2,}(?:-(?:alpha|beta|rc|pre|preview|dev|snapshot)[.-]?\d*(?=[-_.+]))?).*\.(?:tar\.gz|tgz|tar)$/i;

export function versionIn(fileName: string): string | null {
  return NAME.exec(fileName)?.[1] ?? null;
}

export function packagesIn(config: PackagesConfig | undefined): readonly ReleasePackage[] {
  if (config === undefined || !existsSync(config.folder)) return [];
  return readdirSync(config.folder)
    .sort()
    .flatMap((name) => {
      const version = versionIn(name);
      const path = join(config.folder, name);
      const bytes = version === null ? undefined : statSync(path, { throwIfNoEntry: false })?.size;
      return version === null || bytes === undefined ? [] : [{ version, path, bytes }];
    });
}

/** What a version that is offered could be brought from. */
export function packageOf(packages: readonly ReleasePackage[], version: string): Pick<AvailableVersion, "package"> {
  const found = packages.find((each) => each.version === version);
  return found === undefined ? {} : { package: basename(found.path) };
}

/** The remedy where a host is without it: the console has it, and brings it there when it is told to. */
export function bringIt(clusterId: string, version: string): string {
  return `Bring it to the hosts from this console: sluice stage ${clusterId} ${version}, or the button beside the version.`;
}

/** By path, size and time: a package of some gigabytes is read once. */
const measured = new Map<string, MeasuredPackage>();

export async function measure(config: PackagesConfig, version: string): Promise<Answer<MeasuredPackage>> {
  const found = packagesIn(config).filter((each) => each.version === version);
  const [only] = found;
  if (only === undefined) return { ok: false, why: `${config.folder} on the console's machine holds no ${version}` };
  if (found.length > 1) {
    const names = found.map(({ path }) => basename(path)).join(", ");
    return { ok: false, why: `${config.folder} holds more than one ${version}: ${names}. Leave one there` };
  }
  const read = await readWhole(only);
  if (!read.ok) return read;
  const { sha256 } = read.value;
  const wanted = wantedSum(config, only);
  if (wanted !== null && wanted.sum !== sha256) {
    const why = `${only.path} sums up to ${sha256}, and ${wanted.by} says ${wanted.sum}: nothing is copied. Fetch it again`;
    return { ok: false, why };
  }
  return read;
}

function wantedSum({ sha256 }: PackagesConfig, { version, path }: ReleasePackage): { sum: string; by: string } | null {
  const configured = sha256[version];
  if (configured !== undefined) return { sum: configured, by: "the cluster's configuration" };
  const beside = `${path}.sha256`;
  if (!existsSync(beside)) return null;
  return {
    sum: /^[0-9a-f]{64}/i.exec(readFileSync(beside, "utf8").trim())?.[0].toLowerCase() ?? "nothing",
    by: beside,
  };
}

async function readWhole(wanted: ReleasePackage): Promise<Answer<MeasuredPackage>> {
  const key = `${wanted.path} ${wanted.bytes} ${statSync(wanted.path).mtimeMs}`;
  const known = measured.get(key);
  if (known !== undefined) return { ok: true, value: known };
  const hash = createHash("sha256");
  let unpackedBytes = 0;
  const count = new Writable({
    write(chunk: Buffer, _encoding, next) {
      unpackedBytes += chunk.length;
      next();
    },
  });
  const bytes = createReadStream(wanted.path);
  bytes.on("data", (chunk) => hash.update(chunk));
  try {
    await (/\.tar$/i.test(wanted.path) ? pipeline(bytes, count) : pipeline(bytes, createGunzip(), count));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, why: `${wanted.path} cannot be read to its end: ${why}. Fetch it again` };
  }
  const value = { ...wanted, sha256: hash.digest("hex"), unpackedBytes };
  measured.set(key, value);
  return { ok: true, value };
}
