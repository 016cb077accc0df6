import { errorAnswer, okAnswer, textColumns, type Answer } from "#twin/mysql/answers.ts";
import { newIds, written, type Fe } from "../fe.ts";
import { planTable } from "../query/plan.ts";
import { runQuery } from "../query/run.ts";
import { publish } from "../tablets/publish.ts";
import type { LoadRecord, RoutineJobRecord } from "../store/records.ts";
import { put } from "../store/store.ts";
import { findTable } from "../tablets/health.ts";
import { timeOrNull, timeText } from "../texts.ts";
import { currentTasks } from "./load-rows.ts";
import { warehouseOf, workMs } from "./select.ts";
import { unknownTable } from "./unknown.ts";
import { properties, tableName } from "./sql-text.ts";
import type { Context, Statement } from "./statement.ts";

const defaultBrokerMs = 3000;
/** A task's run when nothing else is said; real ones run for up to max_batch_interval, 10 s. */
const defaultTaskMs = 2000;

function submit(fe: Fe, user: string, text: string, body: string, sessionDatabase: string): Promise<Answer> | Answer {
  const { database, table: label } = tableName(text, sessionDatabase);
  const known = [...fe.store.loads.values()].some(
    (load) => load.database === database && load.label === label && load.state !== "CANCELLED",
  );
  if (known) return errorAnswer(1064, `Label [${label}] has already been used.`);
  const target = /into\s+table\s+`?(\w+)`?/i.exec(body)?.[1] ?? "";
  if (findTable(fe.store, database, target) === null) return unknownTable(database, target);
  const { first, change } = newIds(fe, 1);
  const load: LoadRecord = {
    id: first,
    label,
    database,
    table: target,
    user,
    state: "PENDING",
    workMs: Number(properties(body).get("twin.work_ms") ?? defaultBrokerMs),
    retriesLeft: 1,
    error: "",
    backendId: null,
    transactionId: null,
    createdMs: fe.nowMs(),
    startedMs: null,
    finishedMs: null,
  };
  fe.counters.add("load_add");
  return written(fe, [change, put("loads", load.id, load)]);
}

function createRoutine(
  fe: Fe,
  text: string,
  table: string,
  body: string,
  sessionDatabase: string,
): Promise<Answer> | Answer {
  const { database, table: name } = tableName(text, sessionDatabase);
  const known = routineJob(fe, database, name);
  if (known !== null && known.state !== "STOPPED" && known.state !== "CANCELLED")
    return errorAnswer(1064, `Name ${name} already used in db ${database}`);
  if (findTable(fe.store, database, table) === null) return unknownTable(database, table);
  const wanted = properties(body);
  const { first, change } = newIds(fe, 1);
  const job: RoutineJobRecord = {
    id: first,
    name,
    database,
    table,
    state: "NEED_SCHEDULE",
    concurrency: Number(wanted.get("desired_concurrent_number") ?? 3),
    workMs: Number(wanted.get("twin.work_ms") ?? defaultTaskMs),
    createdMs: fe.nowMs(),
    pausedMs: null,
    endedMs: null,
    reason: "",
  };
  return written(fe, [change, put("routineJobs", job.id, job)]);
}

function routineJob(fe: Fe, database: string, name: string): RoutineJobRecord | null {
  const jobs = [...fe.store.routineJobs.values()].filter((job) => job.database === database && job.name === name);
  return jobs.at(-1) ?? null;
}

function changeRoutine(fe: Fe, verb: string, text: string, sessionDatabase: string): Promise<Answer> | Answer {
  const { database, table: name } = tableName(text, sessionDatabase);
  const job = routineJob(fe, database, name);
  if (job === null) return errorAnswer(1064, `There is not operable routine load job with name ${name}`);
  const nowMs = fe.nowMs();
  const next: Partial<RoutineJobRecord> =
    verb === "pause"
      ? { state: "PAUSED", pausedMs: nowMs, reason: "ErrorReason{errCode = 100, msg='User pauses routine load job'}" }
      : verb === "resume"
        ? { state: "NEED_SCHEDULE", pausedMs: null, reason: "" }
        : { state: "STOPPED", endedMs: nowMs, reason: "User stop routine load job" };
  return written(fe, [put("routineJobs", job.id, { ...job, ...next })]);
}

