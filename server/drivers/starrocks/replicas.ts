/**
 * Tables with one or two replicas, and where these lie: what becomes unreadable or unwritable while a BE is away. Read by
 * SHOW PROC and ADMIN SHOW REPLICA STATUS, which need no query on a backend, and show an account with OPERATE every table;
 * information_schema.partitions_meta hides those it has no right on, and looks reassuring then (facts, 5.5).
 */
import type { Answer } from "#server/orchestrator/ports.ts";
import { databaseRows, numberOf, partitionRows, replicaRows, statisticRows, tableRows } from "./rows.ts";
import type { Row } from "./sql.ts";
import { explain, type World } from "./world.ts";

/** `replicas`: of its partition that has the least. */
type Table = { readonly name: string; readonly replicas: number };

export type ReplicaReport = {
  /** By BE id: tables with a tablet whose only good replica lies there, and how many tablets. */
  readonly unreadable: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By BE id: tables that could be read, and not loaded into: what stays of a tablet is no majority of its replicas. */
  readonly unwritable: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly tableCount: number;
};

const TABLES_MS = 120_000;
const STATUS_MS = 5000;
/** Where many tables have to be asked, most of the time passes without asking. */
const PAUSE_TIMES = 10;
const AT_ONCE = 3;

export class Replicas {
  #world: World;
  #tables: {
    readonly atMs: number;
    readonly reading: Promise<Answer<{ readonly tables: readonly Table[]; readonly count: number }>>;
  } | null = null;
  /** By who was taken for lost. */
  readonly #reports = new Map<string, { readonly reading: Promise<Answer<ReplicaReport>>; staleAtMs: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  /** `lost`: BEs that are on their way out, or kept away from: what lies there is lost, although it is still called good. */
  async report(lost: ReadonlySet<string> = new Set()): Promise<Answer<ReplicaReport>> {
    const { clock } = this.#world;
    const key = [...lost].sort().join(" ");
    const known = this.#reports.get(key);
    if (known !== undefined && clock.now() <= known.staleAtMs) return await known.reading;
    for (const [other, { staleAtMs }] of this.#reports) if (staleAtMs < clock.now()) this.#reports.delete(other);
    const beganAtMs = clock.now();
    const report = { reading: this.#read(lost), staleAtMs: Number.POSITIVE_INFINITY };
    this.#reports.set(key, report);
    const answer = await report.reading;
    report.staleAtMs = Math.max(beganAtMs + STATUS_MS, clock.now() + (clock.now() - beganAtMs) * PAUSE_TIMES);
    return answer;
  }

  async #read(lost: ReadonlySet<string>): Promise<Answer<ReplicaReport>> {
    const atMs = this.#world.clock.now();
    if (this.#tables === null || atMs - this.#tables.atMs > TABLES_MS) {
      this.#tables = { atMs, reading: this.#readTables() };
    }
    const tables = await this.#tables.reading;
    if (!tables.ok) {
      this.#tables = null;
      return tables;
    }
    const unreadable = new Map<string, Map<string, number>>();
    const unwritable = new Map<string, Map<string, number>>();
    const thin = tables.value.tables.filter(({ replicas }) => replicas - lost.size - 1 < majorityOf(replicas));
    const statuses = await mapLimited(thin, async (table) => ({ table, rows: await this.#replicasOf(table) }));
    for (const { table, rows } of statuses) {
      if (!rows.ok) return rows;
      for (const tablet of Map.groupBy(rows.value, ({ tabletId }) => tabletId).values()) {
        const holders = tablet.filter(({ isGood, backendId }) => isGood && !lost.has(backendId));
        const left = holders.length - 1;
        const into = left === 0 ? unreadable : left < majorityOf(tablet.length) ? unwritable : null;
        if (into !== null) for (const { backendId } of holders) count(into, backendId, table.name);
      }
    }
    return { ok: true, value: { unreadable, unwritable, tableCount: tables.value.count } };
  }

  async #readTables(): Promise<Answer<{ readonly tables: readonly Table[]; readonly count: number }>> {
    const databases = await this.#ask(["SHOW PROC '/dbs'", "SHOW PROC '/statistic'"]);
    if (!databases.ok) return databases;
    const listed = databaseRows(databases.value[0] ?? []);
    const statistic = statisticRows(databases.value[1] ?? []);
    if (listed === null || statistic === null)
      return { ok: false, why: "SHOW PROC '/dbs' answered without its columns" };
    const own = listed.filter(({ DbName }) => DbName !== "information_schema" && DbName !== "sys");
    const tables = await this.#ask(own.map(({ DbId }) => `SHOW PROC '/dbs/${DbId}'`));
    if (!tables.ok) return tables;
    const all = own.flatMap(({ DbId, DbName }, index) =>
      (tableRows(tables.value[index] ?? []) ?? [])
        .filter((row) => row.Type === null || row.Type === undefined || row.Type.startsWith("OLAP"))
        .map((row) => ({ path: `/dbs/${DbId}/${row.TableId}/partitions`, name: `${DbName}.${row.TableName}` })),
    );
    const partitions = await mapLimited(all, async (table) => ({
      table,
      rows: await this.#ask([`SHOW PROC '${table.path}'`]),
    }));
    const replicated: Table[] = [];
    for (const { table, rows } of partitions) {
      if (!rows.ok) return rows;
      const numbers = (partitionRows(rows.value[0] ?? []) ?? []).map((row) => numberOf(row.ReplicationNum) ?? 1);
      const least = Math.min(...numbers);
      if (numbers.length > 0) replicated.push({ name: table.name, replicas: least });
    }
    const tablets = numberOf(statistic.find((row) => row.DbId === "Total")?.TabletNum ?? null) ?? 0;
    if (all.length === 0 && tablets > 0) {
      return { ok: false, why: `the account sees no table, while the cluster counts ${tablets} tablets` };
    }
    // The counts are the cluster's own, whoever asks: what is missing from the lists was hidden from this account.
    const hidden = own.flatMap(({ DbId, DbName }, index) => {
      const counted = numberOf(statistic.find((row) => row.DbId === DbId)?.TableNum ?? null) ?? 0;
      const listedCount = tables.value[index]?.length ?? 0;
      return listedCount < counted ? [`${listedCount} of ${counted} tables of ${DbName}`] : [];
    });
    if (hidden.length > 0) return { ok: false, why: `the account sees only ${hidden.join(", ")}` };
    return { ok: true, value: { tables: replicated, count: all.length } };
  }

  async #replicasOf(
    table: Table,
  ): Promise<Answer<readonly { readonly tabletId: string; readonly backendId: string; readonly isGood: boolean }[]>> {
    const name = table.name
      .split(".")
      .map((part) => `\`${part.replaceAll("`", "``")}\``)
      .join(".");
    const answer = await this.#ask([`ADMIN SHOW REPLICA STATUS FROM ${name}`]);
    if (!answer.ok) return answer;
    const rows = replicaRows(answer.value[0] ?? []);
    if (rows === null) return { ok: false, why: "ADMIN SHOW REPLICA STATUS answered without its columns" };
    const value = rows.map((row) => ({
      tabletId: row.TabletId,
      backendId: row.BackendId,
      isGood: (row.Status ?? "OK") === "OK" && row.IsBad !== "true",
    }));
    return { ok: true, value };
  }

  async #ask(statements: readonly string[]): Promise<Answer<readonly (readonly Row[])[]>> {
    if (statements.length === 0) return { ok: true, value: [] };
    const answer = await this.#world.readAny(statements);
    if (answer.ok) return { ok: true, value: answer.rows };
    return { ok: false, why: explain(answer.failure, this.#world.config.account.user) };
  }
}

/** What a load needs of a tablet's replicas. */
function majorityOf(replicas: number): number {
  return Math.floor(replicas / 2) + 1;
}

function count(map: Map<string, Map<string, number>>, backendId: string, table: string): void {
  const tables = map.get(backendId) ?? new Map<string, number>();
  tables.set(table, (tables.get(table) ?? 0) + 1);
  map.set(backendId, tables);
}

async function mapLimited<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let index = 0; index < items.length; index += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(index, index + AT_ONCE).map(act))));
  }
  return results;
}
