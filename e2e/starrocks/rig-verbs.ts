/** What is done to the rig's cluster behind the console's back, and how the cluster stands by its own word. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { invariant } from "#lib/util/invariant.ts";

export const FRONTENDS = [1, 2, 3] as const;
export const BACKENDS = [1, 2, 3, 4] as const;

type Row = Readonly<Record<string, string | null>>;

/** `rig cut fe3`, `rig start fe1`: the rig's own verbs. */
export async function rig(...words: readonly string[]): Promise<void> {
  const command = process.env["STARROCKS_RIG"];
  invariant(command !== undefined, "STARROCKS_RIG names the rig");
  await promisify(execFile)(command, [...words]);
}

/** How many queries this backend says it runs. */
export function carry(backend: string, queries: number): void {
  writeFileSync(join(home(backend), "work"), `${queries}\n`);
}

export function signal(node: string, name: NodeJS.Signals): void {
  process.kill(Number(readFileSync(join(home(node), "bin", `${node.slice(0, 2)}.pid`), "utf8")), name);
}

/** What a backend tells of its life in its log: `up`, `graceful exit`, `gone`. */
export function lifeOf(backend: string): readonly string[] {
  const log = readFileSync(join(home(backend), "log", `${backend.slice(0, 2)}.INFO`), "utf8");
  return [...log.matchAll(/^\S+ \S+ (up|graceful exit|gone)\b/gm)].map(([, what]) => what ?? "");
}

function home(node: string): string {
  const root = process.env["RIG"];
  invariant(root !== undefined, "RIG names the directory of the rig's cluster");
  return join(root, node);
}

/** Every value as text. */
export async function sql(frontend: number, statement: string): Promise<readonly Row[]> {
  const connection = await createConnection({
    host: `192.0.2.${frontend}`,
    port: 9030,
    user: "root",
    connectTimeout: 3000,
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>({ sql: statement, timeout: 10_000 });
    return rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
    );
  } finally {
    connection.destroy();
  }
}

/** The number of the FE that leads, by an FE that answers. */
export async function leader(asked: number): Promise<number> {
  const row = (await sql(asked, "SHOW FRONTENDS")).find((row) => row["Role"] === "LEADER");
  return Number(row?.["IP"]?.split(".").at(-1));
}

/** What a run borrows, on every FE and every backend, and the entries of people and consoles on the blacklists. */
export async function standing(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const frontend of FRONTENDS) {
    for (const row of await sql(frontend, "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_disable%'"))
      found.push(`fe${frontend} ${row["Key"]} = ${row["Value"]}`);
    for (const list of ["BACKEND", "COMPUTE NODE"])
      for (const row of await sql(frontend, `SHOW ${list} BLACKLIST`))
        if (row["AddBlackListType"] === "MANUAL")
          found.push(`fe${frontend} blacklists ${Object.values(row).join(" ")}`);
  }
  for (const backend of BACKENDS) {
    const page = await (await fetch(`http://192.0.2.${10 + backend}:8040/varz`)).text();
    for (const [line] of page.matchAll(/^(loop_count_wait|graceful_exit_wait)\S*=.*$/gm))
      found.push(`be${backend} ${line}`);
  }
  return found.toSorted();
}

/** Every FE knows every node alive: what a fault has left behind is over. */
export async function untilWell(): Promise<void> {
  await until("every node to be alive in the eyes of every FE", async () => {
    for (const frontend of FRONTENDS)
      for (const statement of ["SHOW FRONTENDS", "SHOW BACKENDS"])
        if ((await sql(frontend, statement)).some((row) => row["Alive"] !== "true")) return false;
    return true;
  });
}

export async function until(what: string, holds: () => Promise<boolean>, withinMs = 120_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  // An FE that has no leader yet answers with an error, or not at all.
  while (!(await holds().catch(() => false))) {
    invariant(performance.now() < endMs, `waited ${withinMs / 1000} s for ${what}`);
    await wait(200);
  }
}
