/**
 * What a person may ask of a node, with the words on its button, the question that comes first where one does, and why
 * it cannot be asked now. What is refused stays in the list: it says why.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import { factBy, type Observation, type WorkItem } from "#lib/cluster/observation.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import { type RequestName, type RunRequest } from "#lib/run/request.ts";
import type { Phase } from "#lib/run/plan.ts";
import { stepsUnderWay, type Run, type Step } from "#lib/run/state.ts";
import { limit, timeOfDay } from "#components/format.ts";
import { said } from "#components/language/said.ts";
import { sentences } from "#components/language/sentences.ts";
import { t } from "#components/language/t.ts";
import { nameOf } from "#lib/run/actor.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { itemsInWords, joined, pieces } from "./words.ts";

/** Asked before it is sent. It names the node, the cost and the way back; its buttons repeat the act. */
export type Question = {
  readonly title: string;
  readonly body: string;
  readonly safe: string;
  readonly act: string;
  /** What to ask a reason for; null: none is kept. */
  readonly reason: string | null;
  /** The node's name is typed first: what follows may cut work, and cannot be taken back. */
  readonly typed?: NodeId | null;
  /** What is sent for it: the commands of these phases of that node. Null: nothing, or nothing at once. */
  readonly sends?: { readonly nodeId: NodeId; readonly phases: readonly string[] } | null;
};

export type ActView = {
  readonly key: string;
  readonly words: string;
  readonly icon: IconName | null;
  readonly shortcut: string | null;
  readonly destructive: boolean;
  readonly request: (reason: string) => RunRequest;
  readonly question: Question | null;
  /** Why not now; null when it may be asked. */
  readonly refused: string | null;
  /** A phone cannot do it: what may cut work is decided at a desk. */
  readonly deskOnly: boolean;
};

export type ActFacts = {
  readonly run: Run;
  readonly step: Step;
  readonly observation: Observation | null;
  /** Running work that people can recognise. */
  readonly items: readonly WorkItem[];
  /** In flight; null where it cannot be counted. */
  readonly inFlight: number | null;
  readonly nowMs: number;
};

const MINUTE_MS = 60_000;
/** What *Shorten* brings an exit's limit down to: time enough for short work to end. */
export const SHORTENED_MS = 10_000;
/** What was seen longer ago may have changed. */
const AS_GOOD_AS_NOW_MS = 10_000;

/** Every act on the node of this step. */
export function actsOf(facts: ActFacts): readonly ActView[] {
  return [
    extend(facts),
    shortenDrain(facts),
    putBack(facts),
    goOn(facts),
    shortenExit(facts),
    force(facts),
    retry(facts),
    accept(facts),
    startAgain(facts),
    skip(facts),
  ];
}

/** Those that belong beside the node's name now: before the signal the one kind, after it the other. */
export function headActs(facts: ActFacts): readonly ActView[] {
  const { progress } = facts.step;
  const phase = progress.at === "phase" ? progress.phase : null;
  if (phase === "exit" || phase === "confirm") return [shortenExit(facts), force(facts)];
  if (phase === "drain") return [extend(facts), putBack(facts)];
  return phase === "isolate" ? [putBack(facts)] : [];
}

/** The way on, beside the limit that it makes void. */
export function onwardAct(facts: ActFacts): ActView | null {
  const { progress } = facts.step;
  return progress.at === "phase" && progress.phase === "drain" ? goOn(facts) : null;
}

/** Those of these names that may be asked now. */
export function actsNamed(facts: ActFacts, names: readonly RequestName[]): readonly ActView[] {
  const all = actsOf(facts).filter(({ refused }) => refused === null);
  return names.flatMap((name) =>
    all.filter(({ request, key }) => request("example").do === name && key !== "shortenDrain"),
  );
}

/** An act with why it cannot be asked now: the same function that the console asks. */
export function act(
  { run, nowMs }: Pick<ActFacts, "run" | "nowMs">,
  what: Pick<ActView, "key" | "words" | "request"> & Partial<ActView>,
): ActView {
  const refused = refusalOf(run, what.request("example"), nowMs);
  const first = refused?.already ?? null;
  const who = first === null ? "" : t("{who} asked at {time}.", { who: nameOf(first.by), time: timeOfDay(first.atMs) });
  return {
    icon: null,
    shortcut: null,
    destructive: false,
    question: null,
    deskOnly: false,
    ...what,
    refused: refused === null ? null : sentences([said(refused.reason), who]),
  };
}

function extend(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "extend",
    words: t("Extend +60 s"),
    icon: "plus",
    shortcut: "E",
    request: () => ({ do: "moveDrainLimit", nodeId, byMs: MINUTE_MS }),
  });
}

function shortenDrain(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "shortenDrain",
    words: t("Shorten the drain by 60 s"),
    icon: "minus",
    request: () => ({ do: "moveDrainLimit", nodeId, byMs: -MINUTE_MS }),
  });
}

