/**
 * What a server's answers mean, in the words of gRPC's own guide to a graceful exit:
 *
 *     SERVING ──► GRACEFUL_SHUTDOWN ──► TERMINATED
 *                        └──► TIMER_EXPIRED ──┘
 *
 * A server that drains refuses connections just as one that is gone does. Only its process, asked on another port, tells
 * the two apart; without such a port the word is what a client would get, UNAVAILABLE.
 */
import type { ExitEvidence, ServiceLook } from "../servers/service.ts";
import type { Counts } from "./counts.ts";
import type { Health } from "./health.ts";

type Told = Extract<Counts, { is: "told" }>;
type Drain = { readonly sinceMs: number; readonly inFlight: number; readonly failed: number };

/** What is kept of a server from look to look. */
export type Life = {
  /** It was seen to listen: a port that refuses before that belongs to one that starts. */
  readonly hasListened: boolean;
  /** Since when its port refuses while its process answers, and what was in flight when that was last seen. */
  readonly drain: Drain | null;
  /** How the last drain ended; "" before the first one. */
  readonly ending: string;
  readonly ownCalls: number;
  readonly started: number;
};

export const newborn: Life = { hasListened: false, drain: null, ending: "", ownCalls: 0, started: 0 };

/** One look: what was asked and answered. `counts` is null where nothing tells of the calls. */
export type Sight = {
  readonly at: string;
  readonly health: Health;
  readonly counts: Counts | null;
  /** How many health checks of ours this look made. */
  readonly checks: number;
  /** The server's own timer: after so long in its graceful exit it forces; null where nobody says. */
  readonly ownLimitMs: number | null;
  readonly nowMs: number;
};

/** A timer of the server's own began before its drain was first seen here, by as much as lies between two looks. */
const SEEN_LATE_MS = 500;

export function next(before: Life, sight: Sight): Life {
  const { health, counts, checks } = sight;
  const told = counts?.is === "told" ? counts : null;
  // Fewer calls than before: another server, that nothing is known of.
  const life = told !== null && told.started < before.started ? newborn : before;
  const kept = {
    ownCalls: life.ownCalls + (health.is === "told" ? checks : 0),
    started: told?.started ?? life.started,
  };
  if (health.is === "told" || health.is === "untold") return { ...kept, hasListened: true, drain: null, ending: "" };
  if (health.is === "silent") return { ...life, ...kept };
  if (told !== null && isLeaving(life, told)) {
    const drain = drainOf(life.drain, told, sight);
    return { ...kept, hasListened: true, drain, ending: "" };
  }
  const ending = life.drain === null ? life.ending : endingOf(life.drain, sight);
  return { ...kept, hasListened: false, drain: null, ending };
}

/** With the life that `next` gave for the same sight. */
export function lookOf(life: Life, sight: Sight): ServiceLook {
  const { counts } = sight;
  const told = counts?.is === "told" ? counts : null;
  const own = told?.hasChecks === true ? life.ownCalls : 0;
  return {
    ...outside(life, sight),
    work: workOf(counts),
    counters: told === null ? null : { requests: Math.max(0, told.started - own), failures: told.failed, p99Ms: null },
    version: null,
    startedAtMs: told?.startedAtMs ?? null,
    memoryPct: null,
  };
}

type Outside = Pick<ServiceLook, "admission" | "process" | "word" | "remark">;

function outside(life: Life, { at, health, counts, ownLimitMs, nowMs }: Sight): Outside {
  const said = `${at}: ${saidOf(health)}`;
  switch (health.is) {
    case "told": {
      const wrong = health.of.filter(({ status }) => status !== "SERVING");
      const value = wrong.length === 0 ? "accepting" : "refusing";
      const remark = wrong.map(({ service, status }) => `${service === "" ? "the server" : service}: ${status}`);
      return {
        admission: { value, said },
        process: { value: "up", said },
        word: wrong[0]?.status ?? "SERVING",
        remark: remark.join(", "),
      };
    }
    case "untold": {
      const remark = "It has no health service: that it answers is all that it tells";
      return { admission: { value: "accepting", said }, process: { value: "up", said }, word: "READY", remark };
    }
    case "refused":
      return { admission: { value: "refusing", said }, ...behind(life, said, counts, { ownLimitMs, nowMs }) };
    case "silent": {
      const process = counts?.is === "told" ? ({ value: "up", said: `${counts.by} answers` } as const) : null;
      return { admission: null, process, word: null, remark: health.why };
    }
    default:
      return health satisfies never;
  }
}

