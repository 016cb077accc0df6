/**
 * The HTTP API, the same for browser and command line. All bodies are JSON; a request that is refused answers 409 with
 * a `Refusal`, one that cannot be understood 400 with a `Problem` that names the field and the remedy.
 *
 *   GET  /api/session                              SessionView
 *   POST /api/session/logout
 *   GET  /api/accounts                             PeopleView
 *   POST /api/accounts               peopleRequest           PeopleAnswer
 *   GET  /api/clusters                             ClusterSummary[]
 *   GET  /api/clusters/:id                         ClusterView
 *   GET  /api/clusters/:id/versions                AvailableVersionView[]
 *   GET  /api/clusters/:id/staging                 StagingView, or null
 *   POST /api/clusters/:id/staging   stageRequest  StagingView
 *   GET  /api/clusters/:id/paces                   PacesView
 *   GET  /api/clusters/:id/nodes/:node/past        NodePastView
 *   GET  /api/clusters/:id/nodes/:node/settings    NodeSettingsView
 *   GET  /api/configuration                        ConfigurationView
 *   POST /api/configuration/tests    testConnectionRequest   ConnectionReport
 *   POST /api/configuration/host-keys  confirmHostKeyRequest   { host, shown }
 *   POST /api/clusters               addClusterRequest       { id }
 *   POST /api/clusters/:id/settings  changeClusterRequest    { id }
 *   POST /api/clusters/:id/removal   removeClusterRequest    { id }
 *   POST /api/clusters/:id/drafts    planRequest   PlanDraft
 *   POST /api/clusters/:id/runs      startRequest  { runId }
 *   GET  /api/clusters/:id/runs                    RunSummary[]
 *   GET  /api/clusters/:id/series?names=a,b&fromMs=&toMs=&stepMs=   SeriesPoints; or points=, how many there is room for
 *   GET  /api/runs/:id                             RunView
 *   GET  /api/runs/:id/probe                       ProbeView
 *   GET  /api/runs/:id/commands                    CommandLineView[] by node
 *   POST /api/runs/:id/rollback                    RollBackDraft
 *   POST /api/runs/:id/requests      runRequest    { seq }
 *   GET  /api/audit?clusterId=                     AuditEntry[]
 */
import "./no-eval.ts";
import { z } from "zod";
import { USUAL, type Policy } from "../run/plan.ts";
import { batchTooLarge } from "../run/policy.ts";
import { NOTE_LENGTH, type RunRequest } from "../run/request.ts";
import type { SectionProblem } from "./configuration.ts";

const nodeId = z.string().min(1).max(200);
const reason = z.string().trim().min(3, "say why, in three characters or more").max(2000);
const note = z.string().trim().min(1, "write something").max(NOTE_LENGTH, `write ${NOTE_LENGTH} characters at most`);

const limitMs = z.int().min(1000).max(86_400_000);

const hook = z.strictObject({
  argv: z.array(z.string().min(1).max(4000)).min(1, "name the command to run").max(100).readonly(),
  limitMs,
});

const policyFields = {
  approval: z.enum(["every", "firstOfRole", "firstThenLook", "none"]),
  drain: z.enum(["before", "inside"]),
  onDrainLimit: z.discriminatedUnion("do", [
    z.strictObject({ do: z.literal("ask") }),
    z.strictObject({ do: z.literal("extend"), byMs: limitMs, atMostMs: limitMs }),
    z.strictObject({ do: z.literal("goOn") }),
  ]),
  soakMs: z.int().min(0).max(86_400_000),
  minRequests: z.int().min(0),
  onNoTraffic: z.enum(["hold", "accept"]),
  maxFailures: z.int().min(0),
  maxUnavailable: z.int().min(1).max(1000),
  failureBudget: z.int().min(0).nullable(),
  unansweredMs: limitMs.nullable(),
  finish: z.enum(["atOnce", "later"]),
  hooks: z.strictObject({ before: hook.nullable(), after: hook.nullable() }),
  probe: z.strictObject({ everyMs: z.int().min(100).max(3_600_000) }).nullable(),
  batch: z.int().min(1).max(1000),
};

