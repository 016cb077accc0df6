import type { Outcome } from "#lib/run/command.ts";
import type { Answer, Driver } from "#server/orchestrator/ports.ts";
import { Artifacts } from "./artifacts.ts";
import { BlacklistCache } from "./blacklist.ts";
import { checks, preflight } from "./checks.ts";
import { commandLines } from "./command-lines.ts";
import type { StarRocksConfig } from "./config.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import { exit, force, shorten } from "./exit.ts";
import { finalize } from "./finalize.ts";
import { baseline, gates } from "./gates.ts";
import { hook } from "./hook.ts";
import { createFrontDoors } from "./front-doors.ts";
import { install, restorePrevious } from "./install.ts";
import { giveBack, survey, take } from "./loans.ts";
import { MetadataImage } from "./metadata-image.ts";
import { readNodeSettings } from "./node-settings.ts";
import { outcomes } from "./outcomes.ts";
import { plan } from "./plan.ts";
import { readCluster } from "./read-cluster.ts";
import { readLog } from "./read-log.ts";
import { NodeReader } from "./read-node.ts";
import { Replicas } from "./replicas.ts";
import { staging } from "./staging.ts";
import { start } from "./start.ts";
import { InstanceCount, listWork } from "./work.ts";
import { WORDS } from "./words.ts";
import { World, type StarRocksDeps } from "./world.ts";

/** StarRocks: FEs by MySQL protocol, nodes by their HTTP port, processes and files on their hosts. */
export function createStarRocksDriver(config: StarRocksConfig, deps: StarRocksDeps): Driver {
  const world = new World(config, deps);
  const reader = new NodeReader(world, new BlacklistCache(), new InstanceCount(world));
  const artifacts = new Artifacts(world);
  const frontDoors = createFrontDoors(world);
  const { stage } = staging(world);
  const tools = { world, artifacts, replicas: new Replicas(world), image: new MetadataImage(world) };

  /** A console that was just started may be asked for an act before it has read anything. */
  const known = async (): Promise<string | null> => {
    if (world.topology !== null) return null;
    const reading = await readCluster(world);
    return reading.ok ? null : reading.why;
  };
  const act = async (carryOut: () => Promise<Outcome>): Promise<Outcome> => {
    const why = await known();
    return why === null ? await carryOut() : { outcome: "unknown", cause: why };
  };
  const answer = async <T>(ask: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const why = await known();
    return why === null ? await ask() : { ok: false, why };
  };

  return {
    system: "starrocks",
    words: WORDS,
    readCluster: async () => await readCluster(world),
    readNode: async (nodeId, close, signal) => {
      const node = world.node(nodeId);
      return node === null ? emptySighting(nodeId) : await reader.read(node, close, signal);
    },
    work: async (nodeId, signal) => {
      const node = world.node(nodeId);
      const gap = `${nodeId} is not in the cluster any more`;
      return node === null
        ? { items: [], asOfMs: world.clock.now(), source: "", gap }
        : await listWork(world, node, signal);
    },
    settings: async (nodeId, signal) => {
      const node = world.node(nodeId);
      return node === null
        ? { ok: false, why: `${nodeId} is not in the cluster any more` }
        : await readNodeSettings(world, node, signal);
    },
    readLog: async (nodeId, cursor, signal) => await answer(async () => await readLog(world, nodeId, cursor, signal)),

    ...(stage === undefined ? {} : { stage: async (...asked) => await answer(async () => await stage(...asked)) }),
    versions: async () => await answer(async () => await artifacts.versions()),
    plan: async (request, signal) => await plan(world, request, signal),
    commandLines: (made, nodeId) => commandLines(world, artifacts, made, nodeId),
    preflight: async (made, signal) => await preflight(tools, made, signal),
    baseline: async () => await answer(async () => await baseline(world)),
    checks: async (made, step, given, signal) => await checks(tools, made, step, given, signal),
    gates: async (made, step, given, signal) => await gates(world, made, step, given, signal),

    survey: async (what, signal) => await answer(async () => await survey(world, what, signal)),
    take: async (loans, signal) => await act(async () => await take(world, loans, signal)),
    giveBack: async (loan, signal) => {
      const why = await known();
      return why === null ? await giveBack(world, loan, signal) : { outcome: "unknown", cause: why };
    },

    exit: async (id, order, signal) => await act(async () => await exit(world, id, order, signal)),
    shorten: async (_id, nodeId, limitMs, _identity, signal) =>
      await act(async () => await shorten(world, nodeId, limitMs, signal)),
    force: async (_id, nodeId, identity, signal) => await act(async () => await force(world, nodeId, identity, signal)),
    install: async (id, nodeId, version, signal) =>
      await act(async () => await install(world, artifacts, id, nodeId, version, signal)),
    start: async (id, nodeId, signal) => await act(async () => await start(world, id, nodeId, signal)),
    restorePrevious: async (id, nodeId, version, signal) =>
      await act(async () => await restorePrevious(world, id, { nodeId, version }, signal)),
    hook: async (id, nodeId, when, argv, limitMs, signal) =>
      await act(async () => await hook(world, id, { nodeId, when, argv, limitMs }, signal)),
    finalize: async (id, nodeId, signal) => await act(async () => await finalize(world, id, nodeId, signal)),
    outcomes: async (nodeId, items, signal) => await answer(async () => await outcomes(world, nodeId, items, signal)),

    frontDoors,

    close: async () => {
      for (const door of frontDoors.doors()) frontDoors.leave(door);
      world.close();
      await Promise.resolve();
    },
  };
}
