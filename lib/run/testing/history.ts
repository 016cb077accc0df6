import * as fc from "fast-check";
import type { ClusterNode } from "../../cluster/node.ts";
import type { OnDrainLimit, Policy, RunKind } from "../plan.ts";
import { refusalOf } from "../refusal.ts";
import type { RunRequest } from "../request.ts";
import type { Run } from "../state.ts";
import { BOB, Console } from "./console.ts";
import { Model } from "./model.ts";
import { aNode, aPlan, type PlanChange } from "./plan.ts";
import { randomFrom } from "./random.ts";

/** Histories at random, and how one is played to its end: what the properties hold on, and what is recorded. */

export const CLUSTER = [
  aNode("be-1", "be"),
  aNode("be-2", "be"),
  aNode("cn-1", "cn"),
  aNode("cn-2", "cn"),
  aNode("fe-1", "fe", "leader"),
  aNode("fe-2", "fe", "follower"),
  aNode("fe-3", "fe", "follower"),
];

/** Where several nodes at once are possible. */
export const WIDE = [
  ...[1, 2, 3, 4, 5].map((number) => aNode(`be-${number}`, "be")),
  ...[1, 2, 3, 4].map((number) => aNode(`cn-${number}`, "cn")),
  aNode("fe-1", "fe", "leader"),
];

/** A history: a cluster with its faults, a plan, what people ask for and when, and when the console dies. */
export type History = {
  readonly seed: number;
  readonly unknown: number;
  readonly leaderMoves: number;
  readonly hearsayMs: number;
  readonly refused: number;
  readonly unwell: number;
  readonly slow: boolean;
  readonly restarts: number;
  readonly kind: RunKind;
  readonly nodes: number;
  readonly policy: Pick<Policy, "approval" | "onDrainLimit" | "finish" | "hooks" | "unansweredMs" | "failureBudget">;
  /** A backend appears after so many seconds. */
  readonly appearsAtS: number | null;
  readonly workMs: number;
  readonly asks: readonly { readonly afterS: number; readonly ask: number }[];
  readonly crashes: readonly number[];
  /** It also dies when this many events are written, in the middle of a batch if need be. */
  readonly diesAfter: number | null;
};

const HOOK = { argv: ["/opt/hook"], limitMs: 60_000 };

export const history: fc.Arbitrary<History> = fc.record({
  seed: fc.integer(),
  unknown: fc.constantFrom(0, 0, 0.2, 0.5),
  leaderMoves: fc.constantFrom(0, 0, 0.02),
  hearsayMs: fc.constantFrom(0, 4000, 9000),
  refused: fc.constantFrom(0, 0, 0.3),
  unwell: fc.constantFrom(0, 0, 0.02),
  slow: fc.boolean(),
  // A front end that is away by itself beside our node is nobody's breach: [R1] sets it to nothing.
  restarts: fc.constantFrom(0, 0, 0.01),
  kind: fc.constantFrom<RunKind>("upgrade", "upgrade", "upgrade", "downgrade", "restart", "stop", "drain"),
  nodes: fc.integer({ min: 1, max: CLUSTER.length }),
  policy: fc.record({
    approval: fc.constantFrom("every", "firstOfRole", "firstThenLook", "none"),
    onDrainLimit: fc.constantFrom<OnDrainLimit>(
      { do: "ask" },
      { do: "goOn" },
      { do: "extend", byMs: 10_000, atMostMs: 20_000 },
    ),
    finish: fc.constantFrom("atOnce", "atOnce", "later"),
    hooks: fc.constantFrom<Policy["hooks"]>(
      { before: null, after: null },
      { before: null, after: null },
      { before: HOOK, after: HOOK },
    ),
    unansweredMs: fc.constantFrom(null, 120_000),
    failureBudget: fc.constantFrom(null, 3),
  }),
  appearsAtS: fc.constantFrom(null, null, 20, 100),
  workMs: fc.constantFrom(3000, 90_000),
  asks: fc.array(fc.record({ afterS: fc.integer({ min: 0, max: 60 }), ask: fc.nat(10_000) }), { maxLength: 20 }),
  crashes: fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 5 }),
  diesAfter: fc.constant(null),
});

/** Something that a person asks of the run as it stands: mostly what is allowed, now and then what is not. */
function request(run: Run, pick: number, nowMs: number): RunRequest {
  const nodeId = run.steps[pick % run.steps.length]?.plan.nodeId ?? "";
  const current = run.steps.find(({ progress }) => progress.at === "phase")?.plan.nodeId ?? nodeId;
  const reason = "because of the test";
  const requests: readonly RunRequest[] = [
    { do: "pause", reason },
    { do: "resume" },
    { do: "abort", reason },
    { do: "approve", nodeId },
    { do: "withdrawApproval", nodeId },
    { do: "skip", nodeId, reason },
    { do: "skip", nodeId: current, reason },
    { do: "putBack", nodeId: current, reason },
    { do: "goOn", nodeId: current },
    { do: "moveDrainLimit", nodeId: current, byMs: 30_000 },
    { do: "moveDrainLimit", nodeId: current, byMs: -30_000 },
    { do: "shorten", nodeId: current, limitMs: 3000 },
    { do: "force", nodeId: current },
    { do: "retry", nodeId: current },
    { do: "startAgain", nodeId: current },
    { do: "acceptTopology", reason },
    { do: "changePolicy", policy: { soakMs: 1000 + (pick % 7) * 1000 }, reason },
    { do: "changePolicy", policy: { finish: pick % 2 === 0 ? "atOnce" : "later" }, reason },
    { do: "settle", nodeId, how: pick % 2 === 0 ? "again" : "leave", reason },
    { do: "override", nodeId: current, checkKey: "tablets", reason },
    { do: "accept", nodeId: current, reason },
    { do: "changePolicy", policy: { failureBudget: pick % 2 === 0 ? null : 1 + (pick % 5) }, reason },
  ];
  if (pick % 11 === 3) return { do: "note", nodeId: pick % 2 === 0 ? null : nodeId, text: `note ${pick}` };
  // An abort and a skip end what there is to see, so they come now and then.
  const tame = pick % 8 === 1 ? requests : requests.filter((one) => one.do !== "abort" && one.do !== "skip");
  const allowed = tame.filter((one) => refusalOf(run, one, nowMs) === null);
  const from = pick % 10 === 0 ? requests : allowed;
  return from[Math.floor(pick / 10) % from.length] ?? { do: "resume" };
}

