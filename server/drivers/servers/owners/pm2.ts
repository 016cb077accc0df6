/** An app of PM2: stopped by its daemon with SIGINT, killed after its `kill_timeout`, and started again whenever it leaves by itself. */
import type { ProcessState } from "#lib/cluster/observation.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, CommandLine } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { askHost, runOnceAt } from "../../shared/run-at.ts";
import type { OwnerConfig } from "../config.ts";
import type { LastEnd, Owner, OwnerHabits, OwnerLook } from "../owner.ts";
import { HABITS_OF, habitsOf, linesOf, procOf, promptOf, PROC_OF, sendSignal, type Hand, type Lines } from "../proc.ts";
import type { Pm2App, Pm2Daemon } from "./pm2-daemon.ts";

type Pm2Config = Extract<OwnerConfig, { readonly kind: "pm2" }>;

/** `PM2_KILL_TIMEOUT`, where nothing else was said (constants.js, 7.0.4). */
const KILL_TIMEOUT_MS = 1600;

/** $1 the pid. */
const LOOK = `
${PROC_OF}
${HABITS_OF}
lines=$(proc_of "$1") || exit 0
echo "$lines"
habits_of "$1" "$(echo "$lines" | sed -n 's/^parent //p')"
`;

export function createPm2Owner(config: Pm2Config, daemon: Pm2Daemon, hand: Hand): Owner {
  const { world, place } = hand;
  const { app: appName, pm2Home } = config;
  const name = `PM2, as ${appName} on ${place.host.name}`;
  const environment = pm2Home === undefined ? [] : [`PM2_HOME=${pm2Home}`];
  const call = (verb: string): readonly string[] => [
    ...(environment.length === 0 ? [] : ["env", ...environment]),
    ...config.pm2,
    verb,
    appName,
  ];

  async function lines(pid: number | null, signal: AbortSignal): Promise<Answer<Lines>> {
    if (pid === null || pid === 0) return { ok: true, value: new Map() };
    const argv = ["/bin/sh", "-c", LOOK, "sluice-look", String(pid)];
    const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000, signal });
    return answer.ok
      ? { ok: true, value: linesOf(answer.stdout) }
      : { ok: false, why: `${place.host.name}: ${answer.why}`, silent: true };
  }

  async function look(close: boolean, signal: AbortSignal): Promise<Answer<OwnerLook>> {
    const app = await daemon.app(appName, close);
    if (!app.ok) return app;
    const { pid, pm2_env: env, monit } = app.value;
    const found = await lines(pid, signal);
    if (!found.ok) return found;
    const proc = procOf(found.value);
    const isListed = env.status === "online" || env.status === "stopping";
    // The list is a moment older than the process: how that ended, and whether another follows, its daemon tells next.
    if (proc === null && isListed) daemon.forget();
    const state: ProcessState =
      proc === null ? (isListed ? "exiting" : "gone") : env.status === "stopping" ? "exiting" : "up";
    const restarts = env.restart_time > 0 ? `started again ${env.restart_time} times by PM2` : "";
    const mode = env.exec_mode === "cluster_mode" ? "cluster mode" : "";
    return {
      ok: true,
      value: {
        state,
        running: proc?.running ?? null,
        identity: proc?.identity ?? null,
        word: env.status,
        remark: [restarts, mode].filter((remark) => remark !== "").join("; "),
        version: env.version === undefined || env.version === "N/A" ? null : env.version,
        memoryPct: null,
        lastEnd: state === "gone" ? lastEndOf(await daemon.logEnd(), app.value) : null,
        said: `PM2 on ${place.host.name}: ${appName} ${env.status}, pid ${pid ?? 0}${memoryWords(monit)}`,
      },
    };
  }

  async function order(
    commandId: string,
    verb: "stop" | "start",
    waitMs: number,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const argv = call(verb);
    const result = await runOnceAt(world, place, commandId, argv, { waitMs, signal });
    daemon.forget();
    const shown = shellText(argv);
    if (result.state === "running") return { outcome: "done", evidence: `the command ${shown} was given` };
    if (result.state === "ended" && result.exitCode === 0)
      return { outcome: "done", evidence: `${shown} ended with 0` };
    if (result.state === "ended")
      return {
        outcome: "refused",
        reason: `${shown} ended with ${result.exitCode}: ${result.stderr.trim().slice(-500)}`,
      };
    const cause = result.state === "none" ? "it was not begun" : result.why;
    return { outcome: "unknown", cause: `${shown}: ${cause}` };
  }

  return {
    kind: "pm2",
    name,
    tellsIdentity: true,
    look,
    habits: async (signal): Promise<Answer<OwnerHabits>> => {
      const app = await daemon.app(appName, false);
      if (!app.ok) return app;
      const found = await lines(app.value.pid, signal);
      if (!found.ok) return found;
      const habits = habitsOf(found.value);
      const isUp = procOf(found.value) !== null;
      const { pm2_env: env } = app.value;
      const limitMs = killTimeoutOf(app.value);
      const stopSignal = env.shutdown_with_message ? null : "SIGINT";
      const said = `kill_timeout=${limitMs} ms, autorestart=${env.autorestart}, ${stopSignal ?? "a message"} first`;
      return {
        ok: true,
        value: {
          stopSignal,
          ownLimit: { limitMs, said: `kill_timeout=${limitMs} ms` },
          undoes: env.autorestart ? "autorestart" : null,
          command: isUp ? habits.args : null,
          taking: isUp && stopSignal !== null ? habits.takes(stopSignal) : null,
          isPidOne: habits.isPidOne,
          watchedBy: null,
          startsFrom: env.pm_exec_path === "" ? null : env.pm_exec_path,
          said: `PM2, ${appName}: ${said}`,
        },
      };
    },
    // Its client waits for the end: given is enough, and the caller watches.
    stop: async ({ commandId }, signal) => await order(commandId, "stop", 300, signal),
    kill: async (running, signal): Promise<Outcome> => {
      if (running === null) return { outcome: "refused", reason: "its process is not known" };
      // Ordered to stop, or it would be started again at once. Under an id of this very process: once.
      const ordered = await order(`kill ${running.pid} ${running.startTicks}`, "stop", 300, signal);
      if (ordered.outcome === "refused") return ordered;
      for (let tries = 0; tries < 20; tries += 1) {
        const app = await daemon.app(appName, true);
        if (app.ok && app.value.pm2_env.status !== "online") break;
        daemon.forget();
        await world.clock.wait(100, signal);
      }
      return await sendSignal(hand, running, "SIGKILL", null, signal);
    },
    start: async (commandId, signal): Promise<Outcome> => {
      daemon.forget();
      const before = await look(true, signal);
      if (!before.ok) return { outcome: "unknown", cause: before.why };
      if (before.value.state === "up") return { outcome: "done", evidence: `it runs: ${before.value.said}` };
      return await order(commandId, "start", 60_000, signal);
    },
    lines: (act): readonly CommandLine[] => {
      const where = promptOf(hand);
      switch (act) {
        case "stop":
          return [
            {
              phase: "exit",
              where,
              text: shellText(call("stop")),
              remark: "SIGINT, and a kill after its kill_timeout",
            },
          ];
        case "kill":
          return [
            {
              phase: "exit",
              where,
              text: `${shellText(call("stop"))}; kill -s KILL <its pid>`,
              remark: "only at the limit, or when somebody forces it",
            },
          ];
        case "start":
          return [{ phase: "restart", where, text: shellText(call("start")), remark: "" }];
        default:
          return act satisfies never;
      }
    },
  };
}

