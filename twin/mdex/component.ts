/**
 * One Dgraph under an Application Controller (Oracle Endeca guides, "exit" and "Ensuring clean component shutdown"): what
 * ends without its order is a failure to it, and is started again at once; its own stop asks by HTTP, and kills when its
 * time is over.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";

export type Provisioned = {
  readonly id: string;
  /** Nodes of one group may be restarted together. */
  readonly restartGroup: string;
  readonly argv: readonly string[];
  readonly workingDir: string;
  /** Where its standard output goes. */
  readonly logFile: string;
  readonly exitUrl: string;
  readonly pingUrl: string;
};

export type ComponentStatus = "Starting" | "Running" | "NotRunning" | "Failed";

export type Limits = { readonly shutdownMs: number; readonly startMs: number };

export class Component {
  readonly provisioned: Provisioned;
  readonly #limits: Limits;
  #child: ChildProcess | null = null;
  #status: ComponentStatus = "NotRunning";
  #stopOrdered = false;
  #restarts = 0;

  constructor(provisioned: Provisioned, limits: Limits) {
    this.provisioned = provisioned;
    this.#limits = limits;
  }

  describe(): string {
    const restarted = this.#restarts === 0 ? "" : ` (restarted ${this.#restarts} times)`;
    const pid = this.#child?.pid;
    return `State: ${this.#status}${restarted}${pid === undefined ? "" : ` pid: ${pid}`}`;
  }

  async start(): Promise<void> {
    this.#stopOrdered = false;
    if (this.#child === null) this.#spawn();
    await this.#ping();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#stopOrdered = true;
    const ended = once(child, "exit");
    await reached(this.provisioned.exitUrl);
    const timer = setTimeout(() => child.kill("SIGKILL"), this.#limits.shutdownMs);
    await ended;
    clearTimeout(timer);
  }

  #spawn(): void {
    const [file = "", ...rest] = this.provisioned.argv;
    const out = openSync(this.provisioned.logFile, "a");
    const child = spawn(file, rest, { cwd: this.provisioned.workingDir, stdio: ["ignore", out, out] });
    this.#child = child;
    this.#status = "Starting";
    child.once("exit", () => this.#ended());
  }

  #ended(): void {
    this.#child = null;
    this.#status = "NotRunning";
    if (this.#stopOrdered) return;
    this.#restarts += 1;
    this.#spawn();
    void this.#ping();
  }

  async #ping(): Promise<void> {
    const deadlineMs = performance.now() + this.#limits.startMs;
    while (performance.now() < deadlineMs && this.#child !== null) {
      if (await reached(this.provisioned.pingUrl)) {
        this.#status = "Running";
        return;
      }
      await wait(20);
    }
    if (this.#child !== null) this.#status = "Failed";
  }
}

function reached(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once("error", () => resolve(false));
  });
}
