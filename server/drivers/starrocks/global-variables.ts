/**
 * A global variable that two versions need while they run side by side (version-path.ts). It stands in the cluster's
 * metadata, not in an FE's memory: no restart forgets it, so nothing but giving it back undoes it.
 */
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { Answer, LoanOutcome } from "#server/orchestrator/ports.ts";
import { isFinal } from "./lender.ts";
import { variableRows } from "./rows.ts";
import type { SqlFailure } from "./sql.ts";
import type { StarRocksNode } from "./topology.ts";
import { globalVariables } from "./version-path.ts";
import { explain, type World } from "./world.ts";

export async function surveyVariables(world: World, runId: string, plan: Plan): Promise<Answer<readonly Loan[]>> {
  if (plan.targetVersion === null) return { ok: true, value: [] };
  // Those that run now count too: a run that takes an upgrade up again where it broke off began with two versions.
  const running = world.nodes.flatMap((node) => node.version ?? []);
  const loans: Loan[] = [];
  for (const { name, value } of globalVariables([...plan.fromVersions, ...running], plan.targetVersion)) {
    const before = await readVariable(world, name);
    if (!before.ok) return before;
    // A version that does not know it needs nothing, and an operator may have set it already.
    if (before.value === null || isSame(before.value, value)) continue;
    loans.push({
      id: `${runId}/run/cluster/${name}`,
      runId,
      purpose: "run",
      nodeId: null,
      kind: "global-variable",
      on: "cluster",
      key: name,
      before: before.value,
      value,
      what: `SET GLOBAL ${name} = ${value} (was ${before.value})`,
    });
  }
  return { ok: true, value: loans };
}

export async function takeVariable(world: World, loan: Loan): Promise<Outcome> {
  const result = await setVariable(world, loan.key, loan.value);
  if (result.failure !== null && isFinal(result.failure)) {
    return { outcome: "refused", reason: explain(result.failure, world.config.account.user) };
  }
  if (result.now !== null && isSame(result.now, loan.value))
    return { outcome: "done", evidence: `${loan.key} = ${result.now}, read back` };
  const why = result.failure === null ? `it says ${result.now ?? "nothing"}` : result.failure.message;
  return { outcome: "unknown", cause: `${loan.key} was set, and ${why}` };
}

export async function giveBackVariable(world: World, loan: Loan): Promise<LoanOutcome> {
  const now = await readVariable(world, loan.key);
  if (!now.ok) return { outcome: "unknown", cause: now.why };
  if (now.value === null) return { outcome: "returned", how: `the version that runs now knows no ${loan.key}` };
  if (isSame(now.value, loan.before ?? "")) return { outcome: "returned", how: `${loan.key} = ${now.value} already` };
  if (!isSame(now.value, loan.value)) return { outcome: "superseded", found: `${loan.key} = ${now.value}` };
  const result = await setVariable(world, loan.key, loan.before ?? "true");
  if (result.now !== null && isSame(result.now, loan.before ?? "true"))
    return { outcome: "returned", how: `${loan.key} = ${result.now}, read back` };
  const why =
    result.failure === null ? `it says ${result.now ?? "nothing"}` : explain(result.failure, world.config.account.user);
  return { outcome: "unknown", cause: `${loan.key}: ${why}` };
}

/** Null: this version knows no such variable. */
export async function readVariable(world: World, name: string): Promise<Answer<string | null>> {
  const frontend = leaderOrAny(world);
  if (frontend === null) return { ok: false, why: "no FE can be asked" };
  const answer = await world.poll(frontend, `SHOW GLOBAL VARIABLES LIKE '${name}'`);
  if (!answer.ok) return { ok: false, why: `${frontend.id}: ${explain(answer.failure, world.config.account.user)}` };
  const rows = variableRows(answer.rows);
  if (rows === null) return { ok: false, why: `${frontend.id} answered SHOW GLOBAL VARIABLES without its columns` };
  return { ok: true, value: rows.find((row) => row.Variable_name === name)?.Value ?? null };
}

async function setVariable(
  world: World,
  name: string,
  value: string,
): Promise<{ readonly now: string | null; readonly failure: SqlFailure | null }> {
  const frontend = leaderOrAny(world);
  if (frontend === null) return { now: null, failure: { kind: "refused", code: null, message: "no FE can be asked" } };
  const answer = await world.send(frontend, `SET GLOBAL ${name} = ${value}`, null, 15_000);
  const after = await readVariable(world, name);
  return { now: after.ok ? after.value : null, failure: answer.ok ? null : answer.failure };
}

/** The leader writes it down, and knows at once that it did. */
function leaderOrAny(world: World): StarRocksNode | null {
  const askable = world.askableFrontends;
  return askable.find((node) => node.leadership === "leader") ?? askable[0] ?? null;
}

const WORDS: Readonly<Record<string, string>> = { "1": "true", on: "true", "0": "false", off: "false" };

function isSame(a: string, b: string): boolean {
  const plain = (text: string): string => WORDS[text.toLowerCase()] ?? text.toLowerCase();
  return plain(a) === plain(b);
}
