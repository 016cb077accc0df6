/** A simulated Dgraph for tests: a process of its own in a folder of its own, and verbs for what a test does to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
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
  pid(): number | null;
  /** Starts it again after an exit. */
  start(): Promise<void>;
  ended(): Promise<void>;
  stop(): Promise<void>;
};

export const MAIN = join(import.meta.dirname, "main.ts");

/** `flags` as a Dgraph takes them, and the simulation's own. */
export async function startDgraph(flags: readonly string[] = []): Promise<SimulatedDgraph> {
  const home = mkdtempSync(join(tmpdir(), "dgraph-"));
  const host = "127.0.0.1";
  const [port, controlPort] = [await freePort(), await freePort()];
  const file = (name: string): string => join(home, name);
  const [errorLog, requestLog, truthFile] = [file("dgraph.log"), file("dgraph.reqlog"), file("truth.jsonl")];
  const own = ["--port", `${port}`, "--out", errorLog, "--log", requestLog, "--pidfile", file("dgraph.pid")];
  const args = [MAIN, ...own, "--sim-control-port", `${controlPort}`, "--sim-truth", truthFile, ...flags];
  let child: ChildProcess | null = null;

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
  const hasLeft = (): boolean => child === null || child.exitCode !== null || child.signalCode !== null;
  const dgraph: SimulatedDgraph = {
    home,
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
    pid: () => (hasLeft() ? null : (child?.pid ?? null)),
    start: async () => {
      child = spawn(process.execPath, args, { cwd: home, stdio: "ignore" });
      await until(async () => hasLeft() || (await control("/state")) !== null);
      if (hasLeft()) throw new Error(`the simulated Dgraph did not start: ${args.join(" ")}`);
    },
    ended: async () => await until(async () => await Promise.resolve(hasLeft())),
    stop: async () => {
      child?.kill("SIGKILL");
      await until(async () => await Promise.resolve(hasLeft()));
      rmSync(home, { recursive: true, force: true });
    },
  };
  await dgraph.start();
  return dgraph;
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

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
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
