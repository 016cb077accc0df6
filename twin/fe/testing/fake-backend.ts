import { createServer, type Server, type Socket } from "node:net";
import { call } from "#twin/thrift/client.ts";
import {
  bool,
  fields,
  i32,
  i64,
  list,
  map,
  numberAt,
  struct,
  structAt,
  text,
  textAt,
  type Fields,
} from "#twin/thrift/codec.ts";
import { serve, type ThriftServer } from "#twin/thrift/server.ts";

const gigabyte = 2 ** 30;
const bePort = 9060;
const heartbeatPort = 9050;

/**
 * A backend as the rig plays it for the recordings: heartbeats, tasks and reports, and nothing behind its brpc port.
 * States as a real one has them: answering, exiting (SHUTDOWN), hung (takes connections and says nothing), gone.
 */
export class FakeBackend {
  readonly host: string;
  readonly #isBackend: boolean;
  #version: string;
  #state: "up" | "exiting" | "gone" = "gone";
  #startedS = 0;
  #servers: readonly (ThriftServer | { close(): Promise<void> })[] = [];
  #master: { host: string; port: number } | null = null;
  #reports: ReturnType<typeof setInterval> | null = null;

  constructor(host: string, isBackend: boolean, version: string) {
    this.host = host;
    this.#isBackend = isBackend;
    this.#version = version;
  }

  async start(version = this.#version): Promise<void> {
    this.#version = version;
    // Whole seconds, and a start is never in the second of the one before.
    this.#startedS = Math.max(Math.floor(Date.now() / 1000), this.#startedS + 1);
    this.#state = "up";
    const heartbeats = await serve(this.host, heartbeatPort, (_name, args) => this.#heartbeat(args));
    const agent = await serve(this.host, bePort, () => fields({ 0: status(0, null) }));
    this.#servers = [heartbeats, agent];
    this.#reports = setInterval(() => void this.#report(), 200);
  }

  /** From now on heartbeats are answered SHUTDOWN. */
  beginExit(): void {
    this.#state = "exiting";
  }

  async die(): Promise<void> {
    this.#state = "gone";
    if (this.#reports !== null) clearInterval(this.#reports);
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#servers = [];
  }

  /** As after SIGSTOP: the kernel still takes connections, nobody reads them. */
  async hang(): Promise<void> {
    await this.die();
    const sockets = new Set<Socket>();
    const silent: Server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => silent.listen(heartbeatPort, this.host, resolve));
    this.#servers = [
      {
        close: () =>
          new Promise<void>((resolve) => {
            for (const socket of sockets) socket.destroy();
            silent.close(() => resolve());
          }),
      },
    ];
  }

  #heartbeat(args: Fields): Fields {
    const address = structAt(structAt(args, 1) ?? fields({}), 1) ?? fields({});
    this.#master = { host: textAt(address, 1) ?? "", port: numberAt(address, 2) ?? 0 };
    if (this.#state === "exiting")
      return fields({
        0: struct({ 1: status(59, "BE is shutting down"), 2: struct({ 1: i32(bePort), 2: i32(8040) }) }),
      });
    return fields({
      0: struct({
        1: status(0, null),
        2: struct({
          1: i32(bePort),
          2: i32(8040),
          3: i32(bePort),
          4: i32(8060),
          5: text(this.#version),
          6: i32(2),
          7: i32(9070),
          8: i64(this.#startedS),
          9: bool(this.#isBackend),
          10: i64(8 * gigabyte),
          11: i32(-1),
        }),
      }),
    });
  }

  async #report(): Promise<void> {
    if (this.#master === null || this.#state === "gone") return;
    const me = struct({ 1: text(this.host), 2: i32(bePort), 3: i32(8040) });
    const usage = struct({ 1: i32(0), 2: i64(8 * gigabyte), 3: i64(gigabyte), 4: i32(50) });
    const disk = struct({
      1: text("/data/storage"),
      2: i64(100 * gigabyte),
      3: i64(10 * gigabyte),
      4: bool(true),
      5: i64(80 * gigabyte),
      6: i64(1011),
      7: i32(1),
    });
    const reports = this.#isBackend
      ? [
          { 10: usage },
          { 5: map("string", "struct", [[text("/data/storage"), disk]]) },
          { 4: map("i64", "struct", []) },
        ]
      : [{ 10: usage }];
    for (const report of reports)
      await call(this.#master.host, this.#master.port, "report", fields({ 1: struct({ 1: me, ...report }) }), 1000);
  }
}

function status(code: number, message: string | null): ReturnType<typeof struct> {
  return struct({ 1: i32(code), 2: list("string", message === null ? [] : [text(message)]) });
}
