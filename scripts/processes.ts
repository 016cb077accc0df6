/** Starts programs in groups of their own, so that Ctrl-C reaches them through us and in our order. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");
export const NODE = join(ROOT, "node_modules", ".bin", "node");

export type Program = {
  readonly name: string;
  readonly pid: number;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly hasEnded: () => boolean;
  /** Asks it to end, and after `graceMs` makes it and all of its group. Resolves when it is gone. */
  readonly stop: (graceMs: number) => Promise<void>;
  readonly kill: () => void;
};

/** Whatever has been started and has not ended. */
const live = new Set<Program>();

export async function stopAll(graceMs: number): Promise<void> {
  await Promise.all([...live].map((program) => program.stop(graceMs)));
}

export type StartOptions = {
  readonly name: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Every line of stdout and stderr; null: both go to ours. */
  readonly onLine: ((line: string, from: "stdout" | "stderr") => void) | null;
};

export function start({ name, argv, env, onLine }: StartOptions): Program {
  const [command = "", ...args] = argv;
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
    detached: true,
    stdio: onLine === null ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  let gone = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    const settle = (how: number | NodeJS.Signals): void => {
      gone = true;
      resolve(how);
    };
    child.once("error", () => settle(127));
    child.once("exit", (code, signal) => settle(code ?? signal ?? 1));
  });
  if (onLine !== null) {
    forwardLines(child, "stdout", onLine);
    forwardLines(child, "stderr", onLine);
  }
  const signalGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is empty.
    }
  };
  const program: Program = {
    name,
    pid: child.pid ?? 0,
    ended,
    hasEnded: () => gone,
    kill: () => signalGroup("SIGKILL"),
    stop: async (graceMs) => {
      if (!gone) child.kill("SIGTERM");
      const timer = setTimeout(() => signalGroup("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
      signalGroup("SIGKILL");
    },
  };
  live.add(program);
  void ended.then(() => live.delete(program));
  return program;
}

/** Runs to the end; its exit code (a signal counts as 1). */
export async function run(
  name: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const how = await start({ name, argv, env, onLine: null }).ended;
  return typeof how === "number" ? how : 1;
}

function forwardLines(
  child: ChildProcess,
  from: "stdout" | "stderr",
  onLine: (line: string, from: "stdout" | "stderr") => void,
): void {
  const stream = child[from];
  if (stream === null) return;
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line, from);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest, from);
  });
}
