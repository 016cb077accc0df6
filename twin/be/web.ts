import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dial, guard, hangUp } from "../faults/network.ts";

export type Web = { close(): Promise<void> };
export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Listens; an error of the handler ends that request alone. Closing drops what is connected. */
export async function listen(host: string, port: number, handle: Handle): Promise<Web & { readonly port: number }> {
  const server: Server = createServer({ keepAliveTimeout: 15_000 }, (incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  guard(server, host);
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        hangUp(server);
      }),
  };
}

export async function body(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

export function answer(response: ServerResponse, code: number, type: string, text: string): void {
  response.writeHead(code, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

export type Reply =
  | { readonly ok: true; readonly status: number; readonly location: string | null; readonly text: string }
  | { readonly ok: false; readonly why: string };

/** POST of JSON on a connection of its own, from the node's own address. Redirects are told, not followed. */
export function postJson(url: URL, content: unknown, timeoutMs: number, localAddress: string): Promise<Reply> {
  const text = JSON.stringify(content);
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      {
        method: "POST",
        createConnection: () => dial({ host: url.hostname, port: Number(url.port), localAddress }),
        timeout: timeoutMs,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
      },
      (incoming) => {
        body(incoming).then(
          (received) =>
            resolve({
              ok: true,
              status: incoming.statusCode ?? 0,
              location: incoming.headers.location ?? null,
              text: received,
            }),
          (error: unknown) => resolve({ ok: false, why: String(error) }),
        );
      },
    );
    // A connection that never comes to be has no time-out of its own.
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    outgoing.on("close", () => clearTimeout(timer));
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    outgoing.on("error", (error) => resolve({ ok: false, why: error.message }));
    outgoing.end(text);
  });
}
