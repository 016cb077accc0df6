/** A small web server that says its name, may be told to be ill, holds `/slow` until it is let go, and leaves politely. */
import { createServer, type Server } from "node:http";

export type WebServer = {
  readonly name: string;
  readonly port: number;
  /** Requests that it answered, its health check left out. */
  answered(): number;
  /** Requests that it holds. */
  held(): number;
  letGo(): void;
  /** What its health check answers from now on. */
  becomeIll(status: number): void;
  /** Polite: what it holds ends, idle connections are closed. Another one is started on the same port by `start`. */
  stop(): Promise<void>;
  /** As SIGKILL leaves it: every connection is gone. */
  kill(): Promise<void>;
  start(): Promise<void>;
};

export async function startWebServer(name: string, port: number): Promise<WebServer> {
  let server: Server | null = null;
  let answered = 0;
  let health = 200;
  const held = new Set<() => void>();

  async function start(): Promise<void> {
    const made = createServer((request, response) => {
      if (request.url === "/health") return void response.writeHead(health).end();
      const answer = (): void => {
        answered += 1;
        response.end(name);
      };
      if (request.url !== "/slow") return answer();
      const letGo = (): void => {
        held.delete(letGo);
        answer();
      };
      held.add(letGo);
      response.on("close", () => held.delete(letGo));
    });
    await new Promise<void>((resolve, reject) => made.on("error", reject).listen(port, "127.0.0.1", resolve));
    server = made;
  }

  async function end(isPolite: boolean): Promise<void> {
    const ended = server;
    server = null;
    if (ended === null) return;
    const closed = new Promise((resolve) => ended.close(resolve));
    if (isPolite) ended.closeIdleConnections();
    else ended.closeAllConnections();
    await closed;
  }

  await start();
  return {
    name,
    port,
    answered: () => answered,
    held: () => held.size,
    letGo: () => held.forEach((letGo) => letGo()),
    becomeIll: (status) => {
      health = status;
    },
    stop: async () => await end(true),
    kill: async () => await end(false),
    start,
  };
}
