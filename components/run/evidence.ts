/** What was recorded, one line an event: when, who or what said it, in words. Every event has a line. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Check } from "#lib/run/check.ts";
import type { Command, Outcome } from "#lib/run/command.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { duration, limit, plural, timeOfDay, zoneName } from "#components/format.ts";
import { holdSentenceOf } from "./hold-event.ts";
import { itemsInWords, joined, KIND_NAMES, PHASE_NAMES, RESULT_WORDS, unstopped } from "./words.ts";

export type EvidenceTone = "plain" | "ok" | "attn" | "danger";

export type EvidenceLine = {
  readonly seq: number;
  readonly atMs: number;
  /** The chip: who or what said it. */
  readonly source: string;
  readonly text: string;
  readonly tone: EvidenceTone;
  /** Null: of the run as a whole. */
  readonly nodeId: NodeId | null;
  /** Lines of one kind that follow each other are shown as the last of them; "" is never folded. */
  readonly fold: string;
  /** Worth a line only while nothing has followed it. */
  readonly passing: boolean;
};

type Said = Pick<EvidenceLine, "text"> & Partial<Pick<EvidenceLine, "source" | "tone" | "fold" | "passing">>;

/** Made once an event, in the zone that is shown: lines keep their identity while more come in. */
const made = new WeakMap<Recorded<RunEvent>, { readonly zone: string; readonly line: EvidenceLine }>();

export function evidenceLine(recorded: Recorded<RunEvent>): EvidenceLine {
  const zone = zoneName();
  const known = made.get(recorded);
  if (known?.zone === zone) return known.line;
  const line = lineOf(recorded);
  made.set(recorded, { zone, line });
  return line;
}

function lineOf({ seq, atMs, actor, event }: Recorded<RunEvent>): EvidenceLine {
  const said = inWords(event, actor.kind === "person" ? actor.id : "Sluice", atMs);
  const source = actor.kind === "person" ? "operator" : (said.source ?? "Sluice");
  return { seq, atMs, tone: "plain", fold: "", passing: false, nodeId: nodeOf(event), ...said, source };
}

/** Counts come every second: of those that follow each other the last one says it all. */
export function folded(lines: readonly EvidenceLine[]): readonly EvidenceLine[] {
  return lines.filter(({ fold, passing }, index) => {
    const next = lines[index + 1];
    return next === undefined || !(passing || (fold !== "" && next.fold === fold));
  });
}

/** Of one node, with what concerns the whole run. */
export function evidenceOf(events: readonly Recorded<RunEvent>[], nodeId: NodeId | null): readonly EvidenceLine[] {
  if (nodeId === null) return folded(events.map(evidenceLine));
  const commands = new Map<string, NodeId | null>();
  const mine = events.filter(({ event }) => {
    if (event.type === "CommandIssued") commands.set(event.command.id, event.command.nodeId);
    const of = event.type === "CommandAnswered" ? (commands.get(event.commandId) ?? null) : nodeOf(event);
    return of === null || of === nodeId;
  });
  return folded(mine.map(evidenceLine));
}

export function nodeOf(event: RunEvent): NodeId | null {
  if (event.type === "CommandIssued") return event.command.nodeId;
  return "nodeId" in event ? event.nodeId : null;
}

