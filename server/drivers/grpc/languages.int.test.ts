/** What the driver counts on when a gRPC server is told to leave: seen at real servers, the same in five languages. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { callWait, clientOf, listenForGoaway, openTicks, startLoad, type Result } from "./testing/clients.ts";
import { languages, type Language } from "./testing/languages.ts";
import { startServer, type StartedServer } from "./testing/start-server.ts";

const UNAVAILABLE = 14;
const CANCELLED = 1;

for (const language of languages) {
  const { name, lacking, crossing } = language;
  if (lacking !== null) console.log(`Left out: gRPC servers in ${name} (${lacking}).`);

  describe.skipIf(lacking !== null)(`a gRPC server in ${name} that is told to leave`, () => {
    let seen: Leaving;
    let held: Held;
    beforeAll(async () => {
      language.prepare();
      [seen, held] = await Promise.all([leaveWithWork(language), leaveUnderAStream(language)]);
    }, BUILD_MS);

    it(`[S2-1] [S2-11] ${name}: tells its clients at once, by GOAWAY, to send it no new calls`, () => {
      expect(seen.goaway).toBe(0);
      expect(seen.wasGoawayBeforeTheEnd).toBe(true);
    });

    it(`[S2-2] [S2-11] ${name}: refuses nothing to a client that obeys (${RETRIED[crossing]})`, () => {
      expect(seen.before.filter(({ by }) => by === "leaving").length).toBeGreaterThan(0);
      expect([...seen.before, ...seen.after].filter(({ code }) => code !== 0)).toEqual([]);
    });

    it(`[S2-3] [S2-11] ${name}: ends the call that was in flight, and that is answered`, () => {
      expect(seen.inFlight).toEqual({ code: 0, by: "leaving" });
    });

    it(`[S2-4] [S2-11] ${name}: takes no new call, and the clients find the other server`, () => {
      expect(seen.fresh).toEqual({ code: UNAVAILABLE, by: "" });
      expect(new Set(seen.last.map(({ code, by }) => `${code} ${by}`))).toEqual(new Set(["0 staying"]));
    });

    it(`[S2-5] [S2-11] ${name}: is gone as soon as all is done, long before its limit`, () => {
      expect(seen.said).toEqual(["SERVING", "GRACEFUL_SHUTDOWN", expect.stringMatching(/^TERMINATED \d+$/)]);
      expect(msOf(seen.said, "TERMINATED")).toBeLessThan(LONG_MS);
      expect(seen.exitCode).toBe(name === "Java" ? KILLED_BY_TERM : 0);
    });

    it(`[S2-6] [S2-11] ${name}: waits for a stream that never ends, and goes on serving it`, () => {
      expect(held.ticksAfter).toBeGreaterThan(0);
    });

    it(`[S2-7] [S2-11] ${name}: a timer of its own ends the wait, at its limit and not before`, () => {
      expect(msOf(held.said, "TIMER_EXPIRED")).toBeGreaterThanOrEqual(SHORT_MS);
      expect(msOf(held.said, "TIMER_EXPIRED")).toBeLessThan(SHORT_MS + 1000);
    });

    it(`[S2-8] [S2-11] ${name}: force ends what is in flight with CANCELLED or UNAVAILABLE, and every connection`, () => {
      expect([CANCELLED, UNAVAILABLE]).toContain(held.status);
      expect(held.isConnectionClosed).toBe(true);
    });

    it(`[S2-9] [S2-11] ${name}: force is a second step, after the graceful one had its time`, () => {
      const words = held.said.map((line) => line.split(" ")[0]);
      expect(words).toEqual(["SERVING", "GRACEFUL_SHUTDOWN", "TIMER_EXPIRED", "TERMINATED"]);
    });
  });
}

/** Far longer than what is asked of the server; nobody waits for it. */
const LONG_MS = 30_000;
const SHORT_MS = 1500;
/** It is built before it runs for the first time. */
const BUILD_MS = 300_000;
/** The JVM runs its hooks and then leaves as one that was killed by SIGTERM. */
const KILLED_BY_TERM = 143;

