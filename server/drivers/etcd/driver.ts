import type { Driver } from "#server/orchestrator/ports.ts";
import { createServersDriver } from "../servers/driver.ts";
import type { ServersDeps } from "../servers/world.ts";
import type { EtcdConfig } from "./config.ts";
import { createEtcdService } from "./service.ts";

export function createEtcdDriver(config: EtcdConfig, deps: ServersDeps): Driver {
  return createServersDriver(config, createEtcdService(config, deps.clock), deps);
}
