import type { Driver } from "#server/orchestrator/ports.ts";
import { createServersDriver } from "../servers/driver.ts";
import type { ServersDeps } from "../servers/world.ts";
import type { GrpcConfig } from "./config.ts";
import { createGrpcService } from "./service.ts";

/** gRPC servers: their health and counts by gRPC itself; for all that is done to them, their owners. */
export function createGrpcDriver(config: GrpcConfig, deps: ServersDeps): Driver {
  return createServersDriver(config, createGrpcService(config, deps.clock), deps);
}