function putBack(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const more = facts.run.steps.some(({ progress }) => progress.at === "waiting");
  return act(facts, {
    key: "putBack",
    words: t("Put back…"),
    request: (reason) => ({ do: "putBack", nodeId, reason }),
    question: {
      title: t("Put {node} back?", { node: nodeId }),
      body: sentences([
        t("Its routes open again and what was borrowed for it is given back. It stays on its version."),
        more ? t("The run pauses, so that the next node is not touched.") : "",
      ]),
      safe: t("Keep draining"),
      act: t("Put {node} back", { node: nodeId }),
      reason: t("Why"),
      sends: { nodeId, phases: ["readmit"] },
    },
  });
}

/** "Exit be-02 now, kill after 60 s": both halves, for the exit is graceful and its limit is not. */
export function goOnWords({ plan }: Step): string {
  const { nodeId: node, exitLimitMs } = plan;
  return exitLimitMs === null
    ? t("Exit {node} now", { node })
    : t("Exit {node} now, kill after {limit}", { node, limit: limit(exitLimitMs) });
}

function goOn(facts: ActFacts): ActView {
  const { step } = facts;
  const { nodeId, exitLimitMs } = step.plan;
  const wait =
    exitLimitMs === null
      ? t("The graceful exit waits for as long as it takes.")
      : t("The graceful exit waits for {limit}, then kills it.", { limit: limit(exitLimitMs) });
  return act(facts, {
    key: "goOn",
    words: t("{act}…", { act: goOnWords(step) }),
    icon: "exiting",
    deskOnly: true,
    request: () => ({ do: "goOn", nodeId }),
    question: {
      title: t("{act}?", { act: goOnWords(step) }),
      body: sentences([leftWords(facts), wait, t("From the signal on {node} cannot be put back.", { node: nodeId })]),
      safe: t("Keep draining"),
      act: goOnWords(step),
      reason: null,
      sends: { nodeId, phases: ["exit"] },
    },
  });
}

/** What ends in a kill has nothing to do once its process is seen to have ended; the core cannot see that, we do. */
function killing(facts: ActFacts, what: Parameters<typeof act>[1]): ActView {
  const view = act(facts, what);
  const seen = facts.observation === null ? null : factBy(facts.observation.process, "process");
  const ended = seen?.value === "gone" && facts.nowMs - seen.asOfMs < AS_GOOD_AS_NOW_MS;
  return view.refused === null && ended
    ? { ...view, refused: t("Its process has ended: there is nothing left to kill.") }
    : view;
}

function shortenExit(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const at = limit(SHORTENED_MS);
  return killing(facts, {
    key: "shortenExit",
    words: t("Shorten to {limit}…", { limit: at }),
    icon: "minus",
    deskOnly: true,
    request: () => ({ do: "shorten", nodeId, limitMs: SHORTENED_MS }),
    question: {
      title: t("Kill {node} in {limit}?", { node: nodeId, limit: at }),
      body: sentences([
        cutWords(facts),
        t("What ends within {limit} is not cut. From the signal on the limit only comes closer.", { limit: at }),
      ]),
      safe: t("Keep waiting"),
      act: t("Kill {node} in {limit}", { node: nodeId, limit: at }),
      reason: null,
      typed: nodeId,
      sends: { nodeId, phases: ["force"] },
    },
  });
}

function force(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const { inFlight, observation } = facts;
  const pid = observation === null ? null : factBy(observation.process, "process");
  const kill =
    pid === null
      ? t("kill -9 to its process, once pid and identity are checked on its host.")
      : t("kill -9 to its process ({process}), once pid and identity are checked on its host.", { process: pid.said });
  const old = pid === null ? "" : t("That was seen at {time}.", { time: timeOfDay(pid.asOfMs) });
  const risk = t("What it has not written out yet may be lost here, until a replica or a snapshot brings it back.");
  return killing(facts, {
    key: "force",
    words: t("Force now…"),
    icon: "force",
    shortcut: "F",
    destructive: true,
    deskOnly: true,
    request: () => ({ do: "force", nodeId }),
    question: {
      title: t("Force {node} now?", { node: nodeId }),
      body: sentences([cutWords(facts), kill, old, risk, t("It cannot be undone.")]),
      safe: t("Keep waiting"),
      act:
        inFlight === null || inFlight === 0
          ? t("Force {node}", { node: nodeId })
          : t("Force {node}, cut {count}", { node: nodeId, count: inFlight }),
      reason: null,
      typed: nodeId,
      sends: { nodeId, phases: ["force"] },
    },
  });
}

function retry(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "retry",
    words: t("Try again"),
    icon: "restart",
    request: () => ({ do: "retry", nodeId }),
  });
}

