/**
 * What comes over HTTP and the socket, read before it is used. Events are parsed whole, because a run is folded from
 * them. Views are checked at the top only: they come once a second for every node, from a console of the very version
 * that served this page (`hello` says which), so their types were checked where they were made.
 */
import "#lib/wire/no-eval.ts";
import { z } from "zod";
import { ROLES } from "#lib/people/role.ts";
import type { PeopleAnswer, PeopleView, PersonView } from "#lib/wire/accounts.ts";
import type { Problem } from "#lib/wire/api.ts";
import { actor, recordedRunEvent } from "#lib/wire/journal.ts";
import type { Call } from "#lib/wire/call.ts";
import type { ConfigurationView, ConnectionReport } from "#lib/wire/configuration.ts";
import type { Looking, ServerMessage, SeriesPoints } from "#lib/wire/messages.ts";
import type {
  AuditEntry,
  AvailableVersionView,
  ClusterSummary,
  ClusterView,
  CommandLineView,
  NodePastView,
  NodeSettingsView,
  PacesView,
  PlanDraft,
  ProbeView,
  RunSummary,
  RunView,
  SessionView,
  StagingView,
} from "#lib/wire/views.ts";
import type { ProbeReport } from "#lib/run/probe.ts";
import type { Refusal } from "#lib/run/request.ts";

export type Shape<T> = z.ZodType<T>;

export const anything: Shape<unknown> = z.unknown();

