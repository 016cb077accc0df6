/**
 * What is borrowed from a cluster, and how it goes back: a blacklist entry on every FE, two exit settings on the node
 * itself, two balance switches on every FE. They live in somebody's memory: a process that ends forgets them. Only a
 * global variable, which some versions need beside each other, stays until it is given back.
 */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Plan } from "#lib/run/plan.ts";
import type { Answer, Borrowing, LoanOutcome } from "#server/orchestrator/ports.ts";
import { abilitiesOf } from "./abilities.ts";
import { addToBlacklist, deleteFromBlacklist, readBlacklist, showBlacklist, type Listed } from "./blacklist.ts";
import { readExitSettings, writeExitSetting } from "./exit-settings.ts";
import { giveBackSwitch, surveySwitches, takeSwitch } from "./fe-switches.ts";
import { giveBackVariable, surveyVariables, takeVariable } from "./global-variables.ts";
import { isFinal, tellFailure, unlessGone } from "./lender.ts";
import { lookAtProcess } from "./process.ts";
import { giveBackRoute, surveyRoutes, takeRoute } from "./routes.ts";
import type { World } from "./world.ts";

/** A day: "as long as it takes" for a wait that can only be told in tens of seconds. */
const NO_LIMIT_LOOPS = 8640;

/** `exitLimitS >= 31 + 10 x loops`: the rest of the exit needs half a minute (architecture 9.1). */
export function loopsFor(exitLimitMs: number | null): number {
  return exitLimitMs === null ? NO_LIMIT_LOOPS : Math.max(1, Math.floor((exitLimitMs / 1000 - 31) / 10));
}

// --------------------------------------------------------------------------------------------------------- survey

export async function survey(world: World, what: Borrowing, signal: AbortSignal): Promise<Answer<readonly Loan[]>> {
  switch (what.purpose) {
    case "run":
      return await surveyRun(world, what.runId, what.plan);
    case "isolate":
      return await surveyIsolation(world, what.runId, what.nodeId, signal);
    case "exit":
      return await surveyExit(world, what.runId, what.nodeId, what.exitLimitMs, signal);
    default:
      return what satisfies never;
  }
}

async function surveyRun(world: World, runId: string, plan: Plan): Promise<Answer<readonly Loan[]>> {
  const movesTablets = plan.steps.some((step) => step.role === "be");
  const switches = movesTablets
    ? await Promise.all(world.askableFrontends.map(async (frontend) => await surveySwitches(world, runId, frontend)))
    : [];
  return allOf([...switches, await surveyVariables(world, runId, plan)]);
}

