/** Bringing a version in place while the node is down: a link that points at another release, or the operator's own command. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { lastWords, redacted } from "../shared/redact.ts";
import { runOnceAt } from "../shared/run-at.ts";
import type { InstallConfig } from "./config.ts";
import { filled } from "./proc.ts";
import type { Releases } from "./releases.ts";
import { notThere, type Server, type ServersWorld } from "./world.ts";

type Job = { readonly argv: readonly string[]; readonly shown: string };

const TRIES = 3;

/** $1 home, $2 the link, $3 where it shall point. What it pointed at is kept in writing first; the switch is one rename. */
const FLIP = `
state="$1/.sluice"; mkdir -p "$state" || exit 73
now=$(readlink "$1/$2")
[ "$now" = "$3" ] && { echo "$1/$2 points there already"; exit 0; }
[ ! -e "$1/$2" ] || [ -L "$1/$2" ] || { echo "$1/$2 is no link; move it away, then try again" >&2; exit 65; }
printf '%s\\n' "$now" >"$state/previous-link.new" && mv "$state/previous-link.new" "$state/previous-link" || exit 73
ln -sfn "$3" "$1/$2.new" && mv -T "$1/$2.new" "$1/$2" || exit 73
`;

/** $1 home, $2 the link. Back to what it pointed at before, which is then what it pointed at last. */
const FLIP_BACK = `
state="$1/.sluice"; target=$(cat "$state/previous-link" 2>/dev/null)
[ -n "$target" ] && [ -d "$target" ] || { echo "nothing earlier is kept: \${target:-no link was noted}" >&2; exit 66; }
now=$(readlink "$1/$2")
[ "$now" = "$target" ] && exit 0
ln -sfn "$target" "$1/$2.new" && mv -T "$1/$2.new" "$1/$2" && printf '%s\\n' "$now" >"$state/previous-link" || exit 73
`;

export async function install(
  world: ServersWorld,
  releases: Releases,
  commandId: string,
  nodeId: NodeId,
  version: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(nodeId);
  if (server === null) return refused(notThere(nodeId));
  const config = world.config.install;
  if (config === undefined)
    return refused("nothing says how versions are installed; add install: to the configuration");
  return await world.alone(nodeId, async () => {
    const job = await jobOf(releases, config, server, version);
    if (!job.ok) return failed(job);
    return await carryOut(world, releases, server, commandId, job.value, version, signal);
  });
}

async function jobOf(releases: Releases, config: InstallConfig, server: Server, version: string): Promise<Answer<Job>> {
  const { node, place } = server;
  if (config.strategy === "command") {
    if (!config.versions.some((each) => isVersion(each, version)))
      return { ok: false, why: `install.versions does not name ${version}` };
    const argv = filled(config.argv, { version, node: node.id, home: place.home });
    return { ok: true, value: { argv, shown: redacted(shellText(argv)) } };
  }
  const folder = await releases.folder(config, server, version);
  if (!folder.ok) return folder;
  // Whole, by the sums it brings, before anything points at it.
  const sum = await releases.sum(config, server, version);
  if (!sum.ok) return sum;
  const argv = ["/bin/sh", "-c", FLIP, "sluice-flip", place.home, config.link, folder.value];
  return { ok: true, value: { argv, shown: `ln -sfn ${folder.value} ${place.home}/${config.link}` } };
}

async function carryOut(
  world: ServersWorld,
  releases: Releases,
  server: Server,
  commandId: string,
  job: Job,
  version: string,
  signal: AbortSignal,
): Promise<Outcome> {
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const running = await whyRunning(world, server, signal);
    if (running !== null) return running;
    const id = attempt === 1 ? commandId : `${commandId}~${attempt}`;
    const result = await runOnceAt(world, server.place, id, job.argv, { shown: job.shown, waitMs: null, signal });
    if (result.state === "running") return unknown("the console stopped waiting; the installation goes on");
    if (result.state === "silent") return unknown(result.why);
    if (result.state !== "ended") continue;
    if (result.exitCode !== 0)
      return refused(
        `installing ${version} failed (exit ${result.exitCode}): ${lastWords(result.stderr) || lastWords(result.stdout)}`,
      );
    return await verified(releases, server, version);
  }
  return unknown("the installation left no exit status; look at the home of the node");
}

