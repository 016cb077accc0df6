/**
 * Where requests may come from. The console answers under its own names only (a foreign name that resolves to this
 * machine is DNS rebinding), and lets a write or a socket through only from a page of its own. What a proxy says of
 * whom it speaks for is believed of the proxies that the configuration names, and of nobody else.
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

export type Access = {
  /** What people put before a path: the public URL, else the address listened on. No slash at the end. */
  readonly baseUrl: string;
  /** How this machine itself reaches the console, past any proxy and without TLS. */
  readonly localUrl: string;
  readonly origins: ReadonlySet<string>;
  readonly hosts: ReadonlySet<string>;
  readonly publicUrl: URL | null;
  /** Proxies that speak TLS in front; null: there are none, and nobody is believed to be one. */
  readonly proxies: ProxyList | null;
  /** Cookies know no ports, so two consoles on one machine need two names. */
  readonly cookieName: string;
};

export interface ProxyList {
  has(address: string): boolean;
}

export type AccessParts = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string | null;
  readonly tls: boolean;
  readonly proxies: ProxyList | null;
  /** A port of its own on loopback for this machine; null where the one above serves for it. */
  readonly localPort: number | null;
};

export function accessFor({ listen, publicUrl, tls, proxies, localPort }: AccessParts): Access {
  const scheme = tls ? "https" : "http";
  const names = ["127.0.0.1", "localhost", "[::1]", ...(isWildcard(listen.host) ? [] : [urlHost(listen.host)])];
  const listened = names.map((name) => new URL(`${scheme}://${name}:${listen.port}`));
  const inner = localPort === null ? [] : [new URL(`http://127.0.0.1:${localPort}`)];
  const known = publicUrl === null ? null : new URL(publicUrl);
  const all = [...listened, ...inner, ...(known === null ? [] : [known])];
  const localHost = isWildcard(listen.host) ? "127.0.0.1" : urlHost(listen.host);
  return {
    baseUrl: (known ?? new URL(`${scheme}://${urlHost(listen.host)}:${listen.port}`)).origin,
    localUrl: inner[0]?.origin ?? `http://${localHost}:${listen.port}`,
    origins: new Set(all.map((url) => url.origin)),
    hosts: new Set(all.map((url) => url.host)),
    publicUrl: known,
    proxies,
    cookieName: `sluice_${listen.port}`,
  };
}

/** Null for what is neither an address nor a network ("10.0.0.0/8"). */
export function proxyList(entries: readonly string[]): ProxyList | null {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix, ...more] = entry.split("/");
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix);
    const isWhole = /^\d{1,3}$/.test(prefix ?? "0") && more.length === 0;
    if (family === 0 || !isWhole || bits > (family === 6 ? 128 : 32)) return null;
    list.addSubnet(address, bits, family === 6 ? "ipv6" : "ipv4");
  }
  return { has: (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4") };
}

/** Who is at the other end, as far as that can be believed. */
export type Peer = {
  readonly address: string;
  readonly viaProxy: boolean;
  /** Nobody between could read it: TLS here, or at a proxy that is believed. */
  readonly secure: boolean;
  /** Why this way is not taken; null when it is. */
  readonly refused: "pastProxy" | "plain" | null;
};

/** The part of a request that tells it. */
export type Asking = {
  readonly headers: IncomingHttpHeaders;
  readonly socket: { readonly remoteAddress?: string | undefined; readonly encrypted?: boolean };
};

export function peerOf({ proxies, publicUrl }: Access, request: Asking): Peer {
  const address = plainAddress(request.socket.remoteAddress ?? "");
  const encrypted = request.socket.encrypted === true;
  const scheme = lastOf(request.headers["x-forwarded-proto"]);
  const hops = listOf(request.headers["x-forwarded-for"]);
  const viaProxy = proxies !== null && proxies.has(address) && (scheme !== null || hops.length > 0);
  if (!viaProxy) {
    const pastProxy = proxies !== null && !encrypted && !isLoopback(address);
    return { address, viaProxy, secure: encrypted, refused: pastProxy ? "pastProxy" : null };
  }
  // Whoever is nearest and no proxy of ours is who asked: what stands before that, they may have written themselves.
  const asker = hops.findLast((hop) => !proxies.has(hop)) ?? hops[0] ?? address;
  const isPlain = scheme === "http" && publicUrl?.protocol === "https:";
  return { address: asker, viaProxy, secure: !isPlain, refused: isPlain ? "plain" : null };
}

export function hostAllowed(access: Access, request: IncomingMessage): boolean {
  return access.hosts.has((request.headers.host ?? "").toLowerCase());
}

/** Through a proxy a page can come from the public address alone. */
export function originAllowed(access: Access, request: IncomingMessage, peer: Peer): boolean {
  const origin = request.headers.origin ?? "";
  return peer.viaProxy ? origin === access.publicUrl?.origin : access.origins.has(origin);
}

export function sessionSecret(access: Access, request: IncomingMessage): string | null {
  return cookieOf(request, access.cookieName);
}

export function cookieOf(request: IncomingMessage, wanted: string): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === wanted && value !== undefined && value !== "") return value;
  }
  return null;
}

/**
 * Lax, not Strict: a link to a run that a colleague sent in a chat must open. Writes are guarded by their Origin, which
 * was looked at before, and says too where a proxy that is not named speaks TLS in front.
 */
export function sessionCookie(
  access: Access,
  secret: string,
  maxAgeS: number,
  request: IncomingMessage,
  peer: Peer,
): string {
  const isSecure = peer.secure || request.headers.origin?.startsWith("https:") === true;
  return `${access.cookieName}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeS}${isSecure ? "; Secure" : ""}`;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

function listOf(header: string | readonly string[] | undefined): readonly string[] {
  const text = typeof header === "string" ? header : (header ?? []).join(",");
  return text
    .split(",")
    .map((part) => plainAddress(part.trim()))
    .filter((part) => isIP(part) !== 0);
}

function lastOf(header: string | readonly string[] | undefined): string | null {
  const text = typeof header === "string" ? header : (header ?? []).join(",");
  const last = text.split(",").at(-1)?.trim().toLowerCase() ?? "";
  return last === "" ? null : last;
}

function urlHost(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
