/** Why a run waits for a person: the cause of its hold, with what the facts tell of it now. */
import type { Hold, HoldReason } from "../hold.ts";
import { owed } from "../loan.ts";
import type { Scene, StepScene } from "../move.ts";
import { checking, verifying } from "./checks.ts";
import { actInWords } from "./commands.ts";
import { counted, named, unstopped, type Said } from "./parts.ts";
import { confirming, loanOwed, openRoutes, reopening, starting } from "./phases.ts";
import { draining } from "./work.ts";

export function heldStall(scene: Scene, step: StepScene | null, { reason, nodeId, sinceMs }: Hold): Said {
  const who = nodeId ?? "The run";
  const base = { number: null, sinceMs } as const;
  switch (reason.why) {
    case "drainLimit":
      return atDrainLimit(step, who, sinceMs);
    case "checksFailed":
      return (
        seen(step, checking, sinceMs) ?? plainly("checkFails", `${who} is not touched: checks do not hold`, sinceMs)
      );
    case "verifyFailed":
      return seen(step, verifying, sinceMs) ?? plainly("gatesFail", `${who} is back, and gates do not hold`, sinceMs);
    case "inconclusive": {
      const act = nodeId === null ? null : ({ do: "accept", nodeId } as const);
      const told = seen(step, verifying, sinceMs);
      if (told?.is === "tooFewRequests") return told;
      const what = `Whether ${who} is well cannot be told: ${unstopped(reason.evidence)}`;
      return { ...base, is: "tooFewRequests", what, who: "A person accepts it, or tries again.", act };
    }
    case "commandRefused": {
      const what = `The ${commandOf(scene, reason.commandId)} was refused: ${unstopped(reason.reason)}`;
      const byWhom = "Whoever can mend that; then a person tries again.";
      return {
        ...base,
        is: "commandRefused",
        what,
        who: byWhom,
        act: nodeId === null ? null : { do: "retry", nodeId },
      };
    }
    case "outcomeUnknown":
      return unknownOutcome(scene, step, reason, sinceMs);
    case "notGone":
    case "witnessesDisagree":
      return (
        seen(step, confirming, sinceMs) ?? {
          ...plainly("notGone", `${who} is not gone: ${unstopped(reason.evidence)}`, sinceMs),
          act: nodeId === null ? null : { do: "retry", nodeId },
        }
      );
    case "notServing":
      return notServing(step, who, reason, sinceMs);
    case "outByHand":
      return byHand(scene, who, nodeId, sinceMs);
    case "topologyChanged":
      return changed(scene, nodeId, reason, sinceMs);
    case "loansOwed": {
      const loans = owed(scene.loans, (loan) => loan.runId === scene.run.id && loan.nodeId === nodeId);
      const debt = loanOwed(scene, loans, sinceMs);
      return debt ?? plainly("loanOwed", `Not given back yet: ${unstopped(reason.evidence)}`, sinceMs);
    }
    case "hookFailed": {
      const what = `The command to run ${reason.when} ${who} failed: ${unstopped(reason.evidence)}`;
      const byWhom = "Whoever can mend that command; then a person runs it again.";
      return { ...base, is: "hookFailed", what, who: byWhom, act: nodeId === null ? null : { do: "retry", nodeId } };
    }
    case "unsettled": {
      const what = `${named(reason.nodeIds)} ${reason.nodeIds.length === 1 ? "was" : "were"} skipped or put back`;
      const number = counted(reason.nodeIds.length, "node", "nodes");
      const act = { do: "settle", nodeId: reason.nodeIds[0] ?? null } as const;
      return {
        is: "unsettled",
        what,
        number,
        sinceMs,
        who: "A person takes each again, or leaves it with a reason.",
        act,
      };
    }
    case "finish": {
      const what = "Every step has ended, and the old files are kept";
      const act = { do: "finish", nodeId: null } as const;
      return { ...base, is: "finish", what, who: "A person says Finish, which removes them, or rolls back.", act };
    }
    default:
      return reason satisfies never;
  }
}

function plainly(is: Said["is"], what: string, sinceMs: number): Said {
  return { is, what, number: null, sinceMs, who: "A person looks at it.", act: null };
}