/** What is wrong with it is told at the field, with the remedy. */
export function batchFits(policy: Pick<Policy, "batch" | "maxUnavailable">, context: z.RefinementCtx): void {
  const found = batchTooLarge(policy);
  if (found === null) return;
  const { wrong, remedy } = found;
  context.addIssue({ code: "custom", path: ["batch"], message: `${wrong} ${remedy}`, params: found });
}

/** What an older client does not say is as new plans usually have it. */
export const policy = z
  .strictObject({
    ...policyFields,
    failureBudget: policyFields.failureBudget.default(USUAL.failureBudget),
    unansweredMs: policyFields.unansweredMs.default(USUAL.unansweredMs),
    finish: policyFields.finish.default(USUAL.finish),
    hooks: policyFields.hooks.default({ before: null, after: null }),
    probe: policyFields.probe.default(USUAL.probe),
    batch: policyFields.batch.default(USUAL.batch),
  })
  .superRefine(batchFits);

export const runRequest: z.ZodType<RunRequest> = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("approve"), nodeId }),
  z.strictObject({ do: z.literal("withdrawApproval"), nodeId }),
  z.strictObject({ do: z.literal("pause"), reason: z.string().max(2000) }),
  z.strictObject({ do: z.literal("resume") }),
  z.strictObject({ do: z.literal("abort"), reason }),
  z.strictObject({ do: z.literal("retry"), nodeId }),
  z.strictObject({ do: z.literal("skip"), nodeId, reason }),
  z.strictObject({ do: z.literal("override"), nodeId, checkKey: z.string().min(1).max(300), reason }),
  z.strictObject({ do: z.literal("moveDrainLimit"), nodeId, byMs: z.int().min(-86_400_000).max(86_400_000) }),
  z.strictObject({ do: z.literal("goOn"), nodeId }),
  z.strictObject({ do: z.literal("putBack"), nodeId, reason: z.string().max(2000) }),
  z.strictObject({ do: z.literal("shorten"), nodeId, limitMs: z.int().min(0).max(86_400_000) }),
  z.strictObject({ do: z.literal("force"), nodeId }),
  z.strictObject({ do: z.literal("startAgain"), nodeId }),
  z.strictObject({ do: z.literal("accept"), nodeId, reason }),
  z.strictObject({ do: z.literal("changePolicy"), policy: z.strictObject(policyFields).partial(), reason }),
  z.strictObject({ do: z.literal("acceptTopology"), reason }),
  z.strictObject({ do: z.literal("settle"), nodeId, how: z.enum(["again", "leave"]), reason }),
  z.strictObject({ do: z.literal("note"), nodeId: nodeId.nullable(), text: note }),
  z.strictObject({ do: z.literal("finish") }),
]);

/** What the plan screen asks: a draft of a plan with its checks and exact commands. Nothing runs. */
export const planRequest = z.strictObject({
  kind: z.enum(["upgrade", "downgrade", "restart", "stop", "drain"]),
  targetVersion: z.string().min(1).max(100).nullable(),
  nodeIds: z.array(nodeId).max(5000).nullable(),
  policy,
  drainLimitMs: limitMs.nullable(),
  exitLimitMs: z.record(nodeId, limitMs),
  leaderExit: z.enum(["graceful", "plain"]),
  isolate: z.boolean(),
  reason: z.string().max(2000),
  /** Under what this work is known elsewhere: "CHG-4711". */
  ticket: z.string().trim().max(100).optional(),
  /** The order wanted within what rule 5 allows; nodes not named keep their place. */
  order: z.array(nodeId).max(5000).optional(),
});
export type PlanRequestBody = z.infer<typeof planRequest>;

/** A release that lies on the console's machine, to be brought to the hosts. */
export const stageRequest = z.strictObject({ version: z.string().min(1).max(100) });
export type StageRelease = z.infer<typeof stageRequest>;

/** Start what was drafted. `confirm` is the cluster's name, typed by the person who starts. */
export const startRequest = z.strictObject({
  request: planRequest,
  confirm: z.string(),
  overrides: z.array(z.strictObject({ checkKey: z.string().min(1).max(300), reason })).max(200),
});
export type StartRequestBody = z.infer<typeof startRequest>;

/** What went wrong with a request, in a sentence; `field` where one can be named. */
export type Problem = {
  readonly error: string;
  readonly field: string | null;
  readonly remedy: string;
  /** Every mistake, where a form asked. */
  readonly all?: readonly SectionProblem[];
};
