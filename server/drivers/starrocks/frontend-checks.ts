/** What must hold before an FE leaves: the majority, a majority that stays, the journal, the image, the leader's loads. */
import type { Check } from "#lib/run/check.ts";
import type { PlannedStep } from "#lib/run/plan.ts";
import type { Answer } from "#server/orchestrator/ports.ts";
import { fails, list, passes, unknown } from "./check-parts.ts";
import { configRows, databaseRows, numberOf, transactionRows } from "./rows.ts";
import type { StarRocksNode } from "./topology.ts";
import { leaderHandsOver } from "./version-path.ts";
import { explain, type World } from "./world.ts";

/**
 * What an FE itself asks before it honours `-g` (StarRocksFEServer.java, 3.4.2 to January 2026): the living voters but one
 * must be a majority of all. It is asked of observers too.
 */
export function quorumCheck(frontends: readonly StarRocksNode[], node: StarRocksNode | null): Check {
  const question = {
    id: "quorum",
    nodeId: node?.id ?? null,
    title: "A majority of FEs stays",
    severity: "blocks",
  } as const;
  const all = frontends.filter((voter) => voter.leadership !== "observer");
  const living = all.filter((voter) => voter.alive && voter.joined);
  const majority = Math.floor(all.length / 2) + 1;
  const leaves =
    node === null ? 1 : living.some((voter) => voter.id === node.id) || node.leadership === "observer" ? 1 : 0;
  const left = living.length - leaves;
  const words = `${living.length} of ${all.length} voting FEs are alive; without ${node === null ? "one of them" : node.id}, ${left} are left, and ${majority} are needed`;
  if (left >= majority) return passes(question, words);
  const dead = all.filter((voter) => !living.includes(voter)).map((voter) => voter.id);
  const remedy =
    dead.length > 0
      ? `Start ${list(dead)} first.`
      : `With ${all.length} voting FEs, none can leave without an outage, and an FE does not honour -g. Add followers until there are three: ALTER SYSTEM ADD FOLLOWER "host:9010".`;
  return fails(question, words, remedy);
}

const MAX_LAG = 1000;

export function journalCheck(frontends: readonly StarRocksNode[]): Check {
  const question = {
    id: "journal-lag",
    nodeId: null,
    title: "Followers keep up with the leader",
    severity: "needsReason",
  } as const;
  const leader = frontends.find((node) => node.leadership === "leader");
  if (leader === undefined)
    return unknown(question, "SHOW FRONTENDS names no leader", "Wait for the election, which takes seconds.");
  const behind = frontends.filter(
    (node) =>
      node.alive && node.journalId !== null && leader.journalId !== null && leader.journalId - node.journalId > MAX_LAG,
  );
  const ids = frontends.map((node) => `${node.id} ${node.journalId ?? "?"}`);
  if (behind.length === 0) return passes(question, `ReplayedJournalId: ${list(ids)}`);
  return fails(
    question,
    `ReplayedJournalId: ${list(ids)}`,
    `Wait until ${list(behind.map((node) => node.id))} caught up.`,
  );
}

export async function leaderExitCheck(
  world: World,
  node: StarRocksNode,
  step: PlannedStep,
  now: boolean,
): Promise<Check | null> {
  if (node.leadership !== "leader" || step.exit !== "graceful" || !leaderHandsOver(node.version)) return null;
  const question = {
    id: "leader-exit",
    nodeId: node.id,
    title: "No load runs while the leader hands over",
    severity: now ? "blocks" : "note",
  } as const;
  const risk = `${node.version ?? "this version"} hands leadership over inside its graceful exit, which can lose data of loads that run then (#69639, fixed in 3.5.15)`;
  const remedy =
    "Pause routine loads (PAUSE ROUTINE LOAD FOR db.name) and wait for running ones, or let the leader exit plainly.";
  const running = await countLoads(world);
  if (!running.ok) return unknown(question, `${risk}; running loads: ${running.why}`, remedy);
  if (running.value > 0) return fails(question, `${risk}; ${running.value} load transactions run`, remedy);
  return passes(question, `${risk}; no load transaction runs`);
}

async function countLoads(world: World): Promise<Answer<number>> {
  const listed = await world.readAny(["SHOW PROC '/transactions'"]);
  if (!listed.ok) return { ok: false, why: listed.why };
  const databases = databaseRows(listed.rows[0] ?? []) ?? [];
  if (databases.length === 0) return { ok: true, value: 0 };
  const answer = await world.readAny(databases.map(({ DbId }) => `SHOW PROC '/transactions/${DbId}/running'`));
  if (!answer.ok) return { ok: false, why: answer.why };
  return { ok: true, value: answer.rows.reduce((sum, rows) => sum + (transactionRows(rows)?.length ?? 0), 0) };
}

export async function frontendTimesCheck(world: World, node: StarRocksNode, step: PlannedStep): Promise<Check> {
  const question = { id: "exit-times", nodeId: node.id, title: "Exit times nest", severity: "needsReason" } as const;
  if (step.exit === "plain") return passes(question, "a plain stop does not wait");
  const key = "max_graceful_exit_time_second";
  const answer = await world.poll(node, `ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`);
  const remedy = `Set exitLimitS of ${node.id} to at least 15 s more than ${key}.`;
  if (!answer.ok) return unknown(question, `${node.id}: ${explain(answer.failure, world.config.account.user)}`, remedy);
  const own = numberOf(configRows(answer.rows)?.find((row) => row.Key === key)?.Value ?? null);
  if (own === null)
    return unknown(question, `${node.id} has no ${key}: it knows no graceful exit`, "Let it exit plainly.");
  const limitS = step.exitLimitMs === null ? null : step.exitLimitMs / 1000;
  const words = `the FE waits ${own} s at most, its stop script ${limitS === null ? "as long as it takes" : `${limitS} s`}`;
  return limitS === null || limitS >= own + 15 ? passes(question, words) : fails(question, words, remedy);
}
