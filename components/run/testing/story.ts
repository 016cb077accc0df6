/** Runs for tests, played by the real core on the model: their events are those that a console would have recorded. */
import type { Observation } from "#lib/cluster/observation.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { Phase } from "#lib/run/plan.ts";
import { refusalOf } from "#lib/run/refusal.ts";
import type { Run, Step } from "#lib/run/state.ts";
import { currentStep, stepOf } from "#lib/run/state.ts";
import { Console } from "#lib/run/testing/console.ts";
import { Model } from "#lib/run/testing/model.ts";
import { aNode, aPlan, type PlanChange } from "#lib/run/testing/plan.ts";
import { randomFrom } from "#lib/run/testing/random.ts";
import { invariant } from "#lib/util/invariant.ts";
import type { RunKind } from "#lib/run/plan.ts";

export const START_MS = Date.parse("2026-03-12T02:00:00Z");

export type Story = {
  readonly console: Console;
  readonly model: Model;
  readonly run: () => Run;
  readonly step: (nodeId: string) => Step;
  readonly nowMs: () => number;
  readonly ask: (request: RunRequest) => void;
  readonly untilPhase: (nodeId: string, phase: Phase) => void;
  readonly untilHeld: () => void;
  readonly untilEnded: () => void;
  /** Work that does not end by itself for as long as this. */
  readonly busy: (nodeId: string, pieces: number, ms: number) => void;
};

/** be-1, be-2 and fe-1, in this order; every one to be approved. */
export function aStory(kind: RunKind, change: PlanChange = {}, nodes = NODES): Story {
  const model = new Model([...nodes, ...OTHERS], randomFrom(1), undefined, START_MS);
  const policy = { approval: "every", ...change.policy } as const;
  const console = new Console(model, aPlan(nodes, kind, { ...change, policy }));
  const until = (what: (run: Run) => boolean): void => console.until(what);
  return {
    console,
    model,
    run: () => console.run,
    step: (nodeId) => {
      const step = stepOf(console.run, nodeId);
      invariant(step !== null, `${nodeId} is in the story`);
      return step;
    },
    nowMs: () => model.nowMs,
    ask: (request) => {
      const refused = refusalOf(console.run, request, model.nowMs);
      invariant(refused === null, `the story asks what is allowed: ${refused?.reason ?? ""}`);
      console.ask(request);
    },
    untilPhase: (nodeId, phase) =>
      until((run) => {
        const { progress } = stepOf(run, nodeId) ?? {};
        return progress?.at === "phase" && progress.phase === phase;
      }),
    untilHeld: () => until((run) => run.hold !== null),
    untilEnded: () => until((run) => run.life.at === "ended"),
    busy: (nodeId, pieces, ms) => {
      for (let i = 0; i < pieces; i += 1) model.at(nodeId).work.set(`long-${i}`, model.nowMs + ms);
    },
  };
}

export const NODES = [aNode("be-1", "be"), aNode("be-2", "be"), aNode("fe-1", "fe", "leader")];

/** Not in the plan: a majority, and somebody who goes on serving. */
const OTHERS = [aNode("fe-8", "fe", "follower"), aNode("fe-9", "fe", "follower"), aNode("be-9", "be")];

export function approveAll(story: Story): void {
  for (const { plan } of story.run().steps) story.ask({ do: "approve", nodeId: plan.nodeId });
}

export function currentId(story: Story): string | null {
  return currentStep(story.run())?.plan.nodeId ?? null;
}

export function anObservation(change: Partial<Observation> = {}): Observation {
  return {
    nodeId: "be-1",
    process: [],
    admission: [],
    routing: [],
    work: null,
    identity: null,
    version: null,
    word: "OK",
    remark: "",
    memoryPct: null,
    diskPct: null,
    startedAtMs: null,
    ...change,
  };
}
