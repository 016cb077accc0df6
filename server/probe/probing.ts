/**
 * The probe of one run, as long as it is asked equally often. Each statement is counted when it was answered, where the run
 * stood then; a failure is kept at once, sums every ten seconds.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Traffic } from "#lib/run/facts.ts";
import { placeKey, type ProbeCount, type ProbeEvent, type ProbePlace } from "#lib/run/probe.ts";
import type { Clock, Log } from "#server/orchestrator/ports.ts";
import type { FrontDoors } from "./front-doors.ts";

export type ProberParts = {
  readonly doors: FrontDoors;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps them with the run, in order. What cannot be kept is told, and counted on. */
  readonly keep: (runId: string, events: readonly ProbeEvent[]) => Promise<void>;
};

export interface Probing {
  readonly runId: string;
  readonly everyMs: number;
  isBusy(door: NodeId): boolean;
  traffic(): Traffic;
  /** Resolves when what was under way is answered, and all is kept. */
  end(): Promise<void>;
}

/** `closed`: the door whose node is being taken out. */
type Standing = { readonly place: ProbePlace; readonly closed: NodeId | null };

const KEEP_EVERY_MS = 10_000;
const LAST_ANSWERS_MS = 1000;
/** A system that is down fails every statement: more than these are counted, and not kept one by one. */
const MAX_FAILURES = 2000;

export function startProbing(
  { doors, clock, log, keep }: ProberParts,
  runId: string,
  everyMs: number,
  standing: () => Standing,
): Probing {
  const over = new AbortController();
  const sinceMs = clock.now();
  const busy = new Map<NodeId, Promise<void>>();
  let counts = new Map<string, ProbeCount>();
  let sent = 0;
  let failed = 0;
  let keptAtMs = sinceMs;
  let keeping: Promise<void> = Promise.resolve();

  function flush(...failures: readonly ProbeEvent[]): void {
    const counted: ProbeEvent[] = counts.size === 0 ? [] : [{ type: "ProbeCounted", counts: [...counts.values()] }];
    counts = new Map();
    keptAtMs = clock.now();
    const events = [...counted, ...failures];
    if (events.length === 0) return;
    keeping = keeping
      .then(() => keep(runId, events))
      .catch((error: unknown) => log.warn("What the probe counted could not be kept", { runId, error }));
  }

  function count(door: NodeId, what: "ok" | "failed" | "notSent"): void {
    const { place } = standing();
    const key = `${door}\n${placeKey(place)}`;
    const known = counts.get(key) ?? { door, ...place, sent: 0, failed: 0, notSent: 0 };
    const one = { sent: what === "notSent" ? 0 : 1, failed: what === "failed" ? 1 : 0 };
    sent += one.sent;
    failed += one.failed;
    counts.set(key, {
      ...known,
      sent: known.sent + one.sent,
      failed: known.failed + one.failed,
      notSent: known.notSent + 1 - one.sent,
    });
  }

  async function knock(door: NodeId): Promise<void> {
    const answer = await doors.knock(door, over.signal);
    const { place, closed } = standing();
    // Whatever became of a door that was closed meanwhile is our own doing.
    const withdrawn = door === closed || over.signal.aborted;
    if (answer.answer === "failed" && !withdrawn) {
      count(door, "failed");
      const failure = { atMs: clock.now(), door, ...place, error: answer.error };
      if (failed <= MAX_FAILURES) flush({ type: "ProbeFailed", failure });
    } else count(door, answer.answer === "ok" ? "ok" : "notSent");
    if (door === closed) doors.leave(door);
  }

  /** One statement through each door that has answered the last one. */
  function round(): void {
    for (const door of doors.doors()) {
      if (door === standing().closed) count(door, "notSent");
      else if (!busy.has(door)) {
        const answered = knock(door).finally(() => busy.delete(door));
        busy.set(door, answered);
      }
    }
    if (clock.now() - keptAtMs >= KEEP_EVERY_MS) flush();
  }

  async function probe(): Promise<void> {
    while (!over.signal.aborted) {
      const beganAtMs = clock.now();
      round();
      await clock.wait(Math.max(0, beganAtMs + everyMs - clock.now()), over.signal);
    }
    // What is not answered soon is given up with its connection: nobody waits for a probe.
    await Promise.race([Promise.all(busy.values()), clock.wait(LAST_ANSWERS_MS)]);
    for (const door of doors.doors()) doors.leave(door);
    flush();
    await keeping;
  }

  const done = probe();
  return {
    runId,
    everyMs,
    isBusy: (door) => busy.has(door),
    traffic: () => ({ sinceMs, requests: sent, failures: failed }),
    async end() {
      over.abort();
      await done;
    },
  };
}
