/** Requests to a node's own HTTP port: short, bounded, errors as values. */

export type HttpAnswer =
  | { readonly ok: true; readonly status: number; readonly body: string }
  /** `refused`: nobody listens there. `silent`: no answer in time, which says nothing about the process. */
  | { readonly ok: false; readonly kind: "refused" | "silent"; readonly why: string };

export type Ask = (
  url: string,
  options: { readonly method: "GET" | "POST"; readonly timeoutMs: number; readonly signal: AbortSignal },
) => Promise<HttpAnswer>;

export const ask: Ask = async (url, { method, timeoutMs, signal }) => {
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // A kept connection would count as one more thing that the node's exit waits for.
      headers: { connection: "close" },
      redirect: "manual",
    });
    return { ok: true, status: response.status, body: await response.text() };
  } catch (error) {
    const code = codeOf(error);
    if (code === "ECONNREFUSED") return { ok: false, kind: "refused", why: "connection refused" };
    return { ok: false, kind: "silent", why: code ?? "no answer in time" };
  }
};

function codeOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const cause: unknown = error.cause;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  return null;
}
