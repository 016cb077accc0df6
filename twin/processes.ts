/** Finds and ends what belongs to a twin: by its environment and by pid files, and always by a pid of its own. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

export type Ran = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

export function runScript(home: string, script: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(join(home, "bin", script), args, { cwd: home }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** The node's process, as its pid file says; null where there is none or it has gone. */
export function pidOf(home: string): number | null {
  for (const role of ["fe", "be", "cn"]) {
    const pid = readPid(join(home, "bin", `${role}.pid`));
    if (pid !== null && isRunning(pid)) return pid;
  }
  return null;
}

/** A zombie has ended: nothing of it runs or listens, only its parent has not asked for its status yet. */
export function isRunning(pid: number): boolean {
  const status = tryRead(`/proc/${pid}/stat`);
  return status !== null && !/^\d+ \(.*\) [ZX]/s.test(status);
}

/** Every process that was started with this twin's root in its environment: nodes, their start scripts, the load. */
export function processesOf(root: string): readonly number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => pid !== process.pid && isRunning(pid) && environmentNames(pid, root));
}

/** Kills them all and returns when the last has gone. Looks again, since a start script may have been at work. */
export async function endAll(root: string): Promise<void> {
  for (;;) {
    const pids = processesOf(root);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid, "SIGKILL");
    await wait(50);
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has gone by itself meanwhile.
  }
}

function environmentNames(pid: number, root: string): boolean {
  const environment = tryRead(`/proc/${pid}/environ`);
  return environment !== null && environment.split("\0").includes(`TWIN_ROOT=${root}`);
}

function readPid(file: string): number | null {
  const pid = Number(tryRead(file) ?? "");
  return Number.isInteger(pid) && pid > 0 ? pid : null;
}

function tryRead(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
