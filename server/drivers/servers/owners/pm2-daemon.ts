/** One PM2 daemon on one host. Its list costs a start of its client, so all its apps share one, for a moment (PM2 7.0.4). */
import { z } from "zod";
import type { Host } from "#server/orchestrator/host.ts";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";
import { PROC_OF } from "../proc.ts";

const app = z.object({
  pid: z.number().nullable().catch(null),
  name: z.string(),
  pm_id: z.number(),
  monit: z.object({ memory: z.number() }).nullable().catch(null),
  pm2_env: z.object({
    status: z.string(),
    restart_time: z.number().catch(0),
    unstable_restarts: z.number().catch(0),
    autorestart: z.boolean().catch(true),
    kill_timeout: z.number().optional().catch(undefined),
    version: z.string().optional().catch(undefined),
    exec_mode: z.string().catch("fork_mode"),
    shutdown_with_message: z.boolean().catch(false),
    pm_exec_path: z.string().catch(""),
    env: z.object({ PM2_KILL_TIMEOUT: z.string().optional() }).catch({}),
  }),
});
export type Pm2App = z.infer<typeof app>;

/**
 * $1 PM2_HOME or nothing, the rest how pm2 is called. Its client starts a daemon where none runs, which looking must not do.
 */
const LIST = `
${PROC_OF}
home=\${1:-$HOME/.pm2}; shift
proc_of "$(cat "$home/pm2.pid" 2>/dev/null)" >/dev/null || { echo "$home" >&2; exit 68; }
PM2_HOME=$home exec "$@" jlist
`;

/** $1 PM2_HOME or nothing. */
const LOG_END = 'tail -c 65536 "${1:-$HOME/.pm2}/pm2.log"';

const CLOSE_MS = 500;
const FAR_MS = 4000;

export class Pm2Daemon {
  #host: Host;
  #clock: Clock;
  #pm2Home: string;
  #pm2: readonly string[];
  #last: { readonly atMs: number; readonly apps: Promise<Answer<readonly Pm2App[]>> } | null = null;

  constructor(host: Host, clock: Clock, pm2Home: string | undefined, pm2: readonly string[]) {
    this.#host = host;
    this.#clock = clock;
    this.#pm2Home = pm2Home ?? "";
    this.#pm2 = pm2;
  }

  /** The app of this name; several of one name cannot be told apart. */
  async app(name: string, close: boolean): Promise<Answer<Pm2App>> {
    const atMs = this.#clock.now();
    if (this.#last === null || atMs - this.#last.atMs > (close ? CLOSE_MS : FAR_MS)) {
      this.#last = { atMs, apps: this.#list() };
    }
    const apps = await this.#last.apps;
    if (!apps.ok) return apps;
    const found = apps.value.filter((each) => each.name === name);
    const [only] = found;
    if (only !== undefined && found.length === 1) return { ok: true, value: only };
    const where = `PM2 on ${this.#host.name}`;
    if (only !== undefined)
      return { ok: false, why: `${where} has ${found.length} instances of ${name}; give each a name of its own` };
    return {
      ok: false,
      why: `${where} knows no ${name}; start it once with pm2 start --name ${name}, or correct owner.app`,
    };
  }

  /** After something was asked of it: what was listed before is history. */
  forget(): void {
    this.#last = null;
  }

  async logEnd(): Promise<string> {
    const argv = ["/bin/sh", "-c", LOG_END, "sluice-log", this.#pm2Home];
    const answer = await this.#host.run(argv, { timeoutMs: 10_000 });
    return answer.ok && answer.exitCode === 0 ? answer.stdout : "";
  }

  /** What it prints holds the whole environment of every app: none of it is ever passed on. */
  async #list(): Promise<Answer<readonly Pm2App[]>> {
    const argv = ["/bin/sh", "-c", LIST, "sluice-list", this.#pm2Home, ...this.#pm2];
    const answer = await this.#host.run(argv, { timeoutMs: 15_000 });
    if (!answer.ok) return { ok: false, why: `${this.#host.name}: ${answer.why}`, silent: true };
    if (answer.exitCode === 68) {
      const why = `no PM2 daemon runs in ${answer.stderr.trim()} on ${this.#host.name}; start it with pm2 resurrect`;
      return { ok: false, why };
    }
    if (answer.exitCode !== 0)
      return { ok: false, why: `pm2 jlist on ${this.#host.name} ended with ${answer.exitCode}` };
    return parseApps(answer.stdout);
  }
}

/** Its client may print a banner before the list. */
export function parseApps(stdout: string): Answer<readonly Pm2App[]> {
  const begin = stdout.search(/^\[(\{|\])/m);
  try {
    const parsed = z.array(app).safeParse(JSON.parse(begin < 0 ? "" : stdout.slice(begin)));
    if (parsed.success) return { ok: true, value: parsed.data };
  } catch {
    // Not JSON: said below.
  }
  return { ok: false, why: "pm2 jlist printed no list that is known; which version is this?" };
}
