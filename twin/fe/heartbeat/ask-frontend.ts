import { z } from "zod";
import { httpAsk } from "../http/client.ts";
import type { FrontendRecord } from "../store/records.ts";
import type { FrontendBeat } from "./frontend-machine.ts";
import type { Sender } from "./ask-node.ts";

const bootstrap = z.object({
  status: z.string(),
  msg: z.string(),
  replayedJournalId: z.number(),
  queryPort: z.number(),
  rpcPort: z.number(),
  feStartTime: z.number(),
  feVersion: z.string().optional(),
});

export type FrontendAnswer = { readonly beat: FrontendBeat; readonly replayedJournalId: number };

/** GET /api/bootstrap of another FE, on the own `http_port`: FEs have it in common. */
export async function askFrontend(frontend: FrontendRecord, from: Sender, timeoutMs: number): Promise<FrontendAnswer> {
  const answer = await httpAsk({
    host: frontend.host,
    port: from.httpPort,
    method: "GET",
    path: `/api/bootstrap?cluster_id=${from.clusterId}&token=${from.token}`,
    timeoutMs,
    localAddress: from.host,
  });
  const failed = (message: string): FrontendAnswer => ({
    beat: { outcome: "failed", message },
    replayedJournalId: 0,
  });
  if (!answer.ok) return failed(answer.cause === "reset" ? "got exception" : answer.message);
  const parsed = bootstrap.safeParse(parse(answer.body));
  if (!parsed.success) return failed("got exception");
  if (parsed.data.status !== "OK") return failed(parsed.data.msg);
  return {
    beat: {
      outcome: "ok",
      queryPort: parsed.data.queryPort,
      rpcPort: parsed.data.rpcPort,
      startTimeMs: parsed.data.feStartTime,
      version: parsed.data.feVersion ?? "",
    },
    replayedJournalId: parsed.data.replayedJournalId,
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
