import { z } from "zod";
import { errorAnswer, okAnswer, textColumns, type Answer, type Cell, type Column } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { httpAsk, jsonAsk } from "../http/client.ts";
import { isSchedulable, nodeNotFound } from "../query/not-found.ts";
import { planWorker } from "../query/plan.ts";
import { runQuery } from "../query/run.ts";
import type { NodeRecord } from "../store/records.ts";
import { partitionOf } from "../tablets/health.ts";
import { timeText } from "../texts.ts";
import { forward, asForwarded } from "./forward.ts";
import { columnsOf } from "./information-tables.ts";
import { loadRows, ownRoutineJobs, streamLoadRows } from "./load-rows.ts";
import { denied, holdsAny, seesTable } from "./privileges.ts";
import { replicasOf } from "./table-health.ts";
import { defaultWarehouse } from "../warehouses.ts";
import { variable } from "./session-statements.ts";
import { condition, selectFrom, type Row } from "./table-query.ts";
import type { Context, Statement } from "./statement.ts";
import { unknownTable } from "./unknown.ts";

/** Always read on the leader (facts, 1.8). */
const ofLeader = new Set(["fe_tablet_schedules", "loads", "partitions_meta", "routine_load_jobs", "stream_loads"]);
/** One fragment a node; OPERATE needed. */
const ofEachNode = new Set(["be_configs", "be_metrics", "be_tablets"]);

export async function informationSchema(context: Context, list: string, table: string, rest: string): Promise<Answer> {
  const { fe, session, sql } = context;
  const name = table.toLowerCase();
  const columns = columnsOf(fe.profile, name);
  if (columns === null) return unknownTable("information_schema", table);
  if (
    /^(be|fe)_/.test(name) &&
    name !== "be_tablets" &&
    name !== "fe_tablet_schedules" &&
    !holdsAny(fe.store, session.user, ["OPERATE"])
  )
    return denied(fe.store, session.user, ["OPERATE"]);
  if (!ofEachNode.has(name)) {
    const scanned = await scan(context);
    if (scanned !== null) return scanned;
  }
  if (ofLeader.has(name) && !fe.role.leads)
    return asForwarded(await forward(fe, { sql, user: session.user, database: session.database, times: 0 }));
  const rows = await rowsOf(context, name, rest);
  if (typeof rows === "string") return errorAnswer(1064, rows);
  const selected = selectFrom(list, rest, columns, rows);
  if ("unknownColumn" in selected)
    return errorAnswer(
      1064,
      `Getting analyzing error. Detail message: Column '${selected.unknownColumn}' cannot be resolved.`,
    );
  return { kind: "rows", columns: selected.names.map(columnOf), rows: selected.rows };
}

function columnOf(name: string): Column {
  const isNumber =
    /^(BE_ID|ID|TABLE_ID|PARTITION_ID|TABLET_ID|JOB_ID|count\(.*\)|.*_ROWS|NUM_.*|BUCKETS|REPLICATION_NUM|MAX_VERSION|MIN_VERSION)$/i.test(
      name,
    );
  return isNumber ? { name, type: "LONGLONG", length: 20 } : { name, type: "VAR_STRING", length: 2048 };
}

/** The scan runs as a fragment somewhere, so that without a schedulable node there is no answer. Null: it ran. */
async function scan({ fe, session, sql, queryId }: Context): Promise<Answer | null> {
  const ended = await runQuery(fe, {
    queryId,
    session,
    sql,
    workMs: 1,
    timeoutMs: 300_000,
    kind: "query",
    plan: () => planWorker(fe, Math.random, variable(fe, session, "warehouse") ?? defaultWarehouse),
  });
  return ended.ok ? null : errorAnswer(ended.code, ended.message);
}

async function rowsOf({ fe, session }: Context, name: string, rest: string): Promise<readonly Row[] | string> {
  switch (name) {
    case "be_configs":
      return eachNode(fe, rest, configRows);
    case "be_metrics":
      return eachNode(fe, rest, metricRows);
    case "be_tablets":
      return eachNode(fe, rest, (of, node) => Promise.resolve(tabletRows(of, node)));
    case "partitions_meta":
      return partitionRows(fe, session.user);
    case "loads":
      return loadRows(fe);
    case "stream_loads":
      return streamLoadRows(fe);
    case "routine_load_jobs":
      return ownRoutineJobs(fe);
    default:
      return [];
  }
}

