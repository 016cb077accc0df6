/** The table of contents of the HTTP API (lib/wire/api.ts). Reads what came, asks one service, answers. */
import { z } from "zod";
import type { Refusal } from "#lib/run/request.ts";
import { planRequest, runRequest, stageRequest, startRequest, type Problem } from "#lib/wire/api.ts";
import { stepForPoints } from "#lib/wire/series-step.ts";
import {
  addClusterRequest,
  changeClusterRequest,
  confirmHostKeyRequest,
  removeClusterRequest,
  testConnectionRequest,
  type SectionProblem,
} from "#lib/wire/configuration.ts";
import { peopleRequest } from "#lib/wire/accounts.ts";
import type { SessionView } from "#lib/wire/views.ts";
import type { Caller } from "#server/services/may.ts";
import type { Reply, Services } from "#server/services/services.ts";
import type { ApiAnswer, ApiRequest } from "./http-server.ts";
import type { PeopleDoor, PeopleReply } from "./people-door.ts";
import type { Session } from "./session.ts";

type Call = {
  readonly services: Services;
  readonly sessionView: (session: Session) => SessionView;
  readonly people: PeopleDoor;
  readonly request: ApiRequest;
  readonly actor: Caller;
  /** What the path's `:id` stands for; "" where it has none. */
  readonly id: string;
  /** And its `:node`. */
  readonly nodeId: string;
};
type Route = {
  readonly method: "GET" | "POST";
  readonly path: RegExp;
  readonly answer: (call: Call) => Promise<ApiAnswer> | ApiAnswer;
};

const get = (path: string, answer: Route["answer"]): Route => ({ method: "GET", path: pattern(path), answer });
const post = (path: string, answer: Route["answer"]): Route => ({ method: "POST", path: pattern(path), answer });

const routes: readonly Route[] = [
  get("/api/session", ({ request, sessionView }) => ok(sessionView(request.session))),

  get("/api/accounts", ({ people, request }) => ok(people.list(request.session))),
  post("/api/accounts", ({ people, actor, request }) =>
    withParsed(peopleRequest, request.body, async (body) =>
      peopleReply(await people.change(request.session, actor, body)),
    ),
  ),

  get("/api/clusters", async ({ services, actor }) => reply(await services.listClusters(actor))),
  get("/api/clusters/:id", async ({ services, actor, id }) => reply(await services.viewCluster(actor, id))),
  get("/api/clusters/:id/nodes/:node/past", async ({ services, actor, id, nodeId }) =>
    reply(await services.viewNodePast(actor, id, nodeId)),
  ),
  get("/api/clusters/:id/nodes/:node/settings", async ({ services, actor, id, nodeId }) =>
    reply(await services.viewNodeSettings(actor, id, nodeId)),
  ),
  get("/api/clusters/:id/paces", async ({ services, actor, id }) => reply(await services.viewPaces(actor, id))),
  get("/api/clusters/:id/versions", async ({ services, actor, id }) => reply(await services.listVersions(actor, id))),
  get("/api/clusters/:id/staging", async ({ services, actor, id }) => reply(await services.viewStaging(actor, id))),
  post("/api/clusters/:id/staging", ({ services, actor, id, request }) =>
    withParsed(stageRequest, request.body, async (body) => reply(await services.stageRelease(actor, id, body))),
  ),
  get("/api/clusters/:id/runs", async ({ services, actor, id }) => reply(await services.listRuns(actor, id))),
  get("/api/clusters/:id/series", ({ services, actor, id, request }) =>
    withParsed(seriesQuery, Object.fromEntries(request.query), async (query) =>
      reply(await services.querySeries(actor, id, query)),
    ),
  ),
  get("/api/configuration", async ({ services, actor }) => reply(await services.viewConfiguration(actor))),
  post("/api/configuration/tests", ({ services, actor, request }) =>
    withParsed(testConnectionRequest, request.body, async (body) =>
      reply(await services.testConnection(actor, body, request.signal)),
    ),
  ),
  post("/api/configuration/host-keys", ({ services, actor, request }) =>
    withParsed(confirmHostKeyRequest, request.body, async (body) => reply(await services.confirmHostKey(actor, body))),
  ),
  post("/api/clusters", ({ services, actor, request }) =>
    withParsed(addClusterRequest, request.body, async (body) => reply(await services.addCluster(actor, body))),
  ),
  post("/api/clusters/:id/settings", ({ services, actor, id, request }) =>
    withParsed(changeClusterRequest, request.body, async (body) =>
      reply(await services.changeCluster(actor, id, body)),
    ),
  ),
  post("/api/clusters/:id/removal", ({ services, actor, id, request }) =>
    withParsed(removeClusterRequest, request.body, async (body) =>
      reply(await services.removeCluster(actor, id, body)),
    ),
  ),
  post("/api/clusters/:id/drafts", ({ services, actor, id, request }) =>
    withParsed(planRequest, request.body, async (body) => reply(await services.draftPlan(actor, id, body))),
  ),
  post("/api/clusters/:id/runs", ({ services, actor, id, request }) =>
    withParsed(startRequest, request.body, async (body) => reply(await services.startRun(actor, id, body))),
  ),

  get("/api/runs/:id", async ({ services, actor, id }) => reply(await services.viewRun(actor, id))),
  get("/api/runs/:id/probe", async ({ services, actor, id }) => reply(await services.viewProbe(actor, id))),
  get("/api/runs/:id/commands", async ({ services, actor, id }) => reply(await services.viewCommands(actor, id))),
  post("/api/runs/:id/rollback", async ({ services, actor, id }) => reply(await services.draftRollBack(actor, id))),
  post("/api/runs/:id/requests", ({ services, actor, id, request }) =>
    withParsed(runRequest, request.body, async (body) => reply(await services.requestOfRun(actor, id, body))),
  ),

  get("/api/audit", ({ services, actor, request }) =>
    withParsed(auditQuery, Object.fromEntries(request.query), async ({ clusterId }) =>
      reply(await services.audit(actor, clusterId ?? null)),
    ),
  ),
];

