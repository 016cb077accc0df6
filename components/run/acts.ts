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
import { duration, limit, plural, timeOfDay } from "#components/format.ts";
import { nameOf } from "#lib/run/actor.ts";
import type { IconName } from "#components/ui/icon.tsx";
import { itemsInWords, joined } from "./words.ts";

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
    all.filter(({ request, key }) => request("for example").do === name && key !== "shortenDrain"),
  );
}

/** An act with why it cannot be asked now: the same function that the console asks. */
export function act(
  { run, nowMs }: Pick<ActFacts, "run" | "nowMs">,
  what: Pick<ActView, "key" | "words" | "request"> & Partial<ActView>,
): ActView {
  const refused = refusalOf(run, what.request("for example"), nowMs);
  const first = refused?.already ?? null;
  const who = first === null ? "" : ` ${nameOf(first.by)} asked at ${timeOfDay(first.atMs)}.`;
  return {
    icon: null,
    shortcut: null,
    destructive: false,
    question: null,
    deskOnly: false,
    ...what,
    refused: refused === null ? null : `${refused.reason}${who}`,
  };
}

function extend(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "extend",
    words: "Extend +60 s",
    icon: "plus",
    shortcut: "E",
    request: () => ({ do: "moveDrainLimit", nodeId, byMs: MINUTE_MS }),
  });
}

function shortenDrain(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "shortenDrain",
    words: "Shorten the drain by 60 s",
    icon: "minus",
    request: () => ({ do: "moveDrainLimit", nodeId, byMs: -MINUTE_MS }),
  });
}

function putBack(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const more = facts.run.steps.some(({ progress }) => progress.at === "waiting");
  return act(facts, {
    key: "putBack",
    words: "Put back…",
    request: (reason) => ({ do: "putBack", nodeId, reason }),
    question: {
      title: `Put ${nodeId} back?`,
      body: `Its routes open again and what was borrowed for it is given back. It stays on its version.${more ? " The run pauses, so that the next node is not touched." : ""}`,
      safe: "Keep draining",
      act: `Put ${nodeId} back`,
      reason: "Why",
      sends: { nodeId, phases: ["readmit"] },
    },
  });
}

/** "Exit be-02 now, kill after 60 s": both halves, for the exit is graceful and its limit is not. */
export function goOnWords({ plan }: Step): string {
  return `Exit ${plan.nodeId} now${plan.exitLimitMs === null ? "" : `, kill after ${limit(plan.exitLimitMs)}`}`;
}

function goOn(facts: ActFacts): ActView {
  const { step } = facts;
  const { nodeId, exitLimitMs } = step.plan;
  const wait = exitLimitMs === null ? "for as long as it takes" : `for ${limit(exitLimitMs)}, then kills it`;
  return act(facts, {
    key: "goOn",
    words: `${goOnWords(step)}…`,
    icon: "exiting",
    deskOnly: true,
    request: () => ({ do: "goOn", nodeId }),
    question: {
      title: `${goOnWords(step)}?`,
      body: `${leftWords(facts)} The graceful exit waits ${wait}. From the signal on ${nodeId} cannot be put back.`,
      safe: "Keep draining",
      act: goOnWords(step),
      reason: null,
      sends: { nodeId, phases: ["exit"] },
    },
  });
}