function showRoutine(fe: Fe, named: string | undefined, database: string): Answer {
  const wanted = named === undefined ? null : tableName(named, database);
  if (wanted !== null && routineJob(fe, wanted.database, wanted.table) === null)
    return errorAnswer(
      1064,
      `Getting analyzing error. Detail message: There is no running job named ${wanted.table} in db ${wanted.database}. Include history? false, you can try \`show all routine load job for job_name\` if you want to list stopped and cancelled jobs.`,
    );
  const rows = [...fe.store.routineJobs.values()]
    .filter((job) => wanted === null || (job.database === wanted.database && job.name === wanted.table))
    .map((job) => [
      String(job.id),
      job.name,
      timeText(job.createdMs),
      timeOrNull(job.pausedMs),
      timeOrNull(job.endedMs),
      job.database,
      job.table,
      job.state,
      "KAFKA",
      String(currentTasks(job)),
      JSON.stringify({ desireTaskConcurrentNum: String(job.concurrency) }),
      "{}",
      "{}",
      "{}",
      "{}",
      "{}",
      job.reason,
      "",
      "",
      "",
      "{}",
      "{}",
    ]);
  const names =
    "Id Name CreateTime PauseTime EndTime DbName TableName State DataSourceType CurrentTaskNum JobProperties DataSourceProperties CustomProperties Statistic Progress TimestampProgress ReasonOfStateChanged ErrorLogUrls TrackingSQL OtherMsg LatestSourcePosition OffsetLag";
  return { kind: "rows", columns: textColumns(30, ...names.split(" ")), rows };
}

/** INSERT is a load of the FE's own: its fragments write to the replicas' backends, then the transaction commits. */
async function insert(context: Context, text: string): Promise<Answer> {
  const { fe, session, sql, queryId } = context;
  const { database, table: name } = tableName(text, session.database);
  const table = findTable(fe.store, database, name);
  if (table === null) return unknownTable(database, name);
  const id = await fe.transactions.begin({
    label: `insert_${queryId}`,
    db: database,
    table: name,
    coordinator: `FE: ${fe.host}`,
    source: "INSERT_STREAMING",
    timeoutMs: 300_000,
    user: session.user,
  });
  if (id === null) return errorAnswer(1064, "failed to begin a transaction: no majority of the frontends took it");
  const ended = await runQuery(fe, {
    queryId,
    session,
    sql,
    workMs: workMs(sql),
    timeoutMs: 300_000,
    kind: "load",
    plan: () => planTable(fe, table, Math.random, warehouseOf(context)),
  });
  if (!ended.ok) {
    await fe.transactions.abort(id, ended.message);
    return errorAnswer(ended.code, ended.message);
  }
  const done = await fe.transactions.commit(id, (txn) => publish(fe, txn));
  return done.ok ? okAnswer(1) : errorAnswer(1064, done.reason);
}

export const loadStatements: readonly Statement[] = [
  {
    pattern: /^load\s+label\s+([\w.`]+)\s*(\([\s\S]*)$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => submit(fe, session.user, match[1] ?? "", match[2] ?? "", session.database),
  },
  {
    pattern: /^create\s+routine\s+load\s+([\w.`]+)\s+on\s+`?(\w+)`?([\s\S]*)$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) =>
      createRoutine(fe, match[1] ?? "", match[2] ?? "", match[3] ?? "", session.database),
  },
  {
    pattern: /^(pause|resume|stop)\s+routine\s+load\s+for\s+([\w.`]+)$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) =>
      changeRoutine(fe, (match[1] ?? "").toLowerCase(), match[2] ?? "", session.database),
  },
  {
    pattern: /^show\s+(?:all\s+)?routine\s+load(?:\s+for\s+([\w.`]+))?(?:\s+from\s+`?(\w+)`?)?[\s\S]*$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => showRoutine(fe, match[1], match[2] ?? session.database),
  },
  {
    pattern: /^insert\s+(?:into|overwrite)\s+([\w.`]+)[\s\S]*$/i,
    answeredBy: "leader",
    needs: [],
    run: (context, match) => insert(context, match[1] ?? ""),
  },
];
