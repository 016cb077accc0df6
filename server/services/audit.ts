/** Who did what: the acts of people out of every run, and what belongs to no run. */
import { z } from "zod";
import { invariant } from "#lib/util/invariant.ts";
import type { Actor } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { MOST_AUDITED } from "#lib/wire/audit.ts";
import type { AuditEntry, RunSummary } from "#lib/wire/views.ts";
import { asFarAsItGoes } from "#server/orchestrator/journal-damaged.ts";
import type { Journal } from "#server/orchestrator/ports.ts";

const MAX_TRIES = 20;

/** `clusterId` where it is about one. */
const noted = z.object({ type: z.literal("Noted"), what: z.string(), clusterId: z.string().optional() });

export async function addNote(
  journal: Journal,
  actor: Actor,
  what: string,
  atMs: number,
  clusterId: string | null = null,
): Promise<void> {
  let lastSeq = 0;
  // Nobody owns this stream: whoever comes second tries again behind the first.
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const event: z.infer<typeof noted> = { type: "Noted", what, ...(clusterId === null ? {} : { clusterId }) };
    const answer = await journal.append("audit", lastSeq, null, atMs, [{ actor, event }]);
    if (answer.result === "appended") return;
    if (answer.result === "conflict") lastSeq = answer.lastSeq;
  }
  invariant(false, "the audit stream took no entry");
}

export async function readNotes(journal: Journal): Promise<readonly AuditEntry[]> {
  const stored = await asFarAsItGoes((beforeSeq) => journal.read("audit", 0, beforeSeq));
  return stored.slice(-MOST_AUDITED).flatMap(({ atMs, actor, event }) => {
    const parsed = noted.safeParse(event);
    if (!parsed.success) return [];
    const { what, clusterId = null } = parsed.data;
    return [{ atMs, actor, clusterId, runId: null, what }];
  });
}

export async function readActs(
  runs: readonly RunSummary[],
  read: (runId: string) => Promise<readonly Recorded<RunEvent>[]>,
): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = [];
  for (const run of runs) {
    if (entries.length >= MOST_AUDITED) break;
    const events = await read(run.id);
    entries.push(...events.flatMap((recorded) => entryOf(run, recorded)));
  }
  return entries;
}

export function newestFirst(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  return [...entries].sort((a, b) => b.atMs - a.atMs).slice(0, MOST_AUDITED);
}

function entryOf(run: RunSummary, { atMs, actor, event }: Recorded<RunEvent>): readonly AuditEntry[] {
  if (actor.kind !== "person" && event.type !== "RunEnded") return [];
  return [{ atMs, actor, clusterId: run.clusterId, runId: run.id, what: inWords(event) }];
}

function inWords(event: RunEvent): string {
  const on = "nodeId" in event && event.nodeId !== null ? ` ${event.nodeId}` : "";
  const why = "reason" in event && typeof event.reason === "string" && event.reason !== "" ? `: ${event.reason}` : "";
  switch (event.type) {
    case "RunStarted":
      return `started ${event.plan.kind}${event.plan.targetVersion === null ? "" : ` to ${event.plan.targetVersion}`} of ${event.plan.steps.length} nodes${event.plan.ticket === undefined ? "" : ` for ${event.plan.ticket}`}${event.plan.reason === "" ? "" : `: ${event.plan.reason}`}`;
    case "RunEnded":
      return `run ${event.verdict}${why}`;
    case "CheckOverridden":
      return `overrode ${event.checkKey}${why}`;
    case "DrainLimitMoved":
      return `moved the drain limit of${on} to ${new Date(event.deadlineAtMs).toISOString()}`;
    case "ExitLimitMoved":
      return `moved the exit limit of${on} to ${new Date(event.deadlineAtMs).toISOString()}`;
    case "NoteAdded":
      return `noted${on === "" ? "" : ` on${on}`}: ${event.text}`;
    case "CommandIssued":
      return `issued ${event.command.verb}${event.command.nodeId === null ? "" : ` ${event.command.nodeId}`}`;
    default:
      return `${WORDS[event.type] ?? event.type}${on}${why}`;
  }
}

const WORDS: Readonly<Partial<Record<RunEvent["type"], string>>> = {
  PauseRequested: "paused the run",
  RunResumed: "resumed the run",
  AbortRequested: "aborted the run",
  OrderChanged: "changed the order",
  ApprovalGiven: "approved",
  ApprovalWithdrawn: "withdrew the approval of",
  GoOnRequested: "told to go on:",
  ForceRequested: "forced",
  PutBackRequested: "put back",
  StartAgainRequested: "started again",
  SkipRequested: "skipped",
  RetryRequested: "retried",
  VerdictAccepted: "accepted",
  PolicyChanged: "changed the policy",
  TopologyAccepted: "accepted that the cluster changed",
  StepSettled: "settled",
  FinishRequested: "said Finish",
};
