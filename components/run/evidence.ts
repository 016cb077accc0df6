/** What was recorded, one line an event: when, who or what said it, in words. Every event has a line. */
import type { NodeId } from "#lib/cluster/node.ts";
import { nameOf, type Actor } from "#lib/run/actor.ts";
import type { Check } from "#lib/run/check.ts";
import type { Command, Outcome } from "#lib/run/command.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { duration, limit, timeOfDay, zoneName } from "#components/format.ts";
import { currentLanguage } from "#components/language/current.ts";
import { said } from "#components/language/said.ts";
import { t } from "#components/language/t.ts";
import { holdSentenceOf } from "./hold-event.ts";
import {
  EXIT_WORDS,
  itemsInWords,
  joined,
  KIND_NAMES,
  PHASE_NAMES,
  RESULT_WORDS,
  unstopped,
  withReason,
} from "./words.ts";

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

type Words = Pick<EvidenceLine, "text"> & Partial<Pick<EvidenceLine, "source" | "tone" | "fold" | "passing">>;

/** Made once an event, in the zone and language that are shown: lines keep their identity while more come in. */
const made = new WeakMap<Recorded<RunEvent>, { readonly shownIn: string; readonly line: EvidenceLine }>();

export function evidenceLine(recorded: Recorded<RunEvent>): EvidenceLine {
  const shownIn = `${zoneName()} ${currentLanguage()}`;
  const known = made.get(recorded);
  if (known?.shownIn === shownIn) return known.line;
  const line = lineOf(recorded);
  made.set(recorded, { shownIn, line });
  return line;
}

