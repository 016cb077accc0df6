import { createCommandRouter } from "./command.ts";
import type { RouterConfig } from "./config.ts";
import type { RouterDeps } from "./deps.ts";
import { createHaproxy } from "./haproxy.ts";
import { createNginx } from "./nginx.ts";
import type { Router } from "./router.ts";

export function createRouter(config: RouterConfig, deps: RouterDeps): Router {
  switch (config.kind) {
    case "haproxy":
      return createHaproxy(config, deps);
    case "nginx":
      return createNginx(config, deps);
    case "command":
      return createCommandRouter(config, deps);
    default:
      return config satisfies never;
  }
}
