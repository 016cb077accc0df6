/** Opens everything that listens, before there is anything to serve: until `begin`, /healthz answers 503. */
import { mkdirSync } from "node:fs";
import type { Server } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { nameOf } from "#lib/run/actor.ts";
import type { SessionView } from "#lib/wire/views.ts";
import type { Caller, People } from "#server/services/may.ts";
import type { Services } from "#server/services/services.ts";
import { accessFor, isLoopback, isWildcard, proxyList, type Access } from "./access.ts";
import { openAccountsOrNone } from "./accounts.ts";
import { callerOf, createApi } from "./api-routes.ts";
import { loginUrl, openControlSocket, type ControlSocket } from "./control-socket.ts";
import { createHttpServer, createHttpsServer, type Health, type HttpParts, type Pages } from "./http-server.ts";
import type { HowIn } from "./login.ts";
import { createLogins } from "./logins.ts";
import { metricsText } from "./metrics.ts";
import type { TransportLog } from "./needs.ts";
import { COST } from "./password.ts";
import { createPeopleDoor } from "./people-door.ts";
import { openLastingSessions } from "./lasting-sessions.ts";
import type { Session } from "./session.ts";
import { readPair, watchPair, type TlsFiles } from "./tls.ts";
import { createHub, HUB_LIMITS } from "./ws-hub.ts";

type AnyServer = Server | HttpsServer;

export type TransportParts = {
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string | null;
  /** Null: it speaks HTTP, on loopback or to its proxies. */
  readonly tls: TlsFiles | null;
  readonly trustedProxy: readonly string[];
  readonly dataDir: string;
  readonly sessionMs: number;
  readonly metricsToken: () => string | null;
  readonly consoleVersion: string;
  readonly buildId: string;
  readonly log: TransportLog;
  readonly now: () => number;
  readonly dev: boolean;
};

