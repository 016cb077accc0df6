/** The topics of the socket. Positions count what was published, so that a missing frame shows. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { SeriesPoints, ServerMessage } from "#lib/wire/messages.ts";
import type { ClusterSummary, ClusterView, LogLine, SentLine, SeriesPoint } from "#lib/wire/views.ts";
import type { Clock, History, Log, Observer, Sample, Transcript } from "#server/orchestrator/ports.ts";
import { patchBetween } from "./cluster-view.ts";
import type { Feed, Frame } from "./services.ts";

/** Many things change at nearly the same moment: they cross in one patch. Of a crowd more do, and none is less late. */
const PATCH_AFTER_MS = 150;
const CROWD_PATCH_AFTER_MS = 350;
const CROWD_OVER = 200;
const CLUSTERS_AFTER_MS = 500;
const SERIES_BACK_MS = 15 * 60_000;
const MAX_TAIL_LINES = 500;

type Publish = (frame: Frame) => void;

/** One cluster's view: a snapshot, then what changed since. Shared by all that look at it. */
export interface ClusterTopic {
  readonly feed: Feed;
  changed(): void;
}

export function createClusterTopic(clusterId: string, view: () => ClusterView, clock: Clock): ClusterTopic {
  const topic = `cluster/${clusterId}`;
  const listeners = new Set<Publish>();
  let published: ClusterView | null = null;
  let seq = 0;
  let waiting = false;

  function publish(): void {
    waiting = false;
    if (listeners.size === 0) return;
    const next = view();
    const patch = published === null ? null : patchBetween(published, next);
    published = next;
    if (patch === null) return;
    seq += 1;
    for (const listener of listeners) {
      listener({ from: seq - 1, to: seq, message: { type: "clusterPatch", topic, seq, patch } });
    }
  }

  return {
    changed() {
      if (waiting || listeners.size === 0) return;
      waiting = true;
      const isCrowd = published !== null && Object.keys(published.nodes).length > CROWD_OVER;
      void clock.wait(isCrowd ? CROWD_PATCH_AFTER_MS : PATCH_AFTER_MS).then(publish);
    },
    feed: {
      key: topic,
      place: topic,
      start(listener) {
        // Nobody followed until now: what stands is where the patches begin.
        if (listeners.size === 0) {
          published = view();
          seq += 1;
        }
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      async snapshot() {
        published ??= view();
        return { at: seq, message: { type: "cluster", topic, seq, snapshot: published } };
      },
    },
  };
}

/**
 * A list that is short: told whole, once something in it is another than it was, or the file is that they stand in. The
 * time of a poll alone is no news.
 */
export function clustersFeed(
  read: () => readonly ClusterSummary[],
  edition: () => number,
  onNews: (listener: () => void) => () => void,
  clock: Clock,
): Feed {
  const said = (): string => `${edition()} ${JSON.stringify(read().map((each) => ({ ...each, polledAtMs: null })))}`;
  let seq = 0;
  let told = "";
  const message = (): ServerMessage => ({ type: "clusters", topic: "clusters", seq, clusters: read() });
  return {
    key: "clusters",
    start(publish) {
      let waiting = false;
      let over = false;
      told = said();
      const tell = (): void => {
        waiting = false;
        const now = said();
        if (over || now === told) return;
        told = now;
        seq += 1;
        publish({ from: seq - 1, to: seq, message: message() });
      };
      const stop = onNews(() => {
        if (waiting) return;
        waiting = true;
        void clock.wait(CLUSTERS_AFTER_MS).then(tell);
      });
      return () => {
        over = true;
        stop();
      };
    },
    snapshot: async () => ({ at: seq, message: message() }),
  };
}

export type RunSource = {
  readonly read: (runId: string, afterSeq: number) => Promise<readonly Recorded<RunEvent>[]>;
  readonly onEvents: (listener: (runId: string, events: readonly Recorded<RunEvent>[]) => void) => () => void;
};

/** A run's own numbers are its positions. */
export function runFeed(topic: string, runId: string, source: RunSource): Feed {
  return {
    key: topic,
    place: `run/${runId}`,
    start: (publish) =>
      source.onEvents((changedId, events) => {
        const [first] = events;
        const last = events.at(-1);
        if (changedId !== runId || first === undefined || last === undefined) return;
        const afterSeq = first.seq - 1;
        publish({ from: afterSeq, to: last.seq, message: { type: "run", topic, afterSeq, events } });
      }),
    async snapshot(afterSeq) {
      const after = afterSeq ?? 0;
      const events = await source.read(runId, after);
      return { at: events.at(-1)?.seq ?? after, message: { type: "run", topic, afterSeq: after, events } };
    },
  };
}

export type SeriesWanted = {
  readonly clusterId: string;
  readonly names: readonly string[];
  readonly fromMs: number | null;
  readonly stepMs: number;
};

type SeriesPorts = {
  readonly history: History;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Log;
};

/** Positions are ends of steps: a point is told when its step is over, and never again. */
export function seriesFeed(wanted: SeriesWanted, { history, observer, clock, log }: SeriesPorts): Feed {
  const { clusterId, names, fromMs } = wanted;
  const topic = `series/${clusterId}`;
  const stepMs = Math.max(1000, Math.ceil(wanted.stepMs / 1000) * 1000);
  const endOfStep = (atMs: number): number => Math.floor((atMs + 1000) / stepMs) * stepMs;
  let toldUntilMs = 0;
  let telling: Promise<void> = Promise.resolve();

  async function points(from: number, to: number): Promise<SeriesPoints> {
    const found = await Promise.all(
      names.map(async (name): Promise<[string, readonly SeriesPoint[]]> => [
        name,
        await history.query(clusterId, name, from, to, stepMs),
      ]),
    );
    return Object.fromEntries(found);
  }

  async function tell(sample: Sample, publish: Publish): Promise<void> {
    const endMs = endOfStep(sample.atMs);
    if (endMs <= toldUntilMs) return;
    const from = toldUntilMs;
    // One second, just sampled, is at hand: thousands of series need not be read again.
    const added = from === sample.atMs && stepMs === 1000 ? pointsOf(sample) : await points(from, endMs);
    toldUntilMs = endMs;
    publish({ from, to: endMs, message: { type: "seriesPatch", topic, seq: endMs, points: added } });
  }

  /** Nothing is decided by curves: what could not be read is read with the next sample, and the feed lives on. */
  function notRead(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    log.error("The history could not be read: curves stand still", { clusterId, why });
  }

  function pointsOf({ atMs, values }: Sample): SeriesPoints {
    return Object.fromEntries(names.map((name) => [name, [{ atMs, value: values[name] ?? null }]]));
  }

  return {
    key: JSON.stringify([topic, names, fromMs, stepMs]),
    start(publish) {
      toldUntilMs = Math.floor(clock.now() / stepMs) * stepMs;
      return observer.onSample((sample) => {
        telling = telling.then(() => tell(sample, publish)).catch(notRead);
      });
    },
    async snapshot() {
      await telling;
      const to = toldUntilMs === 0 ? Math.floor(clock.now() / stepMs) * stepMs : toldUntilMs;
      const from = fromMs ?? to - SERIES_BACK_MS;
      return { at: to, message: { type: "series", topic, seq: to, stepMs, points: await points(from, to) } };
    },
  };
}

/** Positions count lines that were told since the topic was opened. */
export function logFeed(clusterId: string, nodeId: NodeId, observer: Observer): Feed {
  const topic = `log/${clusterId}/${nodeId}`;
  let seq = 0;
  return {
    key: topic,
    start: (publish) =>
      observer.onTail(nodeId, ({ file, lines }) => {
        seq += 1;
        publish({ from: seq - 1, to: seq, message: { type: "logPatch", topic, seq, file, lines } });
      }),
    async snapshot() {
      const { file, lines } = observer.tail(nodeId);
      const last: readonly LogLine[] = lines.slice(-MAX_TAIL_LINES);
      return { at: seq, message: { type: "log", topic, seq, file, lines: last } };
    },
  };
}

export function sentFeed(clusterId: string, transcript: Transcript): Feed {
  const topic = `sent/${clusterId}`;
  let seq = 0;
  return {
    key: topic,
    start: (publish) =>
      transcript.onAdd((line) => {
        seq += 1;
        const lines: readonly SentLine[] = [line];
        publish({ from: seq - 1, to: seq, message: { type: "sentPatch", topic, seq, lines } });
      }),
    async snapshot() {
      return { at: seq, message: { type: "sent", topic, seq, lines: transcript.lines() } };
    },
  };
}
