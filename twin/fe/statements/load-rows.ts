import { createHash } from "node:crypto";
import type { Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { loadsOf, progressOf, type Load } from "../loads/records.ts";
import { timeOrNull, timeText } from "../texts.ts";
import type { RoutineJobRecord } from "../store/records.ts";
import type { Row } from "./table-query.ts";

const row = (cells: Readonly<Record<string, Cell>>): Row => new Map(Object.entries(cells));
const textOrNull = (text: string): string | null => (text === "" ? null : text);

/**
 * information_schema.loads: every kind of load from 3.3 on (#46773); before, broker loads and INSERT alone, under other
 * names, of which the cells here hold both.
 */
export function loadRows(fe: Fe): readonly Row[] {
  const loads = loadsOf(fe).filter((load) => fe.profile.loadsOfAllKinds || isJob(load));
  return loads.map((load) =>
    row({
      ID: load.id,
      LABEL: load.label,
      PROFILE_ID: null,
      DB_NAME: load.database,
      DATABASE_NAME: load.database,
      TABLE_NAME: load.table,
      USER: load.user,
      WAREHOUSE: "",
      STATE: load.state,
      PROGRESS: progressOf(load),
      TYPE: load.type,
      PRIORITY: "NORMAL",
      SCAN_ROWS: 0,
      SCAN_BYTES: 0,
      FILTERED_ROWS: 0,
      UNSELECTED_ROWS: 0,
      SINK_ROWS: sinkRows(load),
      RUNTIME_DETAILS: runtimeDetails(load),
      JOB_DETAILS: runtimeDetails(load),
      ETL_INFO: "",
      TASK_INFO: `resource:N/A; timeout(s):${load.timeoutMs / 1000}; max_filter_ratio:0.0`,
      CREATE_TIME: timeText(load.createdMs),
      ETL_START_TIME: timeOrNull(load.startedMs),
      ETL_FINISH_TIME: timeOrNull(load.startedMs),
      LOAD_START_TIME: timeOrNull(load.startedMs),
      LOAD_COMMIT_TIME: load.state === "FINISHED" ? timeOrNull(load.finishedMs) : null,
      LOAD_FINISH_TIME: timeOrNull(load.finishedMs),
      PROPERTIES: JSON.stringify({ timeout: load.timeoutMs / 1000 }),
      ERROR_MSG: textOrNull(load.error),
      TRACKING_URL: null,
      TRACKING_SQL: null,
      REJECTED_RECORD_PATH: null,
      JOB_ID: load.id,
    }),
  );
}

export const isJob = (load: Load): boolean => load.type === "BROKER" || load.type === "INSERT";
export const sinkRows = (load: Load): number => (load.state === "FINISHED" ? 1000 : 0);

function runtimeDetails(load: Load): string {
  const loadId = loadIdOf(load);
  const own = { load_id: loadId, txn_id: load.transactionId };
  if (!isJob(load)) return JSON.stringify({ ...own, begin_txn_time_ms: 0, plan_time_ms: 0, receive_data_time_ms: 0 });
  const backends = load.backendId === null ? {} : { [loadId]: [load.backendId] };
  const unfinished = { [loadId]: load.state === "LOADING" && load.backendId !== null ? [load.backendId] : [] };
  return JSON.stringify({ backends, ...own, task_num: 1, unfinished_backends: unfinished });
}

/** As long as nobody looks for it on a backend, any id that is the load's own will do. */
function loadIdOf(load: Load): string {
  const hash = createHash("md5").update(`${load.type} ${load.id}`).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** The tasks of stream and routine loads: SHOW STREAM LOAD, and information_schema.stream_loads by the same names. */
export const streamLoadColumns =
  "Label Id LoadId TxnId DbName TableName State ErrorMsg TrackingURL ChannelNum PreparedChannelNum NumRowsNormal NumRowsAbNormal NumRowsUnselected NumLoadBytes TimeoutSecond CreateTimeMs BeforeLoadTimeMs StartLoadingTimeMs StartPreparingTimeMs FinishPreparingTimeMs EndTimeMs ChannelState Type TrackingSQL".split(
    " ",
  );

export function streamLoadCells(load: Load): readonly Cell[] {
  const started = timeText(load.createdMs);
  const prepared = load.state === "FINISHED" ? timeOrNull(load.finishedMs) : null;
  return [
    load.label,
    String(load.id),
    loadIdOf(load),
    String(load.transactionId ?? load.id),
    load.database,
    load.table,
    load.state,
    load.error,
    "",
    "1",
    load.state === "FINISHED" ? "1" : "0",
    String(load.state === "FINISHED" ? 64 : 0),
    "0",
    "0",
    String(load.state === "FINISHED" ? 1024 : 0),
    String(load.timeoutMs / 1000),
    started,
    started,
    started,
    prepared,
    prepared,
    timeOrNull(load.finishedMs),
    load.state,
    load.type,
    null,
  ];
}

export function streamLoadRows(fe: Fe): readonly Row[] {
  const names = streamLoadColumns.map((name) =>
    name
      .replace("SQL", "Sql")
      .replace("URL", "Url")
      .replace(/(?<=[a-z])(?=[A-Z])/g, "_")
      .toUpperCase(),
  );
  return loadsOf(fe)
    .filter((load) => !isJob(load))
    .map((load) => new Map(streamLoadCells(load).map((cell, index) => [names[index] ?? "", cell])));
}

export const currentTasks = (job: RoutineJobRecord): number => (job.state === "RUNNING" ? job.concurrency : 0);

export function ownRoutineJobs(fe: Fe): readonly Row[] {
  return [...fe.store.routineJobs.values()].map((job) =>
    row({
      ID: job.id,
      NAME: job.name,
      CREATE_TIME: timeText(job.createdMs),
      PAUSE_TIME: timeOrNull(job.pausedMs),
      END_TIME: timeOrNull(job.endedMs),
      DB_NAME: job.database,
      TABLE_NAME: job.table,
      STATE: job.state,
      DATA_SOURCE_TYPE: "KAFKA",
      CURRENT_TASK_NUM: currentTasks(job),
      REASONS_OF_STATE_CHANGED: job.reason,
    }),
  );
}
