/** What a StarRocks cluster's section of the configuration says: one FE's address, an account, and what SQL cannot tell. */
import { z } from "zod";
import type { Role } from "#lib/cluster/node.ts";
import { routerConfig } from "#server/routers/config.ts";
import { argument, hostConfig } from "../shared/host-config.ts";
import { packagesConfig } from "../shared/packages.ts";

const endpoint = z
  .string()
  .regex(/^[^\s:/]+:\d{1,5}$/, 'Not an address. Write host:port with the FE\'s query port, as in "10.0.0.1:9030".');

const secretReference = z
  .string()
  .regex(
    /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/,
    'A password does not belong into the file. Write "env:NAME" or "file:/path" here, and put the password there.',
  );

const absolutePath = z.string().regex(/^\//, "Not an absolute path. Write it from the root, as in /opt/starrocks/be.");

const seconds = z.int().min(1).max(86_400);

const install = z.discriminatedUnion("strategy", [
  /** The documented way: `lib` and `bin` replaced, the old ones kept. `artifacts/<version>/{fe,be,cn}` on each host. */
  z.strictObject({ strategy: z.literal("swap"), artifacts: absolutePath, packages: packagesConfig.optional() }),
  /** Release directories `releases/<version>/{fe,be,cn}`, and one link a node that points at the one in use. */
  z.strictObject({
    strategy: z.literal("symlink"),
    releases: absolutePath,
    link: z.string().min(1).default("current"),
    packages: packagesConfig.optional(),
  }),
  /** The operator's own command; `{version}`, `{node}`, `{role}` and `{home}` in its arguments are filled in. */
  z.strictObject({
    strategy: z.literal("command"),
    argv: z.array(argument).min(1),
    versions: z.array(z.string().min(1)).min(1),
    restore: z.array(argument).min(1).optional(),
  }),
  /** A person does it; the console waits for the version script to say so. */
  z.strictObject({ strategy: z.literal("manual"), versions: z.array(z.string().min(1)).min(1) }),
]);
export type InstallConfig = z.infer<typeof install>;

/** The folder of releases on each host; null: this way of installing keeps none. */
export function releasesRoot(config: InstallConfig | undefined): string | null {
  return config?.strategy === "swap" ? config.artifacts : config?.strategy === "symlink" ? config.releases : null;
}

/** `loop_count_wait_fragments_finish` counts tens of seconds, and 31 s must be left for the rest of the exit. */
export const LEAST_BACKEND_EXIT_S = 41;
/** Longer than `max_graceful_exit_time_second` (60), which no script can shorten. */
export const LEAST_FRONTEND_EXIT_S = 75;

const exitLimits = z.strictObject({
  fe: seconds.min(LEAST_FRONTEND_EXIT_S, "An FE takes up to 60 s by itself. Give 75 or more.").default(90),
  be: seconds.min(LEAST_BACKEND_EXIT_S, "Too short for a graceful exit. Give 41 or more.").default(600),
  cn: seconds.min(LEAST_BACKEND_EXIT_S, "Too short for a graceful exit. Give 41 or more.").default(600),
});

const probe = z.strictObject({
  /** No oftener than this, whatever a plan says. */
  everyMs: z.int().min(50, "Too often. Give 50 ms or more.").max(3_600_000).default(200),
  /** Reads only: it is sent through every FE for as long as a run lasts. One that reads a table finds more. */
  statement: z
    .string()
    .max(10_000)
    .regex(/^\s*(select|with|show)\b[^;]*$/i, "Not a statement that only reads. Write one SELECT, without a semicolon.")
    .default("SELECT 1"),
  database: z.string().min(1).optional(),
  /** Balancers that clients come in by, by the name to be shown: tried beside every FE. */
  balancers: z.record(z.string().min(1), endpoint).default({}),
});

const nodePlace = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "Not a name. Use letters, digits, dots and dashes.")
    .optional(),
  host: z.string().min(1),
  home: absolutePath,
  exitLimitS: seconds.min(LEAST_BACKEND_EXIT_S, "Too short for a graceful exit. Give 41 or more.").optional(),
  /** Where SHOW FRONTENDS tells the answering FE's port for all of them, and this one's differs. */
  httpPort: z.int().min(1).max(65_535).optional(),
});
export type NodePlace = z.infer<typeof nodePlace>;

