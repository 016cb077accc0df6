/** The real console as a process of its own: started, killed and started again as an operator's would be. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

export type ConsoleProcess = {
  readonly pid: number;
  /** The address it listens on, `http://127.0.0.1:8188`. */
  readonly url: string;
  /** The one-time link that it printed for its operator. */
  readonly loginLink: string;
  readonly exited: Promise<number | null>;
  /** SIGKILL, as a power cut would: nothing is tidied. */
  kill(): Promise<void>;
  /** SIGTERM, and wait. */
  stop(): Promise<number | null>;
};

/** Resolves when the console is ready; rejects with what it printed when it ends before that. */
export async function startConsole(configPath: string, operator: string): Promise<ConsoleProcess> {
  const child = spawn(
    join(root, "node_modules/.bin/node"),
    ["server/main.ts", "--config", configPath, "--as", operator],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const loginLink = await printedLink(child, exited);
  const url = new URL(loginLink).origin;
  await untilReady(url);
  return {
    pid: child.pid ?? 0,
    url,
    loginLink,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
    async stop() {
      child.kill("SIGTERM");
      return exited;
    },
  };
}

function printedLink(child: ChildProcess, exited: Promise<number | null>): Promise<string> {
  let printed = "";
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString("utf8");
      const link = /https?:\/\/\S+\/login\S*#\S+/.exec(printed);
      if (link !== null) resolve(link[0]);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    void exited.then((code) => reject(new Error(`the console ended with ${code} and printed:\n${printed}`)));
  });
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/healthz`).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
