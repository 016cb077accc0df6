"use client";
/** Opens the socket and lets what it brings flow into the query cache. Hooks below say what a screen needs. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from "react";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Run } from "#lib/run/state.ts";
import type { SeriesPoints } from "#lib/wire/messages.ts";
import type { ClusterView, SentLine } from "#lib/wire/views.ts";
import { invariant } from "#lib/util/invariant.ts";
import { sessionEnded } from "#components/stores/session.ts";
import { setConnection, useConnectionStore } from "#components/stores/connection.ts";
import { useZone } from "#components/stores/times.ts";
import { createPageClock, type PageClock } from "./clock.ts";
import type { applyRun } from "./fold-run.ts";
import { freshnessOf, type Freshness } from "./freshness.ts";
import { useHeldCluster } from "./held.ts";
import type { LogTail } from "./live.ts";
import { createLiveSocket, type LiveSocket, type Wire, type WireEvents } from "./live-socket.ts";
import { createLiveTopics, type LiveTopics, type Release } from "./live-topics.ts";
import { clusterQuery, logQuery, runQuery, sentQuery, seriesQuery } from "./queries.ts";
import type * as Shapes from "./shapes.ts";

type LiveContext = { readonly topics: LiveTopics; readonly clock: PageClock };
const Context = createContext<LiveContext | null>(null);

export function LiveProvider({
  renderedAtMs,
  children,
}: {
  readonly renderedAtMs: number;
  readonly children: ReactNode;
}) {
  const cache = useQueryClient();
  const [{ socket, topics, clock }] = useState(() => {
    const clock = createPageClock(renderedAtMs);
    const socket = browserSocket(clock, (message) => topics.receive(message));
    const topics: LiveTopics = createLiveTopics(cache, socket, (held, message) => foldRun(held, message));
    return { socket, topics, clock };
  });
  useEffect(() => {
    const left = new AbortController();
    void readable(left.signal).then(() => (left.signal.aborted ? undefined : socket.open()));
    return () => {
      left.abort();
      socket.close();
    };
  }, [socket]);
  return <Context value={{ topics, clock }}>{children}</Context>;
}

const RETRY_MS = 2000;
let read: typeof Shapes.readMessage = () => null;
let foldRun: typeof applyRun = (held) => ({ live: held, gap: true });

/** Resolves once messages can be read: what parses them comes after the first paint, and the socket after it. */
async function readable(left: AbortSignal): Promise<void> {
  while (!left.aborted) {
    try {
      const [shapes, fold] = await Promise.all([import("./shapes.ts"), import("./fold-run.ts")]);
      read = shapes.readMessage;
      foldRun = fold.applyRun;
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function browserSocket(clock: PageClock, onMessage: Parameters<typeof createLiveSocket>[0]["onMessage"]): LiveSocket {
  return createLiveSocket({
    connect: connectWire,
    read: (data) => read(data),
    onMessage,
    onState(state) {
      if (state.offsetMs !== null) clock.setOffset(state.offsetMs);
      if (state.loggedOut) sessionEnded();
      setConnection(state);
    },
    now: () => Date.now(),
    after(ms, act) {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
}

function connectWire(events: WireEvents): Wire {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  socket.addEventListener("open", events.opened);
  socket.addEventListener("message", (event) => events.heard(event.data));
  socket.addEventListener("close", (event) => events.lost(event.code));
  return { send: (text) => socket.send(text), close: () => socket.close() };
}

function useLive(): LiveContext {
  const context = useContext(Context);
  invariant(context !== null, "live hooks are used inside LiveProvider");
  return context;
}

/** Subscribes while the component stands; `key` says when it is another topic. */
function useTopic(key: string, retain: (topics: LiveTopics) => Release): void {
  const { topics } = useLive();
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- `retain` is a new function at every render; `key` stands for it.
  useEffect(() => retain(topics), [topics, key]);
}

/** Null while it is read for the first time. */
export function useCluster(clusterId: string): ClusterView | null {
  useTopic(`cluster/${clusterId}`, (topics) => topics.cluster(clusterId));
  return useQuery(clusterQuery(clusterId)).data?.state ?? null;
}

/** Keeps the list of clusters live on whatever page is open. */
export function useLiveClusters(): void {
  useTopic("clusters", (topics) => topics.clusters());
}

export type RunData = { readonly run: Run | null; readonly events: readonly Recorded<RunEvent>[] };
const NO_RUN: RunData = { run: null, events: [] };

/** `run` is null while it is read for the first time. */
export function useRun(runId: string): RunData {
  useTopic(`run/${runId}`, (topics) => topics.run(runId));
  return useQuery(runQuery(runId)).data?.state ?? NO_RUN;
}

/**
 * Points by name, from `fromMs` on, at `stepMs` or finer; null while they are read for the first time. Names are
 * `cluster/requestsPerS`, `cluster/failedPerS`, `cluster/p99Ms`, `node/<id>/requestsPerS`, `node/<id>/inFlight`.
 */
export function useSeries(
  clusterId: string,
  names: readonly string[],
  fromMs: number,
  stepMs: number,
): SeriesPoints | null {
  const key = `series/${clusterId}/${names.join(",")}/${fromMs}/${stepMs}`;
  useTopic(key, (topics) => topics.series(clusterId, { names, fromMs, stepMs }));
  return useQuery(seriesQuery(clusterId)).data?.state.points ?? null;
}

/** The tail of a node's own log; null while it is read for the first time. */
export function useLog(clusterId: string, nodeId: string): LogTail | null {
  useTopic(`log/${clusterId}/${nodeId}`, (topics) => topics.log(clusterId, nodeId));
  return useQuery(logQuery(clusterId, nodeId)).data?.state ?? null;
}

/** What was sent to the cluster lately, oldest first; null while it is read for the first time. */
export function useSent(clusterId: string): readonly SentLine[] | null {
  useTopic(`sent/${clusterId}`, (topics) => topics.sent(clusterId));
  return useQuery(sentQuery(clusterId)).data?.state ?? null;
}

/** What calls for a person, into its store. */
export function useAttention(): void {
  useTopic("attention", (topics) => topics.attention());
}

/** The console's time, once a second; and whoever tells times tells them anew in another zone. */
export function useNow(): number {
  const { clock } = useLive();
  useZone();
  return useSyncExternalStore(clock.onTick, clock.tick, clock.tick);
}

export type Connection = Freshness & {
  /** Whether this browser and the console hear each other: `lost` after 2 s without. Force is locked only then. */
  readonly console: "open" | "lost";
};

/** How old what this page shows is: of a cluster, by when its control plane answered last. */
export function useConnection(clusterId: string | null): Connection {
  const { clock } = useLive();
  useNow();
  // Data comes between two ticks: its age is told as of now, or each new message would seem to come from the future.
  const nowMs = clock.now();
  const { lostAtMs, heardAtMs, offsetMs } = useConnectionStore();
  const cluster = useHeldCluster(clusterId);
  const heardMs = heardAtMs === null ? null : heardAtMs + (offsetMs ?? 0);
  const lostForMs = lostAtMs === null ? 0 : nowMs - (lostAtMs + (offsetMs ?? 0));
  const dataMs = clusterId === null ? heardMs : (cluster?.polledAtMs ?? null);
  const pollEveryMs = clusterId === null ? PING_MS : (cluster?.pollEveryMs ?? 1000);
  return {
    ...freshnessOf(dataMs, pollEveryMs, nowMs),
    console: lostForMs > SILENT_RECONNECT_MS ? "lost" : "open",
  };
}

const PING_MS = 5000;
const SILENT_RECONNECT_MS = 2000;
