/**
 * The socket. Every subscription begins with a snapshot and goes on with frames; each frame is encoded once, whoever
 * listens. A client that reads too slowly is left out until it has caught up, and then gets a snapshot: what waits for
 * it never grows with time.
 *
 *   subscribe --> syncing --snapshot sent--> live --too much unread--> lagging --drained--> syncing
 *                                                                      lagging --30 s--> closed
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type RawData, type WebSocket } from "ws";
import { clientMessage, type ClientMessage, type ServerMessage } from "#lib/wire/messages.ts";
import type { Feed, Frame, Subscribe } from "#server/services/services.ts";
import type { OpenFeed, TransportLog } from "./needs.ts";
import { createPresence, type Look } from "./presence.ts";
import type { Session } from "./session.ts";

export type HubLimits = {
  readonly maxClients: number;
  readonly maxSubscriptions: number;
  readonly maxUnreadBytes: number;
  readonly drainedBytes: number;
  readonly lagLimitMs: number;
  readonly lagCheckMs: number;
  readonly heartbeatMs: number;
  readonly maxMistakes: number;
  readonly maxFrameBytes: number;
};

export const HUB_LIMITS: HubLimits = {
  maxClients: 500,
  maxSubscriptions: 64,
  maxUnreadBytes: 1024 * 1024,
  drainedBytes: 64 * 1024,
  lagLimitMs: 30_000,
  lagCheckMs: 250,
  heartbeatMs: 15_000,
  maxMistakes: 10,
  maxFrameBytes: 512 * 1024,
};

export type HubParts = {
  readonly openFeed: OpenFeed;
  readonly consoleVersion: string;
  readonly buildId: string;
  readonly now: () => number;
  readonly log: TransportLog;
  readonly limits: HubLimits;
};

export type AcceptSocket = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  session: Session,
  stillValid: () => boolean,
) => void;

export interface Hub {
  readonly accept: AcceptSocket;
  clientCount(): number;
  /** A cluster came, went or was replaced: what is streamed of it is opened again, or told why not. */
  reopen(clusterId: string): void;
  /** Closes the sockets whose session has ended; called at a logout, and at every heartbeat. */
  readonly dropEnded: () => void;
  /** Tells every client, then closes; resolves when the last one is gone. */
  close(reason: string): Promise<void>;
}

type EncodedFrame = { readonly from: number; readonly to: number; readonly bytes: Buffer };
type Channel = { readonly feed: Feed; readonly subscribers: Set<Subscription>; stop: () => void };
type Subscription = {
  readonly topic: string;
  /** As it was asked for. */
  readonly message: Subscribe;
  readonly client: Client;
  readonly channel: Channel;
  /** The position that the client holds; null before its first snapshot. */
  at: number | null;
  /** Null: what it shows has no place at which people could meet. */
  readonly look: Look | null;
  /** Frames published while a snapshot is on its way; null when none is. */
  waiting: EncodedFrame[] | null;
};
type Client = {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly stillValid: () => boolean;
  readonly subscriptions: Map<string, Subscription>;
  mistakes: number;
  laggingSinceMs: number | null;
  answeredPing: boolean;
};

const CLOSE_AWAY = 1001;
const CLOSE_POLICY = 1008;
const CLOSE_SESSION_ENDED = 4401;
const CLOSE_GRACE_MS = 1000;
/** More frames than this during one snapshot, and another snapshot is cheaper. */
const MAX_WAITING_FRAMES = 1000;