const MAX_POINTS = 20_000;
/** Of all the series together. */
const MAX_POINTS_IN_ALL = 400_000;
const time = z.coerce.number().int().min(0);
const seriesQuery = z
  .strictObject({
    names: z
      .string()
      .min(1)
      .max(100_000)
      .transform((text) => text.split(",").filter((name) => name !== "")),
    fromMs: time,
    toMs: time,
    stepMs: z.coerce.number().int().min(250).optional(),
    points: z.coerce.number().int().min(1).max(5000).optional(),
  })
  .transform(({ stepMs, points, ...rest }, context) => {
    const spanMs = rest.toMs - rest.fromMs;
    const problem = (field: string, message: string) => {
      context.addIssue({ code: "custom", path: [field], message });
      return z.NEVER;
    };
    if ((stepMs === undefined) === (points === undefined))
      return problem("points", "say either stepMs, or points: how many there is room for");
    if (spanMs <= 0 || (stepMs !== undefined && spanMs / stepMs > MAX_POINTS))
      return problem("stepMs", `toMs must lie after fromMs, with at most ${MAX_POINTS} steps between them`);
    if ((points ?? 0) * rest.names.length > MAX_POINTS_IN_ALL)
      return problem("points", `at most ${MAX_POINTS_IN_ALL} points in all: ask for fewer, or for fewer series`);
    return { ...rest, stepMs: stepMs ?? stepForPoints(rest.fromMs, rest.toMs, points ?? 1) };
  });
const auditQuery = z.strictObject({ clusterId: z.string().min(1).max(200).optional() });

export function createApi(
  services: Services,
  sessionView: (session: Session) => SessionView,
  people: PeopleDoor,
): (request: ApiRequest) => Promise<ApiAnswer> {
  return async (request) => {
    let known = false;
    for (const route of routes) {
      const match = route.path.exec(request.path);
      const id = match === null ? null : decoded(match[1] ?? "");
      const nodeId = match === null ? null : decoded(match[2] ?? "");
      if (id === null || nodeId === null) continue;
      known = true;
      if (route.method !== request.method) continue;
      return route.answer({ services, sessionView, people, request, actor: callerOf(request.session), id, nodeId });
    }
    return known
      ? problem(405, "This cannot be done here.", "Use GET to read and POST to act.")
      : problem(404, `There is no path ${request.path}.`, "lib/wire/api.ts lists what there is.");
  };
}

export function callerOf({ name, via, role }: Session): Caller {
  return { kind: "person", id: name, via, role };
}

function reply<T>(result: Reply<T>): ApiAnswer {
  if (result.ok) return ok(result.value);
  const { refusal } = result;
  switch (result.because) {
    case "refused":
      return { status: 409, body: refusal satisfies Refusal };
    case "notFound":
      return problem(404, refusal.reason, "Look for it in the list.");
    case "notAllowed":
      return problem(403, refusal.reason, "");
    case "invalid":
      return { status: 400, body: problemOf(result.problems) };
    case "failed":
      return problem(503, refusal.reason, "Ask again; the cluster's page says what does not answer.");
    default:
      return result satisfies never;
  }
}

function peopleReply(reply: PeopleReply): ApiAnswer {
  switch (reply.at) {
    case "done":
      return ok(reply.answer);
    case "notAllowed":
      return problem(403, reply.why, "");
    case "refused":
      return { status: 409, body: { reason: reply.why, already: null } satisfies Refusal };
    case "wrong":
      return { status: 400, body: reply.problem };
    default:
      return reply satisfies never;
  }
}

/** The first mistake where everybody looks, and all of them for a form. */
function problemOf(problems: readonly SectionProblem[]): Problem {
  const [first] = problems;
  return {
    error: first?.wrong ?? "This cannot be so.",
    field: first === undefined || first.field === "" ? null : first.field,
    remedy: first?.remedy ?? "",
    all: problems,
  };
}

async function withParsed<T>(
  schema: z.ZodType<T>,
  value: unknown,
  act: (parsed: T) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return act(parsed.data);
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? null : issue.path.map(String).join(".");
  const others = parsed.error.issues.length - 1;
  const remedy =
    others > 0 ? `Correct it; ${others} more ${others === 1 ? "is" : "are"} wrong.` : "Correct it and ask again.";
  return { status: 400, body: { error: issue?.message ?? "This cannot be read.", field, remedy } satisfies Problem };
}

function ok(body: unknown): ApiAnswer {
  return { status: 200, body };
}

function problem(status: number, error: string, remedy: string): ApiAnswer {
  return { status, body: { error, field: null, remedy } satisfies Problem };
}

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/:\w+/g, "([^/]+)")}$`);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
