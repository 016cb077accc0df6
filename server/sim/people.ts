/** Operators: some ask for anything at any moment, one goes on bringing every run to its end. */
import type { NodeId } from "#lib/cluster/node.ts";
import type { Actor } from "#lib/run/actor.ts";
import { checkKey } from "#lib/run/check.ts";
import type { HoldReason } from "#lib/run/hold.ts";
import type { Plan } from "#lib/run/plan.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import type { RequestName, RunRequest } from "#lib/run/request.ts";
import type { Run } from "#lib/run/state.ts";
import type { Random } from "#lib/run/testing/random.ts";
import { askedBy } from "./judge.ts";
import { pick } from "./scenario.ts";
import type { Stage } from "./stage.ts";
import { count } from "./tally.ts";

export const ANN: Actor = { kind: "person", id: "ann", via: "browser" };
export const BOB: Actor = { kind: "person", id: "bob", via: "cli" };

const WHY = "because of the history";

type Draw = (nodeId: NodeId, run: Run, random: Random) => RunRequest;

/** Every request there is: a new one does not compile until somebody asks for it here. */
const REQUESTS: Readonly<Record<RequestName, Draw>> = {
  approve: (nodeId) => ({ do: "approve", nodeId }),
  withdrawApproval: (nodeId) => ({ do: "withdrawApproval", nodeId }),
  pause: () => ({ do: "pause", reason: WHY }),
  resume: () => ({ do: "resume" }),
  abort: () => ({ do: "abort", reason: WHY }),
  retry: (nodeId) => ({ do: "retry", nodeId }),
  skip: (nodeId) => ({ do: "skip", nodeId, reason: WHY }),
  override: (nodeId, run) => ({ do: "override", nodeId, checkKey: failingCheck(run, nodeId), reason: WHY }),
  moveDrainLimit: (nodeId, _run, random) => ({ do: "moveDrainLimit", nodeId, byMs: random.chance(0.5) ? 5000 : -5000 }),
  goOn: (nodeId) => ({ do: "goOn", nodeId }),
  putBack: (nodeId) => ({ do: "putBack", nodeId, reason: WHY }),
  shorten: (nodeId, _run, random) => ({ do: "shorten", nodeId, limitMs: random.between(0, 3000) }),
  force: (nodeId) => ({ do: "force", nodeId }),
  startAgain: (nodeId) => ({ do: "startAgain", nodeId }),
  accept: (nodeId) => ({ do: "accept", nodeId, reason: WHY }),
  changePolicy: (_nodeId, run, random) => ({
    do: "changePolicy",
    policy: random.chance(0.5) ? { soakMs: 1000 } : run.plan.policy.batch > 1 ? { batch: 1 } : { approval: "none" },
    reason: WHY,
  }),
  acceptTopology: () => ({ do: "acceptTopology", reason: WHY }),
  settle: (nodeId, _run, random) => ({
    do: "settle",
    nodeId,
    how: random.chance(0.3) ? "again" : "leave",
    reason: WHY,
  }),
  note: (nodeId, _run, random) => ({ do: "note", nodeId: random.chance(0.3) ? null : nodeId, text: WHY }),
  finish: () => ({ do: "finish" }),
};

const NAMES = Object.keys(REQUESTS).filter((name) => isRequestName(name));

function isRequestName(name: string): name is RequestName {
  return name in REQUESTS;
}

function failingCheck(run: Run, nodeId: NodeId): string {
  const checks = run.steps.find(({ plan }) => plan.nodeId === nodeId)?.checks ?? [];
  const failing = checks.find(({ verdict, severity }) => verdict !== "pass" && severity === "needsReason");
  return failing === undefined ? "tablets" : checkKey(failing);
}

/** Ends a run sooner than anything else: asked for now and then only. */
const DRASTIC: ReadonlySet<RequestName> = new Set<RequestName>(["abort", "skip"]);

export function ask(stage: Stage, request: RunRequest, actor: Actor): void {
  const console = stage.console();
  const run = console?.orchestrator.activeRun() ?? null;
  if (console === null || run === null) return;
  const nodeId = "nodeId" in request ? request.nodeId : null;
  stage.judge.asked.push(askedBy(actor, request.do, nodeId));
  const asked = console.orchestrator.request(run.id, request, actor);
  void asked.catch(failed(stage, request.do)).then((answer) => {
    if (answer === null) return;
    const accepted = "seq" in answer;
    count(stage.acts, accepted ? request.do : "refused");
    stage.log(
      `${actor.kind === "person" ? actor.id : ""} asks: ${request.do} ${nodeId ?? ""} ${accepted ? "" : "refused"}`,
    );
  });
}

