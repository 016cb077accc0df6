/** What the node that is in its step waits for, phase by phase. */
import { FRESH_MS, isFresh } from "../../cluster/freshness.ts";
import { nameOf } from "../actor.ts";
import { commandsOf } from "../commitment.ts";
import type { Loan } from "../loan.ts";
import type { Scene, StepScene } from "../move.ts";
import { CONFIRM_MS } from "../phases/confirm.ts";
import { sinceOf } from "../phases/since.ts";
import { needsApproval } from "../phases/gate.ts";
import { owedBy, supersededRouters } from "../phases/give-back.ts";
import { missingToServe } from "../phases/restart.ts";
import { checking, verifying } from "./checks.ts";
import { ofCommands } from "./commands.ts";
import { counted, left, named, unstopped, type Said, type StallName } from "./parts.ts";
import { draining, exiting } from "./work.ts";
import { inWords, observationOf, testimonies } from "../witness.ts";

export function phaseStall(scene: StepScene): Said | null {
  const { step } = scene;
  const { progress } = step;
  const { nodeId } = step.plan;
  const sinceMs = sinceOf(progress);
  if (progress.at === "puttingBack") return ofCommands(scene, nodeId) ?? reopening(scene, sinceMs);
  if (progress.at !== "phase") return null;
  switch (progress.phase) {
    case "gate":
      return gate(scene, sinceMs);
    case "check":
      return ofCommands(scene, nodeId) ?? checking(scene, sinceMs);
    case "isolate":
      return ofCommands(scene, nodeId) ?? openRoutes(scene);
    case "drain":
      return ofCommands(scene, nodeId) ?? openRoutes(scene) ?? draining(scene);
    case "exit":
      return ofCommands(scene, nodeId) ?? exiting(scene);
    case "confirm":
      return confirming(scene, sinceMs);
    case "upgrade":
      return ofCommands(scene, nodeId);
    case "restart":
      return starting(scene);
    case "readmit":
      return ofCommands(scene, nodeId) ?? reopening(scene, sinceMs);
    case "verify":
      return ofCommands(scene, nodeId) ?? verifying(scene, sinceMs);
    default:
      return progress.phase satisfies never;
  }
}

function gate({ run, step, nowMs }: StepScene, sinceMs: number): Said | null {
  const { nodeId } = step.plan;
  const { approval } = step;
  if (approval !== null) {
    if (nowMs >= approval.effectiveAtMs) return null;
    const what = `${nodeId} is approved by ${nameOf(approval.by)}, who may still take it back`;
    const act = { do: "withdrawApproval", nodeId } as const;
    const number = left(approval.effectiveAtMs - nowMs, "it begins");
    return { is: "approvalDelay", what, number, sinceMs: approval.atMs, who: "It begins by itself.", act };
  }
  if (!needsApproval(run, step)) return null;
  const act = { do: "approve", nodeId } as const;
  const who = "A person who may approves it.";
  return { is: "waitsForApproval", what: `${nodeId} waits for approval`, number: null, sinceMs, who, act };
}

// -------------------------------------------------------------------------------------------------------------- routes

/** Routers and witnesses take a moment to show what was done. */
const SHOW_MS = 5000;

/** Since it was taken off the routes, some still lead to it, or nobody reads them. */
export function openRoutes(scene: StepScene): Said | null {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  const all = [...commandsOf(run, nodeId, "isolate", "isolate"), ...commandsOf(run, nodeId, "drain", "isolate")];
  const last = all.findLast(({ setAside }) => !setAside);
  if (last === undefined || last.answer?.outcome.outcome !== "done") return null;
  const closedAtMs = last.answer.atMs;
  if (nowMs - closedAtMs < SHOW_MS) return null;
  const routes = observationOf(scene)?.routing ?? [];
  const open = routes.filter(({ state, asOfMs }) => state === "in" && asOfMs > closedAtMs);
  const unread = routes.filter(({ asOfMs }) => asOfMs <= closedAtMs || nowMs - asOfMs > FRESH_MS);
  const whose = open.length > 0 ? open : unread;
  if (whose.length === 0) return null;
  const routers = named(whose.map(({ router }) => router));
  const what =
    open.length > 0
      ? `The route to ${nodeId} is still open on ${routers}`
      : `Nobody reads the route to ${nodeId} on ${routers}`;
  const who = `It goes on when ${routers} ${whose.length === 1 ? "shows" : "show"} it as closed.`;
  const number = counted(whose.length, "route", "routes");
  return { is: "routeOpen", what, number, sinceMs: closedAtMs, who, act: { do: "putBack", nodeId } };
}