async function surveyIsolation(
  world: World,
  runId: string,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<Answer<readonly Loan[]>> {
  const node = world.node(nodeId);
  if (node === null) return { ok: false, why: `${nodeId} is not in the cluster any more` };
  const routes = await surveyRoutes(world, runId, nodeId, signal);
  if (node.role === "fe") return allOf(routes);
  const { role, systemId } = node;
  const perFrontend = await Promise.all(
    world.askableFrontends.map(async (frontend): Promise<Answer<readonly Loan[]>> => {
      const listed = await readBlacklist(world, frontend, role);
      if (!listed.ok) return listed;
      if (listed.value === null) return { ok: true, value: [] };
      const before = listed.value.get(systemId) ?? null;
      // A MANUAL entry that stands there is somebody else's: not ours to take, nor to give back.
      if (before === "MANUAL") return { ok: true, value: [] };
      return {
        ok: true,
        value: [
          {
            id: `${runId}/isolate/${nodeId}/${frontend.id}`,
            runId,
            purpose: "isolate",
            nodeId,
            kind: role === "be" ? "blacklist" : "cn-blacklist",
            on: frontend.id,
            key: systemId,
            before,
            value: "MANUAL",
            what: `${nodeId} on the blacklist of ${frontend.id}`,
          },
        ],
      };
    }),
  );
  return allOf([...perFrontend, ...routes]);
}

async function surveyExit(
  world: World,
  runId: string,
  nodeId: NodeId,
  exitLimitMs: number | null,
  signal: AbortSignal,
): Promise<Answer<readonly Loan[]>> {
  const node = world.node(nodeId);
  if (node === null) return { ok: false, why: `${nodeId} is not in the cluster any more` };
  if (node.role === "fe" || !node.alive) return { ok: true, value: [] };
  const settings = await readExitSettings(world, node, signal);
  if (!settings.ok) {
    const look = await lookAtProcess(world, node, signal);
    return look.ok && look.value.process === null ? { ok: true, value: [] } : settings;
  }
  const wanted: Readonly<Record<string, string>> = {
    loop_count_wait_fragments_finish: String(loopsFor(exitLimitMs)),
    graceful_exit_wait_for_frontend_heartbeat: "true",
  };
  const { waitCanBeSet } = abilitiesOf(node.role, node.version);
  const loans = Object.entries(wanted).flatMap(([key, value]): readonly Loan[] => {
    // Before 3.4.2 it is read once, at the start: asked for, it would be refused (facts, 0.1).
    if (!waitCanBeSet && key === "loop_count_wait_fragments_finish") return [];
    const before = settings.value.get(key);
    if (before === undefined || before === value) return [];
    return [
      {
        id: `${runId}/exit/${nodeId}/${key}`,
        runId,
        purpose: "exit",
        nodeId,
        kind: "be-config",
        on: nodeId,
        key,
        before,
        value,
        what: `${key} = ${value} on ${nodeId} (was ${before})`,
      },
    ];
  });
  return { ok: true, value: loans };
}

function allOf(answers: readonly Answer<readonly Loan[]>[]): Answer<readonly Loan[]> {
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined) return failed;
  return { ok: true, value: answers.flatMap((answer) => (answer.ok ? answer.value : [])) };
}

// ----------------------------------------------------------------------------------------------------------- take

export async function take(world: World, loans: readonly Loan[], signal: AbortSignal): Promise<Outcome> {
  const outcomes = await Promise.all(loans.map(async (loan) => await takeOne(world, loan, signal)));
  const unknown = outcomes.find((outcome) => outcome.outcome === "unknown");
  const refused = outcomes.find((outcome) => outcome.outcome === "refused");
  if (refused !== undefined) return refused;
  if (unknown !== undefined) return unknown;
  return { outcome: "done", evidence: loans.map((loan) => loan.what).join("; ") || "nothing had to be borrowed" };
}

async function takeOne(world: World, loan: Loan, signal: AbortSignal): Promise<Outcome> {
  switch (loan.kind) {
    case "blacklist":
    case "cn-blacklist":
      return await takeBlacklist(world, loan);
    case "fe-config":
      return await takeSwitch(world, loan);
    case "global-variable":
      return await takeVariable(world, loan);
    case "be-config":
      return await takeExitSetting(world, loan, signal);
    case "route":
      return await takeRoute(world, loan, signal);
    default:
      return { outcome: "refused", reason: `this driver knows no loan of the kind ${loan.kind}` };
  }
}

const listedRole = (loan: Loan): Listed => (loan.kind === "cn-blacklist" ? "cn" : "be");

async function takeBlacklist(world: World, loan: Loan): Promise<Outcome> {
  const frontend = world.node(loan.on);
  if (frontend === null) return { outcome: "refused", reason: `${loan.on} is not in the cluster any more` };
  const role = listedRole(loan);
  const added = await world.send(frontend, addToBlacklist(role, loan.key), loan.nodeId);
  if (!added.ok && isFinal(added.failure))
    return { outcome: "refused", reason: tellFailure(world, frontend, added.failure) };
  const listed = await readBlacklist(world, frontend, role);
  if (!listed.ok) return { outcome: "unknown", cause: listed.why };
  const kind = listed.value?.get(loan.key) ?? "not listed";
  world.tell(loan.nodeId, `${frontend.id}>`, showBlacklist(role), `${loan.key} ${kind}`);
  if (kind === "MANUAL") return { outcome: "done", evidence: `${frontend.id}: ${loan.key} MANUAL` };
  return {
    outcome: "unknown",
    cause: `${frontend.id} does not list ${loan.key} as MANUAL after it was added (${kind})`,
  };
}

