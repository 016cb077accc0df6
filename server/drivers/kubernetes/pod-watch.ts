/**
 * Watches the pods of one selector. Lists tell how things are; the watch catches what no list shows: that very pod's end,
 * and what its containers said last, which goes with the object.
 *
 *   list -> watch from its version -> (ended by the server: watch on from the last version heard)
 *     ^----- 410, an ERROR event, silence, a broken line: list again, a little later each time
 */
import { z } from "zod";
import type { Clock, Log } from "#server/orchestrator/ports.ts";
import { explain, type ApiClient, type Failure } from "./client.ts";
import { listOf, pod, type Pod } from "./resources.ts";

/** How it is known that a pod is no more: by its own DELETED event, or by a list that lacks its uid. */
export type Gone = { readonly atMs: number; readonly by: "DELETED" | "list"; readonly last: Pod };

/** The server ends a watch after this; bookmarks keep it from being silent before. */
const WATCH_S = 50;
/** A connection that is half open says nothing for ever: this is longer than the server lets any watch live. */
const SILENCE_MS = 65_000;
const PAUSES_MS: readonly number[] = [250, 500, 1000, 2000];
/** So many pods that are gone are remembered. */
const REMEMBERED = 500;

const event = z.object({ type: z.string(), object: z.unknown() });
const bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });
const errorObject = z.object({
  code: z.number().default(0),
  reason: z.string().default(""),
  message: z.string().default(""),
});

export type PodWatchParts = {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** The list's path with its selector. */
  readonly path: string;
};

export class PodWatch {
  readonly #parts: PodWatchParts;
  readonly #live = new Map<string, Pod>();
  readonly #gone = new Map<string, Gone>();
  readonly #stopped = new AbortController();
  #wakers = new Set<() => void>();
  #ended: Promise<void> = Promise.resolve();
  /** How often it had to list again, for those who look into it. */
  lists = 0;

  constructor(parts: PodWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#ended = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#ended;
  }

  gone(uid: string): Gone | null {
    return this.#gone.get(uid) ?? null;
  }

  /** As it was seen last, alive or not. */
  last(uid: string): Pod | null {
    return this.#live.get(uid) ?? this.#gone.get(uid)?.last ?? null;
  }

  /** Until something was heard, or for so long. */
  async heard(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    this.#wakers.add(wake);
    await this.#parts.clock.wait(ms, AbortSignal.any([signal, woken.signal]));
    this.#wakers.delete(wake);
  }

  async #run(): Promise<void> {
    const { clock, log, path } = this.#parts;
    let version: string | null = null;
    let troubles = 0;
    while (!this.#stopped.signal.aborted) {
      const failure: Failure | null = version === null ? await this.#list((at) => (version = at)) : null;
      const broken = failure ?? (version === null ? null : await this.#watch(version, (at) => (version = at)));
      if (this.#stopped.signal.aborted) return;
      if (broken === null) {
        troubles = 0;
        continue;
      }
      version = null;
      const pauseMs = PAUSES_MS[Math.min(troubles, PAUSES_MS.length - 1)] ?? 2000;
      // That history was too old is usual after a silence: nobody needs to hear of it.
      if (troubles === 1) log.warn("Pods cannot be watched", { path, why: explain(broken, "watch") });
      troubles += 1;
      await clock.wait(pauseMs, this.#stopped.signal);
    }
  }

  async #list(at: (version: string) => void): Promise<Failure | null> {
    const answer = await this.#parts.client.ask("GET", this.#parts.path, undefined, this.#stopped.signal);
    if (!answer.ok) return answer.failure;
    const list = listOf(pod).safeParse(answer.value);
    if (!list.success) return { kind: "silent", message: "the list of pods cannot be read" };
    this.lists += 1;
    const listed = new Map(list.data.items.map((one) => [one.metadata.uid, one]));
    for (const [uid, last] of this.#live) if (!listed.has(uid)) this.#bury(uid, last, "list");
    this.#live.clear();
    for (const [uid, one] of listed) this.#live.set(uid, one);
    this.#wake();
    at(list.data.resourceVersion);
    return null;
  }

  /** Null: the server ended it, and one watches on. */
  async #watch(from: string, at: (version: string) => void): Promise<Failure | null> {
    let told: Failure | null = null;
    const over = new AbortController();
    const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${WATCH_S}&resourceVersion=${encodeURIComponent(from)}`;
    const path = `${this.#parts.path}${this.#parts.path.includes("?") ? "&" : "?"}${query}`;
    const onLine = (line: string): void => {
      const heard = this.#take(line, at);
      if (heard === null) return;
      told = heard;
      over.abort();
    };
    const signal = AbortSignal.any([this.#stopped.signal, over.signal]);
    const ended = await this.#parts.client.stream(path, onLine, SILENCE_MS, signal);
    return told ?? ended;
  }

  /** One event; a failure where the watch cannot go on. A line that nobody can read is one: what it said would be missed. */
  #take(line: string, at: (version: string) => void): Failure | null {
    const parsed = event.safeParse(jsonOrNull(line));
    if (!parsed.success) return { kind: "silent", message: "a line of the watch cannot be read" };
    const { type, object } = parsed.data;
    if (type === "ERROR") {
      const { code = 0, reason = "", message = "" } = errorObject.safeParse(object).data ?? {};
      return { kind: "status", code, reason, message, causes: [], retryAfterS: null };
    }
    const version = bookmark.safeParse(object).data?.metadata.resourceVersion;
    if (version !== undefined) at(version);
    if (type === "BOOKMARK") return null;
    const one = pod.safeParse(object);
    if (!one.success) return { kind: "silent", message: "a pod of the watch cannot be read" };
    const { uid } = one.data.metadata;
    if (type === "DELETED") this.#bury(uid, withEnd(one.data, this.#live.get(uid)), "DELETED");
    else this.#live.set(uid, withEnd(one.data, this.#live.get(uid)));
    this.#wake();
    return null;
  }

  #bury(uid: string, last: Pod, by: Gone["by"]): void {
    this.#live.delete(uid);
    this.#gone.set(uid, { atMs: this.#parts.clock.now(), by, last });
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > REMEMBERED && oldest !== undefined) this.#gone.delete(oldest);
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

/** How its containers ended may be said once, and not again in the event of the object's end. */
function withEnd(now: Pod, before: Pod | undefined): Pod {
  const hasEnd = (one: Pod): boolean =>
    one.status.containerStatuses.some(({ state }) => state.terminated !== undefined);
  if (before === undefined || hasEnd(now) || !hasEnd(before)) return now;
  const { containerStatuses } = before.status;
  return { ...now, status: { ...now.status, containerStatuses } };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