/** Its port refuses: what its process says of itself on another one. */
function behind(
  life: Life,
  said: string,
  counts: Counts | null,
  { ownLimitMs, nowMs }: Pick<Sight, "ownLimitMs" | "nowMs">,
): Omit<Outside, "admission"> {
  if (counts === null) return { process: { value: "gone", said }, word: "UNAVAILABLE", remark: "Nobody listens" };
  switch (counts.is) {
    case "told": {
      const told = `${said}; ${counts.by}: ${counts.inFlight} in flight`;
      if (life.drain === null) return { process: { value: "up", said: told }, word: "STARTING", remark: "" };
      const isOver = isTimeUp(nowMs - life.drain.sinceMs, ownLimitMs);
      const word = isOver ? "TIMER_EXPIRED" : "GRACEFUL_SHUTDOWN";
      return { process: { value: "exiting", said: told }, word, remark: "" };
    }
    case "over": {
      const told = `${said}; ${counts.by}: the server has ended`;
      return { process: { value: "exiting", said: told }, word: "TERMINATED", remark: life.ending };
    }
    case "refused":
      return { process: { value: "gone", said }, word: "TERMINATED", remark: life.ending };
    case "silent":
      return { process: null, word: "UNAVAILABLE", remark: counts.why };
    default:
      return counts satisfies never;
  }
}

/** A call that runs, or that ever came: before it listens a server has had none. */
function isLeaving(life: Life, told: Told): boolean {
  return life.hasListened || life.drain !== null || told.started > 0;
}

/** What was cut at the limit stays in flight here: it did not end by itself, though nothing runs any more. */
function drainOf(before: Drain | null, told: Told, { ownLimitMs, nowMs }: Sight): Drain {
  const { inFlight, failed } = told;
  if (before === null) return { sinceMs: nowMs, inFlight, failed };
  const { sinceMs } = before;
  const isCut = isTimeUp(nowMs - sinceMs, ownLimitMs) && inFlight < before.inFlight && failed > before.failed;
  return isCut ? before : { sinceMs, inFlight, failed };
}

function endingOf(drain: Drain, { ownLimitMs, nowMs }: Sight): string {
  return wordsOf(drain, nowMs - drain.sinceMs, ownLimitMs);
}

function wordsOf({ inFlight }: Drain, tookMs: number, ownLimitMs: number | null): string {
  const seconds = `${(tookMs / 1000).toFixed(1)} s`;
  return inFlight > 0 && isTimeUp(tookMs, ownLimitMs)
    ? `TIMER_EXPIRED after ${seconds}: ${inFlight} in flight when last seen`
    : `GRACEFUL_SHUTDOWN took ${seconds}`;
}

function isTimeUp(tookMs: number, ownLimitMs: number | null): boolean {
  return ownLimitMs !== null && tookMs + SEEN_LATE_MS >= ownLimitMs;
}

/**
 * How an exit ended that took so long from the word to leave. Null where nothing told what was in flight: a server that was
 * forced by its own timer leaves no other trace.
 */
export function evidenceOf({ drain, ending }: Life, tookMs: number, ownLimitMs: number | null): ExitEvidence | null {
  const said = drain === null ? ending : wordsOf(drain, tookMs, ownLimitMs);
  return said === "" ? null : { forced: said.startsWith("TIMER_EXPIRED"), said };
}

function workOf(counts: Counts | null): ServiceLook["work"] {
  if (counts === null) return null;
  const count = counts.is === "told" ? counts.inFlight : counts.is === "over" ? 0 : null;
  return { inFlight: [{ kind: "RPC", count }], willBeCut: [] };
}

function saidOf(health: Health): string {
  switch (health.is) {
    case "told":
      return health.of.map(({ service, status }) => `Health/Check ${JSON.stringify(service)}: ${status}`).join(", ");
    case "untold":
      return "Health/Check: UNIMPLEMENTED";
    case "refused":
      return "connection refused";
    case "silent":
      return health.why;
    default:
      return health satisfies never;
  }
}
