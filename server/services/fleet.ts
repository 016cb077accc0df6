/**
 * The clusters that this console watches, as the configuration wants them: opened, replaced and let go while it runs. One
 * that a run or a loan holds stays as it is until that has ended; one that was let go keeps its past.
 */
import { isOwed } from "#lib/run/loan.ts";
import { runName } from "#lib/run/run-id.ts";
import type { ClusterView } from "#lib/wire/views.ts";
import { createOrchestrator, type Orchestrator } from "#server/orchestrator/orchestrator.ts";
import type { Clock, Journal, Log } from "#server/orchestrator/ports.ts";
import { createQueue } from "#server/orchestrator/turn.ts";
import { viewOf } from "./cluster-view.ts";
import type { ClusterParts } from "./cluster-parts.ts";
import type { Configuration, WantedCluster } from "./configuration.ts";
import { createClusterTopic, type ClusterTopic } from "./feeds.ts";
import { createPaceReader, type PaceReader } from "./paces.ts";
import { openPast, pastClusters, type Past } from "./past.ts";

/** What can be read of a cluster, watched or not any more. */
export type Known = Past & { readonly topic: ClusterTopic };
export type Cluster = Known &
  ClusterParts & {
    readonly orchestrator: Orchestrator;
    readonly paces: PaceReader;
  };

export type FleetParts = {
  readonly clusters: readonly ClusterParts[];
  readonly configuration: Configuration | null;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: string;
};

export interface Fleet {
  /** Watched now, in the order of the file. */
  clusters(): readonly Cluster[];
  get(id: string): Cluster | null;
  /** Also one of before. */
  known(id: string): Known | null;
  past(): readonly Known[];
  /** Why what the file says of it is not in force yet. */
  waiting(): ReadonlyMap<string, string>;
  /** Why it may not be changed or removed now; null when it may. */
  busy(id: string): string | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Does what the configuration says, as far as runs and loans allow. */
  follow(): Promise<void>;
  unfolded(id: string): boolean;
  /** Told with the id of a cluster that came, went or was replaced. */
  onChange(listener: (id: string) => void): () => void;
  /** Another number once the file, or what is in force of it, is another. */
  edition(): number;
  /** Told when a summary, or the file, may have become another one. */
  onNews(listener: () => void): () => void;
}