async function takeExitSetting(world: World, loan: Loan, signal: AbortSignal): Promise<Outcome> {
  const node = world.node(loan.on);
  if (node === null) return { outcome: "refused", reason: `${loan.on} is not in the cluster any more` };
  const written = await writeExitSetting(world, node, loan.key, loan.value, signal);
  if (!written.ok) return { outcome: "unknown", cause: written.why };
  const settings = await readExitSettings(world, node, signal);
  if (!settings.ok) return { outcome: "unknown", cause: settings.why };
  const now = settings.value.get(loan.key);
  if (now === loan.value) return { outcome: "done", evidence: `${node.id}: ${loan.key} = ${now}` };
  return { outcome: "unknown", cause: `${node.id} says ${loan.key} = ${now ?? "nothing"} after it was set` };
}

// ------------------------------------------------------------------------------------------------------ give back

export async function giveBack(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  switch (loan.kind) {
    case "blacklist":
    case "cn-blacklist":
      return await giveBackBlacklist(world, loan, signal);
    case "fe-config":
      return await giveBackSwitch(world, loan, signal);
    case "global-variable":
      return await giveBackVariable(world, loan);
    case "be-config":
      return await giveBackExitSetting(world, loan, signal);
    case "route":
      return await giveBackRoute(world, loan, signal);
    default:
      return { outcome: "unknown", cause: `this driver knows no loan of the kind ${loan.kind}` };
  }
}

async function giveBackBlacklist(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  const frontend = world.node(loan.on);
  if (frontend === null) return { outcome: "returned", how: `${loan.on} left the cluster, and its blacklist with it` };
  const role = listedRole(loan);
  const before = await readBlacklist(world, frontend, role);
  if (!before.ok) return await unlessGone(world, frontend, before.failure ?? null, before.why, signal);
  const kind = before.value?.get(loan.key) ?? null;
  if (kind !== "MANUAL") {
    const how =
      kind === null ? `not listed on ${frontend.id} any more` : `${frontend.id} lists it by its own finding (AUTO)`;
    return { outcome: "returned", how };
  }
  const deleted = await world.send(frontend, deleteFromBlacklist(role, loan.key), loan.nodeId);
  const after = await readBlacklist(world, frontend, role);
  if (!after.ok) return await unlessGone(world, frontend, after.failure ?? null, after.why, signal);
  if (after.value?.get(loan.key) === "MANUAL") {
    const why = deleted.ok ? "the entry is still there" : tellFailure(world, frontend, deleted.failure);
    return { outcome: "unknown", cause: `${frontend.id}: ${why}` };
  }
  return { outcome: "returned", how: `${frontend.id}: ${deleteFromBlacklist(role, loan.key)}, read back` };
}

async function giveBackExitSetting(world: World, loan: Loan, signal: AbortSignal): Promise<LoanOutcome> {
  const node = world.node(loan.on);
  if (node === null) return { outcome: "returned", how: `${loan.on} left the cluster` };
  const settings = await readExitSettings(world, node, signal);
  if (!settings.ok) {
    const look = await lookAtProcess(world, node, signal);
    if (look.ok && look.value.process === null)
      return { outcome: "returned", how: `${node.id} is not running: the setting went with it` };
    return { outcome: "unknown", cause: settings.why };
  }
  const now = settings.value.get(loan.key) ?? null;
  if (now === loan.before)
    return { outcome: "returned", how: `${node.id}: ${loan.key} = ${now ?? "nothing"}, as before` };
  if (now !== loan.value) return { outcome: "superseded", found: `${loan.key} = ${now ?? "nothing"} on ${node.id}` };
  const written = await writeExitSetting(world, node, loan.key, loan.before ?? "", signal);
  if (!written.ok) return { outcome: "unknown", cause: written.why };
  return { outcome: "returned", how: `${node.id}: ${loan.key} = ${loan.before ?? ""}` };
}