export type Transport = {
  readonly access: Access;
  /** A one-time link for this operator. */
  readonly loginUrl: (name: string) => string;
  readonly people: People;
  /** Reads certificate and key again. */
  readonly reloadTls: () => void;
  readonly setPages: (pages: Pages) => void;
  /** From now on the console is ready. */
  readonly begin: (services: Services) => void;
  /** /healthz answers 500, sockets are told and closed; what is being answered may end. */
  readonly sayGoodbye: (reason: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type OpenedTransport =
  { readonly ok: true; readonly transport: Transport } | { readonly ok: false; readonly why: string };

export async function openTransport(parts: TransportParts): Promise<OpenedTransport> {
  const { dataDir, log, now } = parts;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  let services: Services | null = null;
  let pages: Pages | null = null;
  let stopping = false;
  const { listen: at, publicUrl, tls } = parts;
  const proxies = parts.trustedProxy.length === 0 ? null : proxyList(parts.trustedProxy);
  const accessAt = (port: number, localPort: number | null): Access =>
    accessFor({ listen: { host: at.host, port }, publicUrl, tls: tls !== null, proxies, localPort });
  let access = accessAt(at.port, null);
  const pair = tls === null ? null : readPair(tls);
  if (pair !== null && !pair.ok) return { ok: false, why: `console.tls: ${pair.why}` };
  const health = (): Health => (stopping ? "stopping" : (services?.health().at ?? "starting"));

  const sessions = openLastingSessions(join(dataDir, "sessions.db"), parts.sessionMs, now, log);
  const accounts = openAccountsOrNone(join(dataDir, "accounts.db"), now, log);
  const logins = createLogins({ sessions, accounts, cost: COST, now, log });
  const note = (actor: Caller, what: string): void => {
    services?.note(actor, what).catch((error: unknown) => {
      log.error("An act could not be written to the journal", { actor: nameOf(actor), what, error });
    });
  };
  const sessionView = ({ name, role, expiresAtMs }: Session): SessionView => {
    const { consoleVersion, buildId } = parts;
    return { name, role, expiresAtMs, consoleVersion, buildId, holders: logins.holders() };
  };
  const closeStores = (): void => {
    sessions.close();
    accounts.close();
  };
  const control = await openControlSocket(join(dataDir, "console.sock"), {
    access: () => access,
    logins,
    accounts: {
      accounts,
      sessions,
      changed: (by, what) => {
        log.info("An account was changed", { operator: by, what });
        note({ kind: "person", id: by, via: "cli", role: "approver" }, what);
        hub.dropEnded();
      },
    },
    health,
    consoleVersion: parts.consoleVersion,
    log,
  });
  if (control === null) {
    closeStores();
    return { ok: false, why: `Another console runs on ${dataDir}. Stop it, or name another folder in console.data.` };
  }

  const people = createPeopleDoor({
    accounts,
    sessions,
    logins,
    linkOf: (secret) => loginUrl(access, secret),
    note: async (caller, what) => {
      log.info("An account was changed", { operator: nameOf(caller), what });
      await services?.note(caller, what);
    },
    dropEnded: () => hub.dropEnded(),
  });
  const hub = createHub({
    openFeed: (subscribe, session) =>
      services === null
        ? { refused: "The console is starting. Ask again in a moment." }
        : services.openFeed(subscribe, callerOf(session)),
    consoleVersion: parts.consoleVersion,
    buildId: parts.buildId,
    now,
    log,
    limits: HUB_LIMITS,
  });
  const served: HttpParts = {
    access: () => access,
    logins,
    health,
    api: (request) => {
      if (services === null) throw new Error("The API was asked before the console was ready");
      return createApi(services, sessionView, people)(request);
    },
    sessionView,
    acceptSocket: hub.accept,
    pages: () => pages,
    metrics: () => {
      const token = parts.metricsToken();
      const known = services;
      return token === null || known === null
        ? null
        : { token, text: () => metricsText(known, hub.clientCount(), now()) };
    },
    onLogout: hub.dropEnded,
    onLogin: (session, how) => {
      const { name, role } = session;
      log.info("An operator logged in", { operator: name, role, by: how.by, address: how.address });
      note(callerOf(session), loginInWords(how));
    },
    log,
    now,
    dev: parts.dev,
  };
  const secure = pair === null ? null : createHttpsServer(served, pair.pair);
  const server = secure ?? createHttpServer(served);
  // The pages and the command line ask from this machine, under a name that stands in no certificate, and through no proxy.
  const local = secure !== null || !(isLoopback(at.host) || isWildcard(at.host)) ? createHttpServer(served) : null;
  const servers = local === null ? [server] : [server, local];

  const connections = connectionsOf(servers);
  const why =
    (await listen(server, at)) ?? (local === null ? null : await listen(local, { host: "127.0.0.1", port: 0 }));
  if (why !== null) {
    await closeAll(servers, connections, control);
    await hub.close("");
    closeStores();
    return { ok: false, why };
  }
  access = accessAt(portOf(server) ?? at.port, local === null ? null : portOf(local));
  const watch = secure === null || tls === null ? null : watchPair(tls, secure, log);

  const transport: Transport = {
    access,
    loginUrl: (name) => loginUrl(access, logins.createLink(name)),
    people: logins,
    reloadTls: () => watch?.reload(),
    setPages: (prepared) => (pages = prepared),
    begin: (ready) => {
      services = ready;
      ready.onClusterChange((clusterId) => hub.reopen(clusterId));
    },
    sayGoodbye: async (reason) => {
      stopping = true;
      await hub.close(reason);
    },
    close: async () => {
      watch?.close();
      await closeAll(servers, connections, control);
      closeStores();
    },
  };
  return { ok: true, transport };
}

/** "logged in by password from 10.0.0.7, after 2 wrong tries" */
function loginInWords({ by, address, failedBefore }: HowIn): string {
  const tries = failedBefore === 0 ? "" : `, after ${failedBefore} wrong ${failedBefore === 1 ? "try" : "tries"}`;
  return `logged in by ${by === "link" ? "a link" : "password"} from ${address}${tries}`;
}

const ANSWER_GRACE_MS = 2000;

/** Answers under way get a moment, then every connection is cut: a browser keeps its own open for minutes. */
async function closeAll(
  servers: readonly AnyServer[],
  connections: ReadonlySet<Socket>,
  control: ControlSocket,
): Promise<void> {
  await control.close();
  const listening = servers.filter((server) => server.listening);
  if (listening.length === 0) return;
  const timer = setTimeout(() => {
    // The server forgets a connection that was upgraded, and yet waits for it.
    for (const connection of connections) connection.destroy();
  }, ANSWER_GRACE_MS);
  await Promise.all(
    listening.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeIdleConnections();
        }),
    ),
  );
  clearTimeout(timer);
}

function connectionsOf(servers: readonly AnyServer[]): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  for (const server of servers) {
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.once("close", () => open.delete(socket));
    });
  }
  return open;
}

function portOf(server: AnyServer): number | null {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : null;
}

function listen(server: AnyServer, at: { readonly host: string; readonly port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const failed = (error: Error): void => {
      const code = "code" in error ? String(error.code) : error.message;
      const where = `${at.host}:${at.port}`;
      const remedy = "Stop what listens there, or set another address in console.listen.";
      resolve(
        code === "EADDRINUSE" ? `${where} is in use. ${remedy}` : `Cannot listen on ${where} (${code}). ${remedy}`,
      );
    };
    server.once("error", failed);
    server.listen(at.port, at.host, () => {
      server.off("error", failed);
      resolve(null);
    });
  });
}
