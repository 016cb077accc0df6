/** What a cluster's section says of the routers in front of its nodes: `routers:` of every system. */
import { z } from "zod";

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, "Not a name. Use letters, digits, dots and dashes.");
const absolutePath = z
  .string()
  .regex(/^\//, "Not an absolute path. Write it from the root, as in /run/haproxy/admin.sock.");
const argument = z.string().min(1);
const argv = z.array(argument).min(1);

const common = {
  name,
  /** Where its commands run and its files lie: a name under hosts:. Without it, this machine. */
  host: z.string().min(1).optional(),
  /** By node: what the router calls it, or several names where it stands in several backends. */
  servers: z.record(z.string(), z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])),
};

const haproxy = z.strictObject({
  ...common,
  kind: z.literal("haproxy"),
  /** `stats socket … level admin`: a path, or host:port. There is no password on it: loopback or a host's own. */
  socket: z.union([
    absolutePath,
    z
      .string()
      .regex(/^[^\s:/]+:\d{1,5}$/, "Neither a path nor an address. Write /run/haproxy/admin.sock or 127.0.0.1:9999."),
  ]),
  /** Read for the intervals of its checks, which its socket does not tell. */
  configFile: absolutePath.optional(),
});

const nginx = z.strictObject({
  ...common,
  kind: z.literal("nginx"),
  /** The file that holds the upstreams: the `server` lines are marked `down` in it. */
  file: absolutePath,
  binary: absolutePath.default("/usr/sbin/nginx"),
  /** Its main file, where it is not the one that the binary was built with. */
  configFile: absolutePath.optional(),
  pidFile: absolutePath.default("/run/nginx.pid"),
});

/** The operator's own commands; `{server}` in an argument is filled in, and no shell reads them. */
const command = z.strictObject({
  ...common,
  kind: z.literal("command"),
  deregister: argv,
  register: argv,
  /**
   * Tells whether the server is registered: by a text in what it prints, or by its status, 0 where it is. `outContains` is
   * what it prints where it is not: without it whatever else is printed, an error page too, is taken for "not registered".
   */
  readBack: z.union([
    z.strictObject({ argv, contains: z.string().min(1), outContains: z.string().min(1).optional() }),
    z.strictObject({ argv, outStatus: z.int().min(1).max(125) }),
  ]),
  limitS: z.number().min(0.1).max(600).default(30),
});

export const routerConfig = z.discriminatedUnion("kind", [haproxy, nginx, command]);
export type RouterConfig = z.infer<typeof routerConfig>;
export type HaproxyConfig = z.infer<typeof haproxy>;
export type NginxConfig = z.infer<typeof nginx>;
export type CommandConfig = z.infer<typeof command>;

/** Whether it tells totals by server; nginx has no such number, and a command tells where a node stands alone. */
export function countsRequests({ kind }: Pick<RouterConfig, "kind">): boolean {
  return kind === "haproxy";
}

/** What the router calls a node: none where it does not stand in front of it. */
export function serversOf({ servers }: Pick<RouterConfig, "servers">, nodeId: string): readonly string[] {
  const named = servers[nodeId];
  return named === undefined ? [] : typeof named === "string" ? [named] : named;
}
