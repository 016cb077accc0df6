/**
 * Which topics the screen needs, counted, and where their messages go: into the query cache, under the key that a page
 * may have filled already. The series of a cluster are one topic, whoever shows which of them.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { ServerMessage } from "#lib/wire/messages.ts";
import { applyCluster, applyLog, applySent, applySeries, type Applied } from "./apply-message.ts";
import type { applyRun } from "./fold-run.ts";
import type { LiveSocket, Subscribe } from "./live-socket.ts";
import { setCalls } from "#components/stores/notify.ts";
import { setPresence } from "#components/stores/presence.ts";
import {
  clusterQuery,
  clustersQuery,
  configurationQuery,
  logQuery,
  runQuery,
  sentQuery,
  seriesQuery,
} from "./queries.ts";

export type Release = () => void;

export interface LiveTopics {
  clusters(): Release;
  cluster(clusterId: string): Release;
  run(runId: string): Release;
  log(clusterId: string, nodeId: string): Release;
  sent(clusterId: string): Release;
  attention(): Release;
  series(clusterId: string, wish: SeriesWish): Release;
  receive(message: ServerMessage): void;
}

export type SeriesWish = { readonly names: readonly string[]; readonly fromMs: number; readonly stepMs: number };

/** Left this long before it is given up: the next screen often wants the same. */
const LINGER_MS = 2000;

export function createLiveTopics(cache: QueryClient, socket: LiveSocket, foldRun: typeof applyRun): LiveTopics {
  const users = new Map<string, number>();
  const wishes = new Map<string, Set<SeriesWish>>();
  const asked = new Map<string, SeriesWish>();

  function retain(topic: string, describe: () => Subscribe): Release {
    const before = users.get(topic) ?? 0;
    users.set(topic, before + 1);
    if (before === 0) socket.subscribe(topic, describe);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      setTimeout(() => release(topic), LINGER_MS);
    };
  }

  function release(topic: string): void {
    const left = (users.get(topic) ?? 1) - 1;
    users.set(topic, left);
    if (left > 0) return;
    users.delete(topic);
    asked.delete(topic);
    setPresence(topic, []);
    socket.unsubscribe(topic);
  }

  function plain(topic: string): Release {
    return retain(topic, () => ({ type: "subscribe", topic }));
  }

  function take<L>(queryKey: readonly unknown[], topic: string, apply: (held: L | null) => Applied<L>): void {
    const held = cache.getQueryData<L>(queryKey) ?? null;
    const { live, gap } = apply(held);
    if (gap) return socket.again(topic);
    if (live !== null && live !== held) cache.setQueryData<L>(queryKey, live);
  }

  function wishFor(topic: string): SeriesWish {
    const all = [...(wishes.get(topic) ?? [])];
    return {
      names: [...new Set(all.flatMap((wish) => wish.names))].sort(),
      fromMs: Math.min(...all.map((wish) => wish.fromMs)),
      stepMs: Math.min(...all.map((wish) => wish.stepMs)),
    };
  }

  /** From when on points are kept. A topic that lingers has no wish: what it was asked for last is kept for who comes back. */
  function windowOf(topic: string): number {
    const isWished = (wishes.get(topic)?.size ?? 0) > 0;
    return isWished ? wishFor(topic).fromMs : (asked.get(topic)?.fromMs ?? 0);
  }

  /** A window that only moved on with time holds what is needed already. */
  function isCovered(topic: string, wish: SeriesWish): boolean {
    const have = asked.get(topic);
    return (
      have !== undefined &&
      have.fromMs <= wish.fromMs &&
      have.stepMs === wish.stepMs &&
      wish.names.every((name) => have.names.includes(name))
    );
  }

  return {
    cluster: (clusterId) => plain(`cluster/${clusterId}`),
    log: (clusterId, nodeId) => plain(`log/${clusterId}/${nodeId}`),
    sent: (clusterId) => plain(`sent/${clusterId}`),
    clusters: () => plain("clusters"),
    attention: () => plain("attention"),
    run(runId) {
      const topic = `run/${runId}`;
      const afterSeq = (): number => cache.getQueryData(runQuery(runId).queryKey)?.seq ?? 0;
      return retain(topic, () => ({ type: "subscribe", topic, afterSeq: afterSeq() }));
    },
    series(clusterId, wish) {
      const topic = `series/${clusterId}`;
      const mine = wishes.get(topic) ?? new Set();
      wishes.set(topic, mine.add(wish));
      const isFirst = !users.has(topic);
      const describe = (): Subscribe => {
        const all = wishFor(topic);
        asked.set(topic, all);
        return { type: "subscribe", topic, names: [...all.names], fromMs: all.fromMs, stepMs: all.stepMs };
      };
      const letGo = retain(topic, describe);
      if (!isFirst && !isCovered(topic, wishFor(topic))) socket.again(topic);
      return () => {
        mine.delete(wish);
        letGo();
      };
    },
    receive(message) {
      switch (message.type) {
        case "clusters":
          cache.setQueryData(clustersQuery().queryKey, message.clusters);
          // What came, went or was held up is told there.
          return void cache.invalidateQueries({ queryKey: configurationQuery().queryKey });
        case "cluster":
        case "clusterPatch": {
          const { queryKey } = clusterQuery(idsOf(message.topic)[0]);
          return take(queryKey, message.topic, (held: Parameters<typeof applyCluster>[0]) =>
            applyCluster(held, message),
          );
        }
        case "run": {
          const { queryKey } = runQuery(idsOf(message.topic)[0]);
          return take(queryKey, message.topic, (held: Parameters<typeof applyRun>[0]) => foldRun(held, message));
        }
        case "series":
        case "seriesPatch": {
          const { queryKey } = seriesQuery(idsOf(message.topic)[0]);
          const fromMs = windowOf(message.topic);
          return take(queryKey, message.topic, (held: Parameters<typeof applySeries>[0]) =>
            applySeries(held, message, fromMs),
          );
        }
        case "log":
        case "logPatch": {
          const [clusterId, nodeId] = idsOf(message.topic);
          const { queryKey } = logQuery(clusterId, nodeId);
          return take(queryKey, message.topic, (held: Parameters<typeof applyLog>[0]) => applyLog(held, message));
        }
        case "sent":
        case "sentPatch": {
          const { queryKey } = sentQuery(idsOf(message.topic)[0]);
          return take(queryKey, message.topic, (held: Parameters<typeof applySent>[0]) => applySent(held, message));
        }
        case "attention":
          return setCalls(message.calls);
        case "presence":
          return setPresence(message.topic, message.people);
        case "hello":
        case "pong":
        case "goodbye":
        case "problem":
          return undefined;
        default:
          return message satisfies never;
      }
    },
  };
}

/** `log/<clusterId>/<nodeId>` without its first word. */
function idsOf(topic: string): readonly [string, string] {
  const [, first = "", ...rest] = topic.split("/");
  return [first, rest.join("/")];
}
