/**
 * How the command line comes in: a Unix socket in the data folder that only the console's own user can open. Whoever may
 * open it may name an operator; over TCP nobody can ask for a link.
 */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { z } from "zod";
import { PERSON_NAME } from "#lib/people/name.ts";
import type { Access } from "./access.ts";
import type { Health } from "./http-server.ts";
import type { TransportLog } from "./needs.ts";
import { readJson, sendJson, sendProblem } from "./respond.ts";
import { accountActs, doWithAccount, type AccountActParts } from "./account-acts.ts";
import type { Logins } from "./logins.ts";

export type ControlParts = {
  readonly access: () => Access;
  readonly logins: Logins;
  readonly accounts: AccountActParts;
  readonly health: () => Health;
  readonly consoleVersion: string;
  readonly log: TransportLog;
};

export type ControlSocket = { readonly close: () => Promise<void> };

const BODY_BYTES = 4096;
const NOT_UNDERSTOOD = {
  error: "This is nothing that is known of accounts.",
  field: null,
  remedy: "Update the command line.",
};
const named = z.strictObject({ name: z.string().regex(PERSON_NAME) });

/** Null when another console answers on this very path: it owns the data folder. */
export async function openControlSocket(path: string, parts: ControlParts): Promise<ControlSocket | null> {
  if (await answers(path)) return null;
  rmSync(path, { force: true }); // Left by a console that was killed.
  const server = createServer((request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      parts.log.error("The control socket failed", { error });
      response.destroy();
    });
  });
  await listen(server, path);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(parts: ControlParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const access = parts.access();
  if (request.method === "GET" && request.url === "/status") {
    const { consoleVersion } = parts;
    return sendJson(response, 200, {
      health: parts.health(),
      baseUrl: access.baseUrl,
      consoleVersion,
      pid: process.pid,
    });
  }
  const body = await readJson(request, BODY_BYTES);
  if (request.url === "/account") {
    const asked = accountActs.safeParse(body.ok ? body.value : null);
    const told = asked.success ? await doWithAccount(asked.data, parts.accounts) : NOT_UNDERSTOOD;
    return "error" in told ? sendProblem(response, 409, told) : sendJson(response, 200, told);
  }
  const parsed = body.ok ? named.safeParse(body.value) : null;
  if (parsed === null || !parsed.success) {
    const error = "That is no name for an operator.";
    return sendProblem(response, 400, { error, field: "name", remedy: "One word of letters, digits and . _ @ + -" });
  }
  const { name } = parsed.data;
  if (parts.logins.isLocked(name)) {
    const remedy = `Unlock it with: sluice account unlock ${name}`;
    return sendProblem(response, 409, { error: `The account ${name} is locked.`, field: "name", remedy });
  }
  if (request.url === "/login-link") {
    parts.log.info("A login link was made", { operator: name });
    return sendJson(response, 200, { url: loginUrl(access, parts.logins.createLink(name)) });
  }
  if (request.url === "/session") {
    const { secret } = parts.logins.open(name, "cli");
    return sendJson(response, 200, { baseUrl: access.localUrl, cookie: `${access.cookieName}=${secret}` });
  }
  return sendProblem(response, 404, {
    error: "There is no such thing.",
    field: null,
    remedy: "Update the command line.",
  });
}

/** The secret stands after `#`: browsers do not send it, so no proxy and no log sees it. */
export function loginUrl(access: Access, secret: string): string {
  return `${access.baseUrl}/login#${secret}`;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // The mask holds from the first moment on; a chmod alone would leave one in which others could connect.
    const mask = process.umask(0o177);
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve();
    });
    process.umask(mask);
  });
}
