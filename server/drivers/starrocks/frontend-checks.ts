/** What must hold before an FE leaves: a majority that stays, the journal, clocks that agree. */
import type { Check } from "#lib/run/check.ts";
import { ask } from "./check-parts.ts";
import { fails, list, passes, unknown } from "../shared/check-parts.ts";
import { timeIn } from "./leader-clock.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

/**
 * What an FE itself asks before it honours `-g` (StarRocksFEServer.java, 3.4.2 to January 2026): the living voters but one
 * must be a majority of all. It is asked of observers too.
 */
export function quorumCheck(frontends: readonly StarRocksNode[], node: StarRocksNode | null): Check {
  const question = ask("quorum", node?.id ?? null);
  const all = frontends.filter((voter) => voter.leadership !== "observer");
  const living = all.filter((voter) => voter.alive && voter.joined);
  const majority = Math.floor(all.length / 2) + 1;
  const isVoting = node === null || living.some((voter) => voter.id === node.id);
  // An observer that leaves takes no vote with it, and is held to the same rule.
  const counted = living.length - (isVoting || node?.leadership === "observer" ? 1 : 0);
  const left = living.length - (isVoting ? 1 : 0);
  const who = node?.id ?? "one of them";
  const graceful = counted >= majority;
  const stays = left >= majority;
  const words = [
    `if ${who} exits now: ${left} of ${all.length} left, ${majority} needed`,
    stays ? "writes go on" : "writes stop",
    graceful ? "graceful exit allowed" : "an FE would not honour -g and leave at once",
  ].join(", ");
  if (graceful) return passes(question, words);
  const dead = all.filter((voter) => !living.includes(voter)).map((voter) => voter.id);
  const remedy =
    dead.length > 0
      ? `Start ${list(dead)} first.`
      : `With ${all.length} voting FEs, none can leave without an outage. Add followers until there are three: ALTER SYSTEM ADD FOLLOWER "host:9010".`;
  return fails(question, words, remedy);
}

const MAX_LAG = 1000;

export function journalCheck(frontends: readonly StarRocksNode[]): Check {
  const question = ask("journal-lag", null);
  const leader = frontends.find((node) => node.leadership === "leader");
  if (leader === undefined)
    return unknown(
      question,
      "SHOW FRONTENDS names no leader",
      "Wait for the election, which takes seconds. If none comes: grep -i 'transfer' fe/log/fe.log on every FE, and start those that are down.",
    );
  const behind = frontends.filter(
    (node) =>
      node.alive && node.journalId !== null && leader.journalId !== null && leader.journalId - node.journalId > MAX_LAG,
  );
  const ids = frontends.map((node) => `${node.id} ${node.journalId ?? "?"}`);
  if (behind.length === 0) return passes(question, `ReplayedJournalId: ${list(ids)}`);
  return fails(
    question,
    `ReplayedJournalId: ${list(ids)}`,
    `Wait until ${list(behind.map((node) => node.id))} caught up: SHOW FRONTENDS, ReplayedJournalId. If it stands still, look for "replay" in its fe.log.`,
  );
}

/** `max_bdbje_clock_delta_ms`: an FE that is further off its leader is not let into the group when it starts. */
const CLOCK_MS = 5000;
/** now() tells whole seconds. */
const UNSURE_MS = 1000;

/** Asked of all at the same time, so that only they are compared, and not this console with them. */
export async function clocksCheck(world: World): Promise<Check> {
  const question = ask("fe-clocks", null);
  const readings = await Promise.all(
    world.askableFrontends.map(async (frontend) => {
      const askedAtMs = world.clock.now();
      const answer = await world.poll(frontend, "SELECT now(), @@time_zone");
      const atMs = (askedAtMs + world.clock.now()) / 2;
      const [now, zone] = answer.ok ? Object.values(answer.rows[0] ?? {}) : [];
      const told = now && zone ? timeIn(now, zone) : null;
      return {
        id: frontend.id,
        host: frontend.host,
        aheadMs: told === null ? null : told + 500 - atMs,
        unsureMs: world.clock.now() - askedAtMs,
      };
    }),
  );
  const known = readings.flatMap(({ aheadMs, ...rest }) => (aheadMs === null ? [] : [{ ...rest, aheadMs }]));
  if (known.length < 2) return passes(question, "fewer than two FEs tell their time");
  const middle = known.map(({ aheadMs }) => aheadMs).sort((a, b) => a - b)[Math.floor((known.length - 1) / 2)] ?? 0;
  const off = known.filter(({ aheadMs, unsureMs }) => Math.abs(aheadMs - middle) - unsureMs - UNSURE_MS > CLOCK_MS);
  if (off.length === 0) return passes(question, `${list(known.map(({ id }) => id))} agree within ${CLOCK_MS / 1000} s`);
  const words = off.map(({ id, aheadMs }) => {
    const seconds = Math.round((aheadMs - middle) / 1000);
    return `${id} is ${Math.abs(seconds)} s ${seconds < 0 ? "behind" : "ahead of"} the others`;
  });
  const remedy = `chronyc makestep on ${list(off.map(({ host }) => host))}; timedatectl set-ntp true keeps it right.`;
  return fails(question, `${list(words)}: started anew, it would not be let into the group`, remedy);
}
