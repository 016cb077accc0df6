import { errorAnswer, okAnswer, textColumns, type Answer } from "#twin/mysql/answers.ts";
import { newIds, written, type Fe } from "../fe.ts";
import { createOnBackends } from "../tablets/create.ts";
import { findTable } from "../tablets/health.ts";
import type { TableRecord } from "../store/records.ts";
import { put, remove } from "../store/store.ts";
import { isSharedData } from "../warehouses.ts";
import { seesTable } from "./privileges.ts";
import { properties, tableName } from "./sql-text.ts";
import type { Statement } from "./statement.ts";
import { unknownDatabase, unknownTable } from "./unknown.ts";

const createTable =
  /^create\s+table\s+(if\s+not\s+exists\s+)?([\w.`]+)\s*\([\s\S]*?\bdistributed\s+by\s+(?:hash\s*\(([^)]*)\)|random)(?:\s+buckets\s+(\d+))?([\s\S]*)$/i;

/** Tablets go round the backends as in the recordings: each next tablet begins one backend further. */
async function create(fe: Fe, match: RegExpExecArray, sessionDatabase: string): Promise<Answer> {
  const { database, table: name } = tableName(match[2] ?? "", sessionDatabase);
  if (!fe.store.databases.has(database)) return unknownDatabase(database);
  if (findTable(fe.store, database, name) !== null)
    return match[1] === undefined ? errorAnswer(1050, `Table '${name}' already exists`) : okAnswer();
  const replicationNum = isSharedData(fe) ? 1 : Number(properties(match[5] ?? "").get("replication_num") ?? 3);
  const backends = [...fe.store.nodes.values()].filter(
    (node) => node.kind === "be" && node.alive && !node.decommissioned,
  );
  if (backends.length < replicationNum && !isSharedData(fe))
    return errorAnswer(
      1064,
      `Table replication num should be less than of equal to the number of available BE nodes. You can change this default by setting the replication_num table properties. ` +
        `Current alive backend is [${backends.map((node) => node.id).join(",")}]. , table=${name}, default_replication_num=${replicationNum}`,
    );
  const buckets = Number(match[4] ?? 8);
  const { first, change } = newIds(fe, 3 + buckets * (1 + replicationNum));
  let next = first + 3;
  const placed = isSharedData(fe) ? 0 : replicationNum;
  let turn = first % Math.max(1, backends.length);
  const tablets = Array.from({ length: buckets }, () => {
    const id = next++;
    const replicas = Array.from({ length: placed }, (_, index) => ({
      id: next++,
      backendId: backends[(turn + index) % backends.length]?.id ?? 0,
    }));
    turn += 1;
    return { id, replicas };
  });
  const record: TableRecord = {
    id: first,
    database,
    name,
    partitionId: first + 1,
    indexId: first + 2,
    buckets,
    replicationNum,
    distributionKey: (match[3] ?? "").replaceAll("`", "").trim(),
    createdMs: fe.nowMs(),
    tablets,
  };
  await createOnBackends(fe, record);
  return written(fe, [
    change,
    put("tables", record.id, record),
    put("partitions", record.id, {
      tableId: record.id,
      visibleVersion: 1,
      visibleMs: record.createdMs,
      rows: 0,
      behind: [],
    }),
  ]);
}

function createDatabase(fe: Fe, name: string, ifNotExists: boolean): Promise<Answer> | Answer {
  if (fe.store.databases.has(name))
    return ifNotExists ? okAnswer() : errorAnswer(1007, `Can't create database '${name}'; database exists`);
  const { first, change } = newIds(fe, 1);
  return written(fe, [change, put("databases", name, { id: first, name })]);
}

function showTables(fe: Fe, user: string, database: string): Answer {
  if (!fe.store.databases.has(database)) return unknownDatabase(database);
  const names = [...fe.store.tables.values()]
    .filter((table) => table.database === database && seesTable(fe.store, user, database, table.name))
    .map((table) => table.name)
    .sort();
  return { kind: "rows", columns: textColumns(20, `Tables_in_${database}`), rows: names.map((name) => [name]) };
}

export const tableStatements: readonly Statement[] = [
  {
    pattern: /^show\s+(?:full\s+)?tables(?:\s+(?:from|in)\s+`?(\w+)`?)?$/i,
    answeredBy: "here",
    needs: [],
    run: ({ fe, session }, match) => showTables(fe, session.user, match[1] ?? session.database),
  },
  {
    pattern: /^create\s+database\s+(if\s+not\s+exists\s+)?`?(\w+)`?$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe }, match) => createDatabase(fe, match[2] ?? "", match[1] !== undefined),
  },
  {
    pattern: createTable,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => create(fe, match, session.database),
  },
  {
    pattern: /^drop\s+table\s+(if\s+exists\s+)?([\w.`]+)(?:\s+force)?$/i,
    answeredBy: "leader",
    needs: [],
    run: ({ fe, session }, match) => {
      const { database, table } = tableName(match[2] ?? "", session.database);
      const found = findTable(fe.store, database, table);
      if (found === null) return match[1] === undefined ? unknownTable(database, table) : okAnswer();
      return written(fe, [remove("tables", found.id), remove("partitions", found.id)]);
    },
  },
  {
    pattern: /^admin\s+(?:cancel\s+)?repair\s+table\s+.+$/is,
    answeredBy: "leader",
    needs: ["OPERATE"],
    run: () => okAnswer(),
  },
];
