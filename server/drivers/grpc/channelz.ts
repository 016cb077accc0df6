/**
 * Channelz on a port of its own in the same process: it tells of all servers of the process, and stays readable while the
 * one that serves drains. That one's entry disappears when its graceful exit is complete (seen with grpc-js 1.14).
 */
import { getChannelzServiceDefinition, status, type Client } from "@grpc/grpc-js";
import { z } from "zod";
import type { Counts } from "./counts.ts";
import { call, withClient, type Called, type Target } from "./rpc.ts";

/** 64 bit integers come as strings; beyond 2^53 a count of calls does not get in the life of a process. */
const count = z.union([z.string(), z.number()]).transform(Number);
const reference = z.object({ server_id: count });
const timestamp = z.object({ seconds: count });
const server = z.object({
  ref: reference,
  data: z.object({
    calls_started: count,
    calls_succeeded: count,
    calls_failed: count,
    trace: z.object({ creation_timestamp: timestamp.nullish() }).nullish(),
  }),
  listen_socket: z.array(z.object({ socket_id: count })),
});
const page = z.object({ server: z.array(server), end: z.boolean() });
const socket = z.object({
  socket: z
    .object({ local: z.object({ tcpip_address: z.object({ port: z.number() }).nullish() }).nullish() })
    .nullish(),
});

export type ChannelzServer = z.infer<typeof server>;

const MAX_PAGES = 50;

export type ChannelzOptions = {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The port that the calls come to: it tells the server that serves them from the one that is asked. */
  readonly adminPort: number;
};

export async function readChannelz(target: Target, options: ChannelzOptions): Promise<Counts> {
  const read = await withClient(target, async (client) => await readAll(client, options));
  if (read.got === "answer") return countsOf(read.value.servers, read.value.adminId, `channelz at ${target.address}`);
  if (read.got === "refused") return { is: "refused" };
  return { is: "silent", why: `channelz at ${target.address}: ${wordOf(read)}` };
}

/**
 * All servers but the one that was asked count as those that serve. Where no socket tells which one that is, this very
 * call is taken off what is in flight, and stays in the totals.
 */
export function countsOf(servers: readonly ChannelzServer[], adminId: number | null, by: string): Counts {
  const serving = servers.filter(({ ref }) => ref.server_id !== adminId);
  if (serving.length === 0) return { is: "over", by };
  const sum = (of: (data: ChannelzServer["data"]) => number): number =>
    serving.reduce((total, { data }) => total + of(data), 0);
  const [started, failed] = [sum((data) => data.calls_started), sum((data) => data.calls_failed)];
  const running = started - failed - sum((data) => data.calls_succeeded);
  const created = serving.flatMap(({ data }) => data.trace?.creation_timestamp?.seconds ?? []);
  return {
    is: "told",
    inFlight: Math.max(0, running - (adminId === null ? 1 : 0)),
    started,
    failed,
    startedAtMs: created.length === 0 ? null : Math.max(...created) * 1000,
    hasChecks: true,
    by,
  };
}

type Read = { readonly servers: readonly ChannelzServer[]; readonly adminId: number | null };

async function readAll(client: Client, options: ChannelzOptions): Promise<Called<Read>> {
  const servers: ChannelzServer[] = [];
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const from = (servers.at(-1)?.ref.server_id ?? -1) + 1;
    const got = await call(client, definition().GetServers, { start_server_id: `${from}` }, options);
    if (got.got !== "answer") return got;
    const read = page.safeParse(got.value);
    if (!read.success) return { got: "silence", why: "an answer that is no list of servers" };
    servers.push(...read.data.server);
    if (read.data.end || read.data.server.length === 0) break;
  }
  return { got: "answer", value: { servers, adminId: await adminOf(client, servers, options) } };
}

/** The one that listens where we ask. */
async function adminOf(
  client: Client,
  servers: readonly ChannelzServer[],
  options: ChannelzOptions,
): Promise<number | null> {
  for (const { ref, listen_socket: sockets } of servers) {
    for (const { socket_id: id } of sockets) {
      const got = await call(client, definition().GetSocket, { socket_id: `${id}` }, options);
      const read = got.got === "answer" ? socket.safeParse(got.value) : null;
      if (read?.data?.socket?.local?.tcpip_address?.port === options.adminPort) return ref.server_id;
    }
  }
  return null;
}

/** Read from the library's own files when it is first asked for. */
function definition(): ReturnType<typeof getChannelzServiceDefinition> {
  return getChannelzServiceDefinition();
}

function wordOf(said: Extract<Called<never>, { got: "silence" | "status" }>): string {
  return said.got === "silence" ? said.why : `${status[said.code]}: ${said.details}`;
}
