/** What is borrowed: a node's place in each router in front of it. What stood there before is recorded, and only ours goes back. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Answer, Borrowing, LoanOutcome } from "#server/orchestrator/ports.ts";
import type { Router } from "#server/routers/router.ts";
import { notConfigured } from "../shared/route-lender.ts";
import { notThere, type ServersWorld } from "./world.ts";

export async function survey(
  world: ServersWorld,
  what: Borrowing,
  signal: AbortSignal,
): Promise<Answer<readonly Loan[]>> {
  return what.purpose === "isolate"
    ? await surveyRoutes(world, what.runId, what.nodeId, signal)
    : { ok: true, value: [] };
}

async function surveyRoutes(
  world: ServersWorld,
  runId: string,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<Answer<readonly Loan[]>> {
  const server = world.server(nodeId);
  if (server === null) return { ok: false, why: notThere(nodeId) };
  const loans: Loan[] = [];
  for (const { via, server: key, name } of server.routes) {
    const reading = await via.read(0, signal);
    if (!reading.ok) return reading;
    const found = reading.value.get(key);
    if (found === undefined)
      return { ok: false, why: `${via.name} knows no ${key}; correct what it is called under routers: for ${nodeId}` };
    // Somebody else took it out: not ours to take, nor to give back.
    if (found.setOut) continue;
    loans.push({
      id: `${runId}/isolate/${nodeId}/${name}`,
      runId,
      purpose: "isolate",
      nodeId,
      kind: "route",
      on: name,
      key: JSON.stringify([via.name, key]),
      before: found.word,
      value: "out",
      what: `${nodeId} out of ${name}`,
    });
  }
  return { ok: true, value: loans };
}

type Lender = { readonly via: Router; readonly server: string };

/** Or why nobody can be asked. */
function lenderOf(world: Pick<ServersWorld, "routers">, loan: Loan): Lender | string {
  const named: unknown = JSON.parse(loan.key);
  const [name = loan.on, server = loan.key] = Array.isArray(named) ? named.map(String) : [];
  const via = world.routers.find((router) => router.name === name);
  return via === undefined ? notConfigured(name, server) : { via, server };
}

export async function take(
  world: Pick<ServersWorld, "routers">,
  loans: readonly Loan[],
  signal: AbortSignal,
): Promise<Outcome> {
  const outcomes = await Promise.all(
    loans.map(async (loan): Promise<Outcome> => {
      const lender = lenderOf(world, loan);
      if (typeof lender === "string") return { outcome: "refused", reason: lender };
      return await lender.via.takeOut(lender.server, signal);
    }),
  );
  const refused = outcomes.find(({ outcome }) => outcome === "refused");
  if (refused !== undefined) return refused;
  const unknown = outcomes.find(({ outcome }) => outcome === "unknown");
  if (unknown !== undefined) return unknown;
  return { outcome: "done", evidence: loans.map(({ what }) => what).join("; ") || "nothing had to be borrowed" };
}

export async function giveBack(
  world: Pick<ServersWorld, "routers">,
  loan: Loan,
  signal: AbortSignal,
): Promise<LoanOutcome> {
  const lender = lenderOf(world, loan);
  if (typeof lender === "string") return { outcome: "unknown", cause: lender };
  const { via, server } = lender;
  const before = await via.read(0, signal);
  if (!before.ok) return { outcome: "unknown", cause: before.why };
  const found = before.value.get(server);
  if (found === undefined) return { outcome: "returned", how: `${via.name} knows no ${server} any more` };
  if (!found.setOut) return { outcome: "returned", how: `${via.name} has ${server} ${found.word} already` };
  const outcome = await via.letIn(server, signal);
  switch (outcome.outcome) {
    case "done":
      return { outcome: "returned", how: outcome.evidence };
    // Somebody else set it aside meanwhile: theirs to lift.
    case "refused":
      return { outcome: "superseded", found: outcome.reason };
    case "unknown":
      return { outcome: "unknown", cause: outcome.cause };
    default:
      return outcome satisfies never;
  }
}
