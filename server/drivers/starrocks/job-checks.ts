/** Work of the cluster's own that a missing node would break or prolong: schema changes, backups, repair, balance. */
import type { Check } from "#lib/run/check.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { atOnce } from "../shared/at-once.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { alterRows, backupRows, configRows, databaseRows, jobRows, numberOf } from "./rows.ts";
import type { Row } from "./sql.ts";
import { explain, REPOSITORY_GRANT, type World } from "./world.ts";

type Database = { readonly id: string; readonly name: string };

/** Those that hold no tables of anybody's. */
const VIRTUAL = new Set(["information_schema", "sys"]);

/** By the leader where it can be asked: it carries them out. */
async function rowsOf(world: World, sql: string): Promise<Answer<readonly Row[]>> {
  const askable = world.askableFrontends;
  const frontend = askable.find((node) => node.leadership === "leader") ?? askable[0];
  if (frontend === undefined) return { ok: false, why: "no FE can be asked" };
  const answer = await world.poll(frontend, sql);
  if (answer.ok) return { ok: true, value: answer.rows };
  return { ok: false, why: `${frontend.id}> ${sql}: ${explain(answer.failure, world.config.account.user)}` };
}

async function databasesOf(world: World): Promise<Answer<readonly Database[]>> {
  const listed = await rowsOf(world, "SHOW PROC '/jobs'");
  if (!listed.ok) return listed;
  const rows = databaseRows(listed.value);
  if (rows === null) return { ok: false, why: "SHOW PROC '/jobs' answered without its columns" };
  const own = rows.filter(({ DbName }) => !VIRTUAL.has(DbName));
  return { ok: true, value: own.map(({ DbId, DbName }) => ({ id: DbId, name: DbName })) };
}

/**
 * What each counter of SHOW PROC '/jobs/…' holds, as `SHOW ALTER TABLE <this>` and `CANCEL ALTER TABLE <this>` call it: an
 * optimization is counted as a schema change (seen on 4.0.7).
 */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  schema_change: ["COLUMN", "OPTIMIZE"],
  rollup: ["ROLLUP"],
};
const ENDED = /^(FINISHED|CANCELLED)$/i;

export async function schemaChangeCheck(world: World): Promise<Check> {
  const question = ask("no-schema-change", null);
  const wait = "Wait until it has ended, and check again.";
  const databases = await databasesOf(world);
  if (!databases.ok) return unknown(question, databases.why, "Give the account OPERATE on SYSTEM.");
  const answers = await atOnce(databases.value, async (database) => await alterationsIn(world, database), 4);
  const silent = answers.find((answer) => !answer.ok);
  if (silent !== undefined && !silent.ok) return unknown(question, silent.why, wait);
  const running = answers.flatMap((answer) => (answer.ok ? answer.value : []));
  if (running.length === 0)
    return passes(question, `none runs in ${databases.value.length} databases (SHOW PROC '/jobs/…')`);
  return fails(
    question,
    list(running.map(({ words }) => words)),
    `${wait} Or: ${list(running.map(({ cancel }) => cancel))}`,
  );
}

type Alteration = { readonly words: string; readonly cancel: string };

/** Counted first, which costs nothing; only where there is something, the jobs are asked for by name. */
async function alterationsIn(world: World, { id, name }: Database): Promise<Answer<readonly Alteration[]>> {
  const counted = await rowsOf(world, `SHOW PROC '/jobs/${id}'`);
  if (!counted.ok) return counted;
  const jobs = jobRows(counted.value);
  if (jobs === null) return { ok: false, why: `SHOW PROC '/jobs/${id}' answered without its columns` };
  const open = Object.keys(KINDS).filter((type) =>
    jobs.some((row) => row.JobType === type && (numberOf(row.Pending) ?? 0) + (numberOf(row.Running) ?? 0) > 0),
  );
  const named = await Promise.all(open.map(async (type) => await alterationsOf(world, name, type)));
  return { ok: true, value: named.flat() };
}

async function alterationsOf(world: World, database: string, type: string): Promise<readonly Alteration[]> {
  const kinds = KINDS[type] ?? [];
  const cancel = (kind: string, table: string): string =>
    `CANCEL ALTER TABLE ${kind} FROM ${quoted(database)}.${table};`;
  const shown = await Promise.all(
    kinds.map(async (kind) => ({
      kind,
      rows: await rowsOf(world, `SHOW ALTER TABLE ${kind} FROM ${quoted(database)}`),
    })),
  );
  const found = shown.flatMap(({ kind, rows }) =>
    (rows.ok ? (alterRows(rows.value) ?? []) : [])
      .filter((row) => !ENDED.test(row.State ?? ""))
      .map((row) => ({
        words: `${kind.toLowerCase()} of ${database}.${row.TableName ?? "?"}: ${row.State ?? "?"}${row.Progress ? `, ${row.Progress} %` : ""}`,
        cancel: cancel(kind, quoted(row.TableName ?? "?")),
      })),
  );
  // The counter says that there is one: what it is called may have been hidden, or it ended just now.
  if (found.length > 0) return found;
  return [{ words: `a ${type} in ${database}`, cancel: cancel(kinds[0] ?? "COLUMN", "<table>") }];
}

