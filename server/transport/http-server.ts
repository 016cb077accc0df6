/**
 * One process, one port. In the order in which a request passes: /healthz for anyone, the console's own host names,
 * /metrics with its token, logging in, the session; and only then the API, the socket and the pages.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as HttpsServer } from "node:https";
import { timingSafeEqual, createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import type { SessionView } from "#lib/wire/views.ts";
import { hostAllowed, originAllowed, peerOf, sessionCookie, sessionSecret, type Access, type Peer } from "./access.ts";
import { foreignOrigin, isReading, methodNotAllowed, problem, sendBadBody } from "./answers.ts";
import { login, sendLoginPage, type LoginRoute } from "./login.ts";
import { startingPage } from "./login-page.ts";
import { inLanguageOf, languageOf } from "./reader.ts";
import { pagePolicy, readJson, sendHtml, sendJson, sendProblem, sendText, setSecurityHeaders } from "./respond.ts";
import type { TlsPair } from "./tls.ts";
import type { Session } from "./session.ts";
import type { AcceptSocket } from "./ws-hub.ts";

export type Health = "starting" | "ready" | "stopping";

export type ApiRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly session: Session;
  /** Null for methods without one. */
  readonly body: unknown;
  /** Aborted when whoever asked does not wait for the answer any more. */
  readonly signal: AbortSignal;
};
export type ApiAnswer = { readonly status: number; readonly body: unknown };

/** Next's handlers; null while the pages are not prepared. */
export type Pages = {
  readonly request: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
};

export type HttpParts = LoginRoute & {
  readonly health: () => Health;
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  /** What a page is told of whose it is. */
  readonly sessionView: (session: Session) => SessionView;
  readonly acceptSocket: AcceptSocket;
  readonly pages: () => Pages | null;
  readonly metrics: () => { readonly token: string; readonly text: () => Promise<string> } | null;
  readonly onLogout: () => void;
  readonly dev: boolean;
};

/** A plan may name 5000 nodes. */
const API_BODY_BYTES = 2 * 1024 * 1024;
const HEALTH_STATUS = { starting: 503, ready: 200, stopping: 500 } as const;

const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000 } as const;

export function createHttpServer(parts: HttpParts): Server {
  return served(parts, createServer(LIMITS));
}

export function createHttpsServer(parts: HttpParts, pair: TlsPair): HttpsServer {
  return served(parts, createTlsServer({ ...LIMITS, ...pair, minVersion: "TLSv1.2" }));
}

function served<S extends Server | HttpsServer>(parts: HttpParts, server: S): S {
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    handle(parts, request, response).catch((error: unknown) => {
      parts.log.error("A request failed", { path: pathOf(request), error });
      if (response.headersSent) response.destroy();
      else sendProblem(response, 500, problem("The console failed to answer this.", "Its log says more."));
    });
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    upgrade(parts, request, socket, head);
  });
  return server;
}

async function handle(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { logins } = parts;
  const access = parts.access();
  const path = pathOf(request);
  const peer = peerOf(access, request);
  forgetForwarded(request);
  setSecurityHeaders(response);
  if (path === "/healthz") return sendText(response, HEALTH_STATUS[parts.health()], `${parts.health()}\n`);
  if (!hostAllowed(access, request)) {
    return sendText(
      response,
      421,
      `This console answers as ${access.baseUrl}. Set console.publicUrl for another name.\n`,
    );
  }
  if (peer.refused !== null) return refuseWay(access, peer, request, response);
  if (peer.secure && request.headers.host === access.publicUrl?.host) {
    response.setHeader("Strict-Transport-Security", "max-age=31536000");
  }
  if (path === "/metrics") return metrics(parts, request, response);
  if (path === "/login") return login(parts, request, response, peer);

  const secret = sessionSecret(access, request);
  const session = secret === null ? null : logins.find(secret);
  const isApi = path === "/api" || path.startsWith("/api/");
  if (secret === null || session === null) return unauthenticated(parts, request, response, isApi);
  if (!isReading(request) && !originAllowed(access, request, peer)) return foreignOrigin(access, response);
  if (path === "/api/session/logout") return logout(parts, request, response, secret, peer);
  if (isApi) return api(parts, request, response, session);
  return page(parts, request, response, session);
}