/** What the parts say of each other. Looked at although something else is wrong, so that one start tells everything. */
const related = z.object({
  hosts: z.array(z.object({ name: z.string() }).catch({ name: "" })).catch([]),
  nodes: z
    .record(z.string(), z.object({ name: z.string().optional(), host: z.string() }).nullable().catch(null))
    .catch({}),
  routers: z
    .array(z.object({ name: z.string(), host: z.string().optional(), servers: z.record(z.string(), z.unknown()) }))
    .catch([]),
});

function whatFitsTogether(value: unknown, context: z.core.$RefinementCtx): void {
  const cluster = related.safeParse(value);
  if (!cluster.success) return;
  const known = new Set(cluster.data.hosts.map((entry) => entry.name));
  const names = new Map<string, string>();
  for (const [address, place] of Object.entries(cluster.data.nodes)) {
    if (place === null) continue;
    if (!known.has(place.host)) {
      context.addIssue({
        code: "custom",
        path: ["nodes", address, "host"],
        message: `There is no host "${place.host}". Add it under hosts:${known.size === 0 ? "" : `, or use one of: ${[...known].join(", ")}`}.`,
      });
    }
    const twin = place.name === undefined ? undefined : names.get(place.name);
    if (twin !== undefined) {
      context.addIssue({
        code: "custom",
        path: ["nodes", address, "name"],
        message: `${twin} has the name "${place.name ?? ""}" already. Give every node a name of its own.`,
      });
    }
    if (place.name !== undefined) names.set(place.name, address);
  }
  const nodes = Object.entries(cluster.data.nodes).map(([address, place]) => place?.name ?? address);
  for (const [index, router] of cluster.data.routers.entries()) {
    const wrong = (path: readonly (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path: ["routers", index, ...path], message });
    if (cluster.data.routers.findIndex(({ name }) => name === router.name) < index)
      wrong(["name"], `There is a router "${router.name}" already. Give every router a name of its own.`);
    if (router.host !== undefined && !known.has(router.host))
      wrong(["host"], `There is no host "${router.host}". Add it under hosts:.`);
    for (const node of Object.keys(router.servers).filter((name) => !nodes.includes(name)))
      wrong(
        ["servers", node],
        `There is no node "${node}". Name one of nodes:${nodes.length === 0 ? "" : `, such as ${nodes[0] ?? ""}`}.`,
      );
  }
}

export const starRocksConfig = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "Not an id. Use small letters, digits and dashes."),
    name: z.string().min(1).max(100),
    system: z.literal("starrocks"),
    frontends: z.array(endpoint).min(1, 'No FE is named. Give one, as in ["10.0.0.1:9030"].'),
    account: z.strictObject({ user: z.string().min(1), password: secretReference.optional() }),
    hosts: z.array(hostConfig).default([]),
    /** By `ip:port` as SHOW FRONTENDS (EditLogPort) and SHOW BACKENDS (HeartbeatPort) tell them. */
    nodes: z.record(endpoint, nodePlace).default({}),
    /** What stands before FEs: taken out of it before their exit, and let in after their start. */
    routers: z.array(routerConfig).default([]),
    install: install.optional(),
    exitLimitS: exitLimits.default({ fe: 90, be: 600, cn: 600 }),
    startLimitS: z
      .strictObject({ fe: seconds.default(300), be: seconds.default(1800), cn: seconds.default(600) })
      .default({ fe: 300, be: 1800, cn: 600 }),
    javaHome: absolutePath.optional(),
    /** What a plan with a probe sends. */
    probe: probe.default({ everyMs: 200, statement: "SELECT 1", balancers: {} }),
    /** A statement of ours may take this long; one that needs a leader hangs while there is none. */
    statementTimeoutS: z.number().min(0.5).max(60).default(5),
  })
  .superRefine(whatFitsTogether, { when: () => true });
export type StarRocksConfig = z.infer<typeof starRocksConfig>;

export type StarRocksRole = Extract<Role, "fe" | "be" | "cn">;

export function exitLimitS(config: StarRocksConfig, role: StarRocksRole, place: NodePlace | null): number {
  return place?.exitLimitS ?? config.exitLimitS[role];
}

/** What holds `bin`, `lib` and `conf` of a node: its home, or the link in it that points at a release. */
export function dirOf(config: StarRocksConfig, home: string): string {
  return config.install?.strategy === "symlink" ? `${home}/${config.install.link}` : home;
}
