/** `/login`: the page, and what it sends; a link's secret or a name with a password. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { originAllowed, sessionCookie, type Access, type Peer } from "./access.ts";
import { foreignOrigin, isReading, methodNotAllowed, problem, sendBadBody } from "./answers.ts";
import { LINK_COMMAND, loginPage } from "./login-page.ts";
import { LOGIN_WORDS } from "./login-words.ts";
import type { Logins } from "./logins.ts";
import type { TransportLog } from "./needs.ts";
import { languageOf } from "./reader.ts";
import { pagePolicy, readJson, sendHtml, sendJson, sendProblem } from "./respond.ts";
import type { OpenedSession, Session } from "./session.ts";

/** `failedBefore`: wrong passwords for that name, lately. */
export type HowIn = { readonly by: "link" | "password"; readonly address: string; readonly failedBefore: number };

export type LoginRoute = {
  readonly access: () => Access;
  readonly logins: Logins;
  readonly onLogin: (session: Session, how: HowIn) => void;
  readonly log: TransportLog;
  readonly now: () => number;
};

const LOGIN_BODY_BYTES = 2048;
const loginBody = z.union([
  z.strictObject({ token: z.string().min(1).max(200) }),
  z.strictObject({ name: z.string().min(1).max(100), password: z.string().min(1).max(1000) }),
]);

export async function login(
  parts: LoginRoute,
  request: IncomingMessage,
  response: ServerResponse,
  peer: Peer,
): Promise<void> {
  if (isReading(request)) return sendLoginPage(parts, request, response, 200);
  if (request.method !== "POST") return methodNotAllowed(response);
  if (!originAllowed(parts.access(), request, peer)) return foreignOrigin(parts.access(), response);
  const body = await readJson(request, LOGIN_BODY_BYTES);
  if (!body.ok) return sendBadBody(response, body.status, body.problem);
  const parsed = loginBody.safeParse(body.value);
  if (parsed.success && "password" in parsed.data) return byPassword(parts, request, response, peer, parsed.data);
  const opened = parsed.success && "token" in parsed.data ? parts.logins.redeem(parsed.data.token) : null;
  if (opened === null) {
    const { usedLink, newLink } = LOGIN_WORDS[languageOf(request)];
    return sendProblem(response, 401, problem(usedLink, newLink(LINK_COMMAND)));
  }
  return letIn(parts, request, response, peer, opened, { by: "link", failedBefore: 0 });
}

/** Neither name nor password are told to the log: people type the one into the field of the other. */
async function byPassword(
  parts: LoginRoute,
  request: IncomingMessage,
  response: ServerResponse,
  { address, ...peer }: Peer,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<void> {
  const answer = await parts.logins.logIn(name, password, address);
  const words = LOGIN_WORDS[languageOf(request)];
  if (answer.at === "wait") {
    const waitS = Math.ceil(answer.waitMs / 1000);
    parts.log.warn("A login has to wait: too many tries", { address, waitS });
    response.setHeader("Retry-After", String(waitS));
    return sendProblem(response, 429, problem(words.tooMany(waitS), words.linkInstead(LINK_COMMAND)));
  }
  if (answer.at === "wrong") {
    parts.log.warn("A login failed", { address });
    return sendProblem(response, 401, problem(words.noMatch, words.tryAgain));
  }
  if (answer.at === "locked") {
    parts.log.warn("A login to a locked account was refused", { address });
    return sendProblem(response, 403, problem(words.locked, words.unlock));
  }
  return letIn(parts, request, response, { address, ...peer }, answer.session, {
    by: "password",
    failedBefore: answer.failedBefore,
  });
}

function letIn(
  parts: LoginRoute,
  request: IncomingMessage,
  response: ServerResponse,
  peer: Peer,
  { secret, ...session }: OpenedSession,
  how: Omit<HowIn, "address">,
): void {
  parts.onLogin(session, { ...how, address: peer.address });
  const maxAgeS = Math.floor((session.expiresAtMs - parts.now()) / 1000);
  response.setHeader("Set-Cookie", sessionCookie(parts.access(), secret, maxAgeS, request, peer));
  sendJson(response, 200, { name: session.name });
}

export function sendLoginPage(
  parts: LoginRoute,
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
): void {
  const policy = pagePolicy(parts.access(), false);
  sendHtml(response, status, loginPage(policy, parts.logins.hasAccounts(), languageOf(request)), policy);
}
