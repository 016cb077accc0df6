/** What all loans share: whether an FE's no is final, how it is told, and what an FE that has ended still owes. */
import type { LoanOutcome } from "#server/orchestrator/ports.ts";
import { lookAtProcess } from "./process.ts";
import type { SqlFailure } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import { explain, type World } from "./world.ts";

export function isFinal(failure: SqlFailure): boolean {
  return failure.kind === "auth" || failure.kind === "privilege" || failure.kind === "rejected";
}

export function tellFailure(world: World, frontend: StarRocksNode, failure: SqlFailure): string {
  return `${frontend.id}: ${explain(failure, world.config.account.user)}`;
}

/** What an FE lent lives in its memory: when its process has ended, nothing is owed there any more. */
export async function unlessGone(
  world: World,
  frontend: StarRocksNode,
  failure: SqlFailure | null,
  why: string,
  signal: AbortSignal,
): Promise<LoanOutcome> {
  if (failure === null || failure.kind === "auth" || failure.kind === "privilege")
    return { outcome: "unknown", cause: why };
  const look = await lookAtProcess(world, frontend, signal);
  if (look.ok && look.value.process === null) {
    return { outcome: "returned", how: `${frontend.id} is not running: what it kept in memory is lost with it` };
  }
  // Nobody listens, and the others see it dead: the next process begins with nothing borrowed.
  if (!look.ok && failure.kind === "refused" && !frontend.alive) {
    return { outcome: "returned", how: `${frontend.id} is down: what it kept in memory is lost with it` };
  }
  return { outcome: "unknown", cause: why };
}
