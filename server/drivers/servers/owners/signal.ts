/** Nobody watches the process but the console: it sends the signal itself, and runs the start command. */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, CommandLine } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { askHost } from "../../shared/run-at.ts";
import type { OwnerConfig } from "../config.ts";
import type { LastEnd, Owner, OwnerHabits, OwnerLook } from "../owner.ts";
import {
  HABITS_OF,
  habitsOf,
  linesOf,
  procOf,
  promptOf,
  PROC_OF,
  sendSignal,
  signalName,
  type Hand,
  type Lines,
} from "../proc.ts";
import { startedIn } from "./start.ts";
import { watcherOf } from "./watcher.ts";

type SignalConfig = Extract<OwnerConfig, { readonly kind: "signal" }>;

/**
 * $1 the pid file or nothing, $2 a text of the command line or nothing. Of several processes that match, those count whose
 * parent does not: a program's own workers are not asked. This script's own line holds the text too.
 */
const LOOK = `
${PROC_OF}
${HABITS_OF}
if [ -n "$1" ]; then
  [ -f "$1" ] || { echo "none there is no $1"; exit 0; }
  pid=$(tr -dc 0-9 <"$1"); echo "written $(stat -L -c %Y "$1")"
else
  found=""
  for file in $(grep -lsaF -e "$2" /proc/[0-9]*/cmdline); do
    pid=\${file#/proc/}; pid=\${pid%/cmdline}
    grep -qsa -e sluice- "$file" || found="$found $pid"
  done
  pid=""
  for each in $found; do
    parent=$(proc_of "$each" | sed -n 's/^parent //p') || continue
    [ -n "$parent" ] || continue
    case " $found " in *" $parent "*) ;; *) [ -z "$pid" ] || { echo "several $pid $each"; exit 0; }; pid=$each ;; esac
  done
  [ -n "$pid" ] || { echo "none no process has $2 in its command line"; exit 0; }
fi
lines=$(proc_of "$pid") || { echo "none process \${pid:-?} has ended"; exit 0; }
echo "$lines"
habits_of "$pid" "$(echo "$lines" | sed -n 's/^parent //p')"
`;

/** A pid file is written after its process began; one that is older names a number that came again. */
const WRITTEN_SLACK_MS = 2000;
/** From the end of a program to its exit status where that can be read. */
const STATUS_MS = 1000;

