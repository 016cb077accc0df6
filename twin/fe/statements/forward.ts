import { z } from "zod";
import { errorAnswer, type Answer } from "#twin/mysql/answers.ts";
import type { Fe } from "../fe.ts";
import { httpAsk } from "../http/client.ts";

const cell = z.union([z.string(), z.number(), z.null()]);
const answerSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("rows"),
    columns: z.array(
      z.object({
        name: z.string(),
        type: z.enum(["TINY", "SHORT", "LONG", "DOUBLE", "LONGLONG", "DATETIME", "VAR_STRING", "STRING"]),
        length: z.number(),
      }),
    ),
    rows: z.array(z.array(cell)),
  }),
  z.object({ kind: z.literal("ok"), affected: z.number() }),
  z.object({ kind: z.literal("error"), code: z.number(), message: z.string() }),
]);

export const forwardedSchema = z.object({
  sql: z.string(),
  user: z.string(),
  database: z.string(),
  times: z.number(),
});
export type Forwarded = z.infer<typeof forwardedSchema>;

const mostForwards = 5;
const forwardTimeoutMs = 300_000;

/** Sends a statement to the leader. What fails on the way there is a 1064 in Java's words (timeline-fe-leader-killed). */
export async function forward(fe: Fe, wanted: Forwarded): Promise<Answer> {
  const leader = fe.role.forwardTo === null ? undefined : fe.store.frontends.get(fe.role.forwardTo);
  if (leader === undefined || leader.name === fe.name) return errorAnswer(1064, "not ready: there is no leader");
  if (wanted.times >= mostForwards) return errorAnswer(5401, `forward too many times ${wanted.times}`);
  const answer = await httpAsk({
    host: leader.host,
    port: fe.ports.http,
    method: "POST",
    path: "/twin/fe/forward",
    body: JSON.stringify({ ...wanted, times: wanted.times + 1 }),
    timeoutMs: forwardTimeoutMs,
    localAddress: fe.host,
  });
  if (!answer.ok) return errorAnswer(1064, whatJavaSays(answer.cause, answer.message));
  return readAnswer(answer.body);
}

export function readAnswer(body: string): Answer {
  const parsed = answerSchema.safeParse(JSON.parse(body));
  return parsed.success ? parsed.data : errorAnswer(1064, "Socket is closed by peer.");
}

function whatJavaSays(cause: string, message: string): string {
  if (cause === "refused") return "java.net.ConnectException: Connection refused";
  if (cause === "reset" && message.includes("hang up")) return "Socket is closed by peer.";
  if (cause === "reset") return "java.net.SocketException: Connection reset";
  if (cause === "timed out") return "java.net.SocketTimeoutException: Read timed out";
  return message;
}

/** Columns that crossed from one FE to another have lost their lengths: all are varchar(64) (recordings, "follower"). */
export function asForwarded(answer: Answer): Answer {
  if (answer.kind !== "rows") return answer;
  return {
    ...answer,
    columns: answer.columns.map((column) => ({ ...column, type: "VAR_STRING", length: 64 })),
  };
}
