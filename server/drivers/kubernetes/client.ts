/** Requests to the API server, and streams of it. What comes back is `unknown` until somebody parsed it. */
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { z } from "zod";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";
import type { Access } from "./kubeconfig.ts";

/** `status`: the server answered, and said no. `silent`: nobody answered: whether it was done is not known. */
export type Failure =
  | {
      readonly kind: "status";
      readonly code: number;
      readonly reason: string;
      readonly message: string;
      readonly causes: readonly { readonly reason: string; readonly message: string }[];
      readonly retryAfterS: number | null;
    }
  | { readonly kind: "silent"; readonly message: string };

export type ApiAnswer =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: Failure };

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** How an object is merged: `merge` replaces lists, `strategic` knows that containers and conditions have names. */
export type Body = { readonly value: unknown; readonly type: "json" | "merge" | "strategic" };

export interface ApiClient {
  ask(method: Method, path: string, body?: Body, signal?: AbortSignal): Promise<ApiAnswer>;
  /** A text page, such as an application's figures or a log. */
  text(
    path: string,
    signal?: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: string } | { readonly ok: false; readonly failure: Failure }>;
  /** Lines as they come. Resolves with null when the server ended it, or with why it broke off; never rejects. */
  stream(path: string, onLine: (line: string) => void, silenceMs: number, signal: AbortSignal): Promise<Failure | null>;
  close(): void;
}

const TYPES: Readonly<Record<Body["type"], string>> = {
  json: "application/json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

/** Nobody answers with more than this but by mistake. */
const MOST_BYTES = 64 * 1024 * 1024;

const statusBody = z.object({
  reason: z.string().default(""),
  message: z.string().default(""),
  details: z
    .object({
      causes: z.array(z.object({ reason: z.string().default(""), message: z.string().default("") })).default([]),
      retryAfterSeconds: z.number().optional(),
    })
    .default({ causes: [] }),
});

export type ClientParts = {
  readonly access: () => Promise<Answer<Access>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** Credentials are read again this often, and at once after a 401. */
const ACCESS_FRESH_MS = 60_000;

export function createClient({ access, timeoutMs, clock }: ClientParts): ApiClient {
  let known: { readonly access: Access; readonly agent: Agent; readonly atMs: number } | null = null;

  async function connection(): Promise<Answer<{ readonly access: Access; readonly agent: Agent }>> {
    if (known !== null && clock.now() - known.atMs < ACCESS_FRESH_MS) return { ok: true, value: known };
    const read = await access();
    if (!read.ok) return read;
    const same = known !== null && JSON.stringify(known.access) === JSON.stringify(read.value);
    if (!same) known?.agent.destroy();
    const agent =
      same && known !== null ? known.agent : new Agent({ keepAlive: true, maxSockets: 32, ...tlsOf(read.value) });
    known = { access: read.value, agent, atMs: clock.now() };
    return { ok: true, value: known };
  }

  /** Resolves with the answer's head; its body is the caller's. */
  async function send(
    method: Method,
    path: string,
    body: Body | null,
    limitMs: number | null,
    signal: AbortSignal,
  ): Promise<IncomingMessage | Failure> {
    const ready = await connection();
    if (!ready.ok) return { kind: "silent", message: ready.why };
    const { access: to, agent } = ready.value;
    const url = new URL(path, to.server);
    const text = body === null ? null : JSON.stringify(body.value);
    const options: RequestOptions = {
      method,
      signal,
      headers: {
        accept: "application/json, */*",
        ...(to.token === null ? {} : { authorization: `Bearer ${to.token}` }),
        // Without its length Node sends the body of a DELETE as if there were none, and its preconditions with it.
        ...(body === null || text === null
          ? {}
          : { "content-type": TYPES[body.type], "content-length": Buffer.byteLength(text) }),
      },
    };
    return await new Promise((resolve) => {
      const sent =
        url.protocol === "http:"
          ? httpRequest(url, options, resolve)
          : httpsRequest(url, { ...options, agent, ...tlsOf(to) }, resolve);
      sent.on("error", (error) => resolve({ kind: "silent", message: tellError(error, url) }));
      if (limitMs !== null) sent.setTimeout(limitMs, () => sent.destroy(new Error(`no answer within ${limitMs} ms`)));
      sent.end(text ?? undefined);
    });
  }

  async function whole(
    method: Method,
    path: string,
    body: Body | null,
    signal: AbortSignal,
  ): Promise<{ readonly ok: true; readonly value: string } | { readonly ok: false; readonly failure: Failure }> {
    const answer = await send(method, path, body, timeoutMs, signal);
    if ("kind" in answer) return { ok: false, failure: answer };
    try {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer) {
        const piece = Buffer.from(chunk);
        bytes += piece.length;
        if (bytes > MOST_BYTES) throw new Error("the answer is too long");
        chunks.push(piece);
      }
      const text = Buffer.concat(chunks).toString("utf8");
      const code = answer.statusCode ?? 0;
      if (code === 401) known = null;
      if (code >= 200 && code < 300) return { ok: true, value: text };
      return { ok: false, failure: refusalOf(code, text, answer.headers["retry-after"]) };
    } catch (error) {
      return { ok: false, failure: { kind: "silent", message: tellError(error, new URL(path, "https://api")) } };
    }
  }

  return {
    async ask(method, path, body, signal = NEVER) {
      const answer = await whole(method, path, body ?? null, signal);
      if (!answer.ok) return answer;
      try {
        const value: unknown = JSON.parse(answer.value);
        return { ok: true, value };
      } catch {
        return { ok: false, failure: { kind: "silent", message: `${method} ${path}: the answer is no JSON` } };
      }
    },
    text: async (path, signal = NEVER) => await whole("GET", path, null, signal),
    async stream(path, onLine, silenceMs, signal) {
      const quiet = new AbortController();
      const both = AbortSignal.any([signal, quiet.signal]);
      let timer = setTimeout(() => quiet.abort(), silenceMs);
      const heard = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), silenceMs);
      };
      try {
        const answer = await send("GET", path, null, null, both);
        if ("kind" in answer) return answer;
        if (answer.statusCode !== 200) {
          let text = "";
          for await (const chunk of answer) text += String(chunk);
          return refusalOf(answer.statusCode ?? 0, text, answer.headers["retry-after"]);
        }
        let rest = "";
        answer.setEncoding("utf8");
        for await (const chunk of answer) {
          heard();
          const lines = `${rest}${String(chunk)}`.split("\n");
          rest = lines.pop() ?? "";
          for (const line of lines) if (line !== "") onLine(line);
        }
        return null;
      } catch (error) {
        if (quiet.signal.aborted) return { kind: "silent", message: `nothing was heard for ${silenceMs / 1000} s` };
        return { kind: "silent", message: error instanceof Error ? error.message : "it broke off" };
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => known?.agent.destroy(),
  };
}