function lineOf({ seq, atMs, actor, event }: Recorded<RunEvent>): EvidenceLine {
  const words = inWords(event, actor, atMs);
  const source = actor.kind === "person" ? t("operator") : (words.source ?? nameOf(actor));
  return { seq, atMs, tone: "plain", fold: "", passing: false, nodeId: nodeOf(event), ...words, source };
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

function inWords(event: RunEvent, actor: Actor, atMs: number): Words {
  const who = nameOf(actor);
  switch (event.type) {
    case "RunStarted": {
      const { kind, targetVersion, steps } = event.plan;
      const what = { who, kind: t(KIND_NAMES[kind]).toLowerCase(), count: steps.length };
      return {
        text:
          targetVersion === null
            ? t("{who} started: {kind} of {count, plural, one {# node} other {# nodes}}", what)
            : t("{who} started: {kind} to {version} of {count, plural, one {# node} other {# nodes}}", {
                ...what,
                version: targetVersion,
              }),
      };
    }
    case "PauseRequested":
      return { text: withReason(t("{who} paused the run", { who }), reasonOf(actor, event.reason)), tone: "attn" };
    case "RunResumed":
      return { text: t("{who} resumed the run", { who }) };
    case "AbortRequested":
      return { text: withReason(t("{who} aborted the run", { who }), event.reason), tone: "danger" };
    case "OrderChanged":
      return { text: withReason(t("the order is now {nodes}", { nodes: joined(event.order) }), event.reason) };
    case "RunEnded":
      return {
        text: t(event.verdict === "aborted" ? "the run was aborted: {reason}" : "the run finished: {reason}", {
          reason: unstopped(event.verdict === "aborted" ? event.reason : said(event.reason)),
        }),
        tone: event.verdict === "aborted" ? "danger" : "ok",
      };
    case "ApprovalGiven":
      return {
        text: t("{who} approved {node}, from {time} on", {
          who,
          node: event.nodeId,
          time: timeOfDay(event.effectiveAtMs),
        }),
      };
    case "ApprovalWithdrawn":
      return { text: t("{who} withdrew the approval of {node}", { who, node: event.nodeId }) };
    case "PhaseBegan":
      return {
        source: phase(event.phase),
        text: event.evidence === "" ? t("began") : t("began: {evidence}", { evidence: said(event.evidence) }),
        passing: event.evidence === "",
      };
    case "PhaseSkipped":
      return { source: phase(event.phase), text: t("skipped: {reason}", { reason: said(event.reason) }) };
    case "PhaseEnded":
      return { source: phase(event.phase), text: event.evidence === "" ? t("done") : said(event.evidence), tone: "ok" };
    case "ChecksAnswered":
      return { source: event.phase === "check" ? t("checks") : t("gates"), ...checksInWords(event.checks) };
    case "CheckOverridden":
      return {
        text: withReason(t("{who} overrode {check}", { who, check: event.checkKey }), event.reason),
        tone: "attn",
      };
    case "IdentityNoted":
      return {
        source: t("identity"),
        text: identityInWords(event.identity ?? t("not known"), event.version),
      };
    case "WorkListed":
      return { source: t("work"), ...workInWords(event), fold: `work ${event.nodeId}` };
    case "DrainLimitMoved":
      return {
        text: t("{who} moved the drain limit of {node} to {time}", {
          who,
          node: event.nodeId,
          time: timeOfDay(event.deadlineAtMs),
        }),
      };
    case "GoOnRequested":
      return { text: t("{who} said go on: {node} exits with what is left", { who, node: event.nodeId }), tone: "attn" };
    case "ExitLimitMoved":
      return {
        text: t("{who} moved the exit limit of {node} to {time}, in {duration}", {
          who,
          node: event.nodeId,
          time: timeOfDay(event.deadlineAtMs),
          duration: duration(event.deadlineAtMs - atMs),
        }),
      };
    case "ForceRequested":
      return { text: t("{who} forced {node}", { who, node: event.nodeId }), tone: "danger" };
    case "PutBackRequested":
      return {
        text: withReason(t("{who} put {node} back", { who, node: event.nodeId }), reasonOf(actor, event.reason)),
      };
    case "StartAgainRequested":
      return { text: t("{who} starts {node} again", { who, node: event.nodeId }) };
    case "SkipRequested":
      return { text: withReason(t("{who} skips {node}", { who, node: event.nodeId }), event.reason), tone: "attn" };
    case "RetryRequested":
      return { text: t("{who} tries again on {node}", { who, node: event.nodeId }) };
    case "VerdictAccepted":
      return {
        text: withReason(t("{who} accepted {node} as verified", { who, node: event.nodeId }), event.reason),
        tone: "attn",
      };
    case "WorkCut":
      return {
        source: t("cut"),
        text: t("{items} cut: {list}; {evidence}", {
          items: itemsInWords(event.items),
          list: joined(event.items.map(({ id, user }) => (user === null ? id : t("{id} of {user}", { id, user })))),
          evidence: said(event.evidence),
        }),
        tone: "danger",
      };
    case "SoakBegan":
      return { source: t("soak"), text: t("every gate passes; the soak begins") };
    case "SoakBroken":
      return {
        source: t("soak"),
        text: t("broken, it begins anew: {evidence}", { evidence: said(event.evidence) }),
        tone: "attn",
      };
    case "CommandIssued":
      return { source: t("sent"), text: commandInWords(event.command, event.attempt) };
    case "CommandAnswered":
      return { source: t("answer"), ...outcomeInWords(event.outcome, event.attempt) };
    case "StepEnded":
      return {
        text: withReason(
          t("{node} {result}", { node: event.nodeId, result: t(RESULT_WORDS[event.result]) }),
          event.result === "skipped" ? event.evidence : said(event.evidence),
        ),
        tone: event.result === "verified" ? "ok" : "attn",
      };
    case "PolicyChanged":
      return { text: withReason(t("{who} changed the policy", { who }), event.reason), tone: "attn" };
    case "TopologyAccepted":
      return {
        text: withReason(
          t("{who} accepted that the cluster changed: {changes}", { who, changes: changesInWords(event) }),
          event.reason,
        ),
        tone: "attn",
      };
    case "FailuresCounted":
      return {
        source: t("failures"),
        text: t("{count} failed so far", { count: event.failures + event.probeFailures }),
        tone: "attn",
      };
    case "NoteAdded":
      return {
        text:
          event.nodeId === null
            ? t("{who} noted: {text}", { who, text: event.text })
            : t("{who} noted on {node}: {text}", { who, node: event.nodeId, text: event.text }),
      };
    case "FinishRequested":
      return { text: t("{who} said Finish", { who }) };
    case "StepSettled":
      return {
        text: withReason(
          t(event.how === "again" ? "{who} takes {node} again" : "{who} leaves {node} as it is", {
            who,
            node: event.nodeId,
          }),
          event.reason,
        ),
      };
    case "LedgerSettled":
      return {
        source: t("ledger"),
        text: t("what became of {count, plural, one {# piece of work} other {# pieces of work}} is known", {
          count: event.rows.length,
        }),
      };
    case "HoldBegan":
      return { source: t("hold"), text: holdSentenceOf(event.reason), tone: "attn" };
    case "HoldEnded":
      return { source: t("hold"), text: t("over: {because}", { because: said(event.because) }) };
    default:
      return event satisfies never;
  }
}

/** A person's own words stay as they are. */
function reasonOf(actor: Actor, reason: string): string {
  return actor.kind === "person" ? reason : said(reason);
}

function phase(name: keyof typeof PHASE_NAMES): string {
  return t(PHASE_NAMES[name]).toLowerCase();
}

function identityInWords(identity: string, version: string | null): string {
  return version === null ? identity : t("{identity}, version {version}", { identity, version });
}

function changesInWords({ appeared, vanished }: Extract<RunEvent, { type: "TopologyAccepted" }>): string {
  return joined([
    ...appeared.map((node) => t("{node} appeared", { node })),
    ...vanished.map((node) => t("{node} vanished", { node })),
  ]);
}

function checksInWords(checks: readonly Check[]): Words {
  const failing = checks.filter(({ verdict, severity }) => verdict !== "pass" && severity !== "note");
  if (failing.length === 0) {
    return { text: t("{count, plural, one {# check holds} other {# checks hold}}", { count: checks.length }) };
  }
  const named = failing.map(({ title, verdict }) =>
    verdict === "unknown" ? t("{check} (could not be asked)", { check: said(title) }) : said(title),
  );
  const numbers = { failing: failing.length, total: checks.length };
  return { text: t("{failing} of {total} do not hold: {checks}", { ...numbers, checks: joined(named) }), tone: "attn" };
}

function workInWords({ count, items, empty }: Extract<RunEvent, { type: "WorkListed" }>): Words {
  if (empty) return { text: t("nothing in flight, nothing that would be cut"), tone: "ok" };
  const inFlight = count === null ? t("in flight cannot be counted") : t("{count} in flight", { count });
  return { text: withReason(inFlight, itemsInWords(items)) };
}

export function commandInWords(command: Command, attempt: number): string {
  const what = verbInWords(command);
  return attempt > 1 ? t("{what}, attempt {attempt}", { what, attempt }) : what;
}

function verbInWords(command: Command): string {
  const node = command.nodeId ?? t("the run");
  switch (command.verb) {
    case "borrow":
      return t("borrow what the whole run needs");
    case "isolate":
      return t("isolate {node}", { node });
    case "giveBack":
      return t("give back what was borrowed for {node}", { node });
    case "exit":
      return command.limitMs === null
        ? t("{how} exit of {node}, no limit", { how: t(EXIT_WORDS[command.how]), node })
        : t("{how} exit of {node}, killed after {limit}", {
            how: t(EXIT_WORDS[command.how]),
            node,
            limit: limit(command.limitMs),
          });
    case "shorten":
      return t("shorten the exit of {node} to {limit}", { node, limit: limit(command.limitMs) });
    case "force":
      return t("kill {node}, after its pid and identity are checked", { node });
    case "install":
      return t("install {version} on {node}", { version: command.version, node });
    case "start":
      return t("start {node}", { node });
    case "restorePrevious":
      return t("restore the previous version on {node}", { node });
    case "hook":
      return t(
        command.when === "before"
          ? "run {command} before {node}, for {limit} at most"
          : "run {command} after {node}, for {limit} at most",
        { command: command.argv.join(" "), node, limit: limit(command.limitMs) },
      );
    case "finalize":
      return t("remove the old files on {node}", { node });
    default:
      return command satisfies never;
  }
}

function outcomeInWords(outcome: Outcome, attempt: number): Words {
  switch (outcome.outcome) {
    case "done":
      return {
        text:
          outcome.forced === true
            ? t("done, by force: {evidence}", { evidence: said(outcome.evidence) })
            : said(outcome.evidence),
      };
    case "refused":
      return { text: t("refused: {reason}", { reason: said(outcome.reason) }), tone: "danger" };
    case "unknown":
      return {
        text:
          attempt > 1
            ? t("nobody can say after {attempt} attempts: {cause}", { attempt, cause: said(outcome.cause) })
            : t("nobody can say: {cause}", { cause: said(outcome.cause) }),
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
      return t("every interlock should hold");
    case "isolate":
      return t("every route should read back as out");
    case "drain":
      return t("two polls should find nothing in flight");
    case "exit":
      return t("the process should end by itself");
    case "confirm":
      return t("gone should be said by {witnesses}", { witnesses: joined(witnesses) });
    case "upgrade":
      return target === null
        ? t("the new files should match their checksum")
        : t("{version} files should match their checksum", { version: target });
    case "restart":
      return target === null
        ? t("it should serve with a new start time")
        : t("it should serve {version} with a new start time", { version: target });
    case "readmit":
      return t("every route should read back as in");
    case "verify":
      return t("every gate should hold for {limit}", { limit: limit(soakMs) });
    default:
      return null;
  }
}
