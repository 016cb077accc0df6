/** Requests to the API server, and streams of it. What comes back is `unknown` until somebody parsed it. */
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { SecureContextOptions } from "node:tls";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { z } from "zod";
import type { Answer, Clock } from "#server/orchestrator/ports.ts";
import type { Access, ReadAccess } from "./kubeconfig.ts";

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

type Text = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly failure: Failure };

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
  readonly access: ReadAccess;
  readonly timeoutMs: number;
  readonly clock: Clock;
};

/** Credentials are read again this often, when they expire, and at once after a 401. */
const ACCESS_FRESH_MS = 60_000;
/** Who says 429 is busy: nothing is asked until its Retry-After is over, and that is believed up to here. */
const BUSY_S = 1;
const MOST_BUSY_S = 10;

export function createClient({ access, timeoutMs, clock }: ClientParts): ApiClient {
  let known: { readonly access: Access; readonly agent: Agent; readonly atMs: number } | null = null;
  /** The account was not known: what was handed out before does not do any more. */
  let isUnknown = false;
  let busyUntilMs = 0;

  function isFresh({ access: { expiresAtMs }, atMs }: { readonly access: Access; readonly atMs: number }): boolean {
    const nowMs = clock.now();
    return !isUnknown && nowMs - atMs < ACCESS_FRESH_MS && (expiresAtMs === null || nowMs < expiresAtMs);
  }

  async function connection(): Promise<Answer<{ readonly access: Access; readonly agent: Agent }>> {
    if (known !== null && isFresh(known)) return { ok: true, value: known };
    const read = await access(isUnknown);
    isUnknown = false;
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

  /** Null: it may be asked now. It is waited for no longer than anything else is. */
  async function whileBusy(signal: AbortSignal, untilMs: number): Promise<Failure | null> {
    while (!signal.aborted && clock.now() < busyUntilMs) {
      if (busyUntilMs > untilMs) return busy(busyUntilMs - clock.now());
      await clock.wait(busyUntilMs - clock.now(), signal);
    }
    return null;
  }

  function heed(failure: Failure): void {
    if (failure.kind === "status" && failure.code === 401) isUnknown = true;
    if (!isBusy(failure)) return;
    const told = failure.kind === "status" ? failure.retryAfterS : null;
    busyUntilMs = clock.now() + Math.min(Math.max(told ?? BUSY_S, BUSY_S), MOST_BUSY_S) * 1000;
  }

  async function whole(method: Method, path: string, body: Body | null, signal: AbortSignal): Promise<Text> {
    const untilMs = clock.now() + timeoutMs;
    let isKnownAnew = false;
    for (;;) {
      const late = await whileBusy(signal, untilMs);
      if (late !== null) return { ok: false, failure: late };
      const before = known?.access.token ?? null;
      const answer = await once(method, path, body, signal);
      if (answer.ok) return answer;
      heed(answer.failure);
      if (isBusy(answer.failure)) continue;
      if (isKnownAnew || answer.failure.kind !== "status" || answer.failure.code !== 401) return answer;
      // A token of a pod is another one every hour: whoever did not know the old one may know the new one.
      isKnownAnew = true;
      const anew = await connection();
      if (!anew.ok || anew.value.access.token === before) return answer;
    }
  }

  async function once(method: Method, path: string, body: Body | null, signal: AbortSignal): Promise<Text> {
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
        const late = await whileBusy(signal, Number.POSITIVE_INFINITY);
        if (late !== null) return late;
        const answer = await send("GET", path, null, null, both);
        if ("kind" in answer) return answer;
        if (answer.statusCode !== 200) {
          let text = "";
          for await (const chunk of answer) text += String(chunk);
          const failure = refusalOf(answer.statusCode ?? 0, text, answer.headers["retry-after"]);
          heed(failure);
          return failure;
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

/** 429 of an eviction may be a budget's no, which waiting does not end. */
export function isBusy(failure: Failure): boolean {
  if (failure.kind !== "status" || failure.code !== 429) return false;
  return !failure.causes.some(({ reason }) => reason === "DisruptionBudget");
}

/** Nobody said no: it may be asked again, and what was sent may be done or not. */
export function isLate(failure: Failure): boolean {
  return failure.kind === "silent" || isBusy(failure);
}

function busy(leftMs: number): Failure {
  const message = "the server has too many requests";
  const retryAfterS = Math.ceil(leftMs / 1000);
  return { kind: "status", code: 429, reason: "TooManyRequests", message, causes: [], retryAfterS };
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
  if (isBusy(failure)) {
    const afterS = failure.retryAfterS ?? BUSY_S;
    return `${what}: the API server is busy (429), and is asked again in ${afterS} s; nothing is wrong but that it is late`;
  }
  if (failure.code === 401)
    return `${what}: the API server does not know the account (401). Mend the credentials of access`;
  if (failure.code === 403) return `${what}: ${said} (403). Apply deploy/kubernetes-role.yaml, or grant this right`;
  return `${what}: ${said} (${failure.code}${failure.reason === "" ? "" : ` ${failure.reason}`})`;
}
