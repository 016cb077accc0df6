import { textColumns } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { replicasOn } from "../tablets/health.ts";
import { percentText, sizeText } from "../texts.ts";
import type { ProcAnswer } from "./proc-table.ts";

const names =
  "RootPath DataUsedCapacity OtherUsedCapacity AvailCapacity TotalCapacity TotalUsedPct State PathHash StorageMedium TabletNum DataTotalCapacity DataUsedPct";

/** `/backends/<id>`. */
export function backendDisks(fe: Fe, id: string): ProcAnswer {
  if (!/^\d+$/.test(id)) return { kind: "unknown", why: `Invalid backend id format: ${id}` };
  const node = fe.store.nodes.get(id);
  if (node === undefined || node.kind !== "be") return { kind: "unknown", why: `Backend[${id}] does not exist.` };
  const rows = fe.live
    .node(node.id)
    .disks.map((disk) => [
      disk.path,
      sizeText(disk.dataUsedBytes),
      sizeText(disk.totalBytes - disk.availableBytes - disk.dataUsedBytes),
      sizeText(disk.availableBytes),
      sizeText(disk.totalBytes),
      percentText(disk.totalBytes - disk.availableBytes, disk.totalBytes),
      "ONLINE",
      disk.pathHash,
      "SSD",
      String(replicasOn(fe.store, node.id)),
      sizeText(disk.dataUsedBytes + disk.availableBytes),
      percentText(disk.dataUsedBytes, disk.dataUsedBytes + disk.availableBytes),
    ]);
  return { kind: "rows", columns: textColumns(30, ...names.split(" ")), rows };
}
