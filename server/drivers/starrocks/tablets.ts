import type { Answer } from "#server/orchestrator/ports.ts";
import { numberOf, statisticRows } from "./rows.ts";
import { explain, type World } from "./world.ts";

export type TabletHealth = {
  readonly unhealthy: number;
  readonly inconsistent: number;
  readonly cloning: number;
  readonly error: number;
  readonly total: number;
};

/** Of the leader itself: only it knows what is being cloned (facts, 1.6). */
export async function readTabletHealth(world: World): Promise<Answer<TabletHealth>> {
  const leader = world.askableFrontends.find((node) => node.leadership === "leader") ?? world.askableFrontends[0];
  if (leader === undefined) return { ok: false, why: "no FE can be asked" };
  const answer = await world.poll(leader, "SHOW PROC '/statistic'");
  if (!answer.ok) return { ok: false, why: `${leader.id}: ${explain(answer.failure, world.config.account.user)}` };
  const total = statisticRows(answer.rows)?.find((row) => row.DbId === "Total");
  if (total === undefined) return { ok: false, why: `${leader.id} told SHOW PROC '/statistic' without its Total row` };
  const value = {
    unhealthy: numberOf(total.UnhealthyTabletNum) ?? 0,
    inconsistent: numberOf(total.InconsistentTabletNum) ?? 0,
    cloning: numberOf(total.CloningTabletNum) ?? 0,
    error: numberOf(total.ErrorStateTabletNum) ?? 0,
    total: numberOf(total.TabletNum) ?? 0,
  };
  return { ok: true, value };
}

export function badTablets({ unhealthy, inconsistent, error }: TabletHealth): number {
  return unhealthy + inconsistent + error;
}

export function describeTablets(health: TabletHealth): string {
  const { unhealthy, inconsistent, cloning, error, total } = health;
  return `${unhealthy} unhealthy, ${inconsistent} inconsistent, ${cloning} being cloned, ${error} in error, of ${total} tablets`;
}
