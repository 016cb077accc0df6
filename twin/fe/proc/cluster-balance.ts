import { textColumns, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import type { ProcTable } from "./proc-table.ts";

const tabletNames =
  "TabletId Type Medium Status State OrigPrio DynmPrio SrcBe SrcPath DestBe DestPath Timeout Create LstSched LstVisit Finished Rate FailedSched FailedRunning LstAdjPrio VisibleVer VisibleVerHash CmtVer CmtVerHash ErrMsg";

const table = (names: string, rows: readonly (readonly Cell[])[]): ProcTable => ({
  kind: "rows",
  columns: textColumns(30, ...names.split(" ")),
  rows,
});

/** `/cluster_balance` and what lies under it. */
export function balanceNode(fe: Fe, rest: readonly string[]): ProcTable | null {
  const backends = [...fe.store.nodes.values()].filter((node) => node.kind === "be");
  if (rest.length === 0) {
    const clones = String(fe.counters.get("clone_task_total"));
    return table("Item Number", [
      ["balance_stat", "1"],
      ["cluster_load_stat", "1"],
      ["working_slots", String(backends.length)],
      ["sched_stat", "1"],
      ["priority_repair", "0"],
      ["pending_tablets", "0"],
      ["running_tablets", "0"],
      ["history_tablets", clones],
      ["all_tablets", "0"],
    ]);
  }
  switch (rest[0]) {
    case "working_slots":
      return table(
        "BeId PathHash AvailSlots TotalSlots AvgRate",
        backends.map((node) => {
          const slots = fe.config.text("tablet_sched_slot_num_per_path");
          return [String(node.id), fe.live.node(node.id).disks[0]?.pathHash ?? "-1", slots, slots, "0.0"];
        }),
      );
    case "pending_tablets":
    case "running_tablets":
    case "history_tablets":
    case "all_tablets":
      return table(tabletNames, []);
    default:
      return null;
  }
}
