import { errorAnswer, textColumns, type Answer, type Cell } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { loadsOf, progressOf, type Load } from "../loads/records.ts";
import { timeOrNull, timeText } from "../texts.ts";
import { isJob, sinkRows, streamLoadCells, streamLoadColumns } from "./load-rows.ts";
import { likePattern, unquoted } from "./sql-text.ts";
import type { Statement } from "./statement.ts";
import { unknownDatabase } from "./unknown.ts";

const jobColumns =
  "JobId Label State Progress Type Priority ScanRows FilteredRows UnselectedRows SinkRows EtlInfo TaskInfo ErrorMsg CreateTime EtlStartTime EtlFinishTime LoadStartTime LoadFinishTime TrackingSQL JobDetails Warehouse".split(
    " ",
  );

function jobCells(load: Load): readonly Cell[] {
  const started = timeOrNull(load.startedMs);
  return [
    String(load.id),
    load.label,
    load.state,
    progressOf(load),
    load.type,
    "NORMAL",
    "0",
    "0",
    "0",
    String(sinkRows(load)),
    null,
    "resource:N/A; timeout(s):600; max_filter_ratio:0.0",
    load.error === "" ? null : load.error,
    timeText(load.createdMs),
    started,
    started,
    started,
    timeOrNull(load.finishedMs),
    null,
    "{}",
    "",
  ];
}

/** The loads of one database that a WHERE over label, state and type leaves, up to LIMIT. */
function chosen(loads: readonly Load[], database: string, where: string): readonly Load[] {
  const label = /label\s*(=|like)\s*(["'][^"']*["'])/i.exec(where);
  const equals = (name: string): string | null => {
    const text = new RegExp(`${name}\\s*=\\s*(["'][^"']*["'])`, "i").exec(where)?.[1];
    return text === undefined ? null : unquoted(text).toUpperCase();
  };
  const wanted = unquoted(label?.[2] ?? "");
  const fits = label === null ? () => true : label[1] === "=" ? (text: string) => text === wanted : likePattern(wanted);
  const [state, type] = [equals("state"), equals("type")];
  return loads
    .filter((load) => load.database === database && fits(load.label))
    .filter((load) => (state === null || load.state === state) && (type === null || load.type === type))
    .slice(0, Number(/limit\s+(\d+)/i.exec(where)?.[1] ?? Number.MAX_SAFE_INTEGER));
}

function show(fe: Fe, database: string, where: string, streams: boolean): Answer {
  if (database === "") return errorAnswer(1046, "Getting analyzing error. Detail message: No database selected.");
  if (!fe.store.databases.has(database)) return unknownDatabase(database);
  const loads = chosen(loadsOf(fe), database, where).filter((load) => isJob(load) !== streams);
  return {
    kind: "rows",
    columns: textColumns(30, ...(streams ? streamLoadColumns : jobColumns)),
    rows: loads.map(streams ? streamLoadCells : jobCells),
  };
}

export const showLoadStatements: readonly Statement[] = [
  {
    pattern: /^show\s+(?:all\s+)?load(?:\s+from\s+`?(\w+)`?)?((?:\s+(?:where|order|limit)\b[\s\S]*)?)$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => show(fe, match[1] ?? session.database, match[2] ?? "", false),
  },
  {
    pattern: /^show\s+(?:all\s+)?stream\s+load(?:\s+from\s+`?(\w+)`?)?((?:\s+(?:where|order|limit)\b[\s\S]*)?)$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => show(fe, match[1] ?? session.database, match[2] ?? "", true),
  },
];
