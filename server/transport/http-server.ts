/**
 * One process, one port. In the order in which a request passes: /healthz for anyone, the console's own host names,
 * /metrics with its token, logging in, the session; and only then the API, the socket and the pages.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { timingSafeEqual, createHash } from "node:crypto";
import type { Duplex } from "node:stream";
import { z } from "zod";
import type { Problem } from "#lib/wire/api.ts";
import type { SessionView } from "#lib/wire/views.ts";
import { hostAllowed, originAllowed, sessionCookie, sessionSecret, type Access } from "./access.ts";
import { loginPage, startingPage } from "./login-page.ts";
import type { TransportLog } from "./needs.ts";
import { pagePolicy, readJson, sendHtml, sendJson, sendProblem, sendText, setSecurityHeaders } from "./respond.ts";
import type { Logins } from "./logins.ts";
import type { OpenedSession, Session } from "./session.ts";
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

/** `failedBefore`: wrong passwords for that name, lately. */
export type HowIn = { readonly by: "link" | "password"; readonly address: string; readonly failedBefore: number };

export type HttpParts = {
  readonly access: () => Access;
  readonly logins: Logins;
  readonly health: () => Health;
  readonly api: (request: ApiRequest) => Promise<ApiAnswer>;
  /** What a page is told of whose it is. */
  readonly sessionView: (session: Session) => SessionView;
  readonly acceptSocket: AcceptSocket;
  readonly pages: () => Pages | null;
  readonly metrics: () => { readonly token: string; readonly text: () => Promise<string> } | null;
  readonly onLogout: () => void;
  readonly onLogin: (session: Session, how: HowIn) => void;
  readonly log: TransportLog;
  readonly now: () => number;
  readonly dev: boolean;
};

const LOGIN_BODY_BYTES = 1024;
/** A plan may name 5000 nodes. */
const API_BODY_BYTES = 2 * 1024 * 1024;
const HEALTH_STATUS = { starting: 503, ready: 200, stopping: 500 } as const;

export function createHttpServer(parts: HttpParts): Server {
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    handle(parts, request, response).catch((error: unknown) => {
      parts.log.error("A request failed", { path: pathOf(request), error });
      if (response.headersSent) response.destroy();
      else sendProblem(response, 500, problem("The console failed to answer this.", "Its log says more."));
    });
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    upgrade(parts, request, socket, head);
  });
  return server;
}

async function handle(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { logins } = parts;
  const access = parts.access();
  const path = pathOf(request);
  setSecurityHeaders(response);
  if (path === "/healthz") return sendText(response, HEALTH_STATUS[parts.health()], `${parts.health()}\n`);
  if (!hostAllowed(access, request)) {
    return sendText(
      response,
      421,
      `This console answers as ${access.baseUrl}. Set console.publicUrl for another name.\n`,
    );
  }
  if (path === "/metrics") return metrics(parts, request, response);
  if (path === "/login") return login(parts, request, response);

  const secret = sessionSecret(access, request);
  const session = secret === null ? null : logins.find(secret);
  const isApi = path === "/api" || path.startsWith("/api/");
  if (secret === null || session === null) return unauthenticated(parts, request, response, isApi);
  if (!isReading(request) && !originAllowed(access, request)) return foreignOrigin(access, response);
  if (path === "/api/session/logout") return logout(parts, request, response, secret);
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
    return sendHtml(response, 503, startingPage(policy), policy);
  }
  response.setHeader("Content-Security-Policy", policy.header);
  // Next takes the nonce for its own scripts out of the request's policy; a page finds the rest in its headers.
  request.headers["content-security-policy"] = policy.header;
  request.headers["x-nonce"] = policy.nonce;
  // A browser sends what it likes under this name; what is set here replaces it.
  request.headers["x-sluice-session"] = encodeURIComponent(JSON.stringify(parts.sessionView(session)));
  await pages.request(request, response);
}

const loginBody = z.union([
  z.strictObject({ token: z.string().min(1).max(200) }),
  z.strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1000) }),
]);

