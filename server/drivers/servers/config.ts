/** What the sections of all systems have in common whose nodes are servers; each system adds how its nodes are asked. */
import { z } from "zod";
import { routerConfig, serversOf } from "#server/routers/config.ts";
import { absolutePath, argument, hostConfig } from "../shared/host-config.ts";
import { packagesConfig } from "../shared/packages.ts";
import type { ServerNode } from "./server-node.ts";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "Not a name. Use letters, digits, dots and dashes.");

const address = z
  .string()
  .regex(/^[^\s:/]+:\d{1,5}$/, 'Not an address. Write host:port of its service, as in "10.0.0.7:8080".');

const seconds = z.number().min(0.1).max(86_400);

const argv = z.array(argument).min(1);

export const SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const;

/** Who starts and stops the process of a node. */
export const ownerConfig = z.discriminatedUnion("kind", [
  /** Nobody but the console: it sends the signal itself, and runs the start command. */
  z
    .strictObject({
      kind: z.literal("signal"),
      pidFile: absolutePath.optional(),
      /** Without a pid file: a text that stands in one argument of its command line, and in no other program's. */
      match: z.string().min(3).optional(),
      signal: z.enum(SIGNALS).default("SIGTERM"),
      start: argv,
      /** The start command is the program itself: it does not return until that ends. */
      foreground: z.boolean().default(false),
    })
    .refine(({ pidFile, match }) => (pidFile === undefined) !== (match === undefined), {
      error: "Its process cannot be found. Give either pidFile or match.",
    }),
  z.strictObject({
    kind: z.literal("systemd"),
    unit: z.string().regex(/^[^\s/-][^\s/]*$/, "Not a unit. Write its full name, as in shop-1.service."),
    /** `systemctl --user`, of the account that the host is reached as. */
    user: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("pm2"),
    app: name,
    /** PM2_HOME of the daemon that runs it; without it, that of the account. */
    pm2Home: absolutePath.optional(),
    /** How PM2 is called there. */
    pm2: argv.default(["pm2"]),
  }),
  /** The operator's own commands; `{node}` and `{home}` in an argument are filled in, and no shell reads them. */
  z.strictObject({
    kind: z.literal("command"),
    /** Exit status 0: it runs, 3: it does not (as `systemctl is-active`). A number that it prints is its pid. */
    status: argv,
    stop: argv,
    start: argv,
    kill: argv.optional(),
    /** After so long `stop` kills by itself. */
    stopLimitS: seconds.optional(),
    /** It starts the process again after an exit that it did not order. */
    restarts: z.boolean().default(false),
  }),
]);
export type OwnerConfig = z.infer<typeof ownerConfig>;

/** How versions come onto the hosts of the nodes. */
export const installConfig = z.discriminatedUnion("strategy", [
  /** `releases/<version>` on each host, and a link in each node's home that points at the one in use. */
  z.strictObject({
    strategy: z.literal("symlink"),
    releases: absolutePath,
    link: z.string().min(1).default("current"),
    /** Prints the version that lies in `{dir}`. Without it a release is what its folder is called. */
    version: argv.optional(),
    packages: packagesConfig.optional(),
  }),
  /** The operator's own command; `{version}`, `{node}` and `{home}` in its arguments are filled in. */
  z.strictObject({
    strategy: z.literal("command"),
    argv,
    versions: z.array(z.string().min(1)).min(1),
    restore: argv.optional(),
    /** Prints the version that lies in `{home}`. */
    version: argv.optional(),
  }),
]);
export type InstallConfig = z.infer<typeof installConfig>;

/** An exit without a limit ends when the work does; a person may set the first limit while it lasts. */
const limit = z.union([seconds, z.literal("none")]);

export const serverNodeShape = {
  name,
  address,
  host: z.string().min(1),
  /** Its own directory on the host: it holds the link to its release, and what the console keeps of its commands. */
  home: absolutePath,
  pool: name.default("all"),
  owner: ownerConfig,
  log: absolutePath.optional(),
  exitLimitS: limit.optional(),
} as const;

const serverNodeConfig = z.object(serverNodeShape);
export type ServerNodeConfig = z.infer<typeof serverNodeConfig>;

