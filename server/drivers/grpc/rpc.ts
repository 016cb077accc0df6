/**
 * One call, on a connection of its own that is closed after it: a kept channel notices a node's return seconds late (it
 * waits between tries, up to 120 s), and one that is held keeps a leaving server from its end.
 */
import { readFileSync } from "node:fs";
import { Client, credentials, Metadata, status, type ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";

/** Files are read again for every call: certificates are replaced while the console runs. */
export type Tls = {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** The name that the certificate carries, where that is not the one in the address. */
  readonly serverName?: string | undefined;
};

export type Target = { readonly address: string; readonly tls: Tls | null };

export type Called<T> =
  | { readonly got: "answer"; readonly value: T }
  /** Nobody listens there. */
  | { readonly got: "refused" }
  /** No answer in time, or none that says anything of the server. */
  | { readonly got: "silence"; readonly why: string }
  /** It was asked, and answered that it would or could not. */
  | { readonly got: "status"; readonly code: status; readonly details: string };

export type Method<Request, Answer> = {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Answer;
};

/** grpc-js 1.14: names are looked up once, and no proxy of the environment stands between. */
const OPTIONS: ChannelOptions = {
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_http_proxy": 0,
  "grpc.enable_retries": 0,
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_channelz": 0,
};

/** Whatever is done with the client, its connection is closed when `use` has ended. */
export async function withClient<T>(target: Target, use: (client: Client) => Promise<T>): Promise<T | NoClient> {
  const opened = open(target);
  if ("why" in opened) return { got: "silence", why: opened.why };
  try {
    return await use(opened.client);
  } finally {
    opened.client.close();
  }
}

type NoClient = { readonly got: "silence"; readonly why: string };

function open({ address, tls }: Target): { readonly client: Client } | { readonly why: string } {
  try {
    const named = tls?.serverName === undefined ? {} : { "grpc.ssl_target_name_override": tls.serverName };
    return { client: new Client(address, credentialsOf(tls), { ...OPTIONS, ...named }) };
  } catch (error) {
    return { why: `the files under tls: cannot be used (${error instanceof Error ? error.message : "unreadable"})` };
  }
}

function credentialsOf(tls: Tls | null): ChannelCredentials {
  if (tls === null) return credentials.createInsecure();
  const [ca, key, cert] = [tls.ca, tls.key, tls.cert].map((file) => (file === undefined ? null : readFileSync(file)));
  return credentials.createSsl(ca, key, cert);
}

export async function call<Request, Answer extends object>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: Method<Request, Answer>,
  request: Request,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Called<Answer>> {
  return await new Promise((resolve) => {
    const options = { deadline: Date.now() + timeoutMs };
    const running = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      options,
      (error, value) => {
        signal.removeEventListener("abort", cancel);
        if (error !== null) resolve(calledOf(error.code, error.details));
        else if (value === undefined || value === null) resolve({ got: "silence", why: "an empty answer" });
        else resolve({ got: "answer", value });
      },
    );
    const cancel = (): void => running.cancel();
    signal.addEventListener("abort", cancel, { once: true });
  });
}

/** By itself a server that listens answers; what never reached one is told by the client's own words. */
export function calledOf(code: status, details: string): Exclude<Called<never>, { got: "answer" }> {
  if (code === status.UNAVAILABLE) {
    return details.includes("ECONNREFUSED") ? { got: "refused" } : { got: "silence", why: details };
  }
  if (code === status.DEADLINE_EXCEEDED) return { got: "silence", why: "no answer in time" };
  if (code === status.CANCELLED) return { got: "silence", why: "the call was given up" };
  return { got: "status", code, details };
}
