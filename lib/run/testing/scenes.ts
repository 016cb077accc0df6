import type { Observation } from "../../cluster/observation.ts";
import type { Check } from "../check.ts";
import type { RunKind } from "../plan.ts";
import { Console } from "./console.ts";
import { Model } from "./model.ts";
import { aNode, aPlan, type PlanChange } from "./plan.ts";
import { randomFrom } from "./random.ts";

/** What the scenes of the tests begin with: a small cluster, a run over it, and ways to lie about it. */

export const BES = [aNode("be-1", "be"), aNode("be-2", "be")];
export const FES = [aNode("fe-2", "fe", "follower"), aNode("fe-3", "fe", "follower"), aNode("fe-1", "fe", "leader")];
export const CLUSTER = [...BES, aNode("cn-1", "cn"), aNode("cn-2", "cn"), ...FES];

export function aRun(change: PlanChange & { readonly kind?: RunKind; readonly nodes?: typeof CLUSTER } = {}): Console {
  const model = new Model(CLUSTER, randomFrom(7));
  return new Console(model, aPlan(change.nodes ?? BES, change.kind ?? "upgrade", change));
}

export const UNHEALTHY: Check = {
  id: "tablets",
  nodeId: null,
  title: "Every tablet is healthy",
  severity: "needsReason",
  verdict: "fail",
  evidence: "12 are not.",
  remedy: "Wait.",
};

/** From now on the world tells of be-1 what this makes of it. Gives the way back to the truth. */
export function telling(console: Console, change: (seen: Observation) => Observation): () => void {
  const facts = console.model.facts.bind(console.model);
  console.model.facts = (wanted) => {
    const all = facts(wanted);
    const seen = all.observations.get("be-1");
    return seen === undefined ? all : { ...all, observations: new Map(all.observations).set("be-1", change(seen)) };
  };
  return () => {
    console.model.facts = facts;
  };
}

export function results(console: Console): readonly unknown[] {
  return console.run.steps.map(({ progress }) => (progress.at === "ended" ? progress.result : progress.at));
}
