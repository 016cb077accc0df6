/** At most once, and found again: a command is begun in a directory of its own on the host, which tells what became of it. */
import { createHash } from "node:crypto";
import type { Host, RunOnceOptions, RunOnceResult } from "#server/orchestrator/host.ts";
import { runOverBreaks } from "#server/orchestrator/host-again.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { BEGIN, JOB, LOOK } from "./job-scripts.ts";

const SHORT_MS = 15_000;
/** How long a job may take from its directory to its pid before it counts as lost. */
const BEGIN_LIMIT_MS = 5000;

export async function runOnce(
  runNow: Host["run"],
  clock: Clock,
  commandId: string,
  argv: readonly string[],
  { stateDir, cwd, env, waitMs, begin, signal }: RunOnceOptions,
): Promise<RunOnceResult> {
  // Each of its questions may be repeated: the directory sees to it that the job is not.
  const run: Host["run"] = async (words, options) => await runOverBreaks({ run: runNow }, clock, words, options);
  const directory = `${stateDir}/${createHash("sha256").update(commandId).digest("hex").slice(0, 24)}`;
  const pairs = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  if (begin) {
    const job = ["env", ...pairs, `JOB=${JOB}`, "/bin/sh", "-c", BEGIN, "sluice-begin", directory, cwd, ...argv];
    const begun = await run(job, { timeoutMs: SHORT_MS });
    if (!begun.ok) return { state: "silent", why: begun.why };
    if (begun.exitCode !== 0) return { state: "unknown", why: cannotKeep(directory, begun.stderr) };
  }

  const startedAtMs = clock.now();
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, 500)) {
    const look = await run(["/bin/sh", "-c", LOOK, "sluice-look", directory], { timeoutMs: SHORT_MS });
    if (!look.ok) return { state: "silent", why: look.why };
    const [word, code] = look.stdout.trim().split(" ");
    if (word === "none") return { state: "none" };
    if (word === "ended") return await ended(run, directory, Number(code));
    const waitedMs = clock.now() - startedAtMs;
    if (word === "lost" || (word === "begun" && waitedMs > BEGIN_LIMIT_MS)) {
      return { state: "unknown", why: `it was begun, and left no exit status in ${directory}` };
    }
    if (signal.aborted || (waitMs !== null && waitedMs >= waitMs)) return { state: "running" };
    await clock.wait(pauseMs, signal);
  }
}

/** What it wrote tells how it went as much as its status does: without it nobody knows. */
async function ended(run: Host["run"], directory: string, exitCode: number): Promise<RunOnceResult> {
  const read = async (file: string) =>
    await run(["tail", "-c", "65536", `${directory}/${file}`], { timeoutMs: SHORT_MS });
  const stdout = await read("stdout");
  if (!stdout.ok) return { state: "silent", why: stdout.why };
  const stderr = await read("stderr");
  if (!stderr.ok) return { state: "silent", why: stderr.why };
  return { state: "ended", exitCode, stdout: stdout.stdout, stderr: stderr.stdout };
}

function cannotKeep(directory: string, stderr: string): string {
  return `what is run cannot be kept in ${directory}: ${stderr.trim()}`;
}
