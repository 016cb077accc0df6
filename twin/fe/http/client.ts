import { dial } from "#twin/faults/network.ts";
import { request } from "node:http";

export type HttpAnswer =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | {
      readonly ok: false;
      readonly cause: "refused" | "reset" | "timed out" | "aborted" | "other";
      readonly message: string;
    };

export type HttpRequest = {
  readonly host: string;
  readonly port: number;
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly timeoutMs: number;
  readonly localAddress: string;
  readonly signal?: AbortSignal;
};

/** A connection for each request: an answer that fails on a reused one would not tell a refusal from a cut. */
export function httpAsk(options: HttpRequest): Promise<HttpAnswer> {
  const { host, port, method, path, body, timeoutMs, localAddress, signal } = options;
  return new Promise((resolve) => {
    let settled = false;
    const done = (answer: HttpAnswer): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      resolve(answer);
    };
    const asked = request(
      {
        host,
        port,
        method,
        path,
        createConnection: () => dial({ host, port, localAddress }),
        headers: body === undefined ? {} : { "content-type": "application/json" },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          done({ ok: true, status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
        );
        response.on("error", (error) => done(failure(error)));
      },
    );
    const timer = setTimeout(() => {
      done({ ok: false, cause: "timed out", message: "Read timed out" });
      asked.destroy();
    }, timeoutMs);
    asked.on("error", (error) => done(failure(error)));
    asked.end(body);
  });
}

function failure(error: Error): HttpAnswer {
  const code = "code" in error ? String(error.code) : "";
  if (code === "ECONNREFUSED") return { ok: false, cause: "refused", message: "Connection refused" };
  if (code === "ECONNRESET" || code === "EPIPE") return { ok: false, cause: "reset", message: error.message };
  if (error.name === "AbortError") return { ok: false, cause: "aborted", message: error.message };
  return { ok: false, cause: "other", message: error.message };
}

/** Asks another FE or node and reads JSON; null where it could not be had. */
export async function jsonAsk(options: HttpRequest): Promise<unknown> {
  const answer = await httpAsk(options);
  if (!answer.ok || answer.status !== 200) return null;
  try {
    return JSON.parse(answer.body);
  } catch {
    return null;
  }
}
