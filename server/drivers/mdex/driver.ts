import type { Driver } from "#server/orchestrator/ports.ts";
import { createServersDriver } from "../servers/driver.ts";
import type { ServersDeps } from "../servers/world.ts";
import { exitBy, serversConfigOf, settingsOf, type MdexConfig } from "./config.ts";
import { createMdexService } from "./service.ts";
import type { MdexWorld } from "./world.ts";

/** Dgraphs: their own exit over HTTP, or their controller's, where one owns them; everything else as for any server. */
export function createMdexDriver(config: MdexConfig, deps: ServersDeps): Driver {
  const { clock, sent, connectHost } = deps;
  const hosts = new Map(config.hosts.map((host) => [host.name, connectHost(host)]));
  const machines = new Map(config.nodes.map(({ name, host }) => [name, host]));
  const world: MdexWorld = {
    clock,
    tell: (nodeId, where, text, result) => sent({ atMs: clock.now(), nodeId, where, text, result }),
    settingsOf: (nodeId) => settingsOf(config, nodeId),
    hostOf: (nodeId) => hosts.get(machines.get(nodeId) ?? "") ?? null,
  };
  const shared = {
    ...deps,
    connectHost: (host: Parameters<typeof connectHost>[0]) => hosts.get(host.name) ?? connectHost(host),
  };
  return createServersDriver(serversConfigOf(config), createMdexService(world, exitBy(config)), shared);
}
