/** The operator's own commands tell whether a node runs, stop it and start it: for supervisors that the console does not know. */
import type { Outcome } from "#lib/run/command.ts";
import type { Answer, CommandLine } from "#server/orchestrator/ports.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { askHost, runAt, runOnceAt } from "../../shared/run-at.ts";
import type { OwnerConfig } from "../config.ts";
import type { Owner, OwnerHabits, OwnerLook } from "../owner.ts";
import { filled, HABITS_OF, habitsOf, linesOf, procOf, promptOf, PROC_OF, sendSignal, type Hand } from "../proc.ts";
import { startedIn } from "./start.ts";

type CommandConfig = Extract<OwnerConfig, { readonly kind: "command" }>;

/** The rest is the status command. The first number that it prints is taken for the pid. */
const LOOK = `
${PROC_OF}
${HABITS_OF}
said=$("$@" 2>&1); code=$?
echo "code $code"
echo "said $(echo "$said" | head -n 1 | cut -c1-200)"
[ $code = 0 ] || exit 0
pid=$(echo "$said" | tr -c '0-9\\n' ' ' | awk '{ for (i = 1; i <= NF; i++) { print $i; exit } }')
lines=$(proc_of "$pid") || exit 0
echo "$lines"
habits_of "$pid" "$(echo "$lines" | sed -n 's/^parent //p')"
`;

export function createCommandOwner(config: CommandConfig, hand: Hand): Owner {
  const { world, place } = hand;
  const values = { node: place.node.id, home: place.home };
  const [status, stop, start] = [config.status, config.stop, config.start].map((argv) => filled(argv, values));
  const kill = config.kill === undefined ? null : filled(config.kill, values);
  const name = `its own commands on ${place.host.name}`;

  async function ask(signal: AbortSignal): ReturnType<typeof askHost> {
    const argv = ["/bin/sh", "-c", LOOK, "sluice-look", ...(status ?? [])];
    return await askHost(world, place.host, argv, { timeoutMs: 10_000, signal });
  }

  async function look(_close: boolean, signal: AbortSignal): Promise<Answer<OwnerLook>> {
    const answer = await ask(signal);
    if (!answer.ok) return { ok: false, why: `${place.host.name}: ${answer.why}`, silent: true };
    const lines = linesOf(answer.stdout);
    const [code, printed] = [lines.get("code") ?? "?", lines.get("said") ?? ""];
    const said = `${place.host.name}: ${shellText(status ?? [])}: exit ${code}${printed === "" ? "" : ` "${printed}"`}`;
    if (code !== "0" && code !== "3")
      return { ok: false, why: `${said}; it has to end with 0 when the node runs, and with 3 when it does not` };
    const proc = procOf(lines);
    const base = { remark: "", version: null, memoryPct: null, lastEnd: null, said };
    return {
      ok: true,
      value:
        code === "0"
          ? {
              ...base,
              state: "up",
              running: proc?.running ?? null,
              identity: proc?.identity ?? null,
              word: printed || "runs",
            }
          : { ...base, state: "gone", running: null, identity: null, word: printed || "does not run" },
    };
  }

  return {
    kind: "command",
    name,
    tellsIdentity: false,
    look,
    habits: async (signal): Promise<Answer<OwnerHabits>> => {
      const answer = await ask(signal);
      if (!answer.ok) return { ok: false, why: `${place.host.name}: ${answer.why}`, silent: true };
      const lines = linesOf(answer.stdout);
      const habits = habitsOf(lines);
      const isUp = procOf(lines) !== null;
      const { stopLimitS } = config;
      return {
        ok: true,
        value: {
          stopSignal: null,
          ownLimit: stopLimitS === undefined ? null : { limitMs: stopLimitS * 1000, said: `stopLimitS: ${stopLimitS}` },
          undoes: config.restarts ? "owner.restarts" : null,
          command: isUp ? habits.args : null,
          taking: null,
          isPidOne: habits.isPidOne,
          watchedBy: null,
          said: shellText(stop ?? []),
        },
      };
    },
    stop: async ({ commandId }, signal): Promise<Outcome> => {
      const shown = shellText(stop ?? []);
      const result = await runOnceAt(world, place, commandId, stop ?? [], { waitMs: 300, signal });
      if (result.state === "running") return { outcome: "done", evidence: `the command ${shown} was given` };
      if (result.state === "ended" && result.exitCode === 0)
        return { outcome: "done", evidence: `${shown} ended with 0` };
      if (result.state === "ended")
        return {
          outcome: "refused",
          reason: `${shown} ended with ${result.exitCode}: ${result.stderr.trim().slice(-500)}`,
        };
      return { outcome: "unknown", cause: `${shown}: ${result.state === "none" ? "it was not begun" : result.why}` };
    },
    kill: async (running, signal): Promise<Outcome> => {
      if (kill !== null) {
        const answer = await runAt(world, place, kill, { timeoutMs: 30_000, signal });
        if (!answer.ok) return { outcome: "unknown", cause: answer.why };
        return answer.exitCode === 0
          ? { outcome: "done", evidence: `${shellText(kill)} ended with 0` }
          : { outcome: "refused", reason: `${shellText(kill)} ended with ${answer.exitCode}: ${answer.stderr.trim()}` };
      }
      if (running === null)
        return {
          outcome: "refused",
          reason: "nothing says how to kill it: add owner.kill, or let owner.status print its pid",
        };
      return await sendSignal(hand, running, "SIGKILL", null, signal);
    },
    start: async (commandId, signal) =>
      await startedIn(hand, { look: async () => await look(true, signal), commandId, argv: start ?? [], signal }),
    lines: (act): readonly CommandLine[] => {
      const where = promptOf(hand);
      switch (act) {
        case "stop":
          return [{ phase: "exit", where, text: shellText(stop ?? []), remark: "" }];
        case "kill":
          return [
            {
              phase: "exit",
              where,
              text: kill === null ? "kill -s KILL <its pid>" : shellText(kill),
              remark: "only at the limit, or when somebody forces it",
            },
          ];
        case "start":
          return [{ phase: "restart", where, text: shellText(start ?? []), remark: "" }];
        default:
          return act satisfies never;
      }
    },
  };
}
