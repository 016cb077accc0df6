/** Clients as real ones are: they keep their connection, obey GOAWAY, and find another server by themselves. */
import { once } from "node:events";
import { connect, type ClientHttp2Session } from "node:http2";
import { Client, credentials, Metadata, type ChannelOptions } from "@grpc/grpc-js";
import { tick, wait } from "./slow.ts";

/** 0 is OK. */
export type Result = { readonly code: number; readonly by: string };

const OWN: ChannelOptions = { "grpc.use_local_subchannel_pool": 1, "grpc.enable_http_proxy": 0 };

export function clientOf(target: string, options: ChannelOptions = {}): Client {
  return new Client(target, credentials.createInsecure(), { ...OWN, ...options });
}

/** One call of `Wait`: how it ended, and which server answered. */
export async function callWait(client: Client, ms: number): Promise<Result> {
  return await new Promise((resolve) => {
    const { path, requestSerialize, responseDeserialize } = wait;
    const options = { deadline: Date.now() + 30_000 };
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, ms, new Metadata(), options, (error, by) =>
      resolve({ code: error?.code ?? 0, by: by ?? "" }),
    );
  });
}

export type Stream = {
  readonly ticks: () => number;
  /** With the status that ended it. */
  readonly ended: Promise<number>;
  readonly cancel: () => void;
};

export function openTicks(client: Client, everyMs: number): Stream {
  let ticks = 0;
  const { path, requestSerialize, responseDeserialize } = tick;
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, everyMs);
  call.on("data", () => (ticks += 1));
  const ended = new Promise<number>((resolve) => {
    call.on("error", () => {});
    call.on("status", ({ code }) => resolve(code));
  });
  return { ticks: () => ticks, ended, cancel: () => call.cancel() };
}

export type Load = {
  /** In the order in which they ended. */
  readonly results: readonly Result[];
  readonly stop: () => Promise<void>;
};

export type LoadSettings = {
  readonly callers: number;
  readonly ms: number;
  /** `transparent`: only what gRPC does by itself with a call that no server has seen (gRFC A6). */
  readonly retry: "transparent" | "policy";
};

/** Of gRPC's own service configuration: the words that a server of the C core has for a call it did not take. */
const RETRY = {
  name: [{ service: "fixture.Slow" }],
  retryPolicy: {
    maxAttempts: 4,
    initialBackoff: "0.02s",
    maxBackoff: "0.2s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE", "CANCELLED"],
  },
};

/** Calls without a pause over all servers in turn, and obeys: whoever says GOAWAY gets no new call. */
export function startLoad(ports: readonly number[], { callers, ms, retry }: LoadSettings): Load {
  const methodConfig = retry === "policy" ? [RETRY] : [];
  const client = clientOf(`ipv4:${ports.map((port) => `127.0.0.1:${port}`).join(",")}`, {
    "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }], methodConfig }),
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 500,
  });
  const results: Result[] = [];
  const stopped = new AbortController();
  const caller = async (): Promise<void> => {
    while (!stopped.signal.aborted) results.push(await callWait(client, ms));
  };
  const all = Promise.all(Array.from({ length: callers }, caller));
  return {
    results,
    stop: async () => {
      stopped.abort();
      await all;
      client.close();
    },
  };
}

/** A bare HTTP/2 connection, which hears GOAWAY as it comes over the wire. */
export async function listenForGoaway(
  address: string,
): Promise<{ readonly session: ClientHttp2Session; readonly goaway: Promise<number> }> {
  const session = connect(`http://${address}`);
  const goaway = new Promise<number>((resolve) => session.on("goaway", (code: number) => resolve(code)));
  session.on("error", () => {});
  // The server has taken it, and not its kernel alone.
  await once(session, "remoteSettings");
  return { session, goaway };
}