/** On its way back: what is not given back yet, and who still keeps work from it. */
export function reopening(scene: StepScene, sinceMs: number): Said | null {
  const { run, step, nowMs } = scene;
  const { nodeId } = step.plan;
  if (run.hold === null && nowMs - sinceMs < SHOW_MS) return null;
  const debt = loanOwed(scene, owedBy(scene, nodeId, ["isolate", "exit"]), sinceMs);
  if (debt !== null) return debt;
  const theirs = supersededRouters(scene, nodeId);
  const routes = (observationOf(scene)?.routing ?? []).filter(
    ({ router, kind }) => !theirs.has(router) && kind !== "AUTO",
  );
  const shut = routes.filter(({ state, asOfMs }) => state === "out" || nowMs - asOfMs > FRESH_MS);
  if (shut.length === 0) return null;
  const routers = named(shut.map(({ router }) => router));
  const what = `${nodeId} is not shown as let in again on ${routers}`;
  const who = `It goes on when ${routers} ${shut.length === 1 ? "shows" : "show"} it again.`;
  const act = run.hold === null ? null : ({ do: "retry", nodeId } as const);
  return { is: "routeClosed", what, number: counted(shut.length, "route", "routes"), sinceMs, who, act };
}

/** Something of ours still stands somewhere. Null when nothing does. */
export function loanOwed({ run, nowMs }: Scene, loans: readonly Loan[], sinceMs: number): Said | null {
  if (loans.length === 0) return null;
  const on = named([...new Set(loans.map((loan) => loan.on))]);
  const what = `Not given back yet on ${on}: ${loans.map((loan) => loan.what).join("; ")}`;
  const tries = [...run.commands.values()].filter(({ command }) => command.verb === "giveBack");
  const last = tries.at(-1)?.answer ?? null;
  const number =
    last === null ? counted(loans.length, "loan", "loans") : left(last.atMs + 15_000 - nowMs, "it is tried again");
  return { is: "loanOwed", what, number, sinceMs, who: `It is tried again by itself until ${on} takes it.`, act: null };
}

// ------------------------------------------------------------------------------------------------ gone, and back again

export function confirming(scene: StepScene, sinceMs: number): Said | null {
  const { step, nowMs, run } = scene;
  const { nodeId } = step.plan;
  const said = testimonies(scene, step.exit?.beganAtMs ?? sinceMs);
  const open = said.filter(({ says }) => says !== "gone");
  if (open.length === 0 || (run.hold === null && nowMs - sinceMs < SHOW_MS)) return null;
  const isHeld = run.hold !== null;
  const number = isHeld ? null : left(sinceMs + CONFIRM_MS - nowMs, "a person is asked");
  const act = isHeld ? ({ do: "retry", nodeId } as const) : null;
  const base = { number, sinceMs, act } as const;
  const alive = open.some(({ says }) => says === "up" || says === "exiting");
  if (alive && open.length < said.length) {
    const what = `Witnesses disagree on whether ${nodeId} is gone: ${inWords(said)}`;
    return { ...base, is: "witnessesDisagree", what, who: "Somebody looks on its host; it goes on when they agree." };
  }
  if (alive) {
    const who = `It goes on when its process is gone; a person can force ${nodeId}.`;
    return { ...base, is: "notGone", what: `${nodeId} is still there after its exit: ${inWords(open)}`, who };
  }
  const silent = open.filter(({ says }) => says === "silent");
  if (silent.length > 0) {
    const what = `Not everybody says that ${nodeId} is gone: ${inWords(silent)}`;
    return { ...base, is: "witnessSilent", what, who: "It goes on when they say so: silence is not a witness." };
  }
  const what = `${nodeId} has exited, and it is not told anew that it is gone: ${inWords(open)}`;
  return { ...base, is: "hearsay", what, who: "The control plane notices by itself, after some missed heartbeats." };
}

export function starting(scene: StepScene): Said | null {
  const { step, run, nowMs } = scene;
  const { nodeId, startLimitMs } = step.plan;
  const starts = commandsOf(run, nodeId, "restart", "start");
  const first = starts[0];
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return null;
  const missing = nowMs - last.issuedAtMs < SHOW_MS ? null : missingToServe(scene, first.issuedAtMs);
  if (missing === null) return ofCommands(scene, nodeId);
  const isHeld = run.hold !== null;
  const is = nameOfMissing(scene, first.issuedAtMs);
  const who =
    is === "versionWrong"
      ? "Somebody looks which files its start script runs."
      : is === "identityUnchanged"
        ? "It goes on when the node shows that it was started anew."
        : "It goes on when it serves; its own log tells what it does.";
  const number = isHeld ? null : left(last.issuedAtMs + startLimitMs - nowMs, "a person is asked");
  const act = isHeld ? ({ do: "retry", nodeId } as const) : null;
  return { is, what: `${nodeId} was started: ${unstopped(missing)}`, number, sinceMs: last.issuedAtMs, who, act };
}

/** It is up and takes work; then it is its identity or its version that is not as it should be. */
function nameOfMissing(scene: StepScene, sinceMs: number): StallName {
  const { step, run, nowMs } = scene;
  const anyone = {
    ...scene,
    step: { ...step, before: null },
    run: { ...run, plan: { ...run.plan, targetVersion: null } },
  };
  if (missingToServe(anyone, sinceMs) !== null) return "startSlow";
  const identity = observationOf(scene)?.identity ?? null;
  const same = identity !== null && isFresh(identity, nowMs) && identity.value === (step.before?.identity ?? null);
  return same ? "identityUnchanged" : "versionWrong";
}
