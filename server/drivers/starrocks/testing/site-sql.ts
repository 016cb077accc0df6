/** What the FEs of a site answer to each statement of the driver's. */
import { compareVersions } from "#lib/cluster/version.ts";
import type { Row, SqlAnswer, SqlFailure } from "../sql.ts";
import { failureOf } from "../sql.ts";
import { recordedRows } from "./recorded.contract.ts";
import type { Site, SiteDatabase, SiteNode } from "./site.ts";

type Rows = readonly Row[];
const SYNTAX = { code: 1064, message: "Getting syntax error at line 1, column 5. Detail message: Unexpected input." };

export function answerSql(site: Site, frontend: SiteNode, sql: string, nowMs: number): SqlAnswer {
  if (site.sqlFails !== null) return failed(site.sqlFails);
  if (!frontend.alive) return { ok: false, failure: { kind: "refused", code: null, message: "connection refused" } };
  const right = rightFor(sql);
  if (right !== null && site.lacks.includes(right)) {
    const inactive = site.inactiveRoles ? "cluster_admin" : "NONE";
    const message = `Access denied; you need (at least one of) the ${right} privilege(s) on SYSTEM for this operation. Current role(s): NONE. Inactivated role(s): ${inactive}.`;
    return failed({ code: 5203, message });
  }
  const [, name, value] = /^SET GLOBAL (\w+) = (\w+)$/.exec(sql) ?? [];
  if (name !== undefined && value !== undefined) {
    site.globals[name] = value;
    return { ok: true, rows: [] };
  }
  const rows = rowsFor(site, frontend, sql, nowMs);
  return rows === null ? failed(SYNTAX) : { ok: true, rows };
}

function failed({ code, message }: { readonly code: number; readonly message: string }): SqlAnswer {
  const failure: SqlFailure = failureOf({ message, errno: code, code: "ER" });
  return { ok: false, failure };
}

function rightFor(sql: string): string | null {
  if (/BLACKLIST/.test(sql)) return "BLACKLIST";
  if (/^SHOW (BACKUP|RESTORE)/.test(sql)) return "REPOSITORY";
  if (/^(ADMIN|SHOW PROC|SET GLOBAL)/.test(sql)) return "OPERATE";
  return null;
}

function rowsFor(site: Site, frontend: SiteNode, sql: string, nowMs: number): Rows | null {
  const text = sql.replace(/;$/, "");
  const like = /LIKE '([^']*)'$/.exec(text)?.[1] ?? "";
  if (text === "SHOW FRONTENDS") return site.nodes.filter(({ role }) => role === "fe").map(frontendRow);
  if (text === "SHOW BACKENDS") return site.nodes.filter(({ role }) => role === "be").map(computeRow);
  if (text === "SHOW COMPUTE NODES") return site.nodes.filter(({ role }) => role === "cn").map(computeRow);
  if (text === "SHOW BACKEND BLACKLIST") return blacklistRows(site, frontend, "be");
  if (text === "SHOW COMPUTE NODE BLACKLIST")
    return isAtLeast(frontend, "4.0") ? blacklistRows(site, frontend, "cn") : null;
  if (text === "SELECT current_user()") return [{ "CURRENT_USER()": "'sluice'@'%'" }];
  if (text === "SHOW GRANTS")
    return site.grants.map((Grants) => ({ UserIdentity: "'sluice'@'%'", Catalog: null, Grants }));
  if (text === "SELECT now(), @@time_zone") return [nowRow(nowMs + frontend.clockAheadS * 1000)];
  if (text.startsWith("ADMIN SHOW FRONTEND CONFIG")) return settings(frontend.config, like, "Key");
  if (text.startsWith("SHOW GLOBAL VARIABLES")) return settings(site.globals, like, "Variable_name");
  if (text.startsWith("SHOW PROC")) return procRows(site, /'([^']*)'/.exec(text)?.[1] ?? "");
  if (text.startsWith("ADMIN SHOW REPLICA STATUS")) return replicaRows(site, /\.`(\w+)`$/.exec(text)?.[1] ?? "");
  const from = / FROM `?(\w+)`?$/.exec(text)?.[1];
  const database = site.databases.find(({ name }) => name === from);
  if (database === undefined) return null;
  if (text.startsWith("SHOW ALTER TABLE")) return alterRows(database, / TABLE (\w+) /.exec(text)?.[1] ?? "");
  if (text.startsWith("SHOW BACKUP")) return jobRow(database.backup, "SnapshotName");
  if (text.startsWith("SHOW RESTORE")) return jobRow(database.restore, "Label");
  return null;
}

function isAtLeast(node: SiteNode, version: string): boolean {
  return (compareVersions(node.version ?? "0", version) ?? 0) >= 0;
}

function template(sql: string): Row {
  const [row] = recordedRows(sql);
  if (row === undefined) throw new Error(`${sql} was not recorded`);
  return row;
}

function without(row: Row, ...columns: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !columns.includes(name)));
}

