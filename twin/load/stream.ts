import { Agent, request } from "node:http";
import { z } from "zod";
import { addressOf } from "../sql.ts";
import type { Frontends } from "./frontends.ts";
import { type Ledger, outcomeOfError } from "./ledger.ts";

const answerSchema = z.object({ Status: z.string(), Message: z.string() });
const mostRetries = 20;
const retryAfterMs = 500;
const rows = Array.from({ length: 64 }, (_, index) => `${index},customer-${index}`).join("\n");
const agent = new Agent({ keepAlive: false });

/** A stream load as curl would send it: PUT to an FE, which answers 307 to the BE that is to coordinate. */
export async function streamLoad(
  frontends: Frontends,
  ledger: Ledger,
  password: string,
  label: string,
  ms: number,
): Promise<void> {
  const piece = ledger.sent("stream", frontends.inTurn()[0] ?? "none", ms);
  let why = "no FE is healthy";
  for (let retries = 0; retries <= mostRetries; retries += 1) {
    const tried = await attempt(frontends, password, `${label}_${retries}`, ms);
    if (tried.status === "ok" || tried.status === "error") {
      const outcome = tried.status === "ok" ? "ok" : outcomeOfError(tried.why, true);
      piece.ended(outcome, tried.status === "ok" ? null : tried.why, retries);
      return;
    }
    why = tried.why;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
  }
  piece.ended("refused", why, mostRetries);
}

type Attempt =
  | { readonly status: "ok" }
  /** Nothing was loaded, and whoever answered said so: asked to come again, or not reached at all. */
  | { readonly status: "again"; readonly why: string }
  | { readonly status: "error"; readonly why: string };

async function attempt(frontends: Frontends, password: string, label: string, ms: number): Promise<Attempt> {
  const [host] = frontends.inTurn();
  if (host === undefined) return { status: "again", why: "no FE is healthy" };
  const headers = {
    label,
    "x-twin-work-ms": String(ms),
    authorization: `Basic ${Buffer.from(`bi_etl:${password}`).toString("base64")}`,
  };
  const first = await put(new URL(`http://${host}:8030/api/shop/orders/_stream_load`), headers, "");
  if (!first.reached) {
    frontends.suspect(host);
    return { status: "again", why: first.why };
  }
  if (first.code !== 307 || first.location === null)
    return { status: "error", why: `the FE answered ${first.code} ${first.text}` };
  const second = await put(new URL(first.location), headers, rows);
  if (!second.reached) return second.sent ? { status: "error", why: second.why } : { status: "again", why: second.why };
  const parsed = answerSchema.safeParse(tryJson(second.text));
  if (!parsed.success) return { status: "error", why: `the BE answered ${second.code} ${second.text}` };
  if (parsed.data.Status === "Success") return { status: "ok" };
  const message = parsed.data.Message;
  return { status: /please retry later/i.test(message) ? "again" : "error", why: message };
}

type Put =
  | { readonly reached: true; readonly code: number; readonly location: string | null; readonly text: string }
  | { readonly reached: false; readonly sent: boolean; readonly why: string };

function put(url: URL, headers: Readonly<Record<string, string>>, content: string): Promise<Put> {
  return new Promise((resolve) => {
    let connected = false;
    const localAddress = addressOf("load", url.hostname);
    const outgoing = request(url, {
      method: "PUT",
      agent,
      localAddress,
      headers: { ...headers, "content-length": content.length },
    });
    outgoing.on("socket", (socket) => socket.on("connect", () => (connected = true)));
    outgoing.on("error", (error) => resolve({ reached: false, sent: connected, why: error.message }));
    outgoing.on("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => (text += chunk));
      incoming.on("error", (error) => resolve({ reached: false, sent: true, why: error.message }));
      incoming.on("end", () =>
        resolve({
          reached: true,
          code: incoming.statusCode ?? 0,
          location: incoming.headers.location ?? null,
          text,
        }),
      );
    });
    outgoing.end(content);
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
