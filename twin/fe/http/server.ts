import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { randomBytes } from "node:crypto";
import { answersWith } from "#twin/faults/here.ts";
import { guard } from "#twin/faults/network.ts";
import type { Fe } from "../fe.ts";

export type Reply = {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Call = {
  readonly fe: Fe;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** The user that Basic authentication named and whose password was right; null for nobody. */
  readonly login: Login;
};

export type Login =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly user: string }
  | { readonly kind: "user"; readonly user: string };

/** Null where the path is not the action's. */
export type Action = (call: Call) => Promise<Reply | null> | Reply | null;

export async function serveHttp(fe: Fe, actions: readonly Action[]): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(fe, actions, request, response).catch((error: unknown) => {
      send(response, { status: 500, type: "text/html", body: error instanceof Error ? error.message : "" });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(fe.ports.http, fe.host, resolve);
  });
  guard(server, fe.host);
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(
  fe: Fe,
  actions: readonly Action[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://fe");
  const isLoad = url.pathname.endsWith("/_stream_load");
  const call: Call = {
    fe,
    method: request.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    body: isLoad ? "" : await bodyOf(request),
    login: loginOf(fe, request.headers.authorization),
  };
  for (const action of actions) {
    const reply = await action(call);
    if (reply !== null) {
      if (isLoad) request.resume();
      const spoilt = call.path.startsWith("/twin/") ? null : answersWith(fe.home.node);
      return spoilt === null ? send(response, reply) : sendSpoilt(response, reply, spoilt);
    }
  }
  send(response, unauthorized("Authentication Failed. <br/> Need auth information."));
}

/** Unknown paths answer 401, not 404 (seen live). */
export function unauthorized(body: string): Reply {
  return { status: 401, type: "text/html", body, headers: { "www-authenticate": 'Basic realm=""' } };
}

export const json = (body: unknown, type = "application/json"): Reply => ({
  status: 200,
  type,
  body: JSON.stringify(body),
});

function send(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body, "utf8");
  response.writeHead(reply.status, { "content-length": body.length, "content-type": reply.type, ...reply.headers });
  response.end(body);
}

function sendSpoilt(response: ServerResponse, reply: Reply, spoilt: "garbage" | "half" | "nothing"): void {
  if (spoilt === "nothing") return;
  const body = Buffer.from(reply.body, "utf8");
  if (spoilt === "garbage") response.socket?.end(randomBytes(Math.max(64, body.length)));
  else {
    response.writeHead(reply.status, { "content-length": body.length, "content-type": reply.type });
    response.write(body.subarray(0, Math.floor(body.length / 2)));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function loginOf(fe: Fe, header: string | undefined): Login {
  if (header === undefined || !header.startsWith("Basic ")) return { kind: "none" };
  const [user = "", ...rest] = Buffer.from(header.slice(6), "base64").toString("utf8").split(":");
  const known = fe.store.users.get(user);
  return known !== undefined && known.password === rest.join(":") ? { kind: "user", user } : { kind: "refused", user };
}