/** An object that has all these keys. */
function withKeys<T>(...keys: readonly (keyof T & string)[]): Shape<T> {
  return z.custom<T>((value) => isRecord(value) && keys.every((key) => key in value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const problem: Shape<Problem> = z.object({
  error: z.string(),
  field: z.string().nullable(),
  remedy: z.string(),
  all: z.array(z.object({ field: z.string(), wrong: z.string(), remedy: z.string() })).default([]),
});
export const refusal: Shape<Refusal> = z.object({
  reason: z.string(),
  already: z.object({ by: actor, atMs: z.number() }).nullable(),
});

export const sessionView: Shape<SessionView> = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  expiresAtMs: z.number(),
  consoleVersion: z.string(),
  buildId: z.string(),
  holders: z.object({ operators: z.array(z.string()), approvers: z.array(z.string()) }),
});
export const peopleView: Shape<PeopleView> = z.object({
  people: z.array(withKeys<PersonView>("name", "role", "account", "sessions", "kept")),
});
export const peopleAnswer: Shape<PeopleAnswer> = z.object({
  link: z.object({ url: z.string(), validMs: z.number() }).nullable(),
});
export const clusterSummaries: Shape<readonly ClusterSummary[]> = z.array(
  withKeys<ClusterSummary>("id", "name", "nodeCount", "activeRun", "standing", "astray"),
);
export const clusterView: Shape<ClusterView> = withKeys<ClusterView>("id", "nodes", "rates", "runs", "loans");
export const configurationView: Shape<ConfigurationView> = withKeys<ConfigurationView>(
  "file",
  "problems",
  "yaml",
  "clusters",
  "removed",
);
export const connectionReport: Shape<ConnectionReport> = withKeys<ConnectionReport>(
  "findings",
  "cluster",
  "unfinished",
);
export const confirmedKey: Shape<{ readonly host: string; readonly shown: string }> = z.object({
  host: z.string(),
  shown: z.string(),
});
export const stagingView: Shape<StagingView | null> = z.union([
  z.null(),
  withKeys<StagingView>("version", "hosts", "endedAtMs", "problem"),
]);
export const savedCluster: Shape<{ readonly id: string }> = z.object({ id: z.string() });
export const nodePastView: Shape<NodePastView> = withKeys<NodePastView>("nodeId", "times", "older");
export const nodeSettingsView: Shape<NodeSettingsView> = withKeys<NodeSettingsView>("readAtMs", "items", "problem");
export const pacesView: Shape<PacesView> = withKeys<PacesView>("paces", "runs");
export const availableVersions: Shape<readonly AvailableVersionView[]> = z.array(
  withKeys<AvailableVersionView>("version", "on", "missingOn"),
);
export const runSummaries: Shape<readonly RunSummary[]> = z.array(withKeys<RunSummary>("id", "kind", "startedAtMs"));
export const runView: Shape<RunView> = z.object({
  summary: withKeys<RunSummary>("id", "kind", "startedAtMs"),
  events: z.array(recordedRunEvent),
});
export const probeView: Shape<ProbeView> = z.union([
  z.null(),
  withKeys<ProbeReport>("sent", "failed", "byDoor", "byPlace", "failures"),
]);
export const planDraft: Shape<PlanDraft> = withKeys<PlanDraft>("plan", "checks", "commands", "checkedAtMs");
export const runCommands: Shape<PlanDraft["commands"]> = z.record(
  z.string(),
  z.array(withKeys<CommandLineView>("phase", "where", "text", "remark")),
);
export const auditEntries: Shape<readonly AuditEntry[]> = z.array(withKeys<AuditEntry>("atMs", "actor", "what"));
export const startedRun: Shape<{ readonly runId: string }> = z.object({ runId: z.string() });
export const acceptedRequest: Shape<{ readonly seq: number }> = z.object({ seq: z.number() });

export const seriesPoints: Shape<SeriesPoints> = z.record(
  z.string(),
  z.array(
    z.object({
      atMs: z.number(),
      value: z.number().nullable(),
      low: z.number().exactOptional(),
      high: z.number().exactOptional(),
      known: z.number().exactOptional(),
    }),
  ),
);

const topic = z.string();
const seq = z.number();
const points: Shape<SeriesPoints> = z.custom<SeriesPoints>(isRecord);
const lines = <T>(): Shape<readonly T[]> => z.custom<readonly T[]>((value) => Array.isArray(value));

const looking: Shape<Looking> = z.object({ name: z.string(), role: z.enum(ROLES), windows: z.number() });

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { readonly type: T }>;

export const serverMessage: Shape<ServerMessage> = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    consoleVersion: z.string(),
    buildId: z.string().default(""),
    nowMs: z.number(),
  }),
  z.object({ type: z.literal("presence"), topic, people: z.array(looking) }),
  z.object({
    type: z.literal("attention"),
    topic,
    seq,
    calls: z.array(withKeys<Call>("key", "runId", "what", "sinceMs")),
  }),
  z.object({ type: z.literal("pong"), sentAtMs: z.number(), nowMs: z.number() }),
  z.object({ type: z.literal("goodbye"), reason: z.string() }),
  z.object({ type: z.literal("problem"), topic: topic.nullable(), reason: z.string() }),
  z.object({ type: z.literal("clusters"), topic, seq, clusters: clusterSummaries }),
  z.object({ type: z.literal("cluster"), topic, seq, snapshot: clusterView }),
  z.object({
    type: z.literal("clusterPatch"),
    topic,
    seq,
    patch: z.custom<Message<"clusterPatch">["patch"]>(isRecord),
  }),
  z.object({ type: z.literal("run"), topic, afterSeq: seq, events: z.array(recordedRunEvent) }),
  z.object({ type: z.literal("series"), topic, seq, stepMs: z.number(), points }),
  z.object({ type: z.literal("seriesPatch"), topic, seq, points }),
  z.object({
    type: z.literal("log"),
    topic,
    seq,
    file: z.string(),
    lines: lines<Message<"log">["lines"][number]>(),
  }),
  z.object({
    type: z.literal("logPatch"),
    topic,
    seq,
    file: z.string(),
    lines: lines<Message<"logPatch">["lines"][number]>(),
  }),
  z.object({ type: z.literal("sent"), topic, seq, lines: lines<Message<"sent">["lines"][number]>() }),
  z.object({ type: z.literal("sentPatch"), topic, seq, lines: lines<Message<"sentPatch">["lines"][number]>() }),
]);

/** Null: not a message that this page knows, which a newer console may send. */
export function readMessage(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const parsed = serverMessage.safeParse(value);
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
