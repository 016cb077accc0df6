import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ServerMessage } from "#lib/wire/messages.ts";
import type { LiveSocket } from "./live-socket.ts";
import { createLiveTopics } from "./live-topics.ts";
import { seriesQuery } from "./queries.ts";

const NAME = "cluster/requestsPerS";
const WISH = { names: [NAME], fromMs: 1000, stepMs: 1000 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Topics over a socket that only notes what it is asked for. */
function world() {
  const asked: string[] = [];
  const socket: LiveSocket = {
    open: () => undefined,
    close: () => undefined,
    subscribe: (_topic, describe) => void asked.push(`subscribe ${describe().topic}`),
    unsubscribe: (topic) => void asked.push(`unsubscribe ${topic}`),
    again: (topic) => void asked.push(`again ${topic}`),
  };
  const cache = new QueryClient();
  const topics = createLiveTopics(cache, socket, (held) => ({ live: held, gap: false }));
  const times = (): readonly number[] =>
    (cache.getQueryData(seriesQuery("c1").queryKey)?.state.points[NAME] ?? []).map(({ atMs }) => atMs);
  return { asked, topics, times };
}

function points(type: "series" | "seriesPatch", seq: number, times: readonly number[]): ServerMessage {
  const told = { [NAME]: times.map((atMs) => ({ atMs, value: 1 })) };
  return type === "series"
    ? { type, topic: "series/c1", seq, stepMs: 1000, points: told }
    : { type, topic: "series/c1", seq, points: told };
}

it("what a screen left is still whole for who comes back before it was given up", () => {
  const { asked, topics, times } = world();
  const leave = topics.series("c1", WISH);
  topics.receive(points("series", 4000, [1000, 2000, 3000]));
  leave();
  topics.receive(points("seriesPatch", 5000, [4000]));
  topics.series("c1", WISH);
  vi.advanceTimersByTime(60_000);
  topics.receive(points("seriesPatch", 6000, [5000]));
  expect(times()).toEqual([1000, 2000, 3000, 4000, 5000]);
  expect(asked).toEqual(["subscribe series/c1"]);
});

it("points fall out of the window of whoever looks", () => {
  const { topics, times } = world();
  topics.series("c1", { ...WISH, fromMs: 2000 });
  topics.receive(points("series", 4000, [1000, 2000, 3000]));
  topics.receive(points("seriesPatch", 5000, [4000]));
  expect(times()).toEqual([2000, 3000, 4000]);
});
