/** One request and its answer, up to the last byte of it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logged } from "./logs.ts";
import type { EngineTime } from "./time.ts";

export type Arrival = { readonly id: number; readonly queueStatus: number; readonly time: EngineTime };

export class Exchange {
  readonly url: string;
  readonly #arrival: Arrival;
  readonly #client: string;
  readonly #startedAtMs: number;
  readonly #response: ServerResponse;

  constructor(arrival: Arrival, request: IncomingMessage, response: ServerResponse) {
    this.#arrival = arrival;
    this.#startedAtMs = arrival.time.nowMs();
    this.url = request.url ?? "/";
    this.#client = request.socket.remoteAddress ?? "-";
    this.#response = response;
  }

  /** Resolves when the answer has left, or whoever asked has gone. `last`: the connection ends with it. */
  async answer(code: number, text: string, last = false): Promise<void> {
    const response = this.#response;
    if (response.closed) return;
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    const headers = { "content-type": "text/plain", "content-length": Buffer.byteLength(text) };
    response.writeHead(code, last ? { ...headers, connection: "close" } : headers);
    response.end(text);
    await closed;
  }

  /** No answer: the client sees a closed connection. */
  cut(): void {
    this.#response.destroy();
  }

  logged(bytes: number, processingMs: number): Logged {
    const { id, queueStatus, time } = this.#arrival;
    const endedAtMs = time.nowMs();
    const totalMs = endedAtMs - this.#startedAtMs;
    return {
      endedAtMs,
      client: this.#client,
      exchangeId: id,
      bytes,
      totalMs,
      processingMs: Math.min(totalMs, processingMs),
      code: 200,
      queueStatus,
      url: this.url,
    };
  }
}
