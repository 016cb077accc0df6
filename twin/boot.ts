/**
 * What `lib/starrocks_be` and `lib/starrocks_fe` run: they answer `--version` from the lib they lie in, and otherwise
 * become a node. A process is known by its command name, which stop scripts look at, so that is set first.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { basename, dirname, join } from "node:path";

const binary = process.argv[1] ?? "";
const frontend = basename(binary) === "starrocks_fe";
const version = readFileSync(join(dirname(binary), "version"), "utf8").trim();

if (process.argv.includes("--version")) process.stdout.write(backendVersion(version));
else if (process.argv.includes("-v")) process.stdout.write(frontendVersion(version));
else {
  callMyself(frontend ? "java" : "starrocks_be");
  const root = process.env["TWIN_ROOT"];
  if (root !== undefined) enableCompileCache(join(root, "cache"));
  if (frontend) await import(join(import.meta.dirname, "fe", "main.ts"));
  else await import(join(import.meta.dirname, "be", "main.ts"));
}

/** The kernel's name for the process; `process.title` would overwrite the arguments as well. */
function callMyself(name: string): void {
  try {
    writeFileSync("/proc/self/comm", name);
  } catch {
    process.title = name;
  }
}

function backendVersion(version: string): string {
  return [
    version,
    "BuildType: RELEASE",
    "Build distributor id: ubuntu",
    "Build arch: x86_64",
    "Built on 2026-01-05 10:11:12 by twin@localhost",
    "",
  ].join("\n");
}

function frontendVersion(version: string): string {
  const [number, hash] = version.split("-");
  return [
    `Build version: ${number ?? ""}`,
    `Commit hash: ${hash ?? ""}`,
    "Build type: RELEASE",
    "Build time: 2026-01-05 10:11:12",
    "Build distributor id: ubuntu",
    "Build arch: x86_64",
    "Build user: twin@localhost",
    "Java compile version: openjdk full version 17",
    "",
  ].join("\n");
}
