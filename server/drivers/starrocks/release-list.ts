/** The releases in a folder on a host: which versions, with which parts, and what came from a console's package. */
import type { StarRocksRole } from "./config.ts";

/**
 * $1 the directory of releases. One line for each part of each release that has both `bin` and `lib`; and for those that
 * came from a package, what each part summed up to when it was unpacked.
 */
export const LIST_RELEASES = `
cd "$1" || exit 66
for part in */fe */be */cn; do [ -d "$part/bin" ] && [ -d "$part/lib" ] && echo "$part"; done
for from in */.sluice-package; do [ -f "$from" ] && sed "s|^|was \${from%/*} |" "$from"; done
exit 0
`;

/** What lies in a folder of releases under one version. */
export type Release = {
  readonly folder: string;
  readonly parts: readonly StarRocksRole[];
  /** What each part summed up to when it came; only of those that a console brought. */
  readonly cameAs?: Readonly<Partial<Record<StarRocksRole, string>>>;
};

/** A folder is named for its version, alone or as the official packages are: `4.0.8`, `StarRocks-4.0.8`. */
const FOLDER = /^(?:StarRocks-)?v?(\d+\.\d+[^/]*)$/i;

export function parseReleases(stdout: string): ReadonlyMap<string, Release> {
  const found = new Map<string, Release>();
  for (const line of stdout.split("\n")) {
    const [, folder = "", part] = /^(.+)\/(fe|be|cn)$/.exec(line.trim()) ?? [];
    const version = FOLDER.exec(folder)?.[1];
    if (version === undefined || (part !== "fe" && part !== "be" && part !== "cn")) continue;
    const known = found.get(version);
    if (known === undefined) found.set(version, { folder, parts: [part] });
    else if (known.folder === folder) found.set(version, { folder, parts: [...known.parts, part] });
  }
  for (const [version, release] of found) {
    const cameAs = sumsOf(stdout, release.folder);
    if (Object.keys(cameAs).length > 0) found.set(version, { ...release, cameAs });
  }
  return found;
}

function sumsOf(stdout: string, folder: string): NonNullable<Release["cameAs"]> {
  const before = `was ${folder} `;
  const lines = stdout.split("\n").filter((line) => line.startsWith(before));
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, role, sum] = /^(fe|be|cn) ([0-9a-f]{64})$/.exec(line.slice(before.length)) ?? [];
      return role === undefined || sum === undefined ? [] : [[role, sum]];
    }),
  );
}