function inWords(event: RunEvent, who: string, atMs: number): Said {
  switch (event.type) {
    case "RunStarted": {
      const { kind, targetVersion, steps } = event.plan;
      const to = targetVersion === null ? "" : ` to ${targetVersion}`;
      return {
        text: `${who} started: ${KIND_NAMES[kind].toLowerCase()}${to} of ${plural(steps.length, "node", "nodes")}`,
      };
    }
    case "PauseRequested":
      return { text: `${who} paused the run${because(event.reason)}`, tone: "attn" };
    case "RunResumed":
      return { text: `${who} resumed the run` };
    case "AbortRequested":
      return { text: `${who} aborted the run${because(event.reason)}`, tone: "danger" };
    case "OrderChanged":
      return { text: `the order is now ${joined(event.order)}${because(event.reason)}` };
    case "RunEnded":
      return {
        text: `the run ${event.verdict === "aborted" ? "was aborted" : "finished"}: ${unstopped(event.reason)}`,
        tone: event.verdict === "aborted" ? "danger" : "ok",
      };
    case "ApprovalGiven":
      return { text: `${who} approved ${event.nodeId}, from ${timeOfDay(event.effectiveAtMs)} on` };
    case "ApprovalWithdrawn":
      return { text: `${who} withdrew the approval of ${event.nodeId}` };
    case "PhaseBegan":
      return {
        source: phase(event.phase),
        text: event.evidence === "" ? "began" : `began: ${event.evidence}`,
        passing: event.evidence === "",
      };
    case "PhaseSkipped":
      return { source: phase(event.phase), text: `skipped: ${event.reason}` };
    case "PhaseEnded":
      return { source: phase(event.phase), text: event.evidence === "" ? "done" : event.evidence, tone: "ok" };
    case "ChecksAnswered":
      return { source: event.phase === "check" ? "checks" : "gates", ...checksInWords(event.checks) };
    case "CheckOverridden":
      return { text: `${who} overrode ${event.checkKey}${because(event.reason)}`, tone: "attn" };
    case "IdentityNoted":
      return {
        source: "identity",
        text: `${event.identity ?? "not known"}${event.version === null ? "" : `, version ${event.version}`}`,
      };
    case "WorkListed":
      return { source: "work", ...workInWords(event), fold: `work ${event.nodeId}` };
    case "DrainLimitMoved":
      return { text: `${moved(who)} the drain limit of ${event.nodeId} to ${timeOfDay(event.deadlineAtMs)}` };
    case "GoOnRequested":
      return { text: `${who} said go on: ${event.nodeId} exits with what is left`, tone: "attn" };
    case "ExitLimitMoved":
      return {
        text: `${moved(who)} the exit limit of ${event.nodeId} to ${timeOfDay(event.deadlineAtMs)}, in ${duration(event.deadlineAtMs - atMs)}`,
      };
    case "ForceRequested":
      return { text: `${who} forced ${event.nodeId}`, tone: "danger" };
    case "PutBackRequested":
      return { text: `${who} put ${event.nodeId} back${because(event.reason)}` };
    case "StartAgainRequested":
      return { text: `${who} starts ${event.nodeId} again` };
    case "SkipRequested":
      return { text: `${who} skips ${event.nodeId}${because(event.reason)}`, tone: "attn" };
    case "RetryRequested":
      return { text: `${who} tries again on ${event.nodeId}` };
    case "VerdictAccepted":
      return { text: `${who} accepted ${event.nodeId} as verified${because(event.reason)}`, tone: "attn" };
    case "WorkCut":
      return {
        source: "cut",
        text: `${itemsInWords(event.items)} cut: ${joined(event.items.map(({ id, user }) => (user === null ? id : `${id} of ${user}`)))}; ${event.evidence}`,
        tone: "danger",
      };
    case "SoakBegan":
      return { source: "soak", text: "every gate passes; the soak begins" };
    case "SoakBroken":
      return { source: "soak", text: `broken, it begins anew: ${event.evidence}`, tone: "attn" };
    case "CommandIssued":
      return { source: "sent", text: commandInWords(event.command, event.attempt) };
    case "CommandAnswered":
      return { source: "answer", ...outcomeInWords(event.outcome, event.attempt) };
    case "StepEnded":
      return {
        text: `${event.nodeId} ${RESULT_WORDS[event.result]}${because(event.evidence)}`,
        tone: event.result === "verified" ? "ok" : "attn",
      };
    case "PolicyChanged":
      return { text: `${who} changed the policy${because(event.reason)}`, tone: "attn" };
    case "TopologyAccepted":
      return {
        text: `${who} accepted that the cluster changed: ${joined([...event.appeared.map((id) => `${id} appeared`), ...event.vanished.map((id) => `${id} vanished`)])}${because(event.reason)}`,
        tone: "attn",
      };
    case "FailuresCounted":
      return { source: "failures", text: `${event.failures + event.probeFailures} failed so far`, tone: "attn" };
    case "FinishRequested":
      return { text: `${who} said Finish` };
    case "StepSettled":
      return {
        text: `${who} ${event.how === "again" ? `takes ${event.nodeId} again` : `leaves ${event.nodeId} as it is`}${because(event.reason)}`,
      };
    case "LedgerSettled":
      return {
        source: "ledger",
        text: `what became of ${plural(event.rows.length, "piece of work", "pieces of work")} is known`,
      };
    case "HoldBegan":
      return { source: "hold", text: holdSentenceOf(event.reason), tone: "attn" };
    case "HoldEnded":
      return { source: "hold", text: `over: ${event.because}` };
    default:
      return event satisfies never;
  }
}

