/** The part of a test of the connection that asks what stands in front: whether it answers, may be told, and knows its nodes. */
import type { Finding } from "#lib/wire/configuration.ts";
import { list } from "../shared/check-parts.ts";
import type { Note } from "./connection-hosts.ts";
import type { ConnectedRouter, World } from "./world.ts";

/** Reads only, like everything that a router is asked before a run. */
export async function askRouters({ routers }: Pick<World, "routers">, note: Note, signal: AbortSignal): Promise<void> {
  await Promise.all(routers.map(async (each, index) => note(...(await findingsOf(each, `routers[${index}]`, signal)))));
}

async function findingsOf(
  { config, router }: ConnectedRouter,
  field: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const servers = Object.values(config.servers).flat();
  const findings = await router.findings(servers, signal);
  const wrong = findings.filter(({ verdict, severity }) => verdict !== "pass" && severity !== "note");
  const shown = wrong.length > 0 ? wrong : findings.slice(0, 1);
  return shown.map(({ title, verdict, evidence, remedy }) => ({
    about: "routers",
    field,
    title,
    verdict,
    evidence: wrong.length > 0 ? evidence : `${evidence}; it stands before ${list(Object.keys(config.servers))}`,
    remedy,
  }));
}