/** A person who brings every run to its end: approves, resumes, tries again, starts again, puts back. */
function helpOn(console: Console): void {
  const { run } = console;
  if (run.life.at === "paused") console.ask({ do: "resume" }, BOB);
  for (const { plan } of run.steps) console.ask({ do: "approve", nodeId: plan.nodeId }, BOB);
  if (run.hold?.reason.why === "unsettled") settleAll(console, run.hold.reason.nodeIds);
  console.ask({ do: "acceptTopology", reason: "it is well so" }, BOB);
  console.ask({ do: "finish" }, BOB);
  const held = run.hold?.nodeId ?? null;
  if (run.hold === null || held === null) return;
  if (run.hold.reason.why === "topologyChanged") console.ask({ do: "skip", nodeId: held, reason: "it is gone" }, BOB);
  if (run.hold.reason.why === "drainLimit") console.ask({ do: "moveDrainLimit", nodeId: held, byMs: 60_000 }, BOB);
  if (run.hold.reason.why === "inconclusive") console.ask({ do: "accept", nodeId: held, reason: "it is well" }, BOB);
  else if (run.hold.reason.why !== "outByHand") console.ask({ do: "retry", nodeId: held }, BOB);
  if (run.plan.kind === "drain") console.ask({ do: "putBack", nodeId: held, reason: "enough" }, BOB);
  console.ask({ do: "startAgain", nodeId: held }, BOB);
}

/** Once more, as long as nobody took it again before; then it is left. */
function settleAll(console: Console, nodeIds: readonly string[]): void {
  for (const nodeId of nodeIds) {
    const again = !console.all("StepSettled").some((event) => event.nodeId === nodeId);
    console.ask({ do: "settle", nodeId, how: again ? "again" : "leave", reason: "for the test" }, BOB);
  }
}

export function consoleFor(
  h: History,
  nodes: readonly ClusterNode[] = CLUSTER.slice(0, h.nodes),
  change: PlanChange = {},
  cluster: readonly ClusterNode[] = CLUSTER,
): Console {
  const model = new Model(cluster, randomFrom(h.seed), h);
  model.workMs = h.workMs;
  const policy = { ...h.policy, ...change.policy };
  const step = { drainLimitMs: 20_000, exitLimitMs: 41_000, ...change.step };
  return new Console(model, aPlan(nodes, h.kind, { policy, step }));
}

function appear(model: Model): void {
  const other = new Model([aNode("be-9", "be")], randomFrom(1), undefined, model.nowMs);
  model.nodes.set("be-9", other.at("be-9"));
}

/** The same, with several nodes at once: of one role, or the last of one and the first of the next. */
export function wideConsole(h: History, batch: number): Console {
  const nodes = WIDE.filter(({ role }) => role !== "fe");
  const first = Math.abs(h.seed) % (nodes.length - 1);
  const policy = { batch, maxUnavailable: batch };
  return consoleFor(h, nodes.slice(first, first + Math.max(2, h.nodes)), { policy }, WIDE);
}

/** Plays a history to its end; `each` looks at the world every second. */
export function play(
  h: History,
  each: (console: Console) => void = () => undefined,
  watch: Console["watch"] = () => undefined,
): Console {
  const console = consoleFor(h);
  console.watch = watch;
  return playOn(console, h, each);
}

/** Whoever helps looks so often. */
export function playOn(console: Console, h: History, each: (console: Console) => void, helpEveryS = 7): Console {
  console.diesAfter = h.diesAfter;
  const asks = new Map<number, number[]>();
  let atS = 0;
  for (const { afterS, ask } of h.asks) {
    atS += afterS;
    asks.set(atS, [...(asks.get(atS) ?? []), ask]);
  }
  const lastS = atS + 30;
  for (let second = 0; console.run.life.at !== "ended"; second += 1) {
    if (second > 6000) throw new Error(`does not end: ${console.where()}`);
    if (h.crashes.includes(second)) console.crash();
    if (second === h.appearsAtS) appear(console.model);
    if (console.model.random.chance(0.005)) console.model.failedSoFar += 1;
    console.round();
    for (const ask of asks.get(second) ?? []) console.ask(request(console.run, ask, console.model.nowMs));
    if (second > lastS && second % helpEveryS === 0) helpOn(console);
    each(console);
    console.model.tick(1000);
  }
  return console;
}
