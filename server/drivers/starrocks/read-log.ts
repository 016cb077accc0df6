import type { NodeId } from "#lib/cluster/node.ts";
import type { Answer, LogChunk } from "#server/orchestrator/ports.ts";
import { readLogFile } from "../shared/log-file.ts";
import type { StarRocksRole } from "./config.ts";
import { placeOf } from "./place.ts";
import type { World } from "./world.ts";

export const LOG: Readonly<Record<StarRocksRole, string>> = { fe: "fe.log", be: "be.INFO", cn: "cn.INFO" };
export async function readLog(
  world: World,
  nodeId: NodeId,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Answer<LogChunk>> {
  const node = world.node(nodeId);
  if (node === null) return { ok: false, why: `${nodeId} is not in the cluster any more` };
  const place = placeOf(world, node);
  if (!place.ok) return place;
  const file = `${place.value.dir}/log/${LOG[node.role]}`;
  return await readLogFile(place.value.host, file, cursor, signal);
}
