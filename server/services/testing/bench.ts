/** Services over a scripted cluster, a journal in memory and a clock that stands until it is told to go. */
import { beforeEach, expect } from "vitest";
import { POLICY } from "#lib/run/testing/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { History, Journal, Log, Sample, Transcript } from "#server/orchestrator/ports.ts";
import { createManualClock, type ManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import { createScriptedCluster, type ScriptedCluster } from "#server/orchestrator/testing/scripted-cluster.ts";
import { createServices } from "../create-services.ts";
import type { Caller } from "../may.ts";
import type { Feed, Frame, Reply, Services } from "../services.ts";

export const ANN: Caller = { kind: "person", id: "ann", via: "browser", role: "approver" };

export const REQUEST: PlanRequestBody = {
  kind: "upgrade",
  targetVersion: null,
  nodeIds: null,
  policy: { ...POLICY, approval: "every", soakMs: 1000, maxUnavailable: 1 },
  drainLimitMs: null,
  exitLimitMs: {},
  leaderExit: "graceful",
  isolate: true,
  reason: "a new version",
};

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export type Bench = {
  readonly clock: ManualClock;
  readonly cluster: ScriptedCluster;
  readonly journal: Journal;
  readonly transcript: Transcript;
  readonly services: Services;
  /** From now on its file cannot be read; null: it can again. */
  readonly failHistory: (why: string | null) => void;
  /** A run of all nodes, by Ann; its id. */
  readonly started: () => Promise<string>;
  readonly feedOf: (topic: string, more?: object) => Feed;
};

/** A new one before each test. */
export function useBench(): () => Bench {
  let bench: Bench | null = null;
  beforeEach(async () => {
    bench = await makeBench();
  });
  return () => {
    if (bench === null) throw new Error("There is a bench within a test alone.");
    return bench;
  };
}

async function makeBench(): Promise<Bench> {
  const clock = createManualClock(1_000_000);
  const cluster = createScriptedCluster(clock);
  const journal = createMemoryJournal();
  const transcript = createTranscript(3);
  let unreadable: string | null = null;
  const history = createHistory(() => unreadable);
  const { driver } = cluster;
  const observer = createObserver({ clusterId: "c1", driver, history, clock, log: quiet, random: () => 0.5 });
  const services = createServices({
    clusters: [{ id: "c1", name: "Production", driver, observer, transcript }],
    journal,
    history,
    people: { holders: () => ({ operators: ["lee"], approvers: ["dana"] }) },
    clock,
    log: quiet,
    owner: "console-1",
  });
  await services.start();
  await clock.advance(3000);
  return {
    clock,
    cluster,
    journal,
    transcript,
    services,
    failHistory: (why) => {
      unreadable = why;
    },
    started: async () => {
      const reply = await services.startRun(ANN, "c1", { request: REQUEST, confirm: "Production", overrides: [] });
      return valueOf(reply).runId;
    },
    feedOf: (topic, more = {}) => {
      const feed = services.openFeed({ type: "subscribe", topic, ...more }, ANN);
      if ("refused" in feed) throw new Error(feed.refused);
      return feed;
    },
  };
}

/** Enough of a history: what was appended, by its second. */
function createHistory(whyUnreadable: () => string | null): History {
  const kept: Sample[] = [];
  return {
    append: (_clusterId, atMs, values) => kept.push({ atMs, values }),
    query: async (_clusterId, series, fromMs, toMs, stepMs) => {
      const why = whyUnreadable();
      if (why !== null) throw new Error(why);
      return Array.from({ length: Math.max(0, Math.ceil((toMs - fromMs) / stepMs)) }, (_, i) => {
        const atMs = fromMs + i * stepMs;
        return { atMs, value: kept.find((sample) => sample.atMs === atMs)?.values[series] ?? null };
      });
    },
    close: async () => undefined,
  };
}

export function valueOf<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(reply.refusal.reason);
  return reply.value;
}

/** Frames that follow on one another from where the snapshot stands. */
export function expectUnbroken(at: number, frames: readonly Frame[]): void {
  let position = at;
  for (const frame of frames.filter(({ to }) => to > at)) {
    expect(frame.from).toBe(position);
    position = frame.to;
  }
}
