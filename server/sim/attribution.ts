import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { RequestName } from "#lib/run/request.ts";

/** Events that only a person can cause, with what was asked for. */
const ASKED: Readonly<Partial<Record<RunEvent["type"], RequestName>>> = {
  RunResumed: "resume",
  AbortRequested: "abort",
  ApprovalGiven: "approve",
  ApprovalWithdrawn: "withdrawApproval",
  CheckOverridden: "override",
  StartAgainRequested: "startAgain",
  SkipRequested: "skip",
  RetryRequested: "retry",
  VerdictAccepted: "accept",
  PolicyChanged: "changePolicy",
  TopologyAccepted: "acceptTopology",
  NoteAdded: "note",
  FinishRequested: "finish",
  StepSettled: "settle",
};

/** A console that is held up right before it writes, writes when it had decided. */
const HELD_UP_MS = 30_000;

const WITH_REASON: ReadonlySet<RunEvent["type"]> = new Set<RunEvent["type"]>([
  "AbortRequested",
  "CheckOverridden",
  "SkipRequested",
  "VerdictAccepted",
  "RunEnded",
]);

/** Rule 9: what is wrong with who did it, why and when; null when all is said. `nowMs` is the console's own time. */
export function attribution(recorded: Recorded<RunEvent>, asked: readonly string[], nowMs: number): string | null {
  const { event, actor, atMs } = recorded;
  const who = actor.kind === "person" ? actor.id : actor.rule;
  if (who.trim() === "") return `${event.type} names nobody`;
  if (atMs > nowMs || nowMs - atMs > HELD_UP_MS) return `${event.type} tells another time than it was`;
  if (
    WITH_REASON.has(event.type) &&
    "reason" in event &&
    typeof event.reason === "string" &&
    event.reason.trim() === ""
  ) {
    return `${event.type} by ${who} gives no reason`;
  }
  const what = ASKED[event.type];
  if (what === undefined) return null;
  if (actor.kind !== "person") return `${event.type} is a person's to ask, and ${who} did`;
  const nodeId = "nodeId" in event && event.nodeId !== null ? event.nodeId : "";
  return asked.includes(`${who} ${what} ${nodeId}`) ? null : `${event.type} names ${who}, who did not ask for it`;
}
