/** A twin for tests: short heartbeats, a temporary root, and verbs for what a test does to it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { faultsOn, type Faults } from "./faults/verbs.ts";
import { install, type TwinNode } from "./layout.ts";
import type { MixPatch, Rate } from "./load/mix.ts";
import { isRunning, kill, pidOf, type Ran, runScript } from "./processes.ts";
import { type Row, sql } from "./sql.ts";
import { readTruth } from "./truth.ts";
import { defaults, runTwin, type TwinOptions } from "./twin.ts";
import type { Truth } from "./wire/internal.ts";

export type Twin = {
  readonly root: string;
  readonly subnet: string;
  /** A configuration fragment for a console. */
  readonly configPath: string;
  /** root's, on every FE. */
  readonly password: string;
  readonly nodes: readonly TwinNode[];
  node(name: string): TwinNode;
  /** As root, asked of the FE of that name; rejects with the error's text. */
  sql(fe: string, statement: string): Promise<readonly Row[]>;
  truth(): readonly Truth[];
  rate(rate: Partial<Rate>): Promise<void>;
  /** What each kind takes, how much goes to the lake, which FEs are asked; what is not named stays. */
  mix(mix: MixPatch): Promise<void>;
  /** Starts one long query now; its id in the truth log. */
  long(seconds: number, user?: string): Promise<string>;
  /** As `long`, up to a moment; `fe` is the FE's name that is asked, `lake` says whether compute nodes do the work. */
  longUntil(
    untilMs: number,
    options?: { readonly user?: string; readonly fe?: string; readonly lake?: boolean },
  ): Promise<string>;
  /** Resolves when no stream or broker load runs any more. */
  pauseLoads(paused?: boolean): Promise<void>;
  script(name: string, script: string, args?: readonly string[]): Promise<Ran>;
  /** The pid of the node's process, null when there is none. */
  pid(name: string): number | null;
  kill(name: string, signal: NodeJS.Signals): void;
  install(name: string, version: string): void;
  /** What goes wrong, on demand. */
  readonly faults: Faults;
  stop(): Promise<void>;
};

export type StartOptions = Partial<Omit<TwinOptions, "root">> & { readonly quiet?: boolean };

const fast = { heartbeatSeconds: 1, feGracefulMinSeconds: 2, load: "off" } as const;

export async function startTwin(options: StartOptions = {}): Promise<Twin> {
  const root = mkdtempSync(join(tmpdir(), "twin-"));
  const lines: string[] = [];
  const running = await runTwin({ ...defaults, ...fast, ...options, root }, (line) => lines.push(line)).catch(
    (error: unknown) => {
      rmSync(root, { recursive: true, force: true });
      throw error;
    },
  );
  const find = (name: string): TwinNode => {
    const node = running.nodes.find((node) => node.name === name);
    if (node === undefined) throw new Error(`the twin has no node ${name}`);
    return node;
  };
  const control = async (path: string, content: unknown): Promise<unknown> => {
    const response = await fetch(`${running.loadUrl ?? ""}${path}`, { method: "POST", body: JSON.stringify(content) });
    return response.json();
  };
  const ask = async (fe: string, statement: string): Promise<readonly Row[]> => {
    const answer = await sql(find(fe).host, 9030, { user: "root", password: running.password }, statement);
    if (!answer.ok) throw new Error(answer.error);
    return answer.rows;
  };
  return {
    ...running,
    node: find,
    sql: ask,
    faults: faultsOn({ root: running.root, node: find, sql: ask }),
    truth: () => readTruth(running.root),
    async rate(rate) {
      await control("/rate", rate);
    },
    async mix(mix) {
      await control("/mix", mix);
    },
    long: async (seconds, user = "bi_adhoc") => idIn(await control("/long", { seconds, user })),
    longUntil: async (untilMs, { user = "bi_adhoc", fe, lake = false } = {}) =>
      idIn(await control("/long", { untilMs, user, lake, frontend: fe === undefined ? null : find(fe).host })),
    async pauseLoads(paused = true) {
      await control("/pause-loads", { paused });
    },
    script: (name, script, args = []) => runScript(find(name).home, script, args),
    pid: (name) => pidOf(find(name).home),
    kill(name, signal) {
      const pid = pidOf(find(name).home);
      if (pid !== null && isRunning(pid)) kill(pid, signal);
    },
    install: (name, version) => install(running.root, version, find(name)),
    async stop() {
      await running.end();
      rmSync(running.root, { recursive: true, force: true });
    },
  };
}

const idIn = (answer: unknown): string =>
  typeof answer === "object" && answer !== null && "id" in answer ? String(answer.id) : "";