export function createFleet(parts: FleetParts): Fleet {
  const { configuration, journal, clock, log } = parts;
  let clusters = new Map<string, Cluster>();
  const past = new Map<string, Known>();
  const unfolded = new Set<string>();
  const waiting = new Map<string, string>();
  const listeners = new Set<(id: string) => void>();
  const newsListeners = new Set<() => void>();
  const oneAtATime = createQueue();
  let stopped = false;
  let edition = 0;

  for (const cluster of parts.clusters) put(cluster);

  function put(opened: ClusterParts): Cluster {
    const cluster = assemble(opened, parts, () => news(opened.id));
    clusters.set(opened.id, cluster);
    past.delete(opened.id);
    unfolded.add(opened.id);
    return cluster;
  }

  /** A run that ended may be what a change waits for. */
  function news(id: string): void {
    for (const listener of newsListeners) listener();
    if (waiting.has(id) && busy(id) === null) void follow();
  }

  function changed(id: string): void {
    for (const listener of listeners) listener(id);
    for (const listener of newsListeners) listener();
  }

  async function begin(cluster: Cluster): Promise<void> {
    cluster.observer.start();
    await cluster.orchestrator.start();
    unfolded.delete(cluster.id);
  }

  function busy(id: string): string | null {
    const cluster = clusters.get(id);
    if (cluster === undefined) return null;
    if (unfolded.has(id)) return `The journal of ${cluster.name} is still being read. Ask again in a moment.`;
    const { problem, readOnly, loans } = cluster.orchestrator.state();
    if (readOnly !== null) return `What is owed to ${cluster.name} cannot be told: ${problem ?? readOnly}`;
    const run = cluster.orchestrator.activeRun();
    if (run !== null)
      return `Run ${runName(run.id)} (${run.plan.kind}) of ${cluster.name} has not ended. Let it end, or abort it.`;
    const owed = loans.filter(isOwed).map(({ loan }) => loan.what);
    if (owed.length === 0) return null;
    return `${cluster.name} has not got back what was borrowed: ${owed.slice(0, 3).join(", ")}${owed.length > 3 ? ` and ${owed.length - 3} more` : ""}. The console gives it back by itself, as soon as the front ends answer.`;
  }

  async function letGo(cluster: Cluster): Promise<void> {
    await cluster.orchestrator.stop();
    await cluster.observer.stop();
    await cluster.driver.close();
  }

  /** A run may have begun while it was being let go: then it is taken up again, as it was. */
  async function retire(cluster: Cluster, wanted: WantedCluster | null): Promise<void> {
    await letGo(cluster);
    if (stopped) return;
    if (wanted !== null) {
      void begin(put(wanted.open()));
    } else {
      clusters.delete(cluster.id);
      unfolded.delete(cluster.id);
      const left = await openPast(cluster.id, cluster.name, journal);
      past.set(cluster.id, { ...left, topic: createClusterTopic(cluster.id, left.view, clock) });
    }
    log.info(wanted === null ? "A cluster was let go" : "A cluster was opened anew", { clusterId: cluster.id });
    changed(cluster.id);
  }

  async function followOnce(): Promise<readonly Promise<void>[]> {
    if (configuration === null || stopped) return [];
    const beginning: Promise<void>[] = [];
    const wanted = configuration.wanted();
    const byId = new Map(wanted.map((each) => [each.id, each]));
    for (const cluster of clusters.values()) {
      const wish = byId.get(cluster.id) ?? null;
      if (wish !== null && wish.fingerprint === cluster.fingerprint) {
        waiting.delete(cluster.id);
        continue;
      }
      const why = busy(cluster.id);
      if (why === null) {
        waiting.delete(cluster.id);
        await retire(cluster, wish);
      } else if (waiting.get(cluster.id) !== why) {
        waiting.set(cluster.id, why);
        edition += 1;
        log.warn("A change of the configuration waits", { clusterId: cluster.id, why });
      }
    }
    for (const wish of wanted) {
      if (clusters.has(wish.id)) continue;
      beginning.push(begin(put(wish.open())));
      log.info("A cluster was opened", { clusterId: wish.id });
      changed(wish.id);
    }
    const order = [...byId.keys()];
    const place = (id: string): number => (byId.has(id) ? order.indexOf(id) : order.length);
    clusters = new Map([...clusters].sort(([a], [b]) => place(a) - place(b)));
    return beginning;
  }

  async function follow(): Promise<void> {
    // Their journals are read meanwhile: whoever asks is told so.
    void (await oneAtATime(followOnce));
  }

  return {
    clusters: () => [...clusters.values()],
    get: (id) => clusters.get(id) ?? null,
    known: (id) => clusters.get(id) ?? past.get(id) ?? null,
    past: () => [...past.values()],
    waiting: () => waiting,
    busy,
    async start() {
      await Promise.all([...clusters.values()].map(begin));
      configuration?.onChange(() => {
        edition += 1;
        for (const listener of newsListeners) listener();
        void follow();
      });
      await Promise.all(await oneAtATime(followOnce));
      for (const left of await pastClusters(new Set(clusters.keys()), journal)) {
        past.set(left.id, { ...left, topic: createClusterTopic(left.id, left.view, clock) });
      }
    },
    async stop() {
      stopped = true;
      await oneAtATime(async () => undefined);
      await Promise.all([...clusters.values()].map(({ orchestrator }) => orchestrator.stop()));
      await Promise.all([...clusters.values()].map(({ observer }) => observer.stop()));
      await Promise.all([...clusters.values()].map(({ driver }) => driver.close()));
    },
    follow,
    edition: () => edition,
    unfolded: (id) => unfolded.has(id),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onNews(listener) {
      newsListeners.add(listener);
      return () => newsListeners.delete(listener);
    },
  };
}

function assemble(cluster: ClusterParts, parts: FleetParts, news: () => void): Cluster {
  const { id, name, driver, observer } = cluster;
  const { journal, clock, log, owner } = parts;
  const orchestrator = createOrchestrator({ clusterId: id, owner, driver, observer, journal, clock, log });
  const view = (): ClusterView =>
    viewOf({ id, name, system: driver.system, words: driver.words }, observer.observed(), orchestrator.state());
  const topic = createClusterTopic(id, view, clock);
  observer.onChange(() => {
    topic.changed();
    news();
  });
  orchestrator.onChange(() => {
    topic.changed();
    news();
  });
  return {
    ...cluster,
    orchestrator,
    paces: createPaceReader((runId) => orchestrator.readRun(runId, 0)),
    view,
    topic,
    runs: () => orchestrator.state().runs,
    readRun: (runId, afterSeq) => orchestrator.readRun(runId, afterSeq),
    onRunEvents: (listener) => orchestrator.onRunEvents(listener),
  };
}
