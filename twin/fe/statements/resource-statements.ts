import { textColumns } from "#twin/mysql/answers.ts";
import type { Statement } from "./statement.ts";

/** Empty unless the query queue or a resource group is in use; the twin has neither. */
export const resourceStatements: readonly Statement[] = [
  {
    pattern: /^show\s+running\s+queries(?:\s+limit\s+\d+)?$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe }) => ({
      kind: "rows",
      columns: textColumns(
        64,
        ..."QueryId WarehouseId ResourceGroupId StartTime PendingTimeout QueryTimeout State Slots Fragments DOP Frontend FeStartTime"
          .split(" ")
          .filter((name) => fe.profile.runningQueriesWarehouse || name !== "WarehouseId"),
      ),
      rows: [],
    }),
  },
  {
    pattern: /^show\s+usage\s+resource\s+groups?(?:\s+\w+)?$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe }) => ({
      kind: "rows",
      columns: textColumns(
        64,
        ..."Name Id Backend BEInUseCpuCores BEInUseMemBytes BERunningQueries".split(" "),
        ...fe.profile.resourceGroupUsageTail,
      ),
      rows: [],
    }),
  },
  {
    pattern: /^show\s+broker$/i,
    answeredBy: "leader",
    needs: ["OPERATE", "NODE"],
    run: () => ({
      kind: "rows",
      columns: textColumns(30, ..."Name IP Port Alive LastStartTime LastUpdateTime ErrMsg".split(" ")),
      rows: [],
    }),
  },
];