/**
 * Without a BE_ID every node that is alive is scanned, and each must be schedulable: one on the blacklist fails them all.
 * With one, that node is scanned, alive or not (SchemaScanNode.computeBeScanRanges; recordings: 10004 was fine, and it failed).
 */
function nodesScanned(fe: Fe, rest: string): readonly NodeRecord[] | string {
  const named = /\bBE_ID`?\s*=\s*'?(\d+)'?/i.exec(rest)?.[1];
  const nodes = [...fe.store.nodes.values()].filter((node) =>
    named === undefined ? node.alive : String(node.id) === named,
  );
  const inTheWay = nodes.find((node) => !isSchedulable(fe, node));
  if (inTheWay !== undefined) return nodeNotFound(fe, inTheWay.kind);
  return nodes.length === 0 && named === undefined ? nodeNotFound(fe, "be") : nodes;
}

async function eachNode(
  fe: Fe,
  rest: string,
  read: (fe: Fe, node: NodeRecord) => Promise<readonly Row[] | null>,
): Promise<readonly Row[] | string> {
  const nodes = nodesScanned(fe, rest);
  if (typeof nodes === "string") return nodes;
  fe.counters.add("query_total");
  const answers = await Promise.all(nodes.map(async (node) => ({ node, rows: await read(fe, node) })));
  const mute = answers.find(({ rows }) => rows === null);
  fe.counters.add(mute === undefined ? "query_success" : "query_internal_err");
  return mute === undefined ? answers.flatMap(({ rows }) => rows ?? []) : unreachable(fe, mute.node);
}

/** As for any fragment: what cannot be reached goes on this FE's AUTO list. */
function unreachable(fe: Fe, node: NodeRecord): string {
  (node.kind === "be" ? fe.backendBlacklist : fe.computeBlacklist).addAuto(node.id, fe.nowMs());
  return `rpc failed with ${node.host}: Unable to validate object, host: ${node.host} backend [id=${node.id}] [host=${node.host}]`;
}

const row = (cells: Readonly<Record<string, Cell>>): Row => new Map(Object.entries(cells));

const configsSchema = z.array(
  z.object({ name: z.string(), value: z.string(), type: z.string(), default: z.string(), mutable: z.boolean() }),
);

async function configRows(fe: Fe, node: NodeRecord): Promise<readonly Row[] | null> {
  const answer = await jsonAsk({
    host: node.host,
    port: node.brpcPort,
    method: "GET",
    path: "/configs",
    timeoutMs: 10_000,
    localAddress: fe.host,
  });
  const parsed = configsSchema.safeParse(answer);
  if (!parsed.success) return null;
  return parsed.data.map((config) =>
    row({
      BE_ID: node.id,
      NAME: config.name,
      VALUE: config.value,
      TYPE: config.type,
      DEFAULT: config.default,
      MUTABLE: config.mutable ? 1 : 0,
    }),
  );
}

async function metricRows(fe: Fe, node: NodeRecord): Promise<readonly Row[] | null> {
  const answer = await httpAsk({
    host: node.host,
    port: node.httpPort,
    method: "GET",
    path: "/metrics",
    timeoutMs: 10_000,
    localAddress: fe.host,
  });
  if (!answer.ok) return null;
  return answer.body.split("\n").flatMap((line) => {
    const match = /^starrocks_be_(\w+)(?:\{([^}]*)\})?\s+(-?[\d.]+)/.exec(line);
    if (match === null) return [];
    const labels = (match[2] ?? "").replaceAll('"', "");
    return [row({ BE_ID: node.id, NAME: match[1] ?? "", LABELS: labels, VALUE: Math.round(Number(match[3])) })];
  });
}

function tabletRows(fe: Fe, node: NodeRecord): readonly Row[] {
  return [...fe.store.tables.values()].flatMap((table) =>
    replicasOf(fe, table)
      .filter((replica) => replica.backendId === node.id)
      .map((replica) =>
        row({
          BE_ID: node.id,
          TABLE_ID: table.id,
          PARTITION_ID: table.partitionId,
          TABLET_ID: replica.tabletId,
          NUM_VERSION: 1,
          MAX_VERSION: replica.version,
          MIN_VERSION: 0,
          NUM_ROWSET: 1,
          NUM_ROW: 0,
          DATA_SIZE: 0,
          INDEX_MEM: 0,
          CREATE_TIME: Math.floor(table.createdMs / 1000),
          STATE: "RUNNING",
          TYPE: "DUP_KEYS",
          DATA_DIR: fe.live.node(node.id).disks[0]?.path ?? "",
          SCHEMA_HASH: 0,
          MEDIUM_TYPE: "SSD",
          NUM_SEGMENT: 1,
        }),
      ),
  );
}

/** Only tables on which the user holds something: an account with OPERATE alone sees none (facts, 5.5). */
function partitionRows(fe: Fe, user: string): readonly Row[] {
  return [...fe.store.tables.values()]
    .filter((table) => seesTable(fe.store, user, table.database, table.name))
    .map((table) => {
      const partition = partitionOf(fe.store, table);
      return row({
        DB_NAME: table.database,
        TABLE_NAME: table.name,
        PARTITION_NAME: table.name,
        PARTITION_ID: table.partitionId,
        COMPACT_VERSION: 0,
        VISIBLE_VERSION: partition.visibleVersion,
        VISIBLE_VERSION_TIME: timeText(partition.visibleMs),
        NEXT_VERSION: partition.visibleVersion + 1,
        DATA_VERSION: partition.visibleVersion,
        VERSION_TXN_TYPE: "TXN_NORMAL",
        DISTRIBUTION_KEY: table.distributionKey,
        BUCKETS: table.buckets,
        REPLICATION_NUM: table.replicationNum,
        STORAGE_MEDIUM: "SSD",
        IS_IN_MEMORY: 0,
        IS_TEMP: 0,
        DATA_SIZE: `${partition.rows * 64}B`,
        ROW_COUNT: partition.rows,
        TABLET_BALANCED: 1,
      });
    });
}

/** A normal fragment that calls each matching node; not written to its conf file. */
async function updateConfigs({ fe, session }: Context, value: string, where: string): Promise<Answer> {
  if (!holdsAny(fe.store, session.user, ["OPERATE"])) return denied(fe.store, session.user, ["OPERATE"]);
  const nodes = nodesScanned(fe, where);
  if (typeof nodes === "string") return errorAnswer(1064, nodes);
  const conditions = where.split(/\s+and\s+/i).map(condition);
  let affected = 0;
  for (const node of nodes) {
    const configs = await configRows(fe, node);
    if (configs === null) return errorAnswer(1064, unreachable(fe, node));
    for (const config of configs) {
      if (!conditions.every((holds) => holds(config))) continue;
      const failed = await setOn(fe, node, String(config.get("NAME")), value);
      if (failed !== null) return errorAnswer(1064, failed);
      affected += 1;
    }
  }
  return okAnswer(affected);
}

async function setOn(fe: Fe, node: NodeRecord, name: string, value: string): Promise<string | null> {
  const answer = await jsonAsk({
    host: node.host,
    port: node.brpcPort,
    method: "POST",
    path: "/config",
    body: JSON.stringify({ name, value }),
    timeoutMs: 10_000,
    localAddress: fe.host,
  });
  const parsed = z.object({ ok: z.boolean(), reason: z.string() }).safeParse(answer);
  if (!parsed.success) return `rpc failed with ${node.host}: backend [id=${node.id}] [host=${node.host}]`;
  return parsed.data.ok ? null : `set ${name}=${value} failed, reason: ${parsed.data.reason}`;
}

export const updateBeConfigs: Statement = {
  pattern:
    /^update\s+information_schema\s*\.\s*be_configs\s+set\s+`?value`?\s*=\s*('[^']*'|"[^"]*"|[\w.-]+)\s+where\s+([\s\S]+)$/i,
  answeredBy: "here",
  needs: [],
  run: (context, match) => updateConfigs(context, (match[1] ?? "").replace(/^['"]|['"]$/g, ""), match[2] ?? ""),
};

export const describeInformation: Statement = {
  pattern: /^desc(?:ribe)?\s+information_schema\.(\w+)$/i,
  answeredBy: "here",
  needs: [],
  run: ({ fe }, match) => {
    const columns = columnsOf(fe.profile, (match[1] ?? "").toLowerCase());
    if (columns === null) return unknownTable("information_schema", match[1] ?? "");
    return {
      kind: "rows",
      columns: textColumns(30, "Field", "Type", "Null", "Key", "Default", "Extra"),
      rows: columns.map((name) => [name, "varchar(2048)", "YES", "false", null, ""]),
    };
  },
};