export function createSignalOwner(config: SignalConfig, hand: Hand): Owner {
  const { world, place } = hand;
  const by = config.pidFile === undefined ? `by "${config.match ?? ""}"` : `by ${config.pidFile}`;
  const name = `nobody but the console, ${by} on ${place.host.name}`;
  /** The start command that the program runs under, where that stays. */
  let startedBy: string | null = null;
  let wasUp = false;

  async function ask(signal: AbortSignal): Promise<Answer<Lines>> {
    const argv = ["/bin/sh", "-c", LOOK, "sluice-look", config.pidFile ?? "", config.match ?? ""];
    const answer = await askHost(world, place.host, argv, { timeoutMs: 10_000, signal });
    if (!answer.ok) return { ok: false, why: `${place.host.name}: ${answer.why}`, silent: true };
    if (answer.exitCode !== 0) return { ok: false, why: `${place.host.name}: ${answer.stderr.trim()}` };
    const lines = linesOf(answer.stdout);
    const several = lines.get("several");
    if (several === undefined) return { ok: true, value: lines };
    return { ok: false, why: `processes ${several} all match ${by}; write more of its command line, or a pid file` };
  }

  async function look(_close: boolean, signal: AbortSignal): Promise<Answer<OwnerLook>> {
    const answer = await ask(signal);
    if (!answer.ok) return answer;
    const lines = answer.value;
    const proc = procOf(lines);
    const writtenMs = Number(lines.get("written") ?? Number.NaN) * 1000;
    const isStale = proc !== null && proc.running.startedAtMs > writtenMs + 1000 + WRITTEN_SLACK_MS;
    if (proc === null || isStale) {
      const why = isStale
        ? `${config.pidFile ?? ""} is older than process ${proc.running.pid}, which is another one`
        : (lines.get("none") ?? "nothing was found");
      // Its status is written a moment after its end.
      const lastEnd = await endOfStart(wasUp ? STATUS_MS : 0, signal);
      wasUp = false;
      const said = `${place.host.name}: ${why}${lastEnd === null ? "" : `; ${lastEnd.said}`}`;
      return { ok: true, value: { ...NOTHING, lastEnd, said } };
    }
    wasUp = true;
    const { running, identity } = proc;
    const said = `${place.host.name}: pid ${running.pid}, ${by}`;
    return { ok: true, value: { ...NOTHING, state: "up", running, identity, word: `pid ${running.pid}`, said } };
  }

  /** The program's own exit status is that of the start command it ran under. */
  async function endOfStart(waitMs: number, signal: AbortSignal): Promise<LastEnd | null> {
    if (!config.foreground) return null;
    const id = startedBy ?? (await readStart());
    if (id === null) return null;
    const options = {
      stateDir: `${place.home}/.sluice/run`,
      cwd: place.home,
      env: {},
      begin: false,
      waitMs,
      signal,
    };
    const result = await place.host.runOnce(id, config.start, options);
    return result.state === "ended" ? endOf(result.exitCode) : null;
  }

  async function readStart(): Promise<string | null> {
    const answer = await place.host.run(["cat", startFile(hand)], { timeoutMs: 10_000 });
    startedBy = answer.ok && answer.exitCode === 0 ? answer.stdout.trim() : null;
    return startedBy;
  }

  return {
    kind: "signal",
    name,
    tellsIdentity: true,
    look,
    habits: async (signal): Promise<Answer<OwnerHabits>> => {
      const answer = await ask(signal);
      if (!answer.ok) return answer;
      const habits = habitsOf(answer.value);
      const isUp = procOf(answer.value) !== null;
      const watchedBy = isUp ? watcherOf(habits) : null;
      return {
        ok: true,
        value: {
          stopSignal: config.signal,
          ownLimit: { limitMs: null, said: "nobody kills but the console" },
          undoes: watchedBy,
          command: isUp ? habits.args : null,
          taking: isUp ? habits.takes(config.signal) : null,
          isPidOne: habits.isPidOne,
          watchedBy,
          said: isUp ? `${place.host.name}: ${shellText(habits.args)}` : `${place.host.name}: it does not run`,
        },
      };
    },
    stop: async ({ commandId, running, how }, signal) => {
      if (running === null) return { outcome: "refused", reason: "its process is not known" };
      return await sendSignal(hand, running, how === "plain" ? "SIGTERM" : config.signal, commandId, signal);
    },
    kill: async (running, signal) =>
      running === null
        ? { outcome: "refused", reason: "its process is not known" }
        : await sendSignal(hand, running, "SIGKILL", null, signal),
    start: async (commandId, signal): Promise<Outcome> => {
      startedBy = commandId;
      const note = [
        "/bin/sh",
        "-c",
        'mkdir -p "${1%/*}" && printf %s "$2" >"$1"',
        "sluice-note",
        startFile(hand),
        commandId,
      ];
      await place.host.run(note, { timeoutMs: 10_000, signal });
      return await startedIn(hand, {
        look: async () => await look(true, signal),
        commandId,
        argv: config.start,
        signal,
      });
    },
    lines: (act): readonly CommandLine[] => {
      const where = promptOf(hand);
      const pid = config.pidFile === undefined ? `$(pgrep -f '${config.match ?? ""}')` : `$(cat ${config.pidFile})`;
      const word = config.signal.replace(/^SIG/, "");
      switch (act) {
        case "stop":
          return [
            {
              phase: "exit",
              where,
              text: `kill -s ${word} ${pid}`,
              remark: "to that very process; then its end is watched",
            },
          ];
        case "kill":
          return [
            {
              phase: "exit",
              where,
              text: `kill -s KILL ${pid}`,
              remark: "only at the limit, or when somebody forces it",
            },
          ];
        case "start":
          return [
            { phase: "restart", where, text: shellText(config.start), remark: "detached: it outlives the console" },
          ];
        default:
          return act satisfies never;
      }
    },
  };
}

const NOTHING: OwnerLook = {
  state: "gone",
  running: null,
  identity: null,
  word: "no process",
  remark: "",
  version: null,
  memoryPct: null,
  lastEnd: null,
  said: "",
};

function startFile({ place }: Hand): string {
  return `${place.home}/.sluice/started-by`;
}

/** A shell tells a death by signal as 128 and its number. */
export function endOf(exitCode: number): LastEnd {
  const byShell = exitCode > 128 && exitCode < 160 ? signalName(exitCode - 128) : null;
  const words = byShell === null ? "" : `, which is how a shell tells ${byShell}`;
  return {
    exitCode,
    signal: byShell === "SIGKILL" ? byShell : null,
    timedOut: null,
    said: `the program ended with ${exitCode}${words}`,
  };
}
