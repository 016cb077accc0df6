import type { Driver } from "#server/orchestrator/ports.ts";
import { emptySighting } from "#server/orchestrator/empty-sighting.ts";
import { runHook } from "../shared/hook.ts";
import { readLogFile } from "../shared/log-file.ts";
import { runOnceAt } from "../shared/run-at.ts";
import { checks, gates, preflight } from "./checks.ts";
import { commandLines } from "./command-lines.ts";
import type { ServersConfig } from "./config.ts";
import { exit, force, shorten } from "./exit.ts";
import { finalize, install, restorePrevious } from "./install.ts";
import { giveBack, survey, take } from "./loans.ts";
import { plan } from "./plan.ts";
import { readCluster, readNode } from "./read.ts";
import { Releases } from "./releases.ts";
import type { Service } from "./service.ts";
import { staging } from "./staging.ts";
import { wordsOf } from "./words.ts";
import { notThere, ServersWorld, type ServersDeps } from "./world.ts";

/** A system whose nodes are servers of the configuration: what it is, its service says; the rest is the same for all. */
export function createServersDriver(config: ServersConfig, service: Service, deps: ServersDeps): Driver {
  const world = new ServersWorld(config, service, deps);
  const releases = new Releases(world);
  const tools = { world, releases };
  const { settings } = service;

  return {
    system: service.system,
    words: wordsOf(service, config),
    readCluster: async (signal) => await readCluster(world, signal),
    readNode: async (nodeId, close, signal) => {
      const server = world.server(nodeId);
      return server === null ? emptySighting(nodeId) : await readNode(world, server, close, signal);
    },
    work: async (nodeId, signal) => {
      const server = world.server(nodeId);
      const asOfMs = world.clock.now();
      if (server === null) return { items: [], asOfMs, source: "", gap: notThere(nodeId) };
      if (service.items === undefined) {
        const gap = `${service.work.many} are not listed one by one here`;
        return { items: [], asOfMs, source: "", gap };
      }
      return { ...(await service.items(server.node, signal)), asOfMs };
    },
    readLog: async (nodeId, cursor, signal) => {
      const server = world.server(nodeId);
      if (server === null) return { ok: false, why: notThere(nodeId) };
      if (service.readLog !== undefined) return await service.readLog(server.node, cursor, signal);
      const { log } = server.config;
      if (log === undefined)
        return { ok: false, why: `nothing says where ${nodeId} writes its log; add log: to the node` };
      return await readLogFile(server.place.host, log, cursor, signal);
    },
    ...(settings === undefined
      ? {}
      : {
          settings: async (nodeId, signal) => {
            const server = world.server(nodeId);
            return server === null ? { ok: false, why: notThere(nodeId) } : await settings(server.node, signal);
          },
        }),

    ...staging(world),
    versions: async () => await releases.versions(),
    plan: async (request, signal) => await plan(world, request, signal),
    commandLines: (made, nodeId) => commandLines(world, made, nodeId),
    preflight: async (made, signal) => await preflight(tools, made, signal),
    baseline: async (signal) =>
      (await service.baseline?.(
        world.servers.map(({ node }) => node),
        signal,
      )) ?? { ok: true, value: {} },
    checks: async (made, step, given, signal) => await checks(tools, made, step, given, signal),
    gates: async (made, step, given, signal) => await gates(tools, made, step, given, signal),

    survey: async (what, signal) => await survey(world, what, signal),
    take: async (loans, signal) => await take(world, loans, signal),
    giveBack: async (loan, signal) => await giveBack(world, loan, signal),

    exit: async (id, act, signal) => await exit(world, id, act, signal),
    shorten: async (id, nodeId, limitMs, identity, signal) =>
      await shorten(world, id, nodeId, limitMs, identity, signal),
    force: async (_id, nodeId, identity, signal) => await force(world, nodeId, identity, signal),
    install: async (id, nodeId, version, signal) => await install(world, releases, id, nodeId, version, signal),
    start: async (id, nodeId, signal) => {
      const server = world.server(nodeId);
      if (server === null) return { outcome: "refused", reason: notThere(nodeId) };
      const outcome = await world.alone(nodeId, async () => await server.owner.start(id, signal));
      // What was seen of it before is history.
      await world.lookNow(server, signal);
      return outcome;
    },
    restorePrevious: async (id, nodeId, version, signal) =>
      await restorePrevious(world, releases, id, { nodeId, version }, signal),
    hook: async (id, nodeId, when, argv, limitMs, signal) => {
      const server = world.server(nodeId);
      if (server === null) return { outcome: "refused", reason: notThere(nodeId) };
      const { place, node } = server;
      const subject = { hostName: place.host.name, role: "server", address: node.address, home: place.home };
      const run = async (
        words: readonly string[],
        options: Parameters<typeof runOnceAt>[4],
      ): ReturnType<typeof runOnceAt> => await runOnceAt(world, place, id, words, options);
      return await runHook(run, subject, { nodeId, when, argv, limitMs }, signal);
    },
    finalize: async (id, nodeId, signal) => await finalize(world, id, nodeId, signal),
    outcomes: async (nodeId, items, signal) => {
      const server = world.server(nodeId);
      if (server !== null && service.outcomes !== undefined) return await service.outcomes(server.node, items, signal);
      const listedAtMs = world.clock.now();
      const evidence = `this system does not tell how a ${service.work.one} ended`;
      const told = { listedAtMs, outcome: "unknown", endedAtMs: null, evidence, again: null } as const;
      return {
        ok: true,
        value: items.map(({ id, what, user, startedAtMs }) => ({
          id,
          kind: "query",
          what,
          user,
          startedAtMs,
          ...told,
        })),
      };
    },

    close: async () => await service.close(),
  };
}
