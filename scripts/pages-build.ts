import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { NODE, ROOT } from "./processes.ts";

/** What a build is made from; tests beside the code do not count. */
const SOURCES = ["app", "components", "lib", "next.config.js", "package-lock.json", "package.json", "tsconfig.json"];

export const BUILD_COMMAND: readonly string[] = [NODE, join(ROOT, "scripts/build.ts")];

/** Whether `.next` is missing, half made, or older than what it is made from. */
export function buildIsStale(): boolean {
  const builtAtMs = modifiedAtMs(join(ROOT, ".next", "BUILD_ID"));
  return builtAtMs === null || SOURCES.some((source) => newestIn(join(ROOT, source)) > builtAtMs);
}

function newestIn(path: string): number {
  const own = modifiedAtMs(path);
  if (own === null) return 0;
  if (!statSync(path).isDirectory()) return own;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name),
  );
  return Math.max(0, ...files.map((entry) => modifiedAtMs(join(entry.parentPath, entry.name)) ?? 0));
}

function modifiedAtMs(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
}
