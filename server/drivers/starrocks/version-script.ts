/** Which version lies in a directory: asked of the scripts in it, for only they look at what is really there. */
import type { Answer } from "#server/orchestrator/ports.ts";
import type { StarRocksRole } from "./config.ts";
import { runAt } from "../shared/run-at.ts";
import { environmentOf, type Place } from "./place.ts";
import type { World } from "./world.ts";

/**
 * `directory` holds `bin` and `lib`: a node's own, or an artifact. The caller holds the node's lock, since the FE's script
 * moves the pid file away for a moment (facts, 3.6).
 */
export async function readVersion(
  world: World,
  place: Place,
  role: StarRocksRole,
  directory: string,
): Promise<Answer<string>> {
  const script = versionScript(role, directory);
  const environment = await environmentOf(world, place);
  if (!environment.ok) return { ok: false, why: environment.why, silent: true };
  const env = Object.entries(environment.value).map(([key, value]) => `${key}=${value}`);
  const answer = await runAt(world, place, ["env", ...env, script], { timeoutMs: 60_000, shown: script });
  if (!answer.ok) return { ok: false, why: `${script}: ${answer.why}`, silent: true };
  const version = role === "fe" ? frontendVersion(answer.stdout) : backendVersion(answer.stdout);
  if (answer.exitCode === 0 && version !== null) return { ok: true, value: version };
  const hint = /JAVA_HOME is not set/.test(answer.stdout + answer.stderr)
    ? " Set javaHome in the cluster's configuration."
    : "";
  const said = (answer.stdout + answer.stderr).trim().split("\n")[0] ?? "";
  return { ok: false, why: `${script} told no version (exit ${answer.exitCode}): ${said}${hint}` };
}

/**
 * $1 a release of an FE. Its own script reads conf/fe.conf, which not every release directory has: a passing one does.
 */
const PROBE = `
probe=$(mktemp -d) || exit 73
mkdir "$probe/conf" "$probe/log" && : >"$probe/conf/fe.conf"
STARROCKS_HOME=$probe PID_DIR=$probe LOG_DIR=$probe/log "$JAVA_HOME/bin/java" -cp "$1/lib/*:$1/lib" com.starrocks.StarRocksFE -v
code=$?
rm -rf "$probe"
exit $code
`;

/**
 * Of a node that runs: an FE's own script would move its pid file away for a moment, so the program is asked as the script
 * does, elsewhere. Null: no Java is known that could be asked.
 */
export async function readVersionAside(world: World, place: Place): Promise<Answer<string> | null> {
  const { node, dir } = place;
  if (node.role !== "fe") return await readVersion(world, place, node.role, dir);
  const environment = await environmentOf(world, place);
  if (!environment.ok) return { ok: false, why: environment.why, silent: true };
  const { JAVA_HOME: javaHome } = environment.value;
  return javaHome === undefined ? null : await probe(world, place, dir, javaHome);
}

/** Of a release that is not installed. */
export async function readArtifactVersion(world: World, place: Place, directory: string): Promise<Answer<string>> {
  const { role } = place.node;
  const found = await readVersion(world, place, role, directory);
  const environment = await environmentOf(world, place);
  const javaHome = environment.ok ? environment.value["JAVA_HOME"] : undefined;
  if (found.ok || role !== "fe" || javaHome === undefined) return found;
  const probed = await probe(world, place, directory, javaHome);
  return probed.ok ? probed : found;
}

async function probe(world: World, place: Place, directory: string, javaHome: string): Promise<Answer<string>> {
  const shown = `java -cp '${directory}/lib/*' com.starrocks.StarRocksFE -v`;
  const argv = ["env", `JAVA_HOME=${javaHome}`, "/bin/sh", "-c", PROBE, "sluice-probe", directory];
  const answer = await runAt(world, place, argv, { timeoutMs: 60_000, shown });
  if (!answer.ok) return { ok: false, why: `${shown}: ${answer.why}`, silent: true };
  const version = answer.exitCode === 0 ? frontendVersion(answer.stdout) : null;
  return version === null ? { ok: false, why: `${shown} told no version` } : { ok: true, value: version };
}

export function versionScript(role: StarRocksRole, directory: string): string {
  return `${directory}/bin/show_${role === "fe" ? "fe" : "be"}_version.sh`;
}

/** `X.Y.Z-hash` in the first line. */
export function backendVersion(stdout: string): string | null {
  return /^v?(\d+\.\d+\S*)/.exec(stdout.trim())?.[1] ?? null;
}

/** `Build version: X.Y.Z` and `Commit hash: …`, as SHOW FRONTENDS joins them. */
export function frontendVersion(stdout: string): string | null {
  const version = /^Build version:\s*(\S+)/m.exec(stdout)?.[1];
  const hash = /^Commit hash:\s*(\S+)/m.exec(stdout)?.[1];
  if (version === undefined) return null;
  return hash === undefined || version.includes("-") ? version : `${version}-${hash}`;
}
