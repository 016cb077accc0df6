/** Answers that more than one kind of request gets. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "#lib/wire/api.ts";
import type { Access } from "./access.ts";
import { sendProblem } from "./respond.ts";

export function sendBadBody(response: ServerResponse, status: number, body: Problem): void {
  // What was not read of the body must not be taken for the next request.
  response.setHeader("Connection", "close");
  sendProblem(response, status, body);
}

export function foreignOrigin(access: Access, response: ServerResponse): void {
  const remedy = `Ask from ${[...access.origins].join(" or ")}, or set console.publicUrl.`;
  sendProblem(response, 403, problem("This request does not come from a page of this console.", remedy));
}

export function methodNotAllowed(response: ServerResponse): void {
  sendProblem(response, 405, problem("This cannot be done here.", "Use GET to read and POST to act."));
}

export function problem(error: string, remedy: string): Problem {
  return { error, field: null, remedy };
}

export function isReading(request: IncomingMessage): boolean {
  return request.method === "GET" || request.method === "HEAD";
}
