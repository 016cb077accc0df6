/** `3.4.8` and `3.4.8-70d1c24` as numbers, for the tables that say from which version on something holds. */
export type Version = readonly [major: number, minor: number, patch: number];

export function parseVersion(text: string): Version {
  const [major, minor, patch] = (text.split("-")[0] ?? "").split(".").map(Number);
  return [major ?? 0, minor ?? 0, patch ?? 0];
}

export function atLeast(version: Version, floor: Version): boolean {
  const at = version.findIndex((part, index) => part !== floor[index]);
  return at === -1 || (version[at] ?? 0) > (floor[at] ?? 0);
}

/** A change that was carried back: per minor its first patch; minors after the last one have it, those before the first do not. */
export function since(version: Version, ...firsts: readonly Version[]): boolean {
  const own = firsts.find(([major, minor]) => major === version[0] && minor === version[1]);
  if (own !== undefined) return atLeast(version, own);
  const last = firsts.at(-1);
  return last !== undefined && atLeast(version, last);
}
