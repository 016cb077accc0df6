import { WebSocket } from "ws";
import { z } from "zod";
import type { Answer, ApiClient } from "./console-client.ts";

const message = z.looseObject({
  type: z.string(),
  reason: z.string().optional(),
  events: z
    .array(
      z.looseObject({
        seq: z.number(),
        atMs: z.number(),
        actor: z.union([
          z.object({ kind: z.literal("person"), id: z.string() }),
          z.object({ kind: z.literal("rule") }),
        ]),
        event: z.looseObject({
          type: z.string(),
          nodeId: z.string().nullish(),
          phase: z.string().optional(),
          text: z.string().optional(),
        }),
      }),
    )
    .optional(),
});

/** Prints the events of a run, one a line, until it has ended. */
export function watchRun(client: ApiClient, runId: string, print: (line: string) => void): Promise<Answer<string>> {
  return new Promise((resolve) => {
    const url = `${client.baseUrl.replace(/^http/, "ws")}/ws`;
    const socket = new WebSocket(url, { headers: { cookie: client.cookie, origin: client.baseUrl } });
    const end = (answer: Answer<string>): void => {
      resolve(answer);
      socket.terminate();
    };
    socket.on("open", () => socket.send(JSON.stringify({ type: "subscribe", topic: `run/${runId}` })));
    socket.on("error", (error) => end({ ok: false, why: `The console did not answer: ${error.message}` }));
    socket.on("close", () => end({ ok: false, why: "The console closed the connection." }));
    socket.on("message", (data: Buffer) => {
      const { type, reason, events } = message.parse(JSON.parse(data.toString("utf8")));
      if (type === "problem") return end({ ok: false, why: reason ?? "The console refused." });
      for (const { seq, atMs, actor, event } of events ?? []) {
        const who = actor.kind === "person" ? `  by ${actor.id}` : "";
        const what = [event.nodeId, event.phase, event.text?.replaceAll(/\s+/g, " ")]
          .filter((part) => typeof part === "string")
          .join(" ");
        print(
          `${String(seq).padStart(5)}  ${new Date(atMs).toISOString().slice(11, 19)}Z  ${event.type}  ${what}${who}`,
        );
        if (event.type === "RunEnded") return end({ ok: true, value: "The run has ended." });
      }
    });
  });
}