export async function backupCheck(world: World): Promise<Check> {
  const question = ask("no-backup", null);
  const wait = "Wait until it has ended, and check again.";
  const databases = await databasesOf(world);
  if (!databases.ok) return unknown(question, databases.why, "Give the account OPERATE on SYSTEM.");
  const statements = databases.value.flatMap(({ name }) =>
    (["BACKUP", "RESTORE"] as const).map((verb) => ({ verb, name })),
  );
  const answers = await atOnce(
    statements,
    async ({ verb, name }) => ({ verb, name, rows: await rowsOf(world, `SHOW ${verb} FROM ${quoted(name)}`) }),
    4,
  );
  const running: { readonly words: string; readonly cancel: string }[] = [];
  for (const { verb, name, rows } of answers) {
    // SHOW BACKUP is the one statement that wants this right (seen on 4.0.7).
    if (!rows.ok) {
      const { user } = world.config.account;
      return unknown(question, rows.why, /REPOSITORY/.test(rows.why) ? REPOSITORY_GRANT(user) : wait);
    }
    for (const row of backupRows(rows.value) ?? []) {
      if (ENDED.test(row.State ?? "")) continue;
      const what = row.SnapshotName ?? row.Label ?? "";
      running.push({
        words: `${verb.toLowerCase()} of ${name} ${what}: ${row.State ?? "?"}`.replace("  ", " "),
        cancel: `CANCEL ${verb} FROM ${quoted(name)};`,
      });
    }
  }
  if (running.length === 0) return passes(question, `none runs in ${databases.value.length} databases`);
  return fails(
    question,
    list(running.map(({ words }) => words)),
    `${wait} Or: ${list(running.map(({ cancel }) => cancel))}`,
  );
}

function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name.replaceAll("`", "``")}\``;
}

// ------------------------------------------------------------------------------------------ the scheduler's settings

/** What the documents switch off for an upgrade, and what stands there usually (facts, 5.2). */
const USUAL: Readonly<Record<string, string>> = {
  tablet_sched_max_scheduling_tablets: "10000",
  tablet_sched_max_balancing_tablets: "500",
  tablet_sched_disable_balance: "false",
  tablet_sched_disable_colocate_balance: "false",
};
const REPAIR = "tablet_sched_max_scheduling_tablets";

type Setting = { readonly frontend: string; readonly key: string; readonly value: string };

async function settingsOf(world: World): Promise<Answer<readonly Setting[]>> {
  const answers = await Promise.all(
    world.askableFrontends.map(async (frontend): Promise<Answer<readonly Setting[]>> => {
      const answer = await world.poll(frontend, "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_%'");
      if (!answer.ok)
        return { ok: false, why: `${frontend.id}: ${explain(answer.failure, world.config.account.user)}` };
      const rows = (configRows(answer.rows) ?? []).filter(({ Key }) => Key in USUAL);
      return {
        ok: true,
        value: rows.map(({ Key, Value }) => ({ frontend: frontend.id, key: Key, value: Value ?? "" })),
      };
    }),
  );
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined) return failed;
  return { ok: true, value: answers.flatMap((answer) => (answer.ok ? answer.value : [])) };
}

/** Whoever leads counts, and any of them may lead next: so all of them are asked (facts, 5.2 and 5.3). */
export async function repairCheck(world: World): Promise<Check> {
  const question = ask("repair-on", null);
  const settings = await settingsOf(world);
  if (!settings.ok) return unknown(question, settings.why, "Give the account OPERATE on SYSTEM.");
  const off = settings.value.filter(({ key, value }) => key === REPAIR && value === "0");
  if (off.length === 0) return passes(question, `${REPAIR} is not 0 on any FE`);
  const words = `${REPAIR} = 0 on ${list(off.map(({ frontend }) => frontend))}: what missed a version while its BE was away is not mended before the next one goes`;
  return fails(question, words, off.map((setting) => `${setting.frontend}> ${setStatement(setting.key)}`).join(" "));
}

export async function balanceNote(world: World): Promise<Check> {
  const question = ask("balance-switches", null);
  const settings = await settingsOf(world);
  if (!settings.ok) return unknown(question, settings.why, "Give the account OPERATE on SYSTEM.");
  const odd = settings.value.filter(
    ({ key, value }) =>
      key !== REPAIR && (key === "tablet_sched_max_balancing_tablets" ? value === "0" : value !== USUAL[key]),
  );
  if (odd.length === 0)
    return passes(question, "as by default on every FE; the run switches balancing off and gives it back");
  const words = odd.map(({ frontend, key, value }) => `${key} = ${value} on ${frontend}`);
  return fails(
    question,
    `${list(words)}: switched off by somebody, and left so by the run`,
    odd.map((setting) => `${setting.frontend}> ${setStatement(setting.key)}`).join(" "),
  );
}

function setStatement(key: string): string {
  return `ADMIN SET FRONTEND CONFIG ("${key}" = "${USUAL[key] ?? ""}");`;
}
