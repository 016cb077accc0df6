import { askAgain, commandPrefix, issue, latestCommand } from "../ask.ts";
import type { NodeId } from "../../cluster/node.ts";
import { owed, type Loan, type LoanPurpose } from "../loan.ts";
import { holding, recording, waiting, type Move, type Scene } from "../move.ts";

/** What cannot be given back is tried again as often as this, for as long as it takes. */
const AGAIN_MS = 15_000;
/** The journal of loans may be read a moment after the command's answer. */
const SETTLE_MS = 2000;
/** From this attempt on a person is told. */
const TELL_FROM_ATTEMPT = 3;

export type GivenBack = { readonly doneAtMs: number } | { readonly move: Move };

export function owedBy(scene: Scene, nodeId: NodeId | null, purposes: readonly LoanPurpose[]): readonly Loan[] {
  return owed(
    scene.loans,
    (loan) => loan.runId === scene.run.id && loan.nodeId === nodeId && purposes.includes(loan.purpose),
  );
}

/** Gives back what is owed, and goes on trying until nothing is (rule 8). Asked at least once. */
export function giveBack(
  scene: Scene,
  phase: string,
  nodeId: NodeId | null,
  purposes: readonly LoanPurpose[],
): GivenBack {
  const { run, nowMs } = scene;
  const prefix = commandPrefix(run, nodeId, phase, "giveBack");
  const act = { verb: "giveBack", nodeId, purposes } as const;
  const last = latestCommand(run, prefix);
  if (last === null || last.setAside) return { move: recording(issue(run, prefix, act)) };
  const { answer, attempt } = last;
  if (answer === null) return { move: waiting(null) };
  const left = owedBy(scene, nodeId, purposes);
  const { outcome } = answer;
  if (outcome.outcome === "done" && left.length === 0) return { doneAtMs: answer.atMs };
  const why = outcome.outcome === "unknown" ? outcome.cause : outcome.outcome === "refused" ? outcome.reason : "";
  const hold = { nodeId, reason: { why: "loansOwed", evidence: `${words(left)} ${why}`.trim() } } as const;
  if (outcome.outcome === "unknown") {
    const move = askAgain(last, answer.atMs, nowMs);
    return { move: attempt >= TELL_FROM_ATTEMPT ? holding(hold, move) : move };
  }
  if (nowMs < answer.atMs + SETTLE_MS) return { move: waiting(answer.atMs + SETTLE_MS) };
  if (nowMs < answer.atMs + AGAIN_MS) return { move: holding(hold, waiting(answer.atMs + AGAIN_MS)) };
  return { move: holding(hold, recording(issue(run, prefix, act))) };
}

function words(left: readonly Loan[]): string {
  return left.length === 0 ? "Not known to be given back." : `Still owed: ${left.map(({ what }) => what).join("; ")}.`;
}

/** What others changed meanwhile: reported, and left as they set it. */
export function supersededWords(scene: Scene, nodeId: NodeId): string {
  const found = [...scene.loans.values()].flatMap(({ loan, state }) =>
    state.at === "superseded" && loan.runId === scene.run.id && loan.nodeId === nodeId
      ? [`${loan.what}: found ${state.found}`]
      : [],
  );
  return found.length === 0 ? "" : ` Left as others set it: ${found.join("; ")}.`;
}

/** Routers whose isolation somebody else has taken over: that it is still out there is their doing. */
export function supersededRouters(scene: Scene, nodeId: NodeId): ReadonlySet<string> {
  return new Set(
    [...scene.loans.values()].flatMap(({ loan, state }) =>
      state.at === "superseded" && loan.nodeId === nodeId && loan.purpose === "isolate" ? [loan.on] : [],
    ),
  );
}