const NEVER = new AbortController().signal;

type Tls = Pick<SecureContextOptions, "ca" | "cert" | "key"> & {
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
};

function tlsOf(access: Access): Tls {
  return {
    ...(access.ca === null ? {} : { ca: access.ca }),
    ...(access.cert === null ? {} : { cert: access.cert }),
    ...(access.key === null ? {} : { key: access.key }),
    ...(access.serverName === null ? {} : { servername: access.serverName }),
    rejectUnauthorized: !access.skipVerify,
  };
}

/** The status of a refusal is a Status object; what stands in front of an API server may answer something else. */
export function refusalOf(code: number, text: string, retryAfter: string | undefined): Failure {
  const parsed = statusBody.safeParse(jsonOrNull(text));
  const { reason, message, details } = parsed.success
    ? parsed.data
    : { reason: "", message: text.slice(0, 200), details: { causes: [] } };
  const header = retryAfter === undefined ? Number.NaN : Number(retryAfter);
  const told = "retryAfterSeconds" in details ? (details.retryAfterSeconds ?? null) : null;
  const retryAfterS = Number.isFinite(header) ? header : told;
  return { kind: "status", code, reason, message, causes: details.causes, retryAfterS };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function tellError(error: unknown, url: URL): string {
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
  return `${url.host} gave no answer: ${said}${said.includes(code.slice(2, -1)) ? "" : code}`;
}

/** A failure as a sentence with its remedy. */
export function explain(failure: Failure, what: string): string {
  if (failure.kind === "silent") return `${what}: ${failure.message}. See whether the API server can be reached`;
  const said = [failure.message, ...failure.causes.map(({ message }) => message)]
    .filter((text) => text !== "")
    .join(" ");
  if (failure.code === 401)
    return `${what}: the API server does not know the account (401). Mend the credentials of access`;
  if (failure.code === 403) return `${what}: ${said} (403). Apply deploy/kubernetes-role.yaml, or grant this right`;
  return `${what}: ${said} (${failure.code}${failure.reason === "" ? "" : ` ${failure.reason}`})`;
}
