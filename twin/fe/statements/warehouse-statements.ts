import { errorAnswer, textColumns, type Answer, type Cell } from "#twin/mysql/answers.ts";
import { newIds, written, type Fe } from "../fe.ts";
import type { NodeRecord } from "../store/records.ts";
import { put } from "../store/store.ts";
import { timeOrNull, timeText } from "../texts.ts";
import { defaultWarehouse, isSharedData, warehouses, workers } from "../warehouses.ts";
import { unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";

const warehouseColumns =
  "Id Name State NodeCount CurrentClusterCount MaxClusterCount StartedClusters RunningSql QueuedSql CreatedOn ResumedOn UpdatedOn Property Comment".split(
    " ",
  );
const nodeColumns =
  "WarehouseName ClusterId WorkerGroupId NodeId WorkerId IP HeartbeatPort BePort HttpPort BrpcPort StarletPort LastStartTime LastUpdateMs Alive ErrMsg Version NumRunningQueries CpuCores MemUsedPct CpuUsedPct".split(
    " ",
  );

/** How a client finds out the run mode without harm. */
const elsewhere = (): Answer => errorAnswer(5907, "unsupported statement in shared_nothing mode");

function show(fe: Fe): Answer {
  return {
    kind: "rows",
    columns: textColumns(30, ...warehouseColumns),
    rows: warehouses(fe).map((each): readonly Cell[] => [
      String(each.id),
      each.name,
      "AVAILABLE",
      String(workers(fe, each.name).length),
      "1",
      "1",
      "1",
      String(each.name === defaultWarehouse ? fe.queries.all().length : 0),
      "0",
      timeText(each.createdMs),
      null,
      null,
      "{}",
      "An internal warehouse init after FE is ready",
    ]),
  };
}

function nodesOf(fe: Fe, name: string): readonly (readonly Cell[])[] {
  return workers(fe, name).map((node) => cellsOf(fe, node));
}

function cellsOf(fe: Fe, node: NodeRecord): readonly Cell[] {
  const live = fe.live.node(node.id);
  return [
    node.warehouse,
    "0",
    "0",
    String(node.id),
    String(node.workerId),
    node.host,
    String(node.heartbeatPort),
    String(node.bePort),
    String(node.httpPort),
    String(node.brpcPort),
    String(node.starletPort),
    timeOrNull(node.lastStartMs),
    timeOrNull(live.lastHeartbeatMs),
    String(node.alive),
    node.error,
    node.version,
    String(live.usage?.runningQueries ?? 0),
    String(node.cpuCores),
    "0.00 %",
    "0.0 %",
  ];
}

function showNodes(fe: Fe, named: string | undefined): Answer {
  const all = warehouses(fe).map((each) => each.name);
  const wanted = named === undefined ? all : [unquoted(named)];
  const unknown = wanted.find((name) => !all.includes(name));
  if (unknown !== undefined) return errorAnswer(5906, `Warehouse name: ${unknown} not exist.`);
  const rows = wanted.flatMap((name) => nodesOf(fe, name));
  return { kind: "rows", columns: textColumns(30, ...nodeColumns), rows };
}

function create(fe: Fe, text: string): Promise<Answer> | Answer {
  const name = unquoted(text);
  if (warehouses(fe).some((each) => each.name === name)) return errorAnswer(1064, `Warehouse '${name}' already exists`);
  const { first, change } = newIds(fe, 1);
  return written(fe, [change, put("warehouses", name, { id: first, name, createdMs: fe.nowMs() })]);
}

const statement = (
  pattern: RegExp,
  answeredBy: Statement["answeredBy"],
  run: (fe: Fe, match: RegExpExecArray) => Promise<Answer> | Answer,
): Statement => ({
  pattern,
  answeredBy,
  needs: [],
  run: ({ fe }, match) => (isSharedData(fe) ? run(fe, match) : elsewhere()),
});

export const warehouseStatements: readonly Statement[] = [
  statement(/^show\s+warehouses$/i, "here", show),
  statement(/^show\s+nodes\s+from\s+warehouses$/i, "leader", (fe) => showNodes(fe, undefined)),
  statement(/^show\s+nodes\s+from\s+warehouse\s+(\S+)$/i, "leader", (fe, match) => showNodes(fe, match[1])),
  statement(/^create\s+warehouse\s+(?:if\s+not\s+exists\s+)?(\S+)$/i, "leader", (fe, match) =>
    create(fe, match[1] ?? ""),
  ),
];