function frontendRow(node: SiteNode): Row {
  const row = {
    ...template("SHOW FRONTENDS"),
    Name: node.systemId,
    IP: node.ip,
    Role: node.leadership,
    Join: String(node.joined),
    Alive: String(node.alive),
    ReplayedJournalId: String(node.journalId),
    ErrMsg: node.errorMessage,
    Version: node.version ?? "NULL",
  };
  return isAtLeast(node, "3.5") ? row : without(row, "Id");
}

function computeRow(node: SiteNode): Row {
  const row = {
    ...template(node.role === "be" ? "SHOW BACKENDS" : "SHOW COMPUTE NODES"),
    [node.role === "be" ? "BackendId" : "ComputeNodeId"]: node.systemId,
    IP: node.ip,
    Alive: String(node.alive),
    SystemDecommissioned: String(node.decommissioning),
    ErrMsg: node.errorMessage,
    Version: node.version ?? "",
    StatusCode: node.statusCode,
    ...(node.warehouse === null ? {} : { WarehouseName: node.warehouse }),
  };
  return isAtLeast(node, "3.4") ? row : without(row, "StatusCode");
}

function blacklistRows(site: Site, frontend: SiteNode, role: "be" | "cn"): Rows {
  const id = role === "be" ? "BackendId" : "ComputeNodeId";
  return Object.entries(frontend.blacklist).flatMap(([nodeId, kind]) => {
    const node = site.nodes.find((each) => each.id === nodeId && each.role === role);
    return node === undefined ? [] : [{ [id]: node.systemId, AddBlackListType: kind }];
  });
}

function nowRow(atMs: number): Row {
  const text = new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
  return { "now()": text, "@@time_zone": "Etc/UTC" };
}

function settings(all: Readonly<Record<string, string>>, like: string, key: string): Rows {
  const pattern = new RegExp(`^${like.replaceAll("%", ".*")}$`);
  return Object.entries(all)
    .filter(([name]) => pattern.test(name))
    .map(([name, Value]) => ({ [key]: name, Value }));
}

function jobRow(state: string | null, name: string): Rows {
  return state === null ? [] : [{ JobId: "1", [name]: "s1", State: state }];
}

const ALTER_WORDS = { schema_change: "COLUMN", rollup: "ROLLUP", optimize: "OPTIMIZE" } as const;

function alterRows({ alter }: SiteDatabase, word: string): Rows {
  if (alter === null || ALTER_WORDS[alter.kind] !== word) return [];
  return [{ JobId: "1", TableName: alter.table, State: alter.state, Progress: "40" }];
}

function procRows(site: Site, path: string): Rows | null {
  const [, root, id, deeper] = path.split("/");
  const database = site.databases.find((each) => each.id === id);
  if (path === "/statistic") return statisticRows(site);
  if (path === "/dbs" || path === "/jobs" || path === "/transactions") {
    return site.databases.map(({ id: DbId, name: DbName }) => ({ DbId, DbName }));
  }
  if (database === undefined) return null;
  if (root === "jobs") return countRows(database);
  if (root === "transactions") {
    return Array.from({ length: database.loads }, (_, index) => ({
      TransactionId: String(index + 1),
      TransactionStatus: "PREPARE",
    }));
  }
  const seen = database.tables.filter(({ hidden }) => !hidden);
  if (root === "dbs" && deeper === undefined) {
    return seen.map(({ name }) => ({ TableId: name, TableName: name, Type: "OLAP", PartitionNum: "1" }));
  }
  const table = seen.find(({ name }) => name === deeper);
  if (root !== "dbs" || table === undefined) return null;
  return table.holders.map((holders, index) => ({
    PartitionName: `p${index}`,
    ReplicationNum: String(holders.length),
  }));
}

function countRows({ alter }: SiteDatabase): Rows {
  const counted = alter?.kind === "optimize" ? "schema_change" : alter?.kind;
  return ["load", "rollup", "schema_change", "export"].map((JobType) => ({
    JobType,
    Pending: "0",
    Running: counted === JobType ? "1" : "0",
  }));
}

function statisticRows(site: Site): Rows {
  const base = template("SHOW PROC '/statistic'");
  const tables = (database: SiteDatabase): Row => ({
    ...base,
    DbId: database.id,
    DbName: database.name,
    TableNum: String(database.tables.length),
    TabletNum: String(database.tables.length),
    UnhealthyTabletNum: "0",
  });
  const total = {
    ...base,
    DbId: "Total",
    DbName: "1",
    TabletNum: "8",
    UnhealthyTabletNum: String(site.unhealthyTablets),
  };
  return [...site.databases.map(tables), total];
}

function replicaRows(site: Site, name: string): Rows | null {
  const table = site.databases.flatMap(({ tables }) => tables).find((each) => each.name === name);
  if (table === undefined) return null;
  return table.holders.flatMap((holders, tablet) =>
    holders.map((holder, index) => ({
      TabletId: String(tablet),
      BackendId: site.nodes.find(({ id }) => id === holder)?.systemId ?? "0",
      IsBad: "false",
      Status: table.good || index === 0 ? "OK" : "VERSION_ERROR",
    })),
  );
}
