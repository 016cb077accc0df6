import { execFile } from "node:child_process";
import type { Host, HostAnswer } from "#server/orchestrator/host.ts";
import type { Clock } from "#server/orchestrator/ports.ts";
import { cutWords, feed } from "./feed.ts";
import { runOnce } from "./run-once.ts";

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
  const send: Host["send"] = async (argv, file, signal) => {
    const [command = "", ...rest] = [...prefix, ...argv];
    const told = await feed(command, rest, { head: "", file, signal });
    if (told.cut === "missing") return { ok: false, why: `${command} is not there on this machine` };
    if (told.exitCode !== null && told.cut === null)
      return { ok: true, exitCode: told.exitCode, stdout: told.stdout, stderr: told.stderr };
    return { ok: false, why: cutWords(told.cut, name, file.path) };
  };
  return { name, run, send, runOnce: async (id, argv, options) => await runOnce(run, clock, id, argv, options) };
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

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
