import { z } from "zod";
import type { TxnBegin, TxnBeginAnswer, TxnEnd, TxnEndAnswer } from "../wire/internal.ts";
import type { LeaderAddress } from "./node.ts";
import { postJson } from "./web.ts";

const beginAnswer = z.union([
  z.object({ ok: z.literal(true), txnId: z.number() }),
  z.object({ ok: z.literal(false), reason: z.string() }),
]);
const endAnswer = z.union([z.object({ ok: z.literal(true) }), z.object({ ok: z.literal(false), reason: z.string() })]);

/** How long a backend goes on asking for a leader: an election takes 1 to 3 s, and the new one says so by heartbeat. */
const leaderWithinMs = 20_000;
const askAgainMs = 250;

export function beginTransaction(leader: LeaderAddress, request: TxnBegin): Promise<TxnBeginAnswer> {
  return ask(leader, "begin", request, beginAnswer);
}
export function commitTransaction(leader: LeaderAddress, request: TxnEnd): Promise<TxnEndAnswer> {
  return ask(leader, "commit", request, endAnswer);
}
export function abortTransaction(leader: LeaderAddress, request: TxnEnd): Promise<TxnEndAnswer> {
  return ask(leader, "abort", request, endAnswer);
}

/** Asks the leader, whoever that is by now. A follower's 307 is followed; silence is asked again until time is up. */
async function ask<A>(
  leader: LeaderAddress,
  verb: "begin" | "commit" | "abort",
  request: TxnBegin | TxnEnd,
  schema: z.ZodType<A>,
): Promise<A | { readonly ok: false; readonly reason: string }> {
  const untilMs = performance.now() + leaderWithinMs;
  let why = "no FE has sent a heartbeat yet";
  let url = leaderUrl(leader, verb);
  while (performance.now() < untilMs) {
    if (url !== null) {
      const reply = await postJson(url, request, 10_000, leader.own);
      if (reply.ok && reply.status === 307 && reply.location !== null) {
        url = new URL(reply.location, url);
        continue;
      }
      if (reply.ok && reply.status === 200) return schema.parse(JSON.parse(reply.text));
      why = reply.ok ? `HTTP ${reply.status}` : reply.why;
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    url = leaderUrl(leader, verb);
  }
  return { ok: false, reason: `FE is not reachable: ${why}` };
}

function leaderUrl(leader: LeaderAddress, verb: string): URL | null {
  const now = leader.now();
  return now === null ? null : new URL(`http://${now.host}:${now.httpPort}/twin/txn/${verb}`);
}
