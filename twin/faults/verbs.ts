/** What a test, or an operator who rehearses, does to a twin. Each has its lines in the truth log. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { TwinNode } from "../layout.ts";
import { isRunning, kill, pidOf, runScript } from "../processes.ts";
import type { Row } from "../sql.ts";
import { truthWriter } from "../truth.ts";
import { fill, free, hasDisk } from "./disks.ts";
import type { Fault, NodeFault, Party } from "./fault.ts";
import { beginFault, endFault } from "./store.ts";

/** A fault that lasts until it is ended. */
export type Lasting = { end(): void };

export type Faults = {
  /** Between two nodes, or a node and "console": everybody outside, but not the twin's own load and tests. */
  cut(a: Party, b: Party): Lasting;
  hangInExit(node: string): Lasting;
  /** In milliseconds that are added: to the start, each statement's answer, each heartbeat's answer. */
  slow(
    node: string,
    by: { readonly startMs?: number; readonly statementsMs?: number; readonly heartbeatsMs?: number },
  ): Lasting;
  /** What an FE says from now on to its MySQL and HTTP clients. */
  answers(fe: string, how: Extract<NodeFault, { readonly kind: "answers" }>["with"]): Lasting;
  clockOff(node: string, ms: number): Lasting;
  missesVersions(backend: string): Lasting;
  /** Of a node that was given a disk of its own (`disks`). */
  diskFull(node: string): Lasting;
  /** SIGSTOP, until it is ended. */
  freeze(node: string): Lasting;
  /** SIGKILL, now. */
  crash(node: string): void;
  /** Whenever its process is gone somebody starts it again, as a supervisor would. */
  comesBack(node: string, afterMs: number): Lasting;
  /** Somebody else, who does not know of the console. */
  readonly colleague: {
    setsFrontendConfig(fe: string, key: string, value: string): Promise<void>;
    blacklists(fe: string, backend: string): Promise<void>;
    clearsBlacklist(fe: string, backend: string): Promise<void>;
    updatesConfig(backend: string, name: string, value: string): Promise<void>;
    starts(node: string): Promise<void>;
    stops(node: string): Promise<void>;
  };
};

export type FaultsOptions = {
  readonly root: string;
  readonly node: (name: string) => TwinNode;
  readonly sql: (fe: string, statement: string) => Promise<readonly Row[]>;
};

export function faultsOn({ root, node, sql }: FaultsOptions): Faults {
  const truth = truthWriter(root);
  const happened = (kind: string, ...on: readonly string[]): void =>
    truth({ what: "fault", is: "happened", id: randomUUID(), kind, on });
  const begin = (fault: Fault): Lasting => {
    if (fault.kind !== "cut") node(fault.node);
    const id = randomUUID();
    beginFault(root, id, fault);
    return { end: () => endFault(root, id) };
  };
  const nodeId = async (fe: string, name: string): Promise<{ readonly id: string; readonly list: string }> => {
    const { role, host } = node(name);
    const rows = await sql(fe, role === "be" ? "SHOW BACKENDS" : "SHOW COMPUTE NODES");
    const row = rows.find((each) => each["IP"] === host);
    const id = row?.["BackendId"] ?? row?.["ComputeNodeId"];
    if (id === undefined || id === null) throw new Error(`no FE knows ${name}`);
    return { id, list: role === "be" ? "BACKEND BLACKLIST" : "COMPUTE NODE BLACKLIST" };
  };
  return {
    cut: (a, b) => begin({ kind: "cut", between: [a, b] }),
    hangInExit: (name) => begin({ kind: "hangInExit", node: name }),
    slow: (name, { startMs = 0, statementsMs = 0, heartbeatsMs = 0 }) =>
      begin({ kind: "slow", node: name, startMs, statementsMs, heartbeatsMs }),
    answers: (name, how) => begin({ kind: "answers", node: name, with: how }),
    clockOff: (name, offMs) => begin({ kind: "clock", node: name, offMs }),
    missesVersions: (name) => begin({ kind: "missesVersions", node: name }),
    diskFull(name) {
      const { home } = node(name);
      if (!hasDisk(home)) throw new Error(`${name} has no disk of its own; name it in the twin's option disks`);
      const fault = begin({ kind: "diskFull", node: name });
      fill(home);
      return {
        end() {
          free(home);
          fault.end();
        },
      };
    },
    freeze(name) {
      const pid = runningPid(node(name));
      kill(pid, "SIGSTOP");
      happened("freeze", name);
      return {
        end() {
          if (isRunning(pid)) kill(pid, "SIGCONT");
          happened("thaw", name);
        },
      };
    },
    crash(name) {
      kill(runningPid(node(name)), "SIGKILL");
      happened("crash", name);
    },
    comesBack(name, afterMs) {
      const supervised = supervise(node(name), afterMs, () => happened("comesBack", name));
      return supervised;
    },
    colleague: {
      async setsFrontendConfig(fe, key, value) {
        await sql(fe, `ADMIN SET FRONTEND CONFIG ("${key}" = "${value}")`);
        happened("colleague sets a frontend's config", fe);
      },
      async blacklists(fe, name) {
        const { id, list } = await nodeId(fe, name);
        await sql(fe, `ADD ${list} ${id}`);
        happened("colleague blacklists", fe, name);
      },
      async clearsBlacklist(fe, name) {
        const { id, list } = await nodeId(fe, name);
        await sql(fe, `DELETE ${list} ${id}`);
        happened("colleague clears the blacklist", fe, name);
      },
      async updatesConfig(name, key, value) {
        const url = `http://${node(name).host}:8040/api/update_config?${key}=${encodeURIComponent(value)}`;
        const answer = await (await fetch(url, { method: "POST" })).text();
        if (!answer.includes("OK")) throw new Error(`${name} answered ${answer}`);
        happened("colleague updates a node's config", name);
      },
      async starts(name) {
        const { home, role } = node(name);
        // Refused for as long as a process that was killed has not been buried.
        for (let tries = 0; tries < 50; tries += 1) {
          const ran = await runScript(home, `start_${role}.sh`, ["--daemon"]);
          if (ran.exitCode === 0) break;
          await wait(200);
        }
        happened("colleague starts", name);
      },
      async stops(name) {
        const { home, role } = node(name);
        await runScript(home, `stop_${role}.sh`, ["-g"]);
        happened("colleague stops", name);
      },
    },
  };
}

function runningPid(node: TwinNode): number {
  const pid = pidOf(node.home);
  if (pid === null) throw new Error(`${node.name} does not run`);
  return pid;
}

const lookEveryMs = 50;

function supervise(node: TwinNode, afterMs: number, started: () => void): Lasting {
  let goneSinceMs: number | null = null;
  let starting = false;
  const timer = setInterval(() => {
    // The twin was taken away under it.
    if (!existsSync(node.home)) clearInterval(timer);
    if (starting || !existsSync(node.home)) return;
    if (pidOf(node.home) !== null) {
      goneSinceMs = null;
      return;
    }
    goneSinceMs ??= performance.now();
    if (performance.now() - goneSinceMs < afterMs) return;
    starting = true;
    goneSinceMs = null;
    started();
    void runScript(node.home, `start_${node.role}.sh`, ["--daemon"]).then(() => {
      // Until the process has written its pid file.
      setTimeout(() => (starting = false), 2000);
    });
  }, lookEveryMs);
  return { end: () => clearInterval(timer) };
}
