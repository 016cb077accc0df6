/** Every workflow there is, calm, with people who do their part whenever they are asked: what the crash matrix plays. */
import type { HoldReason } from "#lib/run/hold.ts";
import type { Plan, Policy, RunKind } from "#lib/run/plan.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import type { RunRequest } from "#lib/run/request.ts";
import { ask, BOB } from "./people.ts";
import { beOn } from "./play.ts";
import { makePlan } from "./scenario.ts";
import { CALM, type Script } from "./script.ts";
import type { Stage } from "./stage.ts";
import { NEW, type Shape } from "./world.ts";

export const WORKFLOWS = {
  upgrade: workflow({ kinds: ["upgrade"], policy: { hooks: hooks(), finish: "later", approval: "firstOfRole" } }),
  "two at once": workflow({
    kinds: ["upgrade"],
    shape: [
      { role: "cn", count: 3 },
      { role: "fe", count: 1 },
    ],
    nodeIds: ["cn-1", "cn-2"],
    policy: { batch: 2, maxUnavailable: 2 },
  }),
  downgrade: workflow({ kinds: ["downgrade"], startsOn: NEW }),
  restart: workflow({ kinds: ["restart"] }),
  drain: workflow({ kinds: ["drain"], nodeIds: ["be-1"] }),
  stop: workflow({ kinds: ["stop"], nodeIds: ["be-1"] }),
  "roll back": workflow({ kinds: ["upgrade", "downgrade"], nodeIds: ["be-1"] }),
  "abort, before the signal": workflow({ kinds: ["upgrade"], workMs: 600_000, abortAt: "drainLimit" }),
  "abort, after the signal": workflow({ kinds: ["upgrade"], happens: hangs, abortAt: "exit" }),
} as const satisfies Readonly<Record<string, Script>>;

type Wish = {
  readonly kinds: readonly RunKind[];
  readonly shape?: Shape;
  readonly nodeIds?: readonly string[];
  readonly policy?: Partial<Policy>;
  readonly startsOn?: string;
  readonly workMs?: number;
  readonly happens?: (stage: Stage) => void;
  /** When somebody aborts it: at this hold, or in this phase. */
  readonly abortAt?: "drainLimit" | "exit";
};

function workflow({ kinds, shape, nodeIds, policy, startsOn, workMs, happens, abortAt }: Wish): Script {
  const planOf = ({ world }: Stage, kind: RunKind): Plan =>
    makePlan(world, {
      kind,
      policy: { ...CALM, ...policy },
      nodeIds: nodeIds ?? ["be-1", "fe-3"],
      drainLimitMs: 10_000,
      exitLimitMs: 60_000,
    });
  return {
    shape: shape ?? [
      { role: "be", count: 2 },
      { role: "fe", count: 3 },
    ],
    workMs: workMs ?? 3000,
    plans: (stage) => {
      if (startsOn !== undefined) for (const { id } of stage.world.nodes.values()) beOn(stage, id, startsOn);
      return kinds.map((kind) => planOf(stage, kind));
    },
    happens: happens ?? (() => undefined),
    healedAfterMs: null,
    help: (stage) => doTheirPart(stage, abortAt ?? null),
  };
}

function hooks(): Policy["hooks"] {
  const hook = { argv: ["works"], limitMs: 5000 };
  return { before: hook, after: hook };
}

/** Its exit takes until its limit: time enough to abort. */
function hangs({ world }: Stage): void {
  world.at("be-1").trouble.hang = "untilLimit";
}

/** What each hold waits for; the rest is not for these workflows to meet. */
const ANSWERS: Readonly<Partial<Record<HoldReason["why"], (nodeId: string, kind: RunKind) => RunRequest>>> = {
  outByHand: (nodeId, kind) =>
    kind === "drain" ? { do: "putBack", nodeId, reason: "the disk was changed" } : { do: "startAgain", nodeId },
  finish: () => ({ do: "finish" }),
};

function doTheirPart(stage: Stage, abortAt: Wish["abortAt"] | null): void {
  const run = stage.console()?.orchestrator.activeRun() ?? null;
  if (run === null) return;
  const may = (request: RunRequest): boolean => refusalOf(run, request, stage.clock.now()) === null;
  const isThere = run.hold?.reason.why === abortAt || run.steps.some(({ progress }) => isIn(progress, abortAt));
  const abort: RunRequest = { do: "abort", reason: "it was the wrong night" };
  if (isThere && may(abort)) return ask(stage, abort, BOB);
  for (const { plan } of run.steps) {
    const approve: RunRequest = { do: "approve", nodeId: plan.nodeId };
    if (may(approve)) ask(stage, approve, BOB);
  }
  const answer = run.hold === null ? undefined : ANSWERS[run.hold.reason.why];
  const request = answer?.(run.hold?.nodeId ?? "", run.plan.kind) ?? null;
  if (request !== null && may(request)) ask(stage, request, BOB);
}

function isIn(progress: { readonly at: string; readonly phase?: string }, abortAt: Wish["abortAt"] | null): boolean {
  return abortAt === "exit" && progress.at === "phase" && progress.phase === "exit";
}