export function createHub(parts: HubParts): Hub {
  const { limits, now, log } = parts;
  const clients = new Set<Client>();
  const channels = new Map<string, Channel>();
  const presence = createPresence();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.maxFrameBytes,
    perMessageDeflate: false,
  });
  const lagTimer = setInterval(checkLag, limits.lagCheckMs);
  const heartbeat = setInterval(beat, limits.heartbeatMs);
  let closing = false;

  function accept(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    session: Session,
    stillValid: () => boolean,
  ): void {
    if (closing || clients.size >= limits.maxClients) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const client: Client = {
        socket: webSocket,
        session,
        stillValid,
        subscriptions: new Map(),
        mistakes: 0,
        laggingSinceMs: null,
        answeredPing: true,
      };
      clients.add(client);
      webSocket.on("message", (data, isBinary) => received(client, data, isBinary));
      webSocket.on("pong", () => (client.answeredPing = true));
      webSocket.on("error", (error) => log.info("A socket failed", { operator: session.name, reason: error.message }));
      webSocket.on("close", () => left(client));
      const { consoleVersion, buildId } = parts;
      say(client, { type: "hello", consoleVersion, buildId, nowMs: now() });
    });
  }

  function left(client: Client): void {
    clients.delete(client);
    for (const subscription of client.subscriptions.values()) leave(subscription);
    client.subscriptions.clear();
  }

  // ------------------------------------------------------------------------------------------------ what clients say

  /** A bug in answering one client is that client's trouble, as over HTTP: the engine goes on. */
  function received(client: Client, data: RawData, isBinary: boolean): void {
    try {
      answer(client, data, isBinary);
    } catch (error) {
      log.error("A frame could not be answered", { operator: client.session.name, error });
      mistake(client, null, "The console failed to answer this. Its log says more.");
    }
  }

  function answer(client: Client, data: RawData, isBinary: boolean): void {
    isLagging(client);
    const message = isBinary ? null : parse(data);
    if (message === null) return mistake(client, null, "This frame is not a message that the console knows.");
    switch (message.type) {
      case "ping":
        return say(client, { type: "pong", sentAtMs: message.sentAtMs, nowMs: now() });
      case "unsubscribe":
        return unsubscribe(client, message.topic);
      case "subscribe":
        return subscribe(client, message);
      default:
        return message satisfies never;
    }
  }

  function subscribe(client: Client, message: Subscribe): void {
    unsubscribe(client, message.topic);
    if (client.subscriptions.size >= limits.maxSubscriptions) {
      const reason = `One socket carries ${limits.maxSubscriptions} topics; unsubscribe from one first.`;
      return mistake(client, message.topic, reason);
    }
    const feed = parts.openFeed(message, client.session);
    if ("refused" in feed) return mistake(client, message.topic, feed.refused);
    const channel = channelOf(feed);
    const subscription: Subscription = {
      topic: message.topic,
      message,
      client,
      channel,
      at: message.afterSeq ?? null,
      look: lookOf(feed, client, message.topic),
      waiting: null,
    };
    channel.subscribers.add(subscription);
    client.subscriptions.set(message.topic, subscription);
    sync(subscription);
    if (subscription.look !== null) presence.came(subscription.look);
  }

  function lookOf({ place }: Feed, client: Client, topic: string): Look | null {
    if (place === undefined) return null;
    const tell: Look["tell"] = (people) => {
      if (!isLagging(client)) say(client, { type: "presence", topic, people });
    };
    return { place, session: client.session, tell };
  }

  function unsubscribe(client: Client, topic: string): void {
    const subscription = client.subscriptions.get(topic);
    if (subscription === undefined) return;
    client.subscriptions.delete(topic);
    leave(subscription);
  }

  function leave(subscription: Subscription): void {
    if (subscription.look !== null) presence.left(subscription.look);
    leaveChannel(subscription);
  }

  /** Runs do not say in their topic whose they are: they go on from where each client stands. */
  function reopen(clusterId: string): void {
    const isAbout = (topic: string): boolean => {
      const [kind, id] = topic.split("/");
      return kind === "run" || id === clusterId;
    };
    const about = [...clients].flatMap(({ subscriptions }) => [...subscriptions.values()]);
    const again = about.filter(({ topic }) => isAbout(topic));
    // All of them first: feeds are shared, and the old ones end with their last subscriber.
    for (const { client, topic } of again) unsubscribe(client, topic);
    for (const { client, topic, message, at } of again) {
      const isRun = topic.startsWith("run/");
      const told = parts.openFeed(message, client.session);
      // It is nobody's mistake that there is no such cluster any more.
      if ("refused" in told) say(client, { type: "problem", topic, reason: told.refused });
      else subscribe(client, isRun && at !== null ? { ...message, afterSeq: at } : message);
    }
  }

  function mistake(client: Client, topic: string | null, reason: string): void {
    client.mistakes += 1;
    say(client, { type: "problem", topic, reason });
    if (client.mistakes >= limits.maxMistakes) client.socket.close(CLOSE_POLICY, "too many mistakes");
  }

  // --------------------------------------------------------------------------------------------------------- topics

  function channelOf(feed: Feed): Channel {
    const open = channels.get(feed.key);
    if (open !== undefined) return open;
    const channel: Channel = { feed, subscribers: new Set(), stop: () => undefined };
    channels.set(feed.key, channel);
    channel.stop = feed.start((frame) => publish(channel, frame));
    return channel;
  }

  function leaveChannel(subscription: Subscription): void {
    const { channel } = subscription;
    channel.subscribers.delete(subscription);
    if (channel.subscribers.size > 0) return;
    channels.delete(channel.feed.key);
    channel.stop();
  }

  function publish(channel: Channel, frame: Frame): void {
    if (channel.subscribers.size === 0) return;
    const encoded = { from: frame.from, to: frame.to, bytes: encode(frame.message) };
    for (const subscription of channel.subscribers) deliver(subscription, encoded);
  }

  function deliver(subscription: Subscription, frame: EncodedFrame): void {
    const { client } = subscription;
    if (subscription.waiting !== null) {
      if (subscription.waiting.length < MAX_WAITING_FRAMES) subscription.waiting.push(frame);
      return;
    }
    if (isLagging(client)) return;
    if (subscription.at !== null && frame.to <= subscription.at) return;
    if (subscription.at !== frame.from) return sync(subscription);
    subscription.at = frame.to;
    client.socket.send(frame.bytes, { binary: false });
  }

  /** Who does not read is not listened to either, so that answers to its questions cannot pile up. */
  function isLagging(client: Client): boolean {
    if (client.laggingSinceMs !== null) return true;
    if (client.socket.bufferedAmount <= limits.maxUnreadBytes) return false;
    client.laggingSinceMs = now();
    client.socket.pause();
    return true;
  }

  /** Sends a snapshot, then what was published while it was made. */
  function sync(subscription: Subscription): void {
    const { client, channel } = subscription;
    // A lagging client gets all its snapshots once it has caught up.
    if (subscription.waiting !== null || isLagging(client)) return;
    const waiting: EncodedFrame[] = [];
    subscription.waiting = waiting;
    const isCurrent = (): boolean => client.subscriptions.get(subscription.topic) === subscription;
    channel.feed.snapshot(subscription.at).then(
      (snapshot) => {
        subscription.waiting = null;
        if (!isCurrent()) return;
        subscription.at = snapshot.at;
        say(client, snapshot.message);
        for (const frame of waiting) deliver(subscription, frame);
      },
      (error: unknown) => {
        subscription.waiting = null;
        log.error("A topic could not be read", { topic: subscription.topic, error });
        if (!isCurrent()) return;
        unsubscribe(client, subscription.topic);
        say(client, { type: "problem", topic: subscription.topic, reason: "The console could not read this." });
      },
    );
  }

  // --------------------------------------------------------------------------------------------------- slow and gone

  function checkLag(): void {
    for (const client of clients) {
      if (client.laggingSinceMs === null) continue;
      if (client.socket.bufferedAmount <= limits.drainedBytes) {
        client.laggingSinceMs = null;
        client.socket.resume();
        for (const subscription of client.subscriptions.values()) sync(subscription);
      } else if (now() - client.laggingSinceMs >= limits.lagLimitMs) {
        log.warn("A browser does not read what it asked for; its socket is closed", { operator: client.session.name });
        client.socket.terminate();
      }
    }
  }

  function dropEnded(): void {
    for (const client of clients) {
      if (!client.stillValid()) client.socket.close(CLOSE_SESSION_ENDED, "the session has ended");
    }
  }

  function beat(): void {
    dropEnded();
    for (const client of clients) {
      if (client.laggingSinceMs !== null) continue;
      if (!client.answeredPing) client.socket.terminate();
      else {
        client.answeredPing = false;
        client.socket.ping();
      }
    }
  }

  async function close(reason: string): Promise<void> {
    closing = true;
    clearInterval(lagTimer);
    clearInterval(heartbeat);
    presence.close();
    const gone = [...clients].map(async (client) => {
      const closed = new Promise<void>((resolve) => client.socket.once("close", () => resolve()));
      say(client, { type: "goodbye", reason });
      client.socket.close(CLOSE_AWAY, "the console stops");
      const timer = setTimeout(() => client.socket.terminate(), CLOSE_GRACE_MS);
      await closed;
      clearTimeout(timer);
    });
    await Promise.all(gone);
    server.close();
  }

  return { accept, close, reopen, dropEnded, clientCount: () => clients.size };
}

function say(client: Client, message: ServerMessage): void {
  client.socket.send(encode(message), { binary: false });
}

function encode(message: ServerMessage): Buffer {
  return Buffer.from(JSON.stringify(message));
}

function parse(data: RawData): ClientMessage | null {
  try {
    const value: unknown = JSON.parse(bytesOf(data).toString("utf8"));
    const parsed = clientMessage.safeParse(value);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