async function login(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (isReading(request)) return sendLoginPage(parts, response, 200);
  if (request.method !== "POST") return methodNotAllowed(response);
  if (!originAllowed(parts.access(), request)) return foreignOrigin(parts.access(), response);
  const body = await readJson(request, LOGIN_BODY_BYTES);
  if (!body.ok) return sendBadBody(response, body.status, body.problem);
  const parsed = loginBody.safeParse(body.value);
  if (parsed.success && "password" in parsed.data) return byPassword(parts, request, response, parsed.data);
  const opened = parsed.success && "token" in parsed.data ? parts.logins.redeem(parsed.data.token) : null;
  if (opened === null) {
    const remedy = "Make a new one with: npx sluice login --as YOUR.NAME";
    return sendProblem(response, 401, problem("This link was used already, or is too old.", remedy));
  }
  return letIn(parts, request, response, opened, { by: "link", address: addressOf(request), failedBefore: 0 });
}

/** Neither name nor password are told to the log: people type the one into the field of the other. */
async function byPassword(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<void> {
  const address = addressOf(request);
  const answer = await parts.logins.logIn(name, password, address);
  if (answer.at === "wait") {
    const waitS = Math.ceil(answer.waitMs / 1000);
    parts.log.warn("A login has to wait: too many tries", { address, waitS });
    response.setHeader("Retry-After", String(waitS));
    const remedy = "A one-time link needs no password: npx sluice login --as YOUR.NAME";
    return sendProblem(response, 429, problem(`Too many tries: wait ${inWords(waitS)} before the next.`, remedy));
  }
  if (answer.at === "wrong") {
    parts.log.warn("A login failed", { address });
    return sendProblem(response, 401, problem("Name and password do not match.", "Try again."));
  }
  return letIn(parts, request, response, answer.session, {
    by: "password",
    address,
    failedBefore: answer.failedBefore,
  });
}

function letIn(
  parts: HttpParts,
  request: IncomingMessage,
  response: ServerResponse,
  { secret, ...session }: OpenedSession,
  how: HowIn,
): void {
  parts.onLogin(session, how);
  const maxAgeS = Math.floor((session.expiresAtMs - parts.now()) / 1000);
  response.setHeader("Set-Cookie", sessionCookie(parts.access(), secret, maxAgeS, request));
  sendJson(response, 200, { name: session.name });
}

function inWords(waitS: number): string {
  return waitS < 90 ? `${waitS} s` : `${Math.ceil(waitS / 60)} min`;
}

function sendLoginPage(parts: HttpParts, response: ServerResponse, status: number): void {
  const policy = pagePolicy(parts.access(), false);
  sendHtml(response, status, loginPage(policy, parts.logins.hasAccounts()), policy);
}

function logout(parts: HttpParts, request: IncomingMessage, response: ServerResponse, secret: string): void {
  if (request.method !== "POST") return methodNotAllowed(response);
  parts.logins.end(secret);
  parts.onLogout();
  response.setHeader("Set-Cookie", sessionCookie(parts.access(), "", 0, request));
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
  return sendLoginPage(parts, response, 401);
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
  const pages = parts.pages();
  if (!hostAllowed(access, request)) return refuseUpgrade(socket, "421 Misdirected Request");
  if (!originAllowed(access, request)) return refuseUpgrade(socket, "403 Forbidden");
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

function sendBadBody(response: ServerResponse, status: number, body: Problem): void {
  // What was not read of the body must not be taken for the next request.
  response.setHeader("Connection", "close");
  sendProblem(response, status, body);
}

function foreignOrigin(access: Access, response: ServerResponse): void {
  const remedy = `Ask from ${[...access.origins].join(" or ")}, or set console.publicUrl.`;
  sendProblem(response, 403, problem("This request does not come from a page of this console.", remedy));
}

function methodNotAllowed(response: ServerResponse): void {
  sendProblem(response, 405, problem("This cannot be done here.", "Use GET to read and POST to act."));
}

function problem(error: string, remedy: string): Problem {
  return { error, field: null, remedy };
}

function isReading(request: IncomingMessage): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? "";
}

function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
