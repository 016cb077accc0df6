/** Backend processes behind a real HAProxy, with the console over them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { makeSite, type Site } from "#server/drivers/process/testing/site.ts";
import { startHaproxy, type Haproxy } from "#server/routers/testing/haproxy.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";
import { OPERATOR } from "./world.ts";

export type Processes = {
  readonly site: Site;
  readonly front: Haproxy;
  /** Through HAProxy. */
  readonly url: string;
  readonly clusterId: string;
  stop(): Promise<void>;
};

/** Retries would hide what is refused: a request that meets a closed port fails, as it does without a proxy's help. */
export async function startProcesses(names: readonly string[]): Promise<Processes> {
  const { promise: fronted, resolve } = Promise.withResolvers<Haproxy>();
  const site = await makeSite({
    names,
    section: async (backends) => {
      const servers = backends.map(({ name, port }) => ({ name, port }));
      const front = await startHaproxy({ servers, check: "httpchk GET /health", lines: ["retries 0"] });
      resolve(front);
      const named = Object.fromEntries(servers.map(({ name }) => [name, `web/${name}`]));
      return { routers: [{ name: "front", kind: "haproxy", socket: front.socket, servers: named }] };
    },
  });
  const front = await fronted;
  await site.start(site.driver());
  return {
    site,
    front,
    url: `http://127.0.0.1:${front.port}/`,
    clusterId: String(site.section["name"]),
    stop: async () => {
      await front.stop();
      await site.stop();
    },
  };
}

export async function startConsoleOver({ site }: Processes): Promise<ConsoleProcess> {
  const file = join(site.folder, "sluice.yaml");
  writeFileSync(file, stringify({ console: { listen: "127.0.0.1:0", data: "./console" }, clusters: [site.section] }));
  return await startConsole(file, OPERATOR);
}