async function whyRunning(world: ServersWorld, server: Server, signal: AbortSignal): Promise<Outcome | null> {
  const look = await world.lookNow(server, signal);
  if (!look.ok) return unknown(look.why);
  if (look.value.state === "gone") return null;
  return refused(`${server.node.id} is running (${look.value.said}); files under it are not replaced`);
}

async function verified(releases: Releases, server: Server, version: string): Promise<Outcome> {
  const found = await releases.onDisk(server);
  if (!found.ok) return failed({ ...found, why: `${version} was put in place, but ${found.why}` });
  if (found.value === null)
    return { outcome: "done", evidence: `the command for ${version} ended with 0; nothing tells what lies there` };
  if (!isVersion(found.value, version)) return refused(`${version} was put in place, but ${found.value} lies there`);
  return { outcome: "done", evidence: `${found.value} lies in ${server.place.home}` };
}

type Restored = { readonly nodeId: NodeId; readonly version: string | null };

export async function restorePrevious(
  world: ServersWorld,
  releases: Releases,
  commandId: string,
  { nodeId, version }: Restored,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(nodeId);
  if (server === null) return refused(notThere(nodeId));
  return await world.alone(nodeId, async () => {
    const running = await whyRunning(world, server, signal);
    if (running !== null) return running;
    // A refused install changed nothing: what the release before it kept is not what ran here.
    const standing = version === null ? null : await releases.onDisk(server);
    if (standing?.ok === true && standing.value !== null && version !== null && isVersion(standing.value, version))
      return {
        outcome: "done",
        evidence: `${standing.value} still lies in ${server.place.home}: nothing was replaced`,
      };
    const job = restoreJob(world.config.install, server);
    if (!job.ok) return refused(job.why);
    const { argv, shown } = job.value;
    const result = await runOnceAt(world, server.place, commandId, argv, { shown, waitMs: null, signal });
    if (result.state === "silent") return unknown(result.why);
    if (result.state !== "ended")
      return unknown("how the restoration ended is not known; look at the home of the node");
    if (result.exitCode !== 0)
      return refused(`restoring failed (exit ${result.exitCode}): ${lastWords(result.stderr)}`);
    const found = await releases.onDisk(server);
    if (!found.ok) return failed(found);
    return {
      outcome: "done",
      evidence: `${found.value ?? "what its command restored"} lies in ${server.place.home} again`,
    };
  });
}

function restoreJob(config: InstallConfig | undefined, { node, place }: Server): Answer<Job> {
  if (config?.strategy === "symlink") {
    const argv = ["/bin/sh", "-c", FLIP_BACK, "sluice-flip-back", place.home, config.link];
    return {
      ok: true,
      value: { argv, shown: `ln -sfn "$(cat ${place.home}/.sluice/previous-link)" ${place.home}/${config.link}` },
    };
  }
  if (config?.restore === undefined) return { ok: false, why: "install.restore names no command; restore by hand" };
  const argv = filled(config.restore, { node: node.id, home: place.home });
  return { ok: true, value: { argv, shown: redacted(shellText(argv)) } };
}

/** Releases stay where they lie: they are the operator's. What goes is the note of which was used before. */
export async function finalize(
  world: ServersWorld,
  commandId: string,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<Outcome> {
  const server = world.server(nodeId);
  if (server === null) return refused(notThere(nodeId));
  if (world.config.install?.strategy !== "symlink")
    return { outcome: "done", evidence: "this way of installing leaves nothing set aside by the console" };
  const file = `${server.place.home}/.sluice/previous-link`;
  const result = await runOnceAt(world, server.place, commandId, ["rm", "-f", file], { waitMs: 30_000, signal });
  if (result.state !== "ended") return unknown(`how the removal of ${file} ended is not known`);
  if (result.exitCode !== 0) return refused(`${file} was not removed: ${result.stderr.trim()}`);
  return { outcome: "done", evidence: "the release before is not noted any more; its folder stays where it lies" };
}

/** Silence is asked again; what was found wrong a person mends. */
function failed({ why, silent }: Extract<Answer<unknown>, { readonly ok: false }>): Outcome {
  return silent === true ? unknown(why) : refused(why);
}

function refused(reason: string): Outcome {
  return { outcome: "refused", reason };
}

function unknown(cause: string): Outcome {
  return { outcome: "unknown", cause };
}
