/**
 * One Dgraph over HTTP. There is no authentication in the protocol: whoever can reach the port can end the engine, with a
 * plain GET. So an exit's URL is made in one place, when an exit is meant, and is never asked a second time by itself.
 */
import { request } from "node:http";
import type { Socket } from "node:net";
import type { ServerNode } from "../servers/server-node.ts";

export type EngineAnswer =
  | { readonly is: "answered"; readonly status: number; readonly body: string }
  /** Nobody listens: it has gone, or its release closes the port when it leaves (6.5.2). */
  | { readonly is: "refused" }
  /** No answer in time, or a connection that was closed before one. */
  | { readonly is: "silent"; readonly why: string };

export type Paths = {
  /** A cheap query of the application's own: 200 means that a query is served. */
  readonly query: string;
  /** `/admin`, or Endeca Server's `/endeca-server/admin/<data domain>`. */
  readonly admin: string;
};

export type Operation = "ping" | { readonly exit: number | null };

export function pathOf({ admin }: Pick<Paths, "admin">, operation: Operation): string {
  if (operation === "ping") return `${admin}?op=ping`;
  const { exit: seconds } = operation;
  return `${admin}?op=exit${seconds === null ? "" : `&timelimit=${seconds}`}`;
}

export function urlOf({ address }: Pick<ServerNode, "address">, path: string): string {
  return `http://${address}${path}`;
}

const MAX_BODY = 64 * 1024;
const KEEP_MS = 60_000;

type Own = { readonly nodeId: string; readonly port: number; closedAtMs: number | null };

/** A connection of its own, closed with the answer: a kept one would be one more thing that is counted at the port. */
export class Engine {
  readonly #own: Own[] = [];

  /** Local ports of our own connections to a node that were open at any time since then. */
  ownPorts({ id }: ServerNode, sinceMs: number): ReadonlySet<number> {
    const open = this.#own.filter(({ nodeId, closedAtMs }) => nodeId === id && (closedAtMs ?? Infinity) >= sinceMs);
    return new Set(open.map(({ port }) => port));
  }

  nowMs(): number {
    return performance.now();
  }

  async get(node: ServerNode, path: string, timeoutMs: number, signal: AbortSignal): Promise<EngineAnswer> {
    return await new Promise((resolve) => {
      const silent = (why: string): void => resolve({ is: "silent", why });
      const { host, port } = node;
      const outgoing = request({ host, port, path, agent: false, signal }, (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => (body = (body + part).slice(0, MAX_BODY)));
        response.once("end", () => resolve({ is: "answered", status: response.statusCode ?? 0, body }));
        response.once("error", (error) => silent(error.message));
      });
      const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
      outgoing.once("socket", (socket) => socket.once("connect", () => this.#note(node, socket)));
      outgoing.once("close", () => clearTimeout(timer));
      outgoing.once("error", (error) => {
        if ("code" in error && error.code === "ECONNREFUSED") resolve({ is: "refused" });
        else silent(error.message);
      });
      outgoing.end();
    });
  }

  #note({ id: nodeId }: ServerNode, socket: Socket): void {
    const own: Own = { nodeId, port: socket.localPort ?? 0, closedAtMs: null };
    const nowMs = this.nowMs();
    const over = this.#own.findIndex(({ closedAtMs }) => closedAtMs === null || closedAtMs > nowMs - KEEP_MS);
    this.#own.splice(0, over === -1 ? this.#own.length : over);
    this.#own.push(own);
    socket.once("close", () => (own.closedAtMs = this.nowMs()));
  }
}
