import type { Socket } from "node:net";
import { z } from "zod";
import { dial } from "#twin/faults/network.ts";
import { entrySchema, imageSchema } from "../store/store.ts";
import { frontendRecord } from "../store/records.ts";

/** What FEs say to each other on `edit_log_port`: a JSON value a line. The first line of a connection is a question. */
export const questionSchema = z.discriminatedUnion("ask", [
  z.object({ ask: z.literal("who") }),
  z.object({ ask: z.literal("hello"), host: z.string(), port: z.number() }),
  z.object({
    ask: z.literal("vote"),
    term: z.number(),
    candidate: z.string(),
    lastTerm: z.number(),
    lastId: z.number(),
  }),
  z.object({ ask: z.literal("follow"), name: z.string(), lastTerm: z.number(), lastId: z.number() }),
]);
export type Question = z.infer<typeof questionSchema>;

export const whoSchema = z.object({
  name: z.string(),
  term: z.number(),
  leads: z.boolean(),
  /** The leader has replayed its journal and serves: others may forward to it. */
  ready: z.boolean(),
});
export type Who = z.infer<typeof whoSchema>;

export const voteSchema = z.object({ term: z.number(), granted: z.boolean() });

export const helloSchema = z.object({
  /** Null until ALTER SYSTEM ADD FOLLOWER named the one that asks. */
  member: frontendRecord.nullable(),
  others: z.array(z.object({ name: z.string(), host: z.string(), port: z.number() })),
});
export type Hello = z.infer<typeof helloSchema>;

/** What a leader sends to those that follow it. */
export const leaderLineSchema = z.discriminatedUnion("say", [
  z.object({ say: z.literal("no") }),
  z.object({ say: z.literal("image"), term: z.number(), image: imageSchema }),
  z.object({ say: z.literal("entry"), entry: entrySchema }),
  z.object({ say: z.literal("beat"), term: z.number(), lastId: z.number(), ready: z.boolean() }),
]);
export type LeaderLine = z.infer<typeof leaderLineSchema>;

export const ackSchema = z.object({ ack: z.number() });

export type Peer = { readonly name: string; readonly host: string; readonly port: number };

export function sendLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}

/** Calls back for each line that arrives; what is no JSON ends the connection. */
export function onLines(socket: Socket, received: (value: unknown) => void): void {
  let pending = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk) => {
    const lines = (pending + String(chunk)).split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) {
        socket.destroy();
        return;
      }
      received(value);
    }
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** One question and its answer; null where nobody answered in time. */
export function ask<T>(
  peer: { readonly host: string; readonly port: number },
  localAddress: string,
  question: Question,
  schema: z.ZodType<T>,
  timeoutMs: number,
): Promise<T | null> {
  return new Promise((resolve) => {
    const socket = dial({ host: peer.host, port: peer.port, localAddress });
    const done = (value: T | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(value);
    };
    const timer = setTimeout(() => done(null), timeoutMs);
    socket.on("connect", () => sendLine(socket, question));
    socket.on("error", () => done(null));
    socket.on("close", () => done(null));
    onLines(socket, (value) => {
      const answer = schema.safeParse(value);
      done(answer.success ? answer.data : null);
    });
  });
}
