import { connect } from "node:net";
import { dial } from "../faults/network.ts";
import { decodeMessage, encodeMessage, type Fields } from "./codec.ts";

export type CallAnswer =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly cause: CallFailure; readonly message: string };

/** Told apart because a real FE words its ErrMsg by them. */
export type CallFailure = "refused" | "connect timed out" | "read timed out" | "reset" | "closed" | "malformed";

/** One call on a connection of its own. The time-out holds for connecting and for the answer, each. */
export function call(
  host: string,
  port: number,
  name: string,
  args: Fields,
  timeoutMs: number,
  localAddress?: string,
): Promise<CallAnswer> {
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    let connected = false;
    const socket =
      localAddress === undefined ? connect({ host, port, noDelay: true }) : dial({ host, port, localAddress });
    let timer = setTimeout(timedOut, timeoutMs);
    function timedOut(): void {
      finish({
        ok: false,
        cause: connected ? "read timed out" : "connect timed out",
        message: `${host}:${port} did not answer within ${timeoutMs} ms`,
      });
    }
    function finish(answer: CallAnswer): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    }
    socket.on("connect", () => {
      connected = true;
      clearTimeout(timer);
      timer = setTimeout(timedOut, timeoutMs);
      socket.write(encodeMessage(name, "call", 1, args));
    });
    socket.on("data", (data) => {
      const chunk = typeof data === "string" ? Buffer.from(data) : data;
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const decoded = decodeMessage(received);
      if (decoded.status === "incomplete") return;
      if (decoded.status === "malformed") {
        finish({ ok: false, cause: "malformed", message: decoded.why });
        return;
      }
      if (decoded.message.type !== "reply") {
        finish({ ok: false, cause: "malformed", message: `${name} was answered by an ${decoded.message.type}` });
        return;
      }
      finish({ ok: true, fields: decoded.message.fields });
    });
    socket.on("error", (error) => {
      finish({ ok: false, cause: failureOf(error), message: error.message });
    });
    socket.on("close", () => {
      finish({ ok: false, cause: "closed", message: `${host}:${port} closed the connection without an answer` });
    });
  });
}

function failureOf(error: Error): CallFailure {
  const code = "code" in error ? error.code : null;
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH") return "connect timed out";
  return "reset";
}