async function api(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  session: Session,
): Promise<void> {
  if (parts.health() !== "ready") {
    response.setHeader("Retry-After", "1");
    return sendProblem(response, 503, problem(`The console is ${parts.health()}.`, "Ask again in a moment."));
  }
  const url = new URL(request.url ?? "/", "http://console");
  const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
  const body = isReading(request) ? null : await readJson(request, API_BODY_BYTES);
  if (body !== null && !body.ok) return sendBadBody(response, body.status, body.problem);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const answer = await parts.api({
    signal: gone.signal,
    method,
    path: url.pathname,
    query: url.searchParams,
    session,
    body: body?.value ?? null,
  });
  sendJson(response, answer.status, answer.body);
}

async function page(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  session: Session,
): Promise<void> {
  const policy = pagePolicy(parts.access(), parts.dev);
  const pages = parts.pages();
  if (pages === null || parts.health() !== "ready") {
    response.setHeader("Retry-After", "1");
    return sendHtml(response, 503, startingPage(policy, languageOf(request)), policy);
  }
  response.setHeader("Content-Security-Policy", policy.header);
  // Next takes the nonce for its own scripts out of the request's policy; a page finds the rest in its headers.
  request.headers["content-security-policy"] = policy.header;
  request.headers["x-nonce"] = policy.nonce;
  // A browser sends what it likes under this name; what is set here replaces it.
  request.headers["x-sluice-session"] = encodeURIComponent(JSON.stringify(parts.sessionView(session)));
  await inLanguageOf(request, () => pages.request(request, response));
}

function logout(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  peer: Peer,
): void {
  if (request.method !== "POST") return methodNotAllowed(response);
  parts.logins.end(secret);
  parts.onLogout();
  response.setHeader("Set-Cookie", sessionCookie(parts.access(), "", 0, request, peer));
  sendJson(response, 200, {});
}

function unauthenticated(parts: HttpParts, request: IncomingMessage, response: ServerResponse, isApi: boolean): void {
  const wantsPage = !isApi && isReading(request) && request.headers.accept?.includes("text/html") === true;
  if (!wantsPage) {
    const remedy = parts.logins.hasAccounts()
      ? "Log in again."
      : "Log in with the link that `npx sluice login --as YOUR.NAME` prints.";
    return sendProblem(response, 401, problem("There is no session, or it has ended.", remedy));
  }
  return sendLoginPage(parts, request, response, 401);
}

/** Whoever comes past the proxy, or over it without TLS, would send a password in clear. */
function refuseWay({ baseUrl }: Access, peer: Peer, request: IncomingMessage, response: ServerResponse): void {
  if (peer.refused === "plain" && isReading(request)) {
    response.setHeader("Location", `${baseUrl}${request.url?.startsWith("/") === true ? request.url : "/"}`);
    return sendText(response, 308, `This console is at ${baseUrl}\n`);
  }
  return sendText(response, 403, `This console is at ${baseUrl}\n`);
}

/** What stands in them was weighed; nobody behind this door is to believe it again. */
function forgetForwarded(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) {
    if (name === "forwarded" || name.startsWith("x-forwarded-")) delete request.headers[name];
  }
}

/** Without a token configured, or with another, there is no such page. */
async function metrics(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const configured = parts.metrics();
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (configured === null || given === undefined || !sameSecret(given, configured.token)) {
    return sendText(response, 404, "Not found\n");
  }
  return sendText(response, 200, await configured.text());
}

function upgrade(parts: HttpParts, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { logins } = parts;
  const access = parts.access();
  const secret = sessionSecret(access, request);
  const session = secret === null ? null : logins.find(secret);
  const path = pathOf(request);
  const peer = peerOf(access, request);
  forgetForwarded(request);
  const pages = parts.pages();
  if (!hostAllowed(access, request)) return refuseUpgrade(socket, "421 Misdirected Request");
  if (peer.refused !== null || !originAllowed(access, request, peer)) return refuseUpgrade(socket, "403 Forbidden");
  if (secret === null || session === null) return refuseUpgrade(socket, "401 Unauthorized");
  if (path === "/ws") {
    if (parts.health() !== "ready") return refuseUpgrade(socket, "503 Service Unavailable");
    return parts.acceptSocket(request, socket, head, session, () => logins.find(secret) !== null);
  }
  if (!parts.dev || pages === null) return refuseUpgrade(socket, "404 Not Found");
  pages.upgrade(request, socket, head);
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
