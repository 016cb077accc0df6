/** Releases of StarRocks, brought onto the hosts of its nodes. */
import type { Driver } from "#server/orchestrator/ports.ts";
import { stagingOn } from "../shared/staging.ts";
import { releasesRoot } from "./config.ts";
import { STARROCKS_RELEASE } from "./release-layout.ts";
import type { World } from "./world.ts";

export function staging(world: World): Pick<Driver, "stage"> {
  const { install } = world.config;
  const root = releasesRoot(install);
  const packages = install !== undefined && "packages" in install ? install.packages : undefined;
  if (root === null || packages === undefined) return {};
  return {
    stage: async (...asked) => {
      const hosts = world.nodes.flatMap((node) => world.hostOf(node) ?? []);
      if (hosts.length === 0)
        return { ok: false, why: "nothing says on which hosts the nodes lie; give each its host under nodes" };
      return await stagingOn(world, { packages, root, layout: STARROCKS_RELEASE, hosts })(...asked);
    },
  };
}