/** A request that fails instead of being answered is a bug of the console. */
function failed(stage: Stage, what: string): (error: unknown) => null {
  return (error) => {
    stage.judge.breach("R11", `the console failed at ${what}: ${String(error)}`);
    return null;
  };
}

/** Something that a person asks of the run as it stands: mostly what is allowed, now and then what is not. */
export function askForAnything(stage: Stage): void {
  const run = stage.console()?.orchestrator.activeRun() ?? null;
  if (run === null) return;
  const { random } = stage;
  const nodes = run.steps.map(({ plan }) => plan.nodeId);
  const underWay = run.steps.filter(({ progress }) => progress.at === "phase").map(({ plan }) => plan.nodeId);
  const current = underWay.length > 1 ? pick(random, underWay, "") : underWay[0];
  const nodeId = current !== undefined && random.chance(0.7) ? current : pick(random, nodes, "");
  const names = random.chance(0.15) ? NAMES : NAMES.filter((name) => !DRASTIC.has(name));
  const all = names.map((name) => REQUESTS[name](nodeId, run, random));
  const nowMs = stage.clock.now();
  const allowed = random.chance(0.1) ? all : all.filter((one) => refusalOf(run, one, nowMs) === null);
  const request = pick<RunRequest | null>(random, allowed, null);
  if (request !== null) ask(stage, request, random.chance(0.5) ? ANN : BOB);
}

/** What brings a hold to its end, most of the time. */
function answersTo(run: Run, why: HoldReason["why"], random: Random): readonly RequestName[] {
  const patient = random.chance(0.7);
  switch (why) {
    case "drainLimit":
      return patient ? ["goOn", "putBack"] : ["moveDrainLimit", "putBack"];
    case "checksFailed":
      return patient ? ["override"] : ["override", "skip"];
    case "outByHand":
      return run.plan.kind === "drain" ? ["putBack"] : ["startAgain"];
    case "inconclusive":
      return ["accept"];
    case "topologyChanged":
      return patient ? ["acceptTopology", "retry"] : ["acceptTopology", "skip", "retry"];
    case "loansOwed":
      return [];
    case "hookFailed":
      return patient ? ["retry"] : ["accept", "skip", "putBack"];
    case "unsettled":
      return ["settle"];
    case "finish":
      return ["finish"];
    case "notGone":
      return patient ? ["force", "retry"] : ["retry"];
    case "commandRefused":
    case "outcomeUnknown":
    case "witnessesDisagree":
    case "notServing":
    case "verifyFailed":
      return patient ? ["retry"] : ["skip", "putBack", "retry"];
    default:
      return why satisfies never;
  }
}

/** Brings the run on: approves, resumes, and answers its hold with the first thing that is allowed. */
export function helpOn(stage: Stage, eager: boolean): void {
  const run = stage.console()?.orchestrator.activeRun() ?? null;
  if (run === null) return;
  const { random } = stage;
  const nowMs = stage.clock.now();
  const first = (requests: readonly RunRequest[]): void => {
    const allowed = requests.find((one) => refusalOf(run, one, nowMs) === null);
    if (allowed !== undefined) ask(stage, allowed, BOB);
  };
  if (run.life.at === "paused" && (eager || random.chance(0.4))) first([{ do: "resume" }]);
  for (const { plan } of run.steps) first([{ do: "approve", nodeId: plan.nodeId }]);
  if (eager)
    first(
      run.steps.filter(({ exit }) => isStuck(exit, nowMs)).map(({ plan }) => ({ do: "force", nodeId: plan.nodeId })),
    );
  if (run.hold === null) return;
  const { nodeId, reason } = run.hold;
  const asked = nodeId === null ? run.steps.map(({ plan }) => plan.nodeId) : [nodeId];
  for (const one of asked) {
    first(answersTo(run, reason.why, random).map((name) => REQUESTS[name](one, run, random)));
  }
}

/** An exit without a limit is a person's to end. */
function isStuck(exit: Run["steps"][number]["exit"], nowMs: number): boolean {
  return exit !== null && exit.deadlineAtMs === null && nowMs - exit.beganAtMs > 30_000;
}

export function startRun(stage: Stage, plan: Plan, actor: Actor = ANN): void {
  const console = stage.console();
  if (console === null) return;
  const asked = console.orchestrator.startRun(plan, [], actor);
  void asked.catch(failed(stage, "start")).then((answer) => {
    if (answer === null) return;
    const accepted = "runId" in answer;
    count(stage.acts, accepted ? `start ${plan.kind}` : "start refused");
    stage.log(accepted ? `${plan.kind} started as ${answer.runId}` : `${plan.kind} refused: ${answer.reason}`);
  });
}
