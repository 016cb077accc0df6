/** Bringing a version in place while the node is down, by the way the configuration names; and bringing the old one back. */
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { keptVersions, PARTS, type Artifacts } from "./artifacts.ts";
import { askHost } from "../shared/run-at.ts";
import { lastWords, redacted } from "../shared/redact.ts";
import type { InstallConfig } from "./config.ts";
import { BRING_BACK, BROKE_OFF, FLIP, FLIP_BACK, SWAP } from "./install-scripts.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { placeOf, runOnceAt, type Place } from "./place.ts";
import { lookAtProcess } from "./process.ts";
import { readVersion } from "./version-script.ts";
import type { World } from "./world.ts";

type Wanted = {
  readonly commandId: string;
  readonly version: string;
  readonly place: Place;
  /** What lies there now, by its own script: under this name it is set aside. */
  readonly standing: string;
};
/** What to run on the host, and how an operator would write it. */
type Job = { readonly argv: readonly string[]; readonly shown: string };

const TRIES = 3;
const MANUAL_LOOK_MS = 2000;

export async function install(
  world: World,
  artifacts: Artifacts,
  commandId: string,
  nodeId: NodeId,
  version: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not in the cluster any more`);
  const place = placeOf(world, node);
  if (!place.ok) return refused(place.why);
  const config = world.config.install;
  if (config === undefined)
    return refused("nothing says how versions are installed; add install: to the configuration");
  if (config.strategy === "manual") return await waitForPerson(world, place.value, version, signal);
  return await world.alone(nodeId, async () => {
    const standing = await standingIn(world, place.value);
    if (!standing.ok) return failed(standing);
    const wanted: Wanted = { commandId, version, place: place.value, standing: standing.value };
    const jobs = await jobsOf(world, artifacts, config, wanted);
    return jobs.ok ? await carryOut(world, wanted, jobs.value, signal) : failed(jobs);
  });
}

/** In the order in which they are tried: what was set aside here comes back by a rename, and needs no artifact. */
async function jobsOf(
  world: World,
  artifacts: Artifacts,
  config: InstallConfig,
  wanted: Wanted,
): Promise<Answer<readonly Job[]>> {
  const { place, version } = wanted;
  const { node, home } = place;
  switch (config.strategy) {
    case "swap": {
      const all = await keptVersions(world, place);
      if (!all.ok) return all;
      const kept = all.value.filter((each) => isVersion(each, version));
      const artifact = await artifacts.path(node.id, version);
      if (!artifact.ok && artifact.silent === true) return artifact;
      if (!artifact.ok && kept.length === 0)
        return { ok: false, why: `${artifact.why}; and nothing of it is kept in ${home}` };
      return {
        ok: true,
        value: [
          ...kept.map((each) => bringBack(place, wanted.standing, each)),
          ...(artifact.ok ? [swap(place, wanted.standing, artifact.value)] : []),
        ],
      };
    }
    case "symlink": {
      const artifact = await artifacts.path(node.id, version);
      if (!artifact.ok) return artifact;
      const shown = `ln -sfn ${artifact.value} ${home}/${config.link}`;
      return { ok: true, value: [{ argv: script(FLIP, "sluice-flip", home, config.link, artifact.value), shown }] };
    }
    case "command": {
      const argv = fill(config.argv, wanted);
      return { ok: true, value: [{ argv, shown: redacted(shellText(argv)) }] };
    }
    case "manual":
      return { ok: false, why: "a person installs here" };
    default:
      return config satisfies never;
  }
}

function swap(place: Place, standing: string, artifact: string): Job {
  const { home, node } = place;
  const parts = PARTS[node.role];
  const kept = `${home}/.sluice/kept/${standing}`;
  const shown = parts.map((part) => `mv ${home}/${part} ${kept}/${part} && cp -a ${artifact}/${part} ${home}/${part}`);
  return { argv: script(SWAP, "sluice-swap", home, artifact, standing, ...parts), shown: shown.join("\n") };
}

function bringBack(place: Place, standing: string, kept: string): Job {
  const { home, node } = place;
  const parts = PARTS[node.role];
  const shown = parts.map(
    (part) =>
      `mv ${home}/${part} ${home}/.sluice/kept/${standing}/${part} && mv ${home}/.sluice/kept/${kept}/${part} ${home}/${part}`,
  );
  return { argv: script(BRING_BACK, "sluice-bring-back", home, standing, kept, ...parts), shown: shown.join("\n") };
}

async function carryOut(world: World, wanted: Wanted, jobs: readonly Job[], signal: AbortSignal): Promise<Outcome> {
  const { version } = wanted;
  let last: Outcome = refused(`there is no way to install ${version}`);
  for (const [index, job] of jobs.entries()) {
    // What is kept may have been tampered with since; then the artifact, under an id of its own.
    const id = index === 0 ? wanted.commandId : `${wanted.commandId}~other${index}`;
    last = await tryJob(world, { ...wanted, commandId: id }, job, signal);
    if (last.outcome !== "refused") return last;
  }
  return last;
}

async function tryJob(world: World, wanted: Wanted, job: Job, signal: AbortSignal): Promise<Outcome> {
  const { place, version, commandId } = wanted;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const look = await lookAtProcess(world, place.node, signal);
    if (!look.ok) return unknown(look.why);
    if (look.value.process !== null)
      return refused(`${place.node.id} is running (${look.value.said}); files under it are not replaced`);
    // The scripts can be begun again after they broke off anywhere; the id tells the tries apart.
    const id = attempt === 1 ? commandId : `${commandId}~${attempt}`;
    const result = await runOnceAt(world, place, id, job.argv, { shown: job.shown, waitMs: null, signal });
    if (result.state === "running") return unknown("the console stopped waiting; the installation goes on");
    if (result.state === "silent") return unknown(result.why);
    if (result.state !== "ended") continue;
    if (result.exitCode !== 0)
      return refused(
        `installing ${version} failed (exit ${result.exitCode}): ${lastWords(result.stderr) || lastWords(result.stdout)}`,
      );
    return await verify(world, place, version);
  }
  return unknown("the installation left no exit status; look at the home of the node");
}

async function verify(world: World, place: Place, version: string): Promise<Outcome> {
  const found = await readVersion(world, place, place.node.role, place.dir);
  if (!found.ok) return failed({ ...found, why: `${version} was put in place, but ${found.why}` });
  if (!isVersion(found.value, version))
    return refused(`${version} was put in place, but its script says ${found.value}`);
  return { outcome: "done", evidence: `${place.dir} holds ${found.value}, by its own script` };
}

async function waitForPerson(world: World, place: Place, version: string, signal: AbortSignal): Promise<Outcome> {
  let found: Answer<string> = { ok: false, why: "it was not asked yet" };
  while (!signal.aborted) {
    found = await world.alone(place.node.id, async () => await readVersion(world, place, place.node.role, place.dir));
    if (found.ok && isVersion(found.value, version)) {
      return { outcome: "done", evidence: `${place.dir} holds ${found.value}, by its own script` };
    }
    await world.clock.wait(MANUAL_LOOK_MS, signal);
  }
  return unknown(`${version} is not in place in ${place.dir} yet: ${found.ok ? found.value : found.why}`);
}

const LOOK_MS = 10_000;

type Restored = { readonly nodeId: NodeId; readonly version: string | null };

export async function restorePrevious(
  world: World,
  commandId: string,
  { nodeId, version }: Restored,
  signal: AbortSignal,
): Promise<Outcome> {
  const node = world.node(nodeId);
  if (node === null) return refused(`${nodeId} is not in the cluster any more`);
  const place = placeOf(world, node);
  if (!place.ok) return refused(place.why);
  return await world.alone(nodeId, async () => await restoreAt(world, commandId, place.value, version, signal));
}

/** A refused install may have changed nothing: what the release before it kept is not what ran here. */
async function standsStill(world: World, place: Place, version: string): Promise<Answer<string | null>> {
  const argv = ["/bin/sh", "-c", BROKE_OFF, "sluice-look", place.home];
  const broken = await askHost(world, place.host, argv, { timeoutMs: LOOK_MS });
  if (!broken.ok) return { ok: false, why: broken.why, silent: true };
  if (broken.exitCode !== 1) return { ok: true, value: null };
  const found = await readVersion(world, place, place.node.role, place.dir);
  return { ok: true, value: found.ok && isVersion(found.value, version) ? found.value : null };
}

async function restoreAt(
  world: World,
  commandId: string,
  place: Place,
  version: string | null,
  signal: AbortSignal,
): Promise<Outcome> {
  const look = await lookAtProcess(world, place.node, signal);
  if (!look.ok) return unknown(look.why);
  if (look.value.process !== null)
    return refused(`${place.node.id} is running (${look.value.said}); files under it are not replaced`);
  const still = version === null ? null : await standsStill(world, place, version);
  if (still?.ok === false) return failed(still);
  if (still !== null && still.value !== null)
    return { outcome: "done", evidence: `${still.value} still lies in ${place.dir}: nothing was replaced` };
  const standing = await standingIn(world, place);
  if (!standing.ok) return failed(standing);
  const job = restoreJob(world.config.install, place, standing.value);
  if (!job.ok) return refused(job.why);
  const result = await runOnceAt(world, place, commandId, job.value.argv, {
    shown: job.value.shown,
    waitMs: null,
    signal,
  });
  if (result.state === "silent") return unknown(result.why);
  if (result.state !== "ended") return unknown("how the restoration ended is not known; look at the home of the node");
  if (result.exitCode !== 0) return refused(`restoring failed (exit ${result.exitCode}): ${lastWords(result.stderr)}`);
  const found = await readVersion(world, place, place.node.role, place.dir);
  if (!found.ok) return failed(found);
  return { outcome: "done", evidence: `${place.dir} holds ${found.value} again, by its own script` };
}

function restoreJob(config: InstallConfig | undefined, place: Place, now: string): Answer<Job> {
  const { home, node } = place;
  switch (config?.strategy) {
    case "swap": {
      const argv = script(BRING_BACK, "sluice-bring-back", home, now, "", ...PARTS[node.role]);
      return { ok: true, value: { argv, shown: `# ${home}: the parts kept by the last installation come back` } };
    }
    case "symlink": {
      const argv = script(FLIP_BACK, "sluice-flip-back", home, config.link);
      return {
        ok: true,
        value: { argv, shown: `ln -sfn "$(cat ${home}/.sluice/previous-link)" ${home}/${config.link}` },
      };
    }
    case "command": {
      if (config.restore === undefined) return { ok: false, why: "install.restore names no command; restore by hand" };
      const argv = fill(config.restore, { version: now, place });
      return { ok: true, value: { argv, shown: redacted(shellText(argv)) } };
    }
    default:
      return { ok: false, why: "a person installs here; restore by hand" };
  }
}

function fill(argv: readonly string[], { version, place }: Pick<Wanted, "version" | "place">): readonly string[] {
  const { node, home } = place;
  const values: Readonly<Record<string, string>> = { version, node: node.id, role: node.role, home };
  return argv.map((word) =>
    word.replace(/\{(version|node|role|home)\}/g, (whole, key: string) => values[key] ?? whole),
  );
}

function script(text: string, name: string, ...args: readonly string[]): readonly string[] {
  return ["/bin/sh", "-c", text, name, ...args];
}

/**
 * The version on disk, as part of a file's name. The control plane's may be older: it tells what ran last. A host that is
 * silent is not a version that cannot be read: under that name it would not be found again.
 */
async function standingIn(world: World, place: Place): Promise<Answer<string>> {
  const found = await readVersion(world, place, place.node.role, place.dir);
  if (!found.ok && found.silent === true) return found;
  return { ok: true, value: found.ok ? found.value.replace(/[^\w.-]/g, "_") : "unreadable" };
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
