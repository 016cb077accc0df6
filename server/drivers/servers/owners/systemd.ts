/** A unit of systemd: stopped by its manager, which sends the signal, waits its own time and then kills (systemd 252). */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, CommandLine } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { askHost, runAt, runOnceAt } from "../../shared/run-at.ts";
import type { OwnerConfig } from "../config.ts";
import type { Owner, OwnerHabits, OwnerLook } from "../owner.ts";
import { HABITS_OF, habitsOf, linesOf, procOf, promptOf, PROC_OF, type Hand } from "../proc.ts";
import {
  commandOf,
  lastEndOf,
  ownLimitOf,
  PROPERTIES,
  shownOf,
  stateOf,
  stopSignalOf,
  undoesOf,
  type Shown,
} from "./systemd-show.ts";

type SystemdConfig = Extract<OwnerConfig, { readonly kind: "systemd" }>;

/** $1 the properties, $2 the unit, the rest how systemctl is called. An unknown unit is shown too, with exit status 0. */
const LOOK = `
${PROC_OF}
${HABITS_OF}
properties=$1 unit=$2; shift 2
shown=$("$@" show "$unit" -p "$properties") || exit 69
echo "$shown"
pid=$(echo "$shown" | sed -n 's/^MainPID=//p')
[ "\${pid:-0}" = 0 ] && exit 0
lines=$(proc_of "$pid") || exit 0
echo "$lines"
habits_of "$pid" "$(echo "$lines" | sed -n 's/^parent //p')"
`;

/** $1 the main pid that is meant, $2 the unit, the rest how systemctl is called. Ordered to stop first: then nobody starts it again. */
const KILL = `
pid=$1 unit=$2; shift 2
[ "$("$@" show "$unit" -p MainPID --value)" = "$pid" ] || { echo "not its main process any more"; exit 3; }
"$@" stop --no-block "$unit"
said=$("$@" kill -s SIGKILL "$unit" 2>&1) && exit 0
[ "$("$@" show "$unit" -p MainPID --value)" = "$pid" ] || { echo "it left at the order to stop"; exit 3; }
echo "$said" >&2; exit 1
`;

