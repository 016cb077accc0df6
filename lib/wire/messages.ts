/**
 * What crosses the socket. Each topic begins with a snapshot and goes on with numbered deltas; a client that misses a
 * number asks for the topic again. The `run` topic resumes from a sequence number, the others with a snapshot.
 *
 * Topics: `clusters`, `cluster/<clusterId>`, `run/<runId>`, `series/<clusterId>` (with the names that are shown), `log/<clusterId>/<nodeId>`,
 * `sent/<clusterId>`, `attention` (what calls for a person, in every cluster).
 */
import "./no-eval.ts";
import { z } from "zod";
import type { PersonRole } from "../people/role.ts";
import type { Recorded, RunEvent } from "../run/event.ts";
import type { Call } from "./call.ts";
import type { ClusterPatch, ClusterSummary, ClusterView, LogLine, SentLine, SeriesPoint } from "./views.ts";

export const clientMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("subscribe"),
    topic: z.string().min(1).max(200),
    /** `run` only: the last sequence number the client holds. */
    afterSeq: z.int().min(0).optional(),
    /** `series` only: the names shown, and how far back. */
    names: z.array(z.string().max(120)).max(2000).optional(),
    fromMs: z.number().optional(),
    stepMs: z.number().min(250).optional(),
  }),
  z.strictObject({ type: z.literal("unsubscribe"), topic: z.string().min(1).max(200) }),
  z.strictObject({ type: z.literal("ping"), sentAtMs: z.number() }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

export type SeriesPoints = Readonly<Record<string, readonly SeriesPoint[]>>;

/** `windows`: how many of theirs look. */
export type Looking = { readonly name: string; readonly role: PersonRole; readonly windows: number };

/** What a topic carries: its snapshot, and the delta that is folded into it. */
export type ServerMessage =
  | { readonly type: "hello"; readonly consoleVersion: string; readonly buildId: string; readonly nowMs: number }
  /** Who looks at the same cluster or run now, this client among them. */
  | { readonly type: "presence"; readonly topic: string; readonly people: readonly Looking[] }
  | { readonly type: "attention"; readonly topic: string; readonly seq: number; readonly calls: readonly Call[] }
  | { readonly type: "pong"; readonly sentAtMs: number; readonly nowMs: number }
  /** The console is about to stop: reconnect, it comes back. */
  | { readonly type: "goodbye"; readonly reason: string }
  | { readonly type: "problem"; readonly topic: string | null; readonly reason: string }
  /** All of them, each time: a page whose cluster is not among them any more says so. */
  | {
      readonly type: "clusters";
      readonly topic: string;
      readonly seq: number;
      readonly clusters: readonly ClusterSummary[];
    }
  | { readonly type: "cluster"; readonly topic: string; readonly seq: number; readonly snapshot: ClusterView }
  | { readonly type: "clusterPatch"; readonly topic: string; readonly seq: number; readonly patch: ClusterPatch }
  /** Events after `afterSeq`, in order, none missing. */
  | {
      readonly type: "run";
      readonly topic: string;
      readonly afterSeq: number;
      readonly events: readonly Recorded<RunEvent>[];
    }
  | {
      readonly type: "series";
      readonly topic: string;
      readonly seq: number;
      readonly stepMs: number;
      readonly points: SeriesPoints;
    }
  | { readonly type: "seriesPatch"; readonly topic: string; readonly seq: number; readonly points: SeriesPoints }
  | {
      readonly type: "log";
      readonly topic: string;
      readonly seq: number;
      readonly file: string;
      readonly lines: readonly LogLine[];
    }
  | {
      readonly type: "logPatch";
      readonly topic: string;
      readonly seq: number;
      readonly file: string;
      readonly lines: readonly LogLine[];
    }
  | { readonly type: "sent"; readonly topic: string; readonly seq: number; readonly lines: readonly SentLine[] }
  | { readonly type: "sentPatch"; readonly topic: string; readonly seq: number; readonly lines: readonly SentLine[] };
