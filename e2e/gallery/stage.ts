/**
 * One cluster in one state: the real services over the modelled cluster, played to a moment on a clock of its own, where
 * time then stands still. What a browser is shown of it is the same every time.
 */
import { join } from "node:path";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Phase } from "#lib/run/plan.ts";
import type { RunRequest } from "#lib/run/request.ts";
import { POLICY } from "#lib/run/testing/plan.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { FakeCluster, SHAPE } from "#server/drivers/fake/cluster.ts";
import { createRandom } from "#server/drivers/fake/random.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { createSqliteHistory } from "#server/observer/history.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createTranscript } from "#server/observer/transcript.ts";
import type { Clock, Driver, History, Journal, Log } from "#server/orchestrator/ports.ts";
import { createServices } from "#server/services/create-services.ts";
import type { Reply, Services } from "#server/services/services.ts";
import { createVirtualClock, type VirtualClock } from "#server/sim/virtual-clock.ts";
import { exhibitDriver } from "./driver.ts";

export const OPERATOR = "dana.kim";
export const TARGET = "4.0.8";

export type Exhibit = {
  /** Of the cluster, which has a state of its own. */
  readonly id: string;
  readonly play: (stage: Stage) => Promise<void>;
  readonly journal?: () => Journal;
  readonly driver?: (clock: VirtualClock) => Driver;
};

export type Stage = {
  readonly id: string;
  readonly services: Services;
  readonly cluster: FakeCluster;
  readonly clock: VirtualClock;
  readonly runId: () => string;
  readonly start: (change?: Partial<PlanRequestBody>) => Promise<void>;
  readonly ask: (request: RunRequest) => Promise<void>;
  /** Pieces of work that do not end by themselves for a while. */
  readonly busy: (nodeId: string, lastMs: readonly number[]) => void;
  readonly wait: (ms: number) => Promise<void>;
  readonly until: (what: (events: readonly Recorded<RunEvent>[]) => boolean) => Promise<void>;
  readonly untilPhase: (nodeId: string, phase: Phase) => Promise<void>;
};

export type Shown = { readonly services: Services; readonly runId: string | null; readonly close: () => Promise<void> };

const ACTOR = { kind: "person", id: OPERATOR, via: "browser", role: "approver" } as const;
const STEP_MS = 250;
const MOST_MS = 30 * 60_000;
const QUIET: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Played twice: how long it takes is known after the first time, and the second ends at that very moment. */
export async function show(exhibit: Exhibit, endsAtMs: number, folder: string): Promise<Shown> {
  const tried = await playFrom(exhibit, endsAtMs, join(folder, `${exhibit.id}-tried.db`));
  const tookMs = tried.clock.now() - endsAtMs;
  await tried.close();
  const { services, runId, close } = await playFrom(exhibit, endsAtMs - tookMs, join(folder, `${exhibit.id}.db`));
  return { services, runId, close };
}

async function playFrom(exhibit: Exhibit, startMs: number, file: string): Promise<Shown & { clock: VirtualClock }> {
  const clock = createVirtualClock(startMs);
  const history = createSqliteHistory(file);
  const cluster = new FakeCluster({ ...SHAPE, queriesPerS: 40, meanQueryMs: 4000 }, 7, startMs);
  const driver = exhibit.driver?.(clock) ?? exhibitDriver(exhibit.id, cluster, clock);
  const services = assemble(exhibit.id, driver, exhibit.journal?.() ?? createMemoryJournal(), clock, history);
  let runId: string | null = null;
  const stage: Stage = {
    id: exhibit.id,
    services,
    cluster,
    clock,
    runId: () => runId ?? "",
    async start(change = {}) {
      const started = await services.startRun(ACTOR, exhibit.id, {
        request: { ...planRequest(), ...change },
        confirm: exhibit.id,
        overrides: [],
      });
      ({ runId } = given(started));
    },
    async ask(request) {
      given(await services.requestOfRun(ACTOR, runId ?? "", request));
    },
    busy(nodeId, lastMs) {
      for (const ms of lastMs) cluster.addQuery(nodeId, ms);
    },
    wait: (ms) => clock.play(clock.now() + ms, () => false),
    async until(what) {
      const limitMs = clock.now() + MOST_MS;
      for (;;) {
        const events = runId === null ? [] : given(await services.viewRun(ACTOR, runId)).events;
        if (what(events)) return;
        if (clock.now() > limitMs) throw new Error(`${exhibit.id} never came to its state: ${lastOf(events)}`);
        const next = clock.now() + STEP_MS;
        clock.after(STEP_MS, () => undefined);
        await clock.play(next, () => false);
      }
    },
    untilPhase: (nodeId, phase) =>
      stage.until((events) =>
        events.some(({ event }) => event.type === "PhaseBegan" && event.nodeId === nodeId && event.phase === phase),
      ),
  };
  void services.start();
  await exhibit.play(stage);
  return { services, runId, clock, close: () => history.close() };
}

/** The real services over a driver that nobody else has. */
export function assemble(id: string, driver: Driver, journal: Journal, clock: Clock, history: History): Services {
  const random = createRandom(7);
  const observer = createObserver({
    clusterId: id,
    driver,
    history,
    clock,
    log: QUIET,
    random: () => random.next(),
  });
  return createServices({
    clusters: [{ id, name: id, driver, observer, transcript: createTranscript(100) }],
    journal,
    history,
    clock,
    log: QUIET,
    people: { holders: () => ({ operators: [], approvers: [OPERATOR] }) },
    owner: "ops-1, process 4711",
  });
}

export function planRequest(): PlanRequestBody {
  return {
    kind: "upgrade",
    targetVersion: TARGET,
    nodeIds: null,
    policy: { ...POLICY, approval: "every", soakMs: 20_000, minRequests: 20, maxFailures: 5 },
    drainLimitMs: 120_000,
    exitLimitMs: {},
    leaderExit: "graceful",
    isolate: true,
    reason: "CHG-4711, the quarterly upgrade",
  };
}

function given<T>(reply: Reply<T>): T {
  if (!reply.ok) throw new Error(`An exhibit was refused: ${reply.refusal.reason}`);
  return reply.value;
}

function lastOf(events: readonly Recorded<RunEvent>[]): string {
  return JSON.stringify(events.at(-1)?.event ?? null);
}