export function createSystemdOwner({ unit, user }: SystemdConfig, hand: Hand): Owner {
  const { world, place } = hand;
  const systemctl = user ? ["systemctl", "--user"] : ["systemctl"];
  const name = `systemd, as ${unit} on ${place.host.name}`;

  async function ask(signal: AbortSignal): Promise<Answer<{ readonly shown: Shown; readonly stdout: string }>> {
    const argv = ["/bin/sh", "-c", LOOK, "sluice-look", PROPERTIES, unit, ...systemctl];
    const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000, signal });
    if (!answer.ok) return { ok: false, why: `${place.host.name}: ${answer.why}`, silent: true };
    if (answer.exitCode !== 0) return { ok: false, why: `systemctl on ${place.host.name}: ${answer.stderr.trim()}` };
    const shown = shownOf(answer.stdout);
    if (shown.get("LoadState") === "loaded") return { ok: true, value: { shown, stdout: answer.stdout } };
    const found = shown.get("LoadState") ?? "nothing";
    return {
      ok: false,
      why: `${unit} on ${place.host.name}: LoadState=${found}; correct owner.unit, or install the unit`,
    };
  }

  async function look(_close: boolean, signal: AbortSignal): Promise<Answer<OwnerLook>> {
    const answer = await ask(signal);
    if (!answer.ok) return answer;
    const { shown, stdout } = answer.value;
    const state = stateOf(shown);
    const proc = state === "gone" ? null : procOf(linesOf(stdout));
    const at = (key: string): string => `${key}=${shown.get(key) ?? ""}`;
    const restarts = Number(shown.get("NRestarts") ?? 0);
    const remarks = [
      shown.get("StatusText") ?? "",
      restarts > 0 ? `started again ${restarts} times by systemd` : "",
      shown.get("ActiveState") === "failed" ? at("Result") : "",
    ].filter((remark) => remark !== "");
    return {
      ok: true,
      value: {
        // It has ended, and its manager has not noticed yet: how, that one will tell.
        state: state !== "gone" && proc === null ? "exiting" : state,
        running: proc?.running ?? null,
        identity:
          proc === null ? null : `${proc.identity}, invocation ${(shown.get("InvocationID") ?? "").slice(0, 8)}`,
        word: `${shown.get("ActiveState") ?? ""}/${shown.get("SubState") ?? ""}`,
        remark: remarks.join("; "),
        version: null,
        memoryPct: null,
        lastEnd: state === "gone" ? lastEndOf(shown) : null,
        said: `${unit} on ${place.host.name}: ${["ActiveState", "SubState", "MainPID", "Result"].map(at).join(", ")}`,
      },
    };
  }

  /** `--no-block`: the job is queued, and the caller watches; under the same id it is queued once. */
  async function order(verb: "stop" | "start", commandId: string, signal: AbortSignal): Promise<Outcome> {
    const argv = [...systemctl, verb, "--no-block", unit];
    const result = await runOnceAt(world, place, commandId, argv, { waitMs: 20_000, signal });
    if (result.state === "ended" && result.exitCode === 0)
      return { outcome: "done", evidence: `the command ${shellText(argv)} was accepted` };
    if (result.state === "ended")
      return {
        outcome: "refused",
        reason: `${shellText(argv)} ended with ${result.exitCode}: ${result.stderr.trim()}`,
      };
    const cause = result.state === "unknown" || result.state === "silent" ? result.why : "it has not ended yet";
    return { outcome: "unknown", cause: `${shellText(argv)}: ${cause}` };
  }

  return {
    kind: "systemd",
    name,
    tellsIdentity: true,
    look,
    habits: async (signal): Promise<Answer<OwnerHabits>> => {
      const answer = await ask(signal);
      if (!answer.ok) return answer;
      const { shown, stdout } = answer.value;
      const lines = linesOf(stdout);
      const habits = habitsOf(lines);
      const stopSignal = stopSignalOf(shown);
      const isUp = procOf(lines) !== null;
      const at = (key: string): string => `${key}=${shown.get(key) ?? ""}`;
      return {
        ok: true,
        value: {
          stopSignal,
          ownLimit: ownLimitOf(shown),
          undoes: undoesOf(shown),
          command: isUp ? habits.args : commandOf(shown),
          taking: isUp && stopSignal !== null ? habits.takes(stopSignal) : null,
          isPidOne: habits.isPidOne,
          watchedBy: null,
          startsFrom: shown.get("ExecStart") ?? null,
          said: `${unit}: ${["KillSignal", "TimeoutStopUSec", "KillMode", "Restart"].map(at).join(", ")}`,
        },
      };
    },
    stop: async ({ commandId }, signal) => await order("stop", commandId, signal),
    kill: async (running, signal): Promise<Outcome> => {
      const argv = ["/bin/sh", "-c", KILL, "sluice-kill", String(running?.pid ?? 0), unit, ...systemctl];
      const shown = `${shellText(systemctl)} stop --no-block ${unit}; ${shellText(systemctl)} kill -s SIGKILL ${unit}`;
      const answer = await runAt(world, place, argv, { timeoutMs: 20_000, shown, signal });
      if (!answer.ok) return { outcome: "unknown", cause: answer.why };
      if (answer.exitCode === 3) return { outcome: "done", evidence: `${unit} has another main process, or none` };
      if (answer.exitCode === 0) return { outcome: "done", evidence: `the commands ${shown} were accepted` };
      return { outcome: "refused", reason: `${shown} failed: ${answer.stderr.trim()}` };
    },
    start: async (commandId, signal): Promise<Outcome> => {
      const before = await look(true, signal);
      if (before.ok && before.value.state === "up")
        return { outcome: "done", evidence: `it runs: ${before.value.said}` };
      return await order("start", commandId, signal);
    },
    lines: (act): readonly CommandLine[] => {
      const where = promptOf(hand);
      const text = (verb: string): string => `${shellText(systemctl)} ${verb} ${unit}`;
      switch (act) {
        case "stop":
          return [
            {
              phase: "exit",
              where,
              text: text("stop --no-block"),
              remark: "its KillSignal, then at its TimeoutStopSec a kill",
            },
          ];
        case "kill":
          return [
            {
              phase: "exit",
              where,
              text: text("kill -s SIGKILL"),
              remark: "only at the limit, or when somebody forces it",
            },
          ];
        case "start":
          return [{ phase: "restart", where, text: text("start --no-block"), remark: "" }];
        default:
          return act satisfies never;
      }
    },
  };
}
