/** What a probe counted, in a stream of its own beside the run's: so that the report is there after a restart, and later. */
import { z } from "zod";
import { PHASES } from "#lib/run/plan.ts";
import { reportOf, type ProbeCount, type ProbeEvent, type ProbeFailure, type ProbeReport } from "#lib/run/probe.ts";
import type { Fence, Journal, StreamName } from "#server/orchestrator/ports.ts";

const place = { nodeId: z.string().nullable(), phase: z.enum(PHASES).nullable() };
const count: z.ZodType<ProbeCount> = z.object({
  door: z.string(),
  ...place,
  sent: z.number(),
  failed: z.number(),
  notSent: z.number(),
});
const failure: z.ZodType<ProbeFailure> = z.object({ atMs: z.number(), door: z.string(), ...place, error: z.string() });
export const probeEvent: z.ZodType<ProbeEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ProbeCounted"), counts: z.array(count) }),
  z.object({ type: z.literal("ProbeFailed"), failure }),
]);

const streamOf = (runId: string): StreamName => `probe/${runId}`;
const ACTOR = { kind: "rule", rule: "probe" } as const;

/** The journal says where the stream ends when it was guessed wrong; nobody else writes to it while we own the cluster. */
export function createProbeKeeper(
  journal: Journal,
  fence: Fence,
  now: () => number,
): (runId: string, events: readonly ProbeEvent[]) => Promise<void> {
  const ends = new Map<string, number>();
  return async (runId, events) => {
    const drafts = events.map((event) => ({ actor: ACTOR, event }));
    for (let tries = 0; tries < 3; tries += 1) {
      const answer = await journal.append(streamOf(runId), ends.get(runId) ?? 0, fence, now(), drafts);
      if (answer.result === "fenced") throw new Error(`${answer.owner} owns the cluster now`);
      ends.set(runId, answer.result === "appended" ? (answer.events.at(-1)?.seq ?? 0) : answer.lastSeq);
      if (answer.result === "appended") return;
    }
    throw new Error(`${streamOf(runId)} changes under our hands`);
  };
}

/** What is kept of a run's probe; null where it had none. An entry that this console cannot read is left out. */
export async function readProbe(journal: Journal, runId: string): Promise<ProbeReport | null> {
  const stored = await journal.read(streamOf(runId), 0);
  const events = stored.flatMap(({ event }) => {
    const parsed = probeEvent.safeParse(event);
    return parsed.success ? [parsed.data] : [];
  });
  return events.length === 0 ? null : reportOf(events);
}
