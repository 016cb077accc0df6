import type { Driver } from "#server/orchestrator/ports.ts";
import { createServersDriver } from "../servers/driver.ts";
import type { ServersDeps } from "../servers/world.ts";
import type { ProcessConfig } from "./config.ts";
import { createProcessService } from "./service.ts";

/** Plain backend processes: HTTP for health and numbers, their owners for everything that is done to them. */
export function createProcessDriver(config: ProcessConfig, deps: ServersDeps): Driver {
  return createServersDriver(config, createProcessService(config), deps);
}