const RETRIED = { sentElsewhere: "no retry configured", rejected: "by its retry policy" } as const;

type Leaving = {
  readonly goaway: number;
  readonly wasGoawayBeforeTheEnd: boolean;
  /** Of the client that obeys: until the server was told, since, and the last of all. */
  readonly before: readonly Result[];
  readonly after: readonly Result[];
  readonly last: readonly Result[];
  readonly inFlight: Result;
  readonly fresh: Result;
  readonly said: readonly string[];
  readonly exitCode: number | null;
};

async function leaveWithWork(language: Language): Promise<Leaving> {
  const leaving = await start(language, "leaving", LONG_MS);
  const staying = await start(node(), "staying", LONG_MS);
  const retry = language.crossing === "rejected" ? "policy" : "transparent";
  const load = startLoad([leaving.port, staying.port], { callers: 4, ms: 5, retry });
  await until(() => expect(new Set(load.results.map(({ by }) => by)).size).toBe(2));
  const client = clientOf(leaving.address);
  const { goaway } = await listenForGoaway(leaving.address);
  await callWait(client, 1);
  const inFlight = callWait(client, 1000);
  // A second call on the same connection is answered: so the first has arrived.
  await callWait(client, 1);
  const told = load.results.length;
  leaving.tell("SIGTERM");
  const code = await goaway;
  const wasGoawayBeforeTheEnd = !leaving.isOver();
  const other = clientOf(leaving.address);
  const fresh = await callWait(other, 1);
  const [answered, exitCode] = [await inFlight, await leaving.ended];
  const ended = load.results.length;
  await until(() => expect(load.results.length).toBeGreaterThan(ended + 50));
  await load.stop();
  for (const one of [client, other]) one.close();
  const { results } = load;
  return {
    goaway: code,
    wasGoawayBeforeTheEnd,
    before: results.slice(0, told),
    after: results.slice(told),
    last: results.slice(-40),
    inFlight: answered,
    fresh,
    said: leaving.said,
    exitCode,
  };
}

type Held = {
  readonly ticksAfter: number;
  readonly status: number;
  readonly isConnectionClosed: boolean;
  readonly said: readonly string[];
};

async function leaveUnderAStream(language: Language): Promise<Held> {
  const server = await start(language, "held", SHORT_MS);
  const client = clientOf(server.address);
  const stream = openTicks(client, 50);
  await until(() => expect(stream.ticks()).toBeGreaterThan(0));
  const { session } = await listenForGoaway(server.address);
  server.tell("SIGTERM");
  await until(() => expect(server.said).toContain("GRACEFUL_SHUTDOWN"));
  const before = stream.ticks();
  await until(() => expect(stream.ticks()).toBeGreaterThan(before));
  const ticksAfter = stream.ticks() - before;
  const status = await stream.ended;
  await server.ended;
  await until(() => expect(session.destroyed).toBe(true));
  client.close();
  return { ticksAfter, status, isConnectionClosed: session.destroyed, said: server.said };
}

const started: StartedServer[] = [];

async function start(language: Language, name: string, limitMs: number): Promise<StartedServer> {
  const server = await startServer(language, { name, limitMs, admin: false });
  started.push(server);
  return server;
}

afterAll(async () => {
  for (const server of started) {
    server.tell("SIGKILL");
    await server.ended;
  }
});

function node(): Language {
  const [first] = languages;
  if (first === undefined) throw new Error("There are no languages");
  return first;
}

async function until(isSo: () => void): Promise<void> {
  await vi.waitFor(isSo, { timeout: 30_000, interval: 20 });
}

function msOf(said: readonly string[], word: string): number {
  return Number(said.find((line) => line.startsWith(word))?.split(" ")[1]);
}
