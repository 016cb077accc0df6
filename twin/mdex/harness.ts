/** A simulated Dgraph for tests: a process of its own in a folder of its own, and verbs for what a test does to it. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { isRunning, kill } from "../processes.ts";
import { takeSubnet } from "../subnet.ts";
import type { State } from "./dgraph.ts";
import type { Truth } from "./logs.ts";

export type Reply =
  | { readonly is: "answered"; readonly code: number; readonly text: string }
  /** Nobody listened. */
  | { readonly is: "refused" }
  /** The connection was closed before an answer. */
  | { readonly is: "cut" };

export type SimulatedDgraph = {
  readonly home: string;
  /** What starts it; it stays in the foreground, as a Dgraph does. */
  readonly argv: readonly string[];
  readonly pidFile: string;
  readonly host: string;
  readonly port: number;
  readonly errorLog: string;
  readonly requestLog: string;
  /** Any URL of it, as a client would ask. */
  ask(path: string): Promise<Reply>;
  /** A query that takes so many seconds of the engine's. */
  query(seconds: number): Promise<Reply>;
  /** Resolves when so many of them are under way or wait. */
  hasTaken(requests: number): Promise<void>;
  merge(seconds: number): Promise<State>;
  state(): Promise<State>;
  /** Where its time stands still. Null: it left meanwhile. */
  advance(seconds: number): Promise<State | null>;
  /** What really happened, over all its lives. */
  truth(): readonly (Truth & { readonly atMs: number })[];
  lines(file: "errorLog" | "requestLog"): readonly string[];
  /** By its pid file, whoever started it. */
  pid(): number | null;
  start(): Promise<void>;
  ended(): Promise<void>;
  /** Ends it for good, and takes its folder away. */
  stop(): Promise<void>;
};

export const MAIN = join(import.meta.dirname, "main.ts");

export async function startDgraph(flags: readonly string[] = []): Promise<SimulatedDgraph> {
  const subnet = await takeSubnet(null);
  if (subnet === null) throw new Error("no network of the loopback is free");
  const place = { home: mkdtempSync(join(tmpdir(), "dgraph-")), host: `${subnet.prefix}.1` };
  const dgraph = layDgraph(place, [process.execPath, MAIN], flags);
  await dgraph.start();
  const stop = async (): Promise<void> => {
    await dgraph.stop();
    subnet.release();
  };
  return { ...dgraph, stop };
}

export type Place = { readonly home: string; readonly host: string };

/** No two of a machine listen on the same port, since its sockets are counted by port: one for each of 127.0.N.M. */
export function portOf(host: string, what: keyof typeof FIRST_PORT): number {
  const [third = 0, fourth = 0] = host.split(".").slice(2).map(Number);
  return FIRST_PORT[what] + third * 20 + fourth;
}

/** Below the ports that are given to whoever asks for any, and where nobody is used to listen. */
const FIRST_PORT = { dgraph: 10_000, control: 16_000, controller: 22_000 } as const;

/** Not started yet. `program` and `flags` as a Dgraph takes them, with the simulation's own. */
export function layDgraph(
  { home, host }: Place,
  program: readonly string[],
  flags: readonly string[],
): SimulatedDgraph {
  const [port, controlPort] = [portOf(host, "dgraph"), portOf(host, "control")];
  const file = (name: string): string => join(home, name);
  const [errorLog, requestLog, truthFile] = [file("dgraph.log"), file("dgraph.reqlog"), file("truth.jsonl")];
  const pidFile = file("dgraph.pid");
  const own = ["--host", host, "--port", `${port}`, "--out", errorLog, "--log", requestLog, "--pidfile", pidFile];
  const argv = [...program, ...own, "--sim-control-port", `${controlPort}`, "--sim-truth", truthFile, ...flags];

  const ask = async (path: string): Promise<Reply> => await fetchFrom(`http://${host}:${port}${path}`);
  const control = async (path: string): Promise<State | null> => {
    const reply = await fetchFrom(`http://${host}:${controlPort}${path}`);
    return reply.is === "answered" ? JSON.parse(reply.text) : null;
  };
  const stateAfter = async (path: string): Promise<State> => {
    const state = await control(path);
    if (state === null) throw new Error(`the simulated Dgraph at ${port} has gone`);
    return state;
  };
  const pid = (): number | null => {
    const written = Number(linesOf(pidFile)[0] ?? 0);
    return written > 0 && isRunning(written) ? written : null;
  };
  const ended = async (): Promise<void> => await until(async () => await Promise.resolve(pid() === null));
  return {
    home,
    argv,
    pidFile,
    host,
    port,
    errorLog,
    requestLog,
    ask,
    query: async (seconds) => await ask(`/graph?node=0&sim-s=${seconds}`),
    hasTaken: async (requests) => {
      await until(async () => {
        const { executing, queued } = await stateAfter("/state");
        return executing + queued >= requests;
      });
    },
    merge: async (seconds) => await stateAfter(`/merge?seconds=${seconds}`),
    state: async () => await stateAfter("/state"),
    advance: async (seconds) => await control(`/advance?seconds=${seconds}`),
    truth: () => linesOf(truthFile).map((line) => JSON.parse(line)),
    lines: (which) => linesOf(which === "errorLog" ? errorLog : requestLog),
    pid,
    start: async () => {
      const [command = "", ...args] = argv;
      const child = spawn(command, [...args, "--sim-with-stdin"], { cwd: home, stdio: ["pipe", "ignore", "ignore"] });
      const hasLeft = (): boolean => child.exitCode !== null || child.signalCode !== null;
      await until(async () => hasLeft() || (await control("/state"))?.pid === child.pid);
      if (hasLeft()) throw new Error(`the simulated Dgraph did not start: ${argv.join(" ")}`);
    },
    ended,
    stop: async () => {
      const running = pid();
      if (running !== null) kill(running, "SIGKILL");
      await ended();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function fetchFrom(url: string): Promise<Reply> {
  return await new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.once("end", () => resolve({ is: "answered", code: response.statusCode ?? 0, text }));
      response.once("error", () => resolve({ is: "cut" }));
    }).once("error", (error) => {
      const isRefused = "code" in error && error.code === "ECONNREFUSED";
      resolve({ is: isRefused ? "refused" : "cut" });
    });
  });
}

/** The test's own time-out ends a wait that does not. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(10);
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}