/** What the facts tell of the step now, told as of the moment at which it began to hold. */
function seen(
  step: StepScene | null,
  of: (scene: StepScene, sinceMs: number) => Said | null,
  sinceMs: number,
): Said | null {
  const said = step === null ? null : of(step, sinceMs);
  return said === null ? null : { ...said, sinceMs };
}

function atDrainLimit(step: StepScene | null, who: string, sinceMs: number): Said {
  const said = step === null ? null : draining(step);
  if (said === null || step === null) return plainly("drains", `The drain limit of ${who} is past`, sinceMs);
  const { nodeId } = step.step.plan;
  const past = `${said.what}; its drain limit is past`;
  return said.is === "drains"
    ? {
        ...said,
        what: past,
        sinceMs,
        who: `A person extends it, puts ${nodeId} back or goes on; or it ends by itself.`,
        act: { do: "moveDrainLimit", nodeId },
      }
    : { ...said, what: past, sinceMs };
}

type Because<W extends HoldReason["why"]> = Extract<HoldReason, { readonly why: W }>;

function unknownOutcome(
  scene: Scene,
  step: StepScene | null,
  reason: Because<"outcomeUnknown">,
  sinceMs: number,
): Said {
  const command = scene.run.commands.get(reason.commandId)?.command;
  const routes = step === null || command?.verb !== "isolate" ? null : openRoutes(step);
  const nodeId = command?.nodeId ?? null;
  const act = nodeId === null ? null : ({ do: "retry", nodeId } as const);
  if (routes !== null) return { ...routes, sinceMs, act };
  const what = `Nobody can say whether the ${commandOf(scene, reason.commandId)} was carried out: ${unstopped(reason.cause)}`;
  return { is: "outcomeUnknown", what, number: null, sinceMs, who: "A person looks there, and tries again.", act };
}

function notServing(step: StepScene | null, who: string, reason: Because<"notServing">, sinceMs: number): Said {
  const progress = step?.step.progress ?? null;
  const isStarting = progress?.at === "phase" && progress.phase === "restart";
  const said = step === null ? null : isStarting ? starting(step) : reopening(step, sinceMs);
  if (said !== null) return { ...said, sinceMs };
  const act = step === null ? null : ({ do: "retry", nodeId: step.step.plan.nodeId } as const);
  return { ...plainly("startSlow", `${who} does not serve: ${unstopped(reason.evidence)}`, sinceMs), act };
}

function byHand({ run }: Scene, who: string, nodeId: string | null, sinceMs: number): Said {
  const act = run.plan.kind === "stop" ? ({ do: "startAgain", nodeId } as const) : ({ do: "putBack", nodeId } as const);
  const why = unstopped(run.plan.reason);
  const what = `${who} is out by hand${why === "" ? "" : `: ${why}`}`;
  const back = run.plan.kind === "stop" ? "starts it again" : "puts it back";
  return { is: "outByHand", what, number: null, sinceMs, who: `A person ${back}.`, act };
}

function changed({ facts }: Scene, nodeId: string | null, reason: Because<"topologyChanged">, sinceMs: number): Said {
  const base = { number: null, sinceMs } as const;
  if (nodeId === null) {
    const { appeared, vanished } = reason;
    const parts = [
      ...(appeared.length > 0 ? [`${named(appeared)} appeared`] : []),
      ...(vanished.length > 0 ? [`${named(vanished)} vanished`] : []),
    ];
    const what = `The cluster is not the one that was planned for: ${parts.join("; ")}`;
    const number = counted(appeared.length + vanished.length, "node", "nodes");
    const act = { do: "acceptTopology", nodeId: null } as const;
    return { is: "topologyChanged", what, number, sinceMs, who: "A person accepts it, or it becomes as it was.", act };
  }
  const act = { do: "retry", nodeId } as const;
  const isListed = facts.nodes?.some(({ id }) => id === nodeId) ?? true;
  return isListed
    ? {
        ...base,
        is: "startedAnew",
        what: unstopped(reason.evidence),
        who: "Somebody finds out who started it; then a person tries again.",
        act,
      }
    : {
        ...base,
        is: "notListed",
        what: unstopped(reason.evidence),
        who: "It goes on when the control plane lists it again.",
        act: null,
      };
}

function commandOf({ run }: Scene, commandId: string): string {
  const command = run.commands.get(commandId)?.command;
  return command === undefined ? "command" : actInWords(command);
}
