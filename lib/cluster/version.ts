/** A version as systems write it, `4.0.7-70d1c24`: numbers that order it, and a build that only names it. */
export type Version = { readonly numbers: readonly number[]; readonly build: string };

/** Null when it does not begin with a number: a text that is no version is never ordered. */
export function parseVersion(text: string): Version | null {
  const match = /^v?(\d+(?:\.\d+)*)(?:[-+ ](.*))?$/.exec(text.trim());
  const numbers = match?.[1];
  return numbers === undefined ? null : { numbers: numbers.split(".").map(Number), build: match?.[2] ?? "" };
}

/** Below, at or above 0 as `a` is older, the same or newer; builds do not count. Null when one is no version. */
export function compareVersions(a: string, b: string): number | null {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left === null || right === null) return null;
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i += 1) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a node that reports `reported` runs what was asked for. A plan may name the release alone: then any build
 * of it will do; where both name a build, it must be the same.
 */
export function isVersion(reported: string, wanted: string): boolean {
  if (reported.trim() === wanted.trim()) return true;
  const order = compareVersions(reported, wanted);
  if (order === null || order !== 0) return false;
  const builds = [parseVersion(reported)?.build ?? "", parseVersion(wanted)?.build ?? ""];
  return builds.includes("") || builds[0] === builds[1];
}

/** `4.0` of `4.0.7-70d1c24`: the release line, by which paths are allowed or not. */
export function minorOf(text: string): string | null {
  const version = parseVersion(text);
  return version === null ? null : `${version.numbers[0] ?? 0}.${version.numbers[1] ?? 0}`;
}