/** Everything of a section but `system` and `nodes`, which each system writes for itself. */
export const serversShape = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Not an id. Use small letters, digits and dashes."),
  name: z.string().min(1).max(100),
  hosts: z.array(hostConfig).min(1, "No host is named. Give one, as in [{ name: here, kind: local }]."),
  routers: z.array(routerConfig).default([]),
  install: installConfig.optional(),
  /** From the word to leave to the kill. */
  exitLimitS: limit.default(30),
  /** How long the program itself waits for its work once it was told to leave: its own timer, or its longest request. */
  exitWaitS: z.number().min(0).max(86_400).optional(),
  /** What it needs after its work has ended: to close what it holds, in order. */
  cleanupS: z.number().min(0).max(3600).default(1),
  startLimitS: seconds.default(60),
  /** Exit codes, or signals it dies by, that are a good end: 143 is what a shell makes of SIGTERM. */
  cleanExit: z.array(z.union([z.int().min(0).max(255), z.enum(SIGNALS)])).default([0, 143, "SIGTERM"]),
} as const;

const serversConfig = z.object({ ...serversShape, system: z.string(), nodes: z.array(serverNodeConfig) });
export type ServersConfig = z.infer<typeof serversConfig>;

/** What the parts say of each other. Looked at although something else is wrong, so that one start tells everything. */
const related = z.object({
  hosts: z.array(z.object({ name: z.string() }).catch({ name: "" })).catch([]),
  nodes: z
    .array(
      z.object({ name: z.string(), address: z.string(), host: z.string(), home: z.string() }).nullable().catch(null),
    )
    .catch([]),
  routers: z
    .array(
      z
        .object({ name: z.string(), host: z.string().optional(), servers: z.record(z.string(), z.unknown()) })
        .nullable()
        .catch(null),
    )
    .catch([]),
});

export function whatFitsTogether(value: unknown, context: z.core.$RefinementCtx): void {
  const cluster = related.safeParse(value);
  if (!cluster.success) return;
  const { hosts, nodes, routers } = cluster.data;
  const issue = (path: readonly PropertyKey[], message: string): void =>
    context.addIssue({ code: "custom", path: [...path], message });
  const machines = new Set(hosts.map((entry) => entry.name));
  const noHost = (wanted: string): string =>
    `There is no host "${wanted}". Add it under hosts:, or use one of: ${[...machines].join(", ")}.`;
  const names = new Set<string>();
  const homes = new Map<string, string>();
  for (const [index, node] of nodes.entries()) {
    if (node === null) continue;
    if (!machines.has(node.host)) issue(["nodes", index, "host"], noHost(node.host));
    if (names.has(node.name))
      issue(["nodes", index, "name"], `There is a node ${node.name} already. Give every node a name of its own.`);
    names.add(node.name);
    const place = `${node.host}:${node.home}`;
    const twin = homes.get(place);
    if (twin !== undefined)
      issue(["nodes", index, "home"], `${twin} lies there already. Give every node a home of its own.`);
    homes.set(place, node.name);
  }
  for (const [index, router] of routers.entries()) {
    if (router === null) continue;
    if (router.host !== undefined && !machines.has(router.host)) issue(["routers", index, "host"], noHost(router.host));
    for (const node of Object.keys(router.servers)) {
      if (names.has(node)) continue;
      issue(["routers", index, "servers", node], `There is no node "${node}". Use one of: ${[...names].join(", ")}.`);
    }
  }
}

export function serverNodeOf({ name: id, address: at, host: machine, home, pool }: ServerNodeConfig): ServerNode {
  const colon = at.lastIndexOf(":");
  return { id, address: at, host: at.slice(0, colon), port: Number(at.slice(colon + 1)), pool, machine, home };
}

/** Null: as long as it takes. */
export function exitLimitMsOf(config: ServersConfig, node: ServerNodeConfig): number | null {
  const wanted = node.exitLimitS ?? config.exitLimitS;
  return wanted === "none" ? null : wanted * 1000;
}

/** The routers in front of a node, each with what it calls the node. */
export function routesOf(config: Pick<ServersConfig, "routers">, nodeId: string): readonly NamedRoute[] {
  return config.routers.flatMap((router) => {
    const servers = serversOf(router, nodeId);
    return servers.map((server) => ({
      router: router.name,
      server,
      name: servers.length === 1 ? router.name : `${router.name} ${server}`,
    }));
  });
}

/** `name`: what the operator reads, and unlike that of every other route of the node. */
export type NamedRoute = { readonly router: string; readonly server: string; readonly name: string };
