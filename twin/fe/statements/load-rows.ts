import type { Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { timeOrNull, timeText } from "../texts.ts";
import type { LoadRecord, RoutineJobRecord } from "../store/records.ts";
import type { Row } from "./table-query.ts";

const row = (cells: Readonly<Record<string, Cell>>): Row => new Map(Object.entries(cells));

export const progressOf = (load: LoadRecord): string =>
  load.state === "FINISHED"
    ? "ETL:100%; LOAD:100%"
    : load.state === "LOADING"
      ? "ETL:100%; LOAD:50%"
      : "ETL:N/A; LOAD:N/A";

export function ownLoads(fe: Fe): readonly Row[] {
  return [...fe.store.loads.values()].map((load) =>
    row({
      ID: load.id,
      LABEL: load.label,
      DB_NAME: load.database,
      TABLE_NAME: load.table,
      USER: load.user,
      WAREHOUSE: "",
      STATE: load.state,
      PROGRESS: progressOf(load),
      TYPE: "BROKER",
      PRIORITY: "NORMAL",
      SCAN_ROWS: 0,
      SINK_ROWS: load.state === "FINISHED" ? 1000 : 0,
      CREATE_TIME: timeText(load.createdMs),
      LOAD_START_TIME: timeOrNull(load.startedMs),
      LOAD_FINISH_TIME: timeOrNull(load.finishedMs),
      ERROR_MSG: load.error,
      JOB_ID: load.id,
    }),
  );
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