function accept(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const isHook = facts.run.hold?.reason.why === "hookFailed";
  const unsure = isHook ? t("The command to run after it failed.") : t("Whether it is well could not be measured.");
  return act(facts, {
    key: "accept",
    words: t("Accept {node} as verified…", { node: nodeId }),
    icon: "check",
    request: (reason) => ({ do: "accept", nodeId, reason }),
    question: {
      title: t("Accept {node} as verified?", { node: nodeId }),
      body: sentences([unsure, t("The run goes on to the next node; your name and reason stand in its journal.")]),
      safe: t("Keep watching"),
      act: t("Accept {node}", { node: nodeId }),
      reason: t("Why it is well"),
    },
  });
}

function startAgain(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "startAgain",
    words: t("Start {node} again", { node: nodeId }),
    icon: "play",
    request: () => ({ do: "startAgain", nodeId }),
  });
}

function skip(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const touched = facts.step.progress.at === "phase" && ["isolate", "drain"].includes(facts.step.progress.phase);
  return act(facts, {
    key: "skip",
    words: t("Skip {node}…", { node: nodeId }),
    icon: "arrowRight",
    request: (reason) => ({ do: "skip", nodeId, reason }),
    question: {
      title: t("Skip {node}?", { node: nodeId }),
      body: sentences([
        touched ? t("It is put back first, and stays on its version.") : t("It stays as it is."),
        t("The run goes on to the next node; your name and reason stand in its journal."),
      ]),
      safe: t("Keep {node}", { node: nodeId }),
      act: t("Skip {node}", { node: nodeId }),
      reason: t("Why"),
      sends: touched ? { nodeId, phases: ["readmit"] } : null,
    },
  });
}

// --------------------------------------------------------------------------------------------------------------- words

function leftWords({ inFlight, step }: ActFacts): string {
  const { one, many } = step.plan.work;
  if (inFlight === null) return t("How many {work} are left is not known.", { work: said(many) });
  return inFlight === 0 ? t("Nothing is in flight.") : t("{work} left.", { work: pieces(inFlight, one, many) });
}

/** "This cuts 3: two queries and one load." */
export function cutWords({ inFlight, items, step }: ActFacts): string {
  if (inFlight === null && items.length === 0) {
    return t("How many {work} it cuts is not known.", { work: said(step.plan.work.many) });
  }
  if (inFlight === 0) return t("Nothing is in flight.");
  const number = inFlight ?? items.length;
  if (items.length === 0) return t("This cuts {number}.", { number });
  const named = { number, items: itemsInWords(items) };
  const users = [...new Set(items.flatMap(({ user }) => (user === null ? [] : [user])))];
  return users.length === 0
    ? t("This cuts {number}: {items}.", named)
    : t("This cuts {number}: {items}, of {users}.", { ...named, users: joined(users.slice(0, 4)) });
}

/** Before the signal a node is put back; after it, it is finished. */
const PUT_BACK: ReadonlySet<Phase> = new Set<Phase>(["isolate", "drain"]);
const UNTOUCHED: ReadonlySet<Phase> = new Set<Phase>(["gate", "check"]);

function sentFor(phase: Phase): readonly string[] {
  return PUT_BACK.has(phase) ? ["readmit"] : ["restart", "readmit"];
}

/** What the question before an abort says: what becomes of the node in hand, and how the cluster is left. */
export function abortQuestion(run: Run): Question {
  const out = stepsUnderWay(run).flatMap(({ plan, progress }) =>
    progress.at === "phase" && !UNTOUCHED.has(progress.phase) ? [{ id: plan.nodeId, phase: progress.phase }] : [],
  );
  const [first] = out;
  const back = joined(out.filter(({ phase }) => PUT_BACK.has(phase)).map(({ id }) => id));
  const finished = joined(out.filter(({ phase }) => !PUT_BACK.has(phase)).map(({ id }) => id));
  const becomes = out.map(({ id, phase }) =>
    PUT_BACK.has(phase)
      ? t("{node} is put back.", { node: id })
      : t("{node} is started on the version that is verified on its disk, let in again and verified.", { node: id }),
  );
  const done = run.steps.filter(({ progress }) => progress.at === "ended" && progress.result === "verified").length;
  const rest = run.steps.length - done;
  const target = run.plan.targetVersion;
  const left =
    target === null
      ? t("{count, plural, one {# node} other {# nodes}} of {total} not taken.", {
          count: rest,
          total: run.steps.length,
        })
      : t("{count, plural, one {# node stays} other {# nodes stay}} on {version}, {rest} as they are.", {
          count: done,
          version: target,
          rest,
        });
  return {
    title: t("Abort the run?"),
    body: sentences([
      ...(becomes.length === 0 ? [t("No node is out.")] : becomes),
      left,
      t("What was borrowed is given back. It cannot be taken back."),
    ]),
    safe: t("Keep running"),
    act:
      finished !== ""
        ? t("Abort after {nodes}", { nodes: finished })
        : back !== ""
          ? t("Put {nodes} back and abort", { nodes: back })
          : t("Abort the run"),
    reason: t("Why"),
    // Of the first; those of the others are alike.
    sends: first === undefined ? null : { nodeId: first.id, phases: sentFor(first.phase) },
  };
}
