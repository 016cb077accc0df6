/** What stands in front of nodes by the configuration, such as HAProxy before the FEs: where it sends work, and what it lent. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Route } from "#lib/cluster/observation.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Answer, LoanOutcome } from "#server/orchestrator/ports.ts";
import { serversOf } from "#server/routers/config.ts";
import type { RoutedServer, Router } from "#server/routers/router.ts";
import { notConfigured } from "../shared/route-lender.ts";
import type { World } from "./world.ts";

/** One name of a node in one router; a router may know it by several, in several backends. */
export type Standing = {
  readonly router: Router;
  readonly server: string;
  /** As routes and loans call it. */ readonly name: string;
};

export type StandingRow = Standing & { readonly row: RoutedServer };

export function standingBefore({ routers }: Pick<World, "routers">, nodeId: NodeId): readonly Standing[] {
  return routers.flatMap(({ config, router }) => {
    const servers = serversOf(config, nodeId);
    return servers.map((server) => ({
      router,
      server,
      name: servers.length === 1 ? router.name : `${router.name} ${server}`,
    }));
  });
}

/** A router that does not answer has no row: silence is not a fact. */
export async function rowsBefore(
  world: World,
  nodeId: NodeId,
  maxAgeMs: number,
  signal: AbortSignal,
): Promise<readonly StandingRow[]> {
  const rows = await Promise.all(
    standingBefore(world, nodeId).map(async (standing): Promise<readonly StandingRow[]> => {
      const row = await rowOf(standing, maxAgeMs, signal);
      return row.ok ? [{ ...standing, row: row.value }] : [];
    }),
  );
  return rows.flat();
}

async function rowOf(
  { router, server }: Standing,
  maxAgeMs: number,
  signal: AbortSignal,
): Promise<Answer<RoutedServer>> {
  const reading = await router.read(maxAgeMs, signal);
  if (!reading.ok) return reading;
  const row = reading.value.get(server);
  return row === undefined ? { ok: false, why: `${router.name} has no server ${server}` } : { ok: true, value: row };
}

export function routeOf({ name, row }: StandingRow): Route {
  return { router: name, state: row.route, kind: row.word, asOfMs: row.asOfMs };
}

/** What its routers still carry to it; null where one of them does not count. */
export function sessionsOf(rows: readonly StandingRow[]): number | null {
  return rows.reduce<number | null>(
    (sum, { row }) => (sum === null || row.sessions === null ? null : sum + row.sessions + (row.queued ?? 0)),
    0,
  );
}

// ---------------------------------------------------------------------------------------------------------- loans

export async function surveyRoutes(
  world: World,
  runId: string,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<readonly Answer<readonly Loan[]>[]> {
  return await Promise.all(
    standingBefore(world, nodeId).map(async (standing): Promise<Answer<readonly Loan[]>> => {
      const row = await rowOf(standing, 0, signal);
      if (!row.ok) return row;
      // Somebody else took it out: that is not ours to take, nor to give back.
      if (row.value.setOut) return { ok: true, value: [] };
      const { name, server } = standing;
      const loan: Loan = {
        id: `${runId}/isolate/${nodeId}/${name}`,
        runId,
        purpose: "isolate",
        nodeId,
        kind: "route",
        on: name,
        key: server,
        before: null,
        value: "out",
        what: `${nodeId} taken out of ${name}`,
      };
      return { ok: true, value: [loan] };
    }),
  );
}

function lenderOf(world: World, loan: Loan): Standing | null {
  return (
    standingBefore(world, loan.nodeId ?? "").find(({ name, server }) => name === loan.on && server === loan.key) ?? null
  );
}

export async function takeRoute(world: World, loan: Loan, signal: AbortSignal): Promise<Outcome> {
  const lender = lenderOf(world, loan);
  if (lender === null) return { outcome: "refused", reason: notConfigured(loan.on, loan.key) };
  return await lender.router.takeOut(lender.server, signal);
}

export async function giveBackRoute(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  const lender = lenderOf(world, loan);
  if (lender === null) return { outcome: "unknown", cause: notConfigured(loan.on, loan.key) };
  const { router, server } = lender;
  const reading = await router.read(0, signal);
  if (!reading.ok) return { outcome: "unknown", cause: reading.why };
  const row = reading.value.get(server);
  if (row === undefined) return { outcome: "returned", how: `${router.name} has no server ${server} any more` };
  // A router that was loaded again may have forgotten that it was out.
  if (!row.setOut) return { outcome: "returned", how: `${router.name}: ${server} is ${row.word} already` };
  const letIn = await router.letIn(server, signal);
  switch (letIn.outcome) {
    case "done":
      return { outcome: "returned", how: letIn.evidence };
    case "refused":
      return { outcome: "superseded", found: letIn.reason };
    case "unknown":
      return letIn;
    default:
      return letIn satisfies never;
  }
}
