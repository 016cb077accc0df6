/**
 * The network as this process sees it: everything that listens or dials goes through here, so that it can be cut between any
 * two addresses without the rights of an administrator. A cut is silence, not a reset: what was connected hangs, what is sent
 * waits, a new connection gets no word. When the network is back all of it goes on, unless somebody has given up.
 */
import { Socket, type Server } from "node:net";
import { cutBetween, onFaultsChanged } from "./here.ts";

type Line = {
  readonly socket: Socket;
  /** Who was called; null for whoever dialled. */
  readonly server: Server | null;
  readonly a: string;
  readonly b: string;
  silent: boolean;
  /** What has to be done first when the network is there: to connect, or to hand over to the server. */
  begin: (() => void) | null;
};

const lines = new Set<Line>();
let watching = false;

/** Who listens is told of a connection when the network lets it through. */
export function guard(server: Server, host: string): void {
  const listeners = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    const begin = (): void => {
      for (const each of listeners) Reflect.apply(each, server, [socket]);
    };
    add({ socket, server, a: host, b: plain(socket.remoteAddress ?? ""), silent: false, begin });
  });
}

/** What a server does that closes: also with callers whom it never heard, for the network keeps them silent. */
export function hangUp(server: Server): void {
  for (const line of lines) if (line.server === server) line.socket.destroy();
}

export type Dialled = { readonly host: string; readonly port: number; readonly localAddress: string };

export function dial(options: Dialled): Socket {
  const socket = new Socket().setNoDelay(true);
  const begin = (): void => {
    if (!socket.destroyed) socket.connect(options);
  };
  add({ socket, server: null, a: options.localAddress, b: options.host, silent: false, begin });
  return socket;
}

function add(line: Line): void {
  if (!watching) {
    watching = true;
    onFaultsChanged(() => {
      for (const each of lines) follow(each);
    });
  }
  lines.add(line);
  line.socket.on("close", () => lines.delete(line));
  line.socket.on("error", () => undefined);
  follow(line);
}

function follow(line: Line): void {
  const cut = cutBetween(line.a, line.b);
  if (!cut && line.begin !== null) {
    const { begin } = line;
    line.begin = null;
    begin();
    return;
  }
  if (line.begin !== null || cut === line.silent) return;
  line.silent = cut;
  const { socket } = line;
  if (cut) {
    // A listener of its own takes an HTTP server's hand off the socket, which would go on reading.
    socket.on("data", ignore);
    socket.pause();
    socket.cork();
  } else {
    socket.uncork();
    socket.resume();
    socket.off("data", ignore);
  }
}

const ignore = (): void => undefined;

const plain = (address: string): string => address.replace(/^::ffff:/, "");