function shortenExit(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const at = limit(SHORTENED_MS);
  return act(facts, {
    key: "shortenExit",
    words: `Shorten to ${at}…`,
    icon: "minus",
    deskOnly: true,
    request: () => ({ do: "shorten", nodeId, limitMs: SHORTENED_MS }),
    question: {
      title: `Kill ${nodeId} in ${at}?`,
      body: `${cutWords(facts)} What ends within ${at} is not cut. From the signal on the limit only comes closer.`,
      safe: "Keep waiting",
      act: `Kill ${nodeId} in ${at}`,
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
  const whose = pid === null ? "its process" : `its process (${pid.said})`;
  const old = pid === null ? "" : ` That was seen ${duration(facts.nowMs - pid.asOfMs)} ago.`;
  return act(facts, {
    key: "force",
    words: "Force now…",
    icon: "force",
    shortcut: "F",
    destructive: true,
    deskOnly: true,
    request: () => ({ do: "force", nodeId }),
    question: {
      title: `Force ${nodeId} now?`,
      body: `${cutWords(facts)} kill -9 to ${whose}, once pid and identity are checked on its host.${old} It cannot be undone.`,
      safe: "Keep waiting",
      act: inFlight === null || inFlight === 0 ? `Force ${nodeId}` : `Force ${nodeId}, cut ${inFlight}`,
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
    words: "Try again",
    icon: "restart",
    request: () => ({ do: "retry", nodeId }),
  });
}

function accept(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const isHook = facts.run.hold?.reason.why === "hookFailed";
  const unsure = isHook ? "The command to run after it failed." : "Whether it is well could not be measured.";
  return act(facts, {
    key: "accept",
    words: `Accept ${nodeId} as verified…`,
    icon: "check",
    request: (reason) => ({ do: "accept", nodeId, reason }),
    question: {
      title: `Accept ${nodeId} as verified?`,
      body: `${unsure} The run goes on to the next node; your name and reason stand in its journal.`,
      safe: "Keep watching",
      act: `Accept ${nodeId}`,
      reason: "Why it is well",
    },
  });
}

function startAgain(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  return act(facts, {
    key: "startAgain",
    words: `Start ${nodeId} again`,
    icon: "play",
    request: () => ({ do: "startAgain", nodeId }),
  });
}

function skip(facts: ActFacts): ActView {
  const { nodeId } = facts.step.plan;
  const touched = facts.step.progress.at === "phase" && ["isolate", "drain"].includes(facts.step.progress.phase);
  return act(facts, {
    key: "skip",
    words: `Skip ${nodeId}…`,
    icon: "arrowRight",
    request: (reason) => ({ do: "skip", nodeId, reason }),
    question: {
      title: `Skip ${nodeId}?`,
      body: `${touched ? "It is put back first, and stays on its version." : "It stays as it is."} The run goes on to the next node; your name and reason stand in its journal.`,
      safe: `Keep ${nodeId}`,
      act: `Skip ${nodeId}`,
      reason: "Why",
      sends: touched ? { nodeId, phases: ["readmit"] } : null,
    },
  });
}

// --------------------------------------------------------------------------------------------------------------- words

function leftWords({ inFlight, step }: ActFacts): string {
  const { one, many } = step.plan.work;
  if (inFlight === null) return `How many ${many} are left is not known.`;
  return inFlight === 0 ? "Nothing is in flight." : `${plural(inFlight, one, many)} left.`;
}

/** "This cuts 3: two queries and one load." */
export function cutWords({ inFlight, items, step }: ActFacts): string {
  if (inFlight === null && items.length === 0) return `How many ${step.plan.work.many} it cuts is not known.`;
  if (inFlight === 0) return "Nothing is in flight.";
  const named = items.length === 0 ? "" : `: ${itemsInWords(items)}`;
  const users = [...new Set(items.flatMap(({ user }) => (user === null ? [] : [user])))];
  const whose = users.length === 0 ? "" : `, of ${joined(users.slice(0, 4))}`;
  return `This cuts ${inFlight ?? items.length}${named}${whose}.`;
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
      ? `${id} is put back.`
      : `${id} is started on the version that is verified on its disk, let in again and verified.`,
  );
  const done = run.steps.filter(({ progress }) => progress.at === "ended" && progress.result === "verified").length;
  const target = run.plan.targetVersion;
  const left =
    target === null
      ? `${plural(run.steps.length - done, "node", "nodes")} of ${run.steps.length} not taken.`
      : `${plural(done, "node stays", "nodes stay")} on ${target}, ${run.steps.length - done} as they are.`;
  return {
    title: "Abort the run?",
    body: `${becomes.length === 0 ? "No node is out." : becomes.join(" ")} ${left} What was borrowed is given back. It cannot be taken back.`,
    safe: "Keep running",
    act: finished !== "" ? `Abort after ${finished}` : back !== "" ? `Put ${back} back and abort` : "Abort the run",
    reason: "Why",
    // Of the first; those of the others are alike.
    sends: first === undefined ? null : { nodeId: first.id, phases: sentFor(first.phase) },
  };
}
