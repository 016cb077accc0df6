import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem } from "#lib/wire/api.ts";
import type { Access } from "./access.ts";

/** What every answer carries. `Referrer-Policy: no-referrer` would make browsers send `Origin: null` with our own forms. */
export function setSecurityHeaders(response: ServerResponse): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("X-Frame-Options", "DENY");
  response.setHeader("Referrer-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
}

export type PagePolicy = { readonly nonce: string; readonly header: string };

/** One nonce a page. Older Safari does not count a socket to the own host as 'self', so sockets are named. */
export function pagePolicy(access: Access, dev: boolean): PagePolicy {
  const nonce = randomBytes(16).toString("base64");
  // A policy cannot name an IPv6 address; where one is used, 'self' has to do.
  const sockets = [...access.origins]
    .filter((origin) => !origin.includes("["))
    .map((origin) => origin.replace(/^http/, "ws"));
  const header = [
    "default-src 'self'",
    // React in development rebuilds stack traces with eval; production never needs it.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ${sockets.join(" ")}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  return { nonce, header };
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, "application/json; charset=utf-8", JSON.stringify(body));
}

export function sendProblem(response: ServerResponse, status: number, problem: Problem): void {
  sendJson(response, status, problem);
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  send(response, status, "text/plain; charset=utf-8", text);
}

export function sendHtml(response: ServerResponse, status: number, html: string, policy: PagePolicy): void {
  response.setHeader("Content-Security-Policy", policy.header);
  send(response, status, "text/html; charset=utf-8", html);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  response.statusCode = status;
  response.setHeader("Content-Type", type);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.end(response.req.method === "HEAD" ? undefined : body);
}

export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: 400 | 413 | 415; readonly problem: Problem };

/** The JSON of a request; too much, another type or broken JSON is an answer, not an exception. */
export async function readJson(request: IncomingMessage, limitBytes: number): Promise<Body> {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return bad(415, "The body is not JSON.", "Send it with Content-Type: application/json.");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > limitBytes) return bad(413, `The body is larger than ${limitBytes} bytes.`, "Send less.");
    chunks.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    return { ok: true, value };
  } catch {
    return bad(400, "The body cannot be read as JSON.", "Send one JSON value.");
  }
}

function bad(status: 400 | 413 | 415, error: string, remedy: string): Body {
  return { ok: false, status, problem: { error, field: null, remedy } };
}
