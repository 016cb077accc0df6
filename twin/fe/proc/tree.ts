import { textColumns, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { nodesTable } from "../statements/show-backends.ts";
import { frontendsTable } from "../statements/show-frontends.ts";
import { backendDisks } from "./backend-disks.ts";
import { balanceNode } from "./cluster-balance.ts";
import { databasesNode } from "./databases.ts";
import { backendInstances, currentQueries, globalCurrentQueries } from "./queries.ts";
import type { ProcAnswer, ProcTable } from "./proc-table.ts";
import { statisticNode } from "./statistic.ts";
import { transactionsNode } from "./transactions.ts";

/** In the order of the real root, which is a hash map's. */
const roots = [
  "brokers",
  "frontends",
  "routine_loads",
  "catalog",
  "colocation_group",
  "cluster_balance",
  "load_error_hub",
  "meta_recovery",
  "global_current_queries",
  "tasks",
  "compute_nodes",
  "statistic",
  "jobs",
  "warehouses",
  "resources",
  "monitor",
  "transactions",
  "backends",
  "current_queries",
  "stream_loads",
  "replications",
  "dbs",
  "current_backend_instances",
  "historical_nodes",
  "compactions",
] as const;

/** SHOW PROC of this very FE; who has to ask the leader does so before. */
export async function readProc(fe: Fe, path: string): Promise<ProcAnswer> {
  const [root = "", ...rest] = path.split("/").filter((part) => part !== "");
  const unknown: ProcAnswer = { kind: "unknown", why: `Cannot find path: ${path}` };
  if (root === "")
    return table(
      ["name"],
      roots
        .filter((name) => name !== "global_current_queries" || fe.profile.globalCurrentQueries)
        .map((name) => [name]),
    );
  if (root === "global_current_queries" && !fe.profile.globalCurrentQueries) return unknown;
  if (rest.length === 0) return (await top(fe, root)) ?? unknown;
  switch (root) {
    case "backends":
      return backendDisks(fe, rest[0] ?? "");
    case "statistic":
      return statisticNode(fe, rest[0] ?? "") ?? unknown;
    case "cluster_balance":
      return balanceNode(fe, rest) ?? unknown;
    case "dbs":
      return databasesNode(fe, rest);
    case "transactions":
      return transactionsNode(fe, rest) ?? unknown;
    case "jobs":
      return jobsOf(fe, rest[0] ?? "");
    default:
      return roots.some((name) => name === root) ? unknown : { kind: "unknown", why: `${path} is not a directory` };
  }
}

function table(names: readonly string[], rows: readonly (readonly Cell[])[]): ProcTable {
  return { kind: "rows", columns: textColumns(30, ...names), rows };
}

async function top(fe: Fe, root: string): Promise<ProcAnswer | null> {
  switch (root) {
    case "frontends":
      return frontendsTable(fe);
    case "backends":
      return nodesTable(fe, "be");
    case "compute_nodes":
      return nodesTable(fe, "cn");
    case "statistic":
      return statisticNode(fe, null);
    case "current_queries":
      return currentQueries(fe);
    case "global_current_queries":
      return globalCurrentQueries(fe);
    case "current_backend_instances":
      return backendInstances(fe);
    case "cluster_balance":
      return balanceNode(fe, []);
    case "dbs":
      return databasesNode(fe, []);
    case "transactions":
      return transactionsNode(fe, []);
    case "jobs":
      return table(
        ["DbId", "DbName"],
        [...fe.store.databases.values()].map((each) => [String(each.id), each.name]),
      );
    case "brokers":
      return table(["Name", "IP", "Port", "Alive", "LastStartTime", "LastUpdateTime", "ErrMsg"], []);
    case "routine_loads":
      return table(["Name", "Id", "DbName", "Statistic", "TaskStatistic"], routineRows(fe));
    case "tasks":
      return table(["TaskType", "FailedNum", "TotalNum"], [["Total", "0", "0"]]);
    default:
      return roots.some((name) => name === root) ? table(["Name"], []) : null;
  }
}

function routineRows(fe: Fe): readonly (readonly Cell[])[] {
  return [...fe.store.routineJobs.values()].map((job) => [job.name, String(job.id), job.database, "{}", "{}"]);
}

function jobsOf(fe: Fe, databaseId: string): ProcAnswer {
  if (!/^\d+$/.test(databaseId)) return { kind: "unknown", why: `Invalid db id format: ${databaseId}` };
  const database = [...fe.store.databases.values()].find((each) => String(each.id) === databaseId);
  if (database === undefined) return { kind: "unknown", why: `Database[${databaseId}] does not exist.` };
  const loads = [...fe.store.loads.values()].filter((load) => load.database === database.name);
  const count = (state: string): number => loads.filter((load) => load.state === state).length;
  const counts = [count("PENDING"), count("LOADING"), count("FINISHED"), count("CANCELLED"), loads.length];
  const none = ["0", "0", "0", "0", "0"];
  return table(
    ["JobType", "Pending", "Running", "Finished", "Cancelled", "Total"],
    [
      ["load", ...counts.map(String)],
      ["rollup", ...none],
      ["schema_change", ...none],
      ["export", ...none],
    ],
  );
}
