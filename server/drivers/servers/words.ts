import { neutralWords, type SystemWords } from "#lib/cluster/words.ts";
import { countsRequests } from "#server/routers/config.ts";
import type { ServersConfig } from "./config.ts";
import type { Service } from "./service.ts";

type Told = Pick<Service, "name" | "node" | "work" | "counters" | "members">;

/** As `countersOf` finds them: the nodes' own totals, else those of routers that all count. */
export function wordsOf(
  { name, node, work, counters, members }: Told,
  { routers }: Pick<ServersConfig, "routers">,
): SystemWords {
  const byRouters = routers.length > 0 && routers.every(countsRequests) ? "the routers" : null;
  const neutral = neutralWords(work);
  const absent: SystemWords["absent"] = [
    ...(members === undefined ? (["controlPlane"] as const) : []),
    ...(routers.length === 0 ? (["router"] as const) : []),
  ];
  return { ...neutral, name, node: node ?? neutral.node, counters: counters ?? byRouters, absent, speaker: "node" };
}
