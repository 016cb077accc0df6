/**
 * Where requests may come from. The console answers under its own names only (a foreign name that resolves to this
 * machine is DNS rebinding), and lets a write or a socket through only from a page of its own.
 */
import type { IncomingMessage } from "node:http";

export type Access = {
  /** What people put before a path: the public URL, else the address listened on. No slash at the end. */
  readonly baseUrl: string;
  /** How this machine itself reaches the console, past any proxy. */
  readonly localUrl: string;
  readonly origins: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  /** Cookies know no ports, so two consoles on one machine need two names. */
  readonly cookieName: string;
};

export function accessFor(listen: { readonly host: string; readonly port: number }, publicUrl: string | null): Access {
  const names = ["127.0.0.1", "localhost", "[::1]", ...(isWildcard(listen.host) ? [] : [urlHost(listen.host)])];
  const listened = names.map((name) => new URL(`http://${name}:${listen.port}`));
  const all = publicUrl === null ? listened : [...listened, new URL(publicUrl)];
  return {
    baseUrl: (publicUrl === null ? new URL(`http://${urlHost(listen.host)}:${listen.port}`) : new URL(publicUrl))
      .origin,
    localUrl: `http://${isWildcard(listen.host) ? "127.0.0.1" : urlHost(listen.host)}:${listen.port}`,
    origins: new Set(all.map((url) => url.origin)),
    hosts: new Set(all.map((url) => url.host)),
    cookieName: `sluice_${listen.port}`,
  };
}

export function hostAllowed(access: Access, request: IncomingMessage): boolean {
  return access.hosts.has((request.headers.host ?? "").toLowerCase());
}

export function originAllowed(access: Access, request: IncomingMessage): boolean {
  return access.origins.has(request.headers.origin ?? "");
}

export function sessionSecret(access: Access, request: IncomingMessage): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === access.cookieName && value !== undefined && value !== "") return value;
  }
  return null;
}

/** Lax, not Strict: a link to a run that a colleague sent in a chat must open. Writes are guarded by their Origin. */
export function sessionCookie(access: Access, secret: string, maxAgeS: number, request: IncomingMessage): string {
  const secure = request.headers.origin?.startsWith("https:") === true ? "; Secure" : "";
  return `${access.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${secure}`;
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function urlHost(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
