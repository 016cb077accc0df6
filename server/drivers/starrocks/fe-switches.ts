/**
 * Two balance switches, borrowed for a run that moves backends. They live in each FE's memory: whoever leads counts, and
 * an FE that starts anew has forgotten them (facts, 5.2). Repair stays on: a replica that missed a version while its BE
 * was away is mended by it (facts, 5.3).
 */
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Answer, LoanOutcome } from "#server/orchestrator/ports.ts";
import { isFinal, tellFailure, unlessGone } from "./lender.ts";
import { configRows } from "./rows.ts";
import type { SqlFailure } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import type { World } from "./world.ts";

const SWITCHES = ["tablet_sched_disable_balance", "tablet_sched_disable_colocate_balance"] as const;

export async function surveySwitches(
  world: World,
  runId: string,
  frontend: StarRocksNode,
): Promise<Answer<readonly Loan[]>> {
  const settings = await readSwitches(world, frontend);
  if (!settings.ok) return settings;
  const loans = SWITCHES.flatMap((key): readonly Loan[] => {
    const before = settings.value.get(key);
    // A version that has no such switch, and an operator who threw it already: nothing to borrow.
    if (before === undefined || before === "true") return [];
    return [
      {
        id: `${runId}/run/${frontend.id}/${key}`,
        runId,
        purpose: "run",
        nodeId: null,
        kind: "fe-config",
        on: frontend.id,
        key,
        before,
        value: "true",
        what: `${key} = true on ${frontend.id} (was ${before})`,
      },
    ];
  });
  return { ok: true, value: loans };
}

export async function takeSwitch(world: World, loan: Loan): Promise<Outcome> {
  const frontend = world.node(loan.on);
  if (frontend === null) return { outcome: "refused", reason: `${loan.on} is not in the cluster any more` };
  const result = await setSwitch(world, frontend, loan.key, loan.value);
  if (result.failure !== null && isFinal(result.failure)) {
    return { outcome: "refused", reason: tellFailure(world, frontend, result.failure) };
  }
  if (result.now === loan.value) return { outcome: "done", evidence: `${frontend.id}: ${loan.key} = ${loan.value}` };
  return { outcome: "unknown", cause: `${frontend.id} says ${loan.key} = ${result.now ?? "nothing"}` };
}

export async function giveBackSwitch(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  const frontend = world.node(loan.on);
  if (frontend === null) return { outcome: "returned", how: `${loan.on} left the cluster` };
  const settings = await readSwitches(world, frontend);
  if (!settings.ok) return await unlessGone(world, frontend, settings.failure ?? null, settings.why, signal);
  const now = settings.value.get(loan.key) ?? null;
  if (now === loan.before)
    return { outcome: "returned", how: `${frontend.id}: ${loan.key} = ${now ?? "nothing"} already` };
  if (now !== loan.value)
    return { outcome: "superseded", found: `${loan.key} = ${now ?? "nothing"} on ${frontend.id}` };
  const result = await setSwitch(world, frontend, loan.key, loan.before ?? "false");
  if (result.now === loan.before)
    return { outcome: "returned", how: `${frontend.id}: ${loan.key} = ${result.now ?? ""}, read back` };
  const why =
    result.failure === null ? `it says ${result.now ?? "nothing"}` : tellFailure(world, frontend, result.failure);
  return { outcome: "unknown", cause: `${frontend.id}: ${why}` };
}

async function readSwitches(
  world: World,
  frontend: StarRocksNode,
): Promise<Answer<ReadonlyMap<string, string>> & { readonly failure?: SqlFailure }> {
  const answer = await world.poll(frontend, "ADMIN SHOW FRONTEND CONFIG LIKE 'tablet_sched_disable%'");
  if (!answer.ok) return { ok: false, why: tellFailure(world, frontend, answer.failure), failure: answer.failure };
  const rows = configRows(answer.rows);
  if (rows === null) return { ok: false, why: `${frontend.id} told its settings without Key and Value` };
  return { ok: true, value: new Map(rows.map((row) => [row.Key, row.Value ?? ""])) };
}

/**
 * The FE that executes it pushes the value to all others, and in early 3.5 reports an error when one of them is dead
 * although the rest took it (facts, 1.10): what counts is what this FE says afterwards.
 */
async function setSwitch(
  world: World,
  frontend: StarRocksNode,
  key: string,
  value: string,
): Promise<{ readonly now: string | null; readonly failure: SqlFailure | null }> {
  const before = await readSwitches(world, frontend);
  if (before.ok && before.value.get(key) === value) return { now: value, failure: null };
  const answer = await world.send(frontend, `ADMIN SET FRONTEND CONFIG ("${key}" = "${value}")`, null, 15_000);
  const after = await readSwitches(world, frontend);
  return { now: after.ok ? (after.value.get(key) ?? null) : null, failure: answer.ok ? null : answer.failure };
}
