/** Loads that run now: what a hand-over inside a leader's exit, or an exit of an early version, can do harm to. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown, type Question } from "../shared/check-parts.ts";
import { databaseRows, transactionRows } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { leaderHandsOver } from "./version-path.ts";
import type { World } from "./world.ts";

/** Before the run it only tells; at the node, it must hold (architecture 9.5). */
export async function leaderExitCheck(
  world: World,
  node: StarRocksNode,
  step: PlannedStep,
  now: boolean,
): Promise<Check | null> {
  if (node.leadership !== "leader" || step.exit !== "graceful" || !leaderHandsOver(node.version)) return null;
  const risk = `${node.version ?? "this version"} hands leadership over inside its graceful exit, which can lose data of loads that run then (#69639, fixed in 3.5.15)`;
  const question = ask("leader-exit", node.id, { severity: now ? "blocks" : "note" });
  return await loadsCheck(world, question, risk, ", or let the leader exit plainly (leaderExit: plain)");
}

/**
 * The pool that publishes is closed while it still says that it published (#62417, #62687): the replica has a hole then,
 * and mends it from another one, where there is another one.
 */
export async function publishCheck(world: World, node: StarRocksNode, now: boolean): Promise<Check | null> {
  if (abilitiesOf(node.role, node.version).publishesSafely) return null;
  const risk = `a graceful exit of ${node.version ?? "this version"} can leave a version out on its replicas while loads run (#62417, fixed in 3.3.19, 3.4.8 and 3.5.6)`;
  return await loadsCheck(world, ask("publish-safe", node.id, { severity: now ? "needsReason" : "note" }), risk, "");
}

async function loadsCheck(world: World, question: Question, risk: string, orElse: string): Promise<Check> {
  const running = await readLoads(world);
  const pause = (databases: readonly string[]): string =>
    `SHOW ROUTINE LOAD FROM ${databases[0] ?? "db"}; PAUSE ROUTINE LOAD FOR ${databases[0] ?? "db"}.<job>; and wait for the loads that run${orElse}.`;
  if (!running.ok) return unknown(question, `${risk}; running loads: ${running.why}`, pause([]));
  const count = running.value.reduce((sum, database) => sum + database.count, 0);
  if (count === 0) return passes(question, `${risk}; no load transaction runs`);
  const words = running.value.map((database) => `${database.count} in ${database.name}`);
  return fails(
    question,
    `${risk}; ${count} load transactions run: ${list(words)}`,
    pause(running.value.map(({ name }) => name)),
  );
}

async function readLoads(world: World): Promise<Answer<readonly { readonly name: string; readonly count: number }[]>> {
  const listed = await world.readAny(["SHOW PROC '/transactions'"]);
  if (!listed.ok) return { ok: false, why: listed.why };
  const databases = databaseRows(listed.rows[0] ?? []) ?? [];
  if (databases.length === 0) return { ok: true, value: [] };
  const answer = await world.readAny(databases.map(({ DbId }) => `SHOW PROC '/transactions/${DbId}/running'`));
  if (!answer.ok) return { ok: false, why: answer.why };
  const counts = databases.map(({ DbName }, index) => ({
    name: DbName,
    count: transactionRows(answer.rows[index] ?? [])?.length ?? 0,
  }));
  return { ok: true, value: counts.filter(({ count }) => count > 0) };
}