export function killTimeoutOf({ pm2_env: env }: Pm2App): number {
  const fromEnvironment = Number(env.env.PM2_KILL_TIMEOUT);
  return env.kill_timeout ?? (Number.isFinite(fromEnvironment) ? fromEnvironment : KILL_TIMEOUT_MS);
}

/** Its list shows a killed app as a clean one, `exit_code 0`: only the daemon's log tells (7.0.4). */
export function lastEndOf(log: string, { name, pm_id: id }: Pick<Pm2App, "name" | "pm_id">): LastEnd | null {
  const exits = [...log.matchAll(/App \[(.+):(\d+)\] exited with code \[(\d+)\] via signal \[(\w+)\]/g)];
  const last = exits.findLast(([, app, number]) => app === name && number === String(id));
  if (last === undefined) return null;
  const [line, , , code = "0", signal = ""] = last;
  const isKilled = signal === "SIGKILL";
  // How it was told to leave stands there where it heeded that: only a kill is a death by signal.
  return {
    exitCode: isKilled ? null : Number(code),
    signal: isKilled ? signal : null,
    timedOut: isKilled,
    said: `pm2.log: ${line}`,
  };
}

function memoryWords(monit: Pm2App["monit"]): string {
  return monit === null || monit.memory === 0 ? "" : `, ${Math.round(monit.memory / 1_048_576)} MB`;
}
