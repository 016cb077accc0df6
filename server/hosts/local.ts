import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import type { Host, HostAnswer, RunOnceOptions, RunOnceResult } from "#server/orchestrator/host.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { BEGIN, JOB, LOOK } from "./run-once.ts";

export type LocalHostOptions = {
  readonly name: string;
  /** Put before every command: `["sudo", "-u", "starrocks"]`, `["docker", "exec", "be-1"]`. */
  readonly prefix: readonly string[];
  readonly clock: Clock;
};

/** The machine the console runs on, or what a prefix reaches from there. */
export function createLocalHost({ name, prefix, clock }: LocalHostOptions): Host {
  const run: Host["run"] = async (argv, { timeoutMs, signal }) =>
    await execute([...prefix, ...argv], timeoutMs, signal);
  return { name, run, runOnce: async (id, argv, options) => await runOnce(run, clock, id, argv, options) };
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const SHORT_MS = 15_000;

async function execute(argv: readonly string[], timeoutMs: number, signal?: AbortSignal): Promise<HostAnswer> {
  const [file, ...rest] = argv;
  if (file === undefined) return { ok: false, why: "no command was given" };
  return await new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: MAX_OUTPUT_BYTES,
      encoding: "utf8",
    } as const;
    execFile(file, rest, signal === undefined ? options : { ...options, signal }, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, exitCode: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ ok: true, exitCode: error.code, stdout, stderr });
      else resolve({ ok: false, why: whyNot(file, error, timeoutMs) });
    });
  });
}

function whyNot(
  file: string,
  error: Error & { killed?: boolean; code?: unknown; signal?: unknown },
  timeoutMs: number,
): string {
  if (error.code === "ENOENT") return `${file} is not there on this machine`;
  if (error.code === "ABORT_ERR") return "the console stopped waiting";
  if (error.killed === true) return `${file} did not end within ${timeoutMs / 1000} s`;
  return `${file} could not be run: ${error.message}`;
}

/** How long a job may take from its directory to its pid before it counts as lost. */
const BEGIN_LIMIT_MS = 5000;

async function runOnce(
  run: Host["run"],
  clock: Clock,
  commandId: string,
  argv: readonly string[],
  { stateDir, cwd, env, waitMs, begin, signal }: RunOnceOptions,
): Promise<RunOnceResult> {
  const directory = `${stateDir}/${createHash("sha256").update(commandId).digest("hex").slice(0, 24)}`;
  const pairs = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  if (begin) {
    const job = ["env", ...pairs, `JOB=${JOB}`, "/bin/sh", "-c", BEGIN, "sluice-begin", directory, cwd, ...argv];
    const begun = await run(job, { timeoutMs: SHORT_MS });
    if (!begun.ok) return { state: "unknown", why: begun.why };
    if (begun.exitCode !== 0) return { state: "unknown", why: cannotKeep(directory, begun.stderr) };
  }

  const startedAtMs = clock.now();
  for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 1.5, 500)) {
    const look = await run(["/bin/sh", "-c", LOOK, "sluice-look", directory], { timeoutMs: SHORT_MS });
    if (!look.ok) return { state: "unknown", why: look.why };
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

async function ended(run: Host["run"], directory: string, exitCode: number): Promise<RunOnceResult> {
  const read = async (file: string): Promise<string> => {
    const answer = await run(["tail", "-c", "65536", `${directory}/${file}`], { timeoutMs: SHORT_MS });
    return answer.ok ? answer.stdout : "";
  };
  return { state: "ended", exitCode, stdout: await read("stdout"), stderr: await read("stderr") };
}

function cannotKeep(directory: string, stderr: string): string {
  return `what is run cannot be kept in ${directory}: ${stderr.trim()}`;
}
