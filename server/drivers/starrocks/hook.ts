/** The operator's own command where a node is, before it is touched or after it is well again. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import { shellText } from "#server/orchestrator/shell-text.ts";
import { placeOf, runOnceAt } from "./place.ts";
import { redacted } from "./redact.ts";
import type { World } from "./world.ts";

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
const MAX_OUTPUT = 1500;

/**
 * The limit is kept on the host, by `timeout`: it holds although the console or the way to the host is gone. What it wrote
 * stays in `.sluice/run` of the node's home, whole; its end stands in the evidence.
 */
export async function hook(world: World, commandId: string, act: HookAct, signal: AbortSignal): Promise<Outcome> {
  const { nodeId, when, argv, limitMs } = act;
  if (argv.length === 0) return { outcome: "refused", reason: "the hook names no command" };
  const node = world.node(nodeId);
  if (node === null) return { outcome: "refused", reason: `${nodeId} is not in the cluster any more` };
  const place = placeOf(world, node);
  if (!place.ok) return { outcome: "refused", reason: place.why };
  const limitS = Math.max(1, Math.ceil(limitMs / 1000));
  const wrapped = ["timeout", "-k", String(KILL_AFTER_S), String(limitS), ...argv];
  const command = redacted(shellText(argv));
  const result = await runOnceAt(world, place.value, commandId, wrapped, {
    shown: command,
    waitMs: limitS * 1000 + KILL_AFTER_S * 1000 + TAIL_MS,
    env: {
      SLUICE_NODE: nodeId,
      SLUICE_ROLE: node.role,
      SLUICE_ADDRESS: node.address,
      SLUICE_HOME: place.value.home,
      SLUICE_WHEN: when,
    },
    signal,
  });
  switch (result.state) {
    case "ended": {
      const said = tail(`${result.stdout}${result.stderr}`);
      const words = said === "" ? "it wrote nothing" : `it wrote: ${said}`;
      if (result.exitCode === 0) return { outcome: "done", evidence: `${command} ended with 0; ${words}` };
      const how =
        result.exitCode === ENDED || result.exitCode === KILLED
          ? `took longer than ${limitS} s and was ended (exit ${result.exitCode})`
          : `ended with ${result.exitCode}`;
      return { outcome: "refused", reason: `${command} on ${place.value.host.name} ${how}; ${words}` };
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

function tail(output: string): string {
  const text = redacted(output).trim();
  return text.length > MAX_OUTPUT ? `… ${text.slice(-MAX_OUTPUT)}` : text;
}
