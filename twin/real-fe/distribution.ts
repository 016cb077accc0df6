/** An FE distribution that the operator has: what it is, and copies of it that are the twin's own. */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export type Distribution = { readonly home: string; readonly version: string; readonly hash: string };

/** What belongs to an installation and not to a release. */
const OWN: readonly string[] = ["log", "meta", "conf", "plugins", "temp_dir"];

/** Rejects with a sentence for people when the folder holds no front end that this Java can run. */
export function readDistribution(home: string, javaHome: string): Distribution {
  for (const part of ["bin/start_fe.sh", "bin/stop_fe.sh", "lib"])
    if (!existsSync(join(home, part)))
      throw new Error(`${home} has no ${part}; --fe-home names the fe folder of a release`);
  const folder = realpathSync(home);
  const said = askVersion(folder, javaHome);
  const version = /^Build version: (\S+)/m.exec(said)?.[1];
  const hash = /^Commit hash: (\S+)/m.exec(said)?.[1];
  if (version === undefined) throw new Error(`${home} does not tell its version; it said: ${said.slice(0, 300)}`);
  return { home: folder, version, hash: hash ?? "unknown" };
}

/**
 * As show_fe_version.sh asks, with a pid file elsewhere: the script takes the pid file away while it runs, and the folder
 * may be one of a front end that works.
 */
function askVersion(home: string, javaHome: string): string {
  const aside = mkdtempSync(join(tmpdir(), "twin-fe-version-"));
  try {
    return execFileSync(
      join(javaHome, "bin/java"),
      ["-cp", `${join(home, "lib/*")}${delimiter}${join(home, "lib")}`, "com.starrocks.StarRocksFE", "-v"],
      {
        cwd: aside,
        encoding: "utf8",
        timeout: 60_000,
        env: { ...process.env, STARROCKS_HOME: home, PID_DIR: aside, LOG_DIR: aside },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
  } catch (error) {
    throw new Error(`${home} does not tell its version: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

export function findJavaHome(): string {
  const given = process.env["JAVA_HOME"];
  if (given !== undefined && existsSync(join(given, "bin/java"))) return given;
  for (const folder of (process.env["PATH"] ?? "").split(delimiter))
    if (existsSync(join(folder, "java"))) return dirname(dirname(realpathSync(join(folder, "java"))));
  throw new Error("real front ends need Java: set JAVA_HOME, or put java in PATH (17 or later from StarRocks 3.5 on)");
}

/** A release's own parts. Libraries are linked where that can be: nobody writes into them, and they are large. */
export function copyRelease(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true }))
    if (entry.isDirectory() && !OWN.includes(entry.name))
      copyTree(join(from, entry.name), join(to, entry.name), entry.name !== "bin");
}

export function copyTree(from: string, to: string, mayLink: boolean): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target, mayLink);
    else if (!/\.pid(\.bak)?$/.test(entry.name)) copyFile(realpathSync(source), target, mayLink);
  }
}

function copyFile(from: string, to: string, mayLink: boolean): void {
  try {
    if (!mayLink) throw new Error("copy it");
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
