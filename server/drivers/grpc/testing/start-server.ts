/** One of the servers as a process of its own: told to leave by a signal, as its owner would. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePorts } from "#server/testing/ports.ts";
import type { Language } from "./languages.ts";

export type StartedServer = {
  readonly pid: number;
  readonly port: number;
  readonly address: string;
  readonly adminPort: number | null;
  /** What it said so far, in the words of the guide: `SERVING`, `GRACEFUL_SHUTDOWN`, `TIMER_EXPIRED 1502`. */
  readonly said: readonly string[];
  /** Resolves with its exit code once it has said so. */
  readonly ended: Promise<number | null>;
  readonly isOver: () => boolean;
  readonly tell: (signal: NodeJS.Signals) => void;
};

export type ServerSettings = { readonly name: string; readonly limitMs: number; readonly admin: boolean };

export async function startServer(
  language: Language,
  { name, limitMs, admin }: ServerSettings,
): Promise<StartedServer> {
  const [command = "", ...argv] = language.prepare();
  const [port = 0, other = 0] = await freePorts(2);
  const adminPort = admin ? other : null;
  const environment = { PORT: `${port}`, NAME: name, LIMIT_MS: `${limitMs}`, ADMIN_PORT: `${adminPort ?? ""}` };
  const child = spawn(command, argv, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "inherit"] });
  const said: string[] = [];
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "close").then(() => child.exitCode);
  const serving = new Promise<void>((resolve, reject) => {
    lines.on("line", (line) => {
      said.push(line);
      if (line === "SERVING") resolve();
    });
    void ended.then((code) =>
      reject(new Error(`The server in ${language.name} left with ${code}: ${said.join(", ")}`)),
    );
  });
  await serving;
  return {
    pid: child.pid ?? 0,
    port,
    address: `127.0.0.1:${port}`,
    adminPort,
    said,
    ended,
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    tell: (signal) => child.kill(signal),
  };
}
