/**
 * What a version can do when it leaves: the rows of the matrix (facts, 0.1) that a run depends on. Code asks for an
 * ability and never for a number. What can be asked of the cluster itself is asked there: settings, columns, blacklists.
 */
import { compareVersions, minorOf } from "#lib/cluster/version.ts";
import type { StarRocksRole } from "./config.ts";

export type Abilities = {
  /** An FE that closes its connections one after the other, and tells so by its health check: SIGUSR1, 3.4.2. */
  readonly gracefulExit: boolean;
  /** An FE's blacklist takes compute nodes too: 4.0. */
  readonly blacklistsComputeNodes: boolean;
  /** Its stop script takes `--timeout`. */
  readonly scriptTakesTimeout: boolean;
  /** Its stop script returns when the process has ended; the old stop_cn.sh returns at once (facts, 3.4). */
  readonly scriptWaits: boolean;
  /** How long a BE or CN waits for its work can be told while it runs: 3.4.2. Before, 0 unless its conf said otherwise. */
  readonly waitCanBeSet: boolean;
  /** A publish that the exit interrupts is not told as a success: 3.3.19, 3.4.8, 3.5.6 (#62417, #62687). */
  readonly publishesSafely: boolean;
};

/** First patch of each release line; lines after the newest one have it, lines before the oldest do not. */
type Since = Readonly<Record<string, string>>;

const GRACEFUL_FRONTEND: Since = { "3.4": "3.4.2" };
const COMPUTE_NODE_BLACKLIST: Since = { "4.0": "4.0.0" };
const SCRIPT_OPTIONS: Since = { "3.4": "3.4.2" };
/** Seen in 3.5.7, absent in 3.4.4; the patches between are the thresholds of the Kubernetes operator (June 2026). */
const COMPUTE_NODE_SCRIPT: Since = { "3.3": "3.3.17", "3.4": "3.4.6", "3.5": "3.5.2" };
const MUTABLE_WAIT: Since = { "3.4": "3.4.2" };
const SAFE_PUBLISH: Since = { "3.3": "3.3.19", "3.4": "3.4.8", "3.5": "3.5.6" };

/** A version that nobody told is taken for a late one: what it cannot do shows when it is asked. */
export function abilitiesOf(role: StarRocksRole, version: string | null): Abilities {
  const has = (since: Since): boolean => version === null || hasSince(version, since);
  const script = has(role === "cn" ? COMPUTE_NODE_SCRIPT : SCRIPT_OPTIONS);
  return {
    gracefulExit: role !== "fe" || has(GRACEFUL_FRONTEND),
    blacklistsComputeNodes: role === "fe" && has(COMPUTE_NODE_BLACKLIST),
    scriptTakesTimeout: script,
    scriptWaits: role !== "cn" || script,
    waitCanBeSet: role !== "fe" && has(MUTABLE_WAIT),
    publishesSafely: role === "fe" || has(SAFE_PUBLISH),
  };
}

function hasSince(version: string, since: Since): boolean {
  const first = since[minorOf(version) ?? ""];
  if (first !== undefined) return atLeast(version, first);
  return Object.values(since).every((each) => atLeast(version, each));
}

/** A text that is no version, such as a branch build, is taken for a late one. */
function atLeast(version: string, floor: string): boolean {
  return (compareVersions(version, floor) ?? 0) >= 0;
}

/** Before 3.3.0 no FE has a blacklist, no BE waits for its work, and nothing below was ever tried. */
export const LEAST_VERSION = "3.3.0";

/** Why this console only watches a node of this version; null: it may be a step of a run. */
export function onlyWatched(who: string, version: string | null): string | null {
  if (version === null || atLeast(version, LEAST_VERSION)) return null;
  return `${who} runs ${version}: below 3.3 this console only watches, for such a node cannot be drained (no FE has a blacklist before 3.3.0). Upgrade to 3.3 by the documents first`;
}
