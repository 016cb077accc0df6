import { createServer, type Socket } from "node:net";
import { guard, hangUp } from "../faults/network.ts";
import { decodeMessage, encodeMessage, type Fields } from "./codec.ts";

/** Answers with the fields of the result struct (field 0 is what the method returns); null answers nothing. */
export type Handler = (name: string, args: Fields, socket: Socket) => Promise<Fields | null> | Fields | null;

export type ThriftServer = {
  readonly port: number;
  /** Stops to accept and drops what is connected. */
  close(): Promise<void>;
};

export async function serve(host: string, port: number, handler: Handler): Promise<ThriftServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    answerAll(socket, handler);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  guard(server, host);
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        hangUp(server);
      }),
  };
}

/** Messages of one connection are answered in their order, one at a time. */
function answerAll(socket: Socket, handler: Handler): void {
  let received: Buffer = Buffer.alloc(0);
  let busy = false;
  async function next(): Promise<void> {
    if (busy) return;
    const decoded = decodeMessage(received);
    if (decoded.status === "incomplete") return;
    if (decoded.status === "malformed") {
      socket.destroy();
      return;
    }
    busy = true;
    received = received.subarray(decoded.length);
    const { name, seq, fields, type } = decoded.message;
    const result = await handler(name, fields, socket);
    busy = false;
    if (result !== null && type === "call" && socket.writable) socket.write(encodeMessage(name, "reply", seq, result));
    await next();
  }
  socket.on("data", (data) => {
    const chunk = typeof data === "string" ? Buffer.from(data) : data;
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    next().catch(() => socket.destroy());
  });
}
