import { neutralWords, type SystemWords } from "#lib/cluster/words.ts";
import { countsRequests } from "#server/routers/config.ts";
import type { ServersConfig } from "./config.ts";
import type { Service } from "./service.ts";

type Told = Pick<Service, "name" | "node" | "work" | "counters">;

/** As `countersOf` finds them: the nodes' own totals, else those of routers that all count. */
export function wordsOf(
  { name, node, work, counters }: Told,
  { routers }: Pick<ServersConfig, "routers">,
): SystemWords {
  const byRouters = routers.length > 0 && routers.every(countsRequests) ? "the routers" : null;
  const neutral = neutralWords(work);
  return { ...neutral, name, node: node ?? neutral.node, counters: counters ?? byRouters, speaker: "node" };
}