function phase(name: keyof typeof PHASE_NAMES): string {
  return PHASE_NAMES[name].toLowerCase();
}

function because(reason: string): string {
  const bare = unstopped(reason);
  return bare === "" ? "" : `: ${bare}`;
}

function moved(who: string): string {
  return `${who} moved`;
}

function checksInWords(checks: readonly Check[]): Said {
  const failing = checks.filter(({ verdict, severity }) => verdict !== "pass" && severity !== "note");
  if (failing.length === 0) return { text: plural(checks.length, "check holds", "checks hold") };
  const said = failing.map(({ title, verdict }) => `${title}${verdict === "unknown" ? " (could not be asked)" : ""}`);
  return { text: `${failing.length} of ${checks.length} do not hold: ${joined(said)}`, tone: "attn" };
}

function workInWords({ count, items, empty }: Extract<RunEvent, { type: "WorkListed" }>): Said {
  if (empty) return { text: "nothing in flight, nothing that would be cut", tone: "ok" };
  const named = items.length === 0 ? "" : `: ${itemsInWords(items)}`;
  return { text: count === null ? `in flight cannot be counted${named}` : `${count} in flight${named}` };
}

export function commandInWords(command: Command, attempt: number): string {
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  switch (command.verb) {
    case "borrow":
      return `borrow what the whole run needs${again}`;
    case "isolate":
      return `isolate ${command.nodeId}${again}`;
    case "giveBack":
      return `give back what was borrowed for ${command.nodeId ?? "the run"}${again}`;
    case "exit":
      return `${command.how} exit of ${command.nodeId}, ${command.limitMs === null ? "no limit" : `killed after ${limit(command.limitMs)}`}${again}`;
    case "shorten":
      return `shorten the exit of ${command.nodeId} to ${limit(command.limitMs)}${again}`;
    case "force":
      return `kill ${command.nodeId}, after its pid and identity are checked${again}`;
    case "install":
      return `install ${command.version} on ${command.nodeId}${again}`;
    case "start":
      return `start ${command.nodeId}${again}`;
    case "restorePrevious":
      return `restore the previous version on ${command.nodeId}${again}`;
    case "hook":
      return `run ${command.argv.join(" ")} ${command.when} ${command.nodeId}, for ${limit(command.limitMs)} at most${again}`;
    case "finalize":
      return `remove the old files on ${command.nodeId}${again}`;
    default:
      return command satisfies never;
  }
}

function outcomeInWords(outcome: Outcome, attempt: number): Said {
  switch (outcome.outcome) {
    case "done":
      return { text: `${outcome.forced === true ? "done, by force: " : ""}${outcome.evidence}` };
    case "refused":
      return { text: `refused: ${outcome.reason}`, tone: "danger" };
    case "unknown":
      return {
        text: `nobody can say${attempt > 1 ? ` after ${attempt} attempts` : ""}: ${outcome.cause}`,
        tone: "attn",
      };
    default:
      return outcome satisfies never;
  }
}

/** What should be seen next, so that its absence is noticed. */
export function expectation(
  phaseNow: string | null,
  witnesses: readonly string[],
  target: string | null,
  soakMs: number,
): string | null {
  switch (phaseNow) {
    case "check":
      return "every interlock should hold";
    case "isolate":
      return "every route should read back as out";
    case "drain":
      return "two polls should find nothing in flight";
    case "exit":
      return "the process should end by itself";
    case "confirm":
      return `gone should be said by ${joined(witnesses)}`;
    case "upgrade":
      return `${target ?? "the new"} files should match their checksum`;
    case "restart":
      return `it should serve${target === null ? "" : ` ${target}`} with a new start time`;
    case "readmit":
      return "every route should read back as in";
    case "verify":
      return `every gate should hold for ${limit(soakMs)}`;
    default:
      return null;
  }
}
