/** What there is to tell of one node beyond what is polled. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { takenOut } from "#lib/run/taken-out.ts";
import type { NodePastView, NodeSettingsView, RunSummary } from "#lib/wire/views.ts";
import type { Answer, Clock, Driver } from "#server/orchestrator/ports.ts";
import { within } from "#server/orchestrator/turn.ts";

/** A run is read whole for it; who looks at a node looks at the last few times. */
const MOST_RUNS = 8;
/** A page waits for it: a node that hangs is told as one that does not answer. */
const SETTINGS_LIMIT_MS = 1500;

/** `runs` are newest first. */
export async function readPast(
  nodeId: NodeId,
  runs: readonly RunSummary[],
  read: (runId: string) => Promise<readonly Recorded<RunEvent>[]>,
): Promise<NodePastView> {
  const own = runs.filter((run) => run.nodeIds.includes(nodeId));
  const times = [];
  for (const { id } of own.slice(0, MOST_RUNS)) {
    const told = takenOut(await read(id), nodeId);
    if (told !== null) times.push(told);
  }
  return { nodeId, times, older: Math.max(0, own.length - MOST_RUNS) };
}

export async function readSettings(driver: Driver, nodeId: NodeId, clock: Clock): Promise<NodeSettingsView> {
  const { settings } = driver;
  if (settings === undefined) return told(clock, { ok: true, value: [] });
  const never = new AbortController().signal;
  const answer = await within(clock, SETTINGS_LIMIT_MS, never, (signal) => settings(nodeId, signal));
  return told(clock, answer ?? { ok: false, why: `${nodeId} did not answer within ${SETTINGS_LIMIT_MS / 1000} s.` });
}

function told(clock: Clock, answer: Answer<NodeSettingsView["items"]>): NodeSettingsView {
  const readAtMs = clock.now();
  return answer.ok ? { readAtMs, items: answer.value, problem: null } : { readAtMs, items: [], problem: answer.why };
}
