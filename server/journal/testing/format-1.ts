/**
 * A journal as the first release wrote it, on a cluster of `createScriptedCluster`: run c1.1 was aborted, run c1.2 drains
 * be-1, its loans are taken. Made by that release; never to be made again.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export const FORMAT_1_ENDED_AT_MS = 1_012_800;

export function writeFormat1(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL;");
  db.exec(`BEGIN; ${readFileSync(join(import.meta.dirname, "format-1.sql"), "utf8")} COMMIT;`);
  db.close();
}
