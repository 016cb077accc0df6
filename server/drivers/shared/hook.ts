/** The operator's own command where a node is, before it is touched or after it is well again. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { RunOnceResult } from "#server/orchestrator/host.ts";
import { lastWords, redacted } from "./redact.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import type { OnceOptions } from "./run-at.ts";

export type HookAct = {
  readonly nodeId: NodeId;
  readonly when: "before" | "after";
  readonly argv: readonly string[];
  readonly limitMs: number;
};

/** What `timeout` says of a command that it ended, and how long it leaves one to heed its first word. */
const ENDED = 124;
const KILLED = 137;
const KILL_AFTER_S = 10;
/** From the end of the command to a status that can be asked for. */
const TAIL_MS = 30_000;

/** What the command may know of the node: it stands in its environment. */
export type HookSubject = {
  readonly hostName: string;
  readonly role: string;
  readonly address: string;
  readonly home: string;
};

export type RunHook = (argv: readonly string[], options: OnceOptions) => Promise<RunOnceResult>;

/**
 * The limit is kept on the host, by `timeout`: it holds although the console or the way to the host is gone. What it wrote
 * stays in `.sluice/run` of the node's home, whole; its end stands in the evidence.
 */
export async function runHook(run: RunHook, subject: HookSubject, act: HookAct, signal: AbortSignal): Promise<Outcome> {
  const { nodeId, when, argv, limitMs } = act;
  if (argv.length === 0) return { outcome: "refused", reason: "the hook names no command" };
  const limitS = Math.max(1, Math.ceil(limitMs / 1000));
  const wrapped = ["timeout", "-k", String(KILL_AFTER_S), String(limitS), ...argv];
  const command = redacted(shellText(argv));
  const result = await run(wrapped, {
    shown: command,
    waitMs: limitS * 1000 + KILL_AFTER_S * 1000 + TAIL_MS,
    env: {
      SLUICE_NODE: nodeId,
      SLUICE_ROLE: subject.role,
      SLUICE_ADDRESS: subject.address,
      SLUICE_HOME: subject.home,
      SLUICE_WHEN: when,
    },
    signal,
  });
  switch (result.state) {
    case "ended": {
      const said = lastWords(`${result.stdout}${result.stderr}`);
      const words = said === "" ? "it wrote nothing" : `it wrote: ${said}`;
      if (result.exitCode === 0) return { outcome: "done", evidence: `${command} ended with 0; ${words}` };
      const how =
        result.exitCode === ENDED || result.exitCode === KILLED
          ? `took longer than ${limitS} s and was ended (exit ${result.exitCode})`
          : `ended with ${result.exitCode}`;
      return { outcome: "refused", reason: `${command} on ${subject.hostName} ${how}; ${words}` };
    }
    case "running":
      return { outcome: "unknown", cause: `${command} has not ended yet` };
    case "none":
      return { outcome: "unknown", cause: `${command} was never begun` };
    case "unknown":
    case "silent":
      return { outcome: "unknown", cause: `how ${command} ended is not known: ${result.why}` };
    default:
      return result satisfies never;
  }
}
