import { describe, expect, it } from "vitest";
import type { ClusterNode } from "../cluster/node.ts";
import type { Observation } from "../cluster/observation.ts";
import type { Check } from "./check.ts";
import { interlocks } from "./interlocks.ts";
import type { StepScene } from "./move.ts";
import type { Model } from "./testing/model.ts";
import type { Console } from "./testing/console.ts";
import { aNode } from "./testing/plan.ts";
import { aRun, CLUSTER } from "./testing/scenes.ts";
import { wanted } from "./wanted.ts";

type Change = {
  readonly nodeId?: string;
  readonly world?: (model: Model) => void;
  readonly nodes?: (nodes: readonly ClusterNode[]) => readonly ClusterNode[];
  readonly seen?: Readonly<Record<string, (seen: Observation) => Observation | null>>;
  readonly most?: number;
  readonly before?: (console: Console) => void;
};

/** The check with this id of be-1, or of another, in the cluster of every scene. */
function checkOf(id: string, change: Change = {}): Pick<Check, "verdict" | "evidence"> {
  const console = aRun({ nodes: CLUSTER, policy: { maxUnavailable: change.most ?? 1 } });
  change.before?.(console);
  change.world?.(console.model);
  const facts = console.model.facts(wanted(console.run));
  const observations = new Map(facts.observations);
  for (const [nodeId, of] of Object.entries(change.seen ?? {})) {
    const seen = observations.get(nodeId);
    const now = seen === undefined ? null : of(seen);
    if (now === null) observations.delete(nodeId);
    else observations.set(nodeId, now);
  }
  const nodes = change.nodes?.(facts.nodes ?? []) ?? facts.nodes;
  const { nowMs, loans } = console.model;
  const step = console.step(change.nodeId ?? "be-1");
  const scene: StepScene = { run: console.run, step, loans, facts: { ...facts, nodes, observations }, nowMs };
  const found = interlocks(scene).find((check) => check.id === id);
  if (found === undefined) throw new Error(`no interlock ${id}`);
  return { verdict: found.verdict, evidence: found.evidence };
}

const pass = (evidence: string): unknown => ({ verdict: "pass", evidence });
const fail = (evidence: string): unknown => ({ verdict: "fail", evidence });
const unknown = (evidence: string): unknown => ({ verdict: "unknown", evidence });

const down =
  (...ids: readonly string[]) =>
  (model: Model): void => {
    for (const id of ids) model.at(id).process = null;
  };

/** Two witnesses contradict each other. */
const disputed = (seen: Observation): Observation => {
  const [fact] = seen.process;
  if (fact === undefined) throw new Error("nobody tells of its process");
  return { ...seen, process: [fact, { ...fact, witness: "node", value: "gone", said: "connection refused" }] };
};
const silent = (): null => null;
/** Everything that is told of it is so old. */
const old =
  (ms: number) =>
  (seen: Observation): Observation => {
    const earlier = <T extends { readonly asOfMs: number; readonly seenAtMs: number }>(fact: T): T => ({
      ...fact,
      asOfMs: fact.asOfMs - ms,
      seenAtMs: fact.seenAtMs - ms,
    });
    return { ...seen, process: seen.process.map(earlier), admission: seen.admission.map(earlier) };
  };

describe("whether it is the node that was planned for", () => {
  it("says what it is and where", () => {
    expect(checkOf("topology")).toEqual(pass("be at be-1:9050."));
  });

  it("[T2] is not known while the nodes were listed only once", () => {
    const console = aRun();
    const facts = { ...console.model.facts(wanted(console.run)), nodesBefore: null };
    const { run, model } = console;
    const scene = { run, step: console.step("be-1"), loans: model.loans, facts, nowMs: model.nowMs };
    expect(interlocks(scene)[0]).toMatchObject({
      verdict: "unknown",
      evidence: "The nodes were listed only once so far.",
      remedy: "See whether the control plane can be reached.",
    });
  });
});

describe("whether its state is known", () => {
  it("[R10] says what it is, and of one that is silent since when", () => {
    expect(checkOf("observed")).toEqual(pass("It is serving."));
    expect(checkOf("observed", { seen: { "be-1": silent } })).toEqual(unknown("Nothing was ever told of it."));
    const before = (console: Console): void => console.model.tick(90_000);
    expect(checkOf("observed", { before, seen: { "be-1": old(42_000) } })).toEqual(unknown("Last told of 42 s ago."));
  });

  it("[R10] says who contradicts whom", () => {
    expect(checkOf("observed", { seen: { "be-1": disputed } })).toEqual(fail("process: up; connection refused"));
  });
});

describe("whether its turn has come", () => {
  it("[R3] those before it have ended; those that have not are named", () => {
    expect(checkOf("previous-settled")).toEqual(pass("0 before it are settled."));
    expect(checkOf("previous-settled", { nodeId: "cn-1" })).toEqual(fail("Not settled yet: be-1, be-2."));
    const before = (console: Console): void => {
      console.ask({ do: "skip", nodeId: "be-1", reason: "broken disk" });
    };
    expect(checkOf("previous-settled", { nodeId: "cn-1", before })).toEqual(fail("Not settled yet: be-2."));
    expect(checkOf("previous-settled", { nodeId: "be-2", before })).toEqual(pass("1 before it are settled."));
  });

  it("[R5] those of a lower rank that have not ended are named", () => {
    expect(checkOf("order")).toEqual(pass("Nobody has to go before it."));
    expect(checkOf("order", { nodeId: "fe-2" })).toEqual(fail("To go first: be-1, be-2, cn-1, cn-2."));
  });

  it("[R5] one that is down goes before its rank", () => {
    const change = { nodeId: "fe-2", world: down("fe-2") };
    expect(checkOf("order", change)).toEqual(pass("It is down already, so it goes first."));
  });

  it("[R5] one that is not listed keeps nobody back", () => {
    const nodes = (all: readonly ClusterNode[]): readonly ClusterNode[] => all.filter(({ role }) => role !== "be");
    expect(checkOf("order", { nodeId: "cn-1", nodes })).toEqual(pass("Nobody has to go before it."));
  });
});

describe("how many may be out of service", () => {
  it("[R1] says who else is out, and who is not known", () => {
    const id = "max-unavailable";
    expect(checkOf(id)).toEqual(pass("All others serve."));
    expect(checkOf(id, { world: down("cn-1", "cn-2") })).toEqual(
      fail("Allowed 1 at a time; out of service: cn-1, cn-2."),
    );
    const seen = { "be-2": silent, "fe-3": silent };
    expect(checkOf(id, { seen })).toEqual(unknown("Allowed 1 at a time; not known: be-2, fe-3."));
    expect(checkOf(id, { seen, world: down("cn-1"), most: 3 })).toEqual(
      unknown("Allowed 3 at a time; out of service: cn-1; not known: be-2, fe-3."),
    );
    expect(checkOf(id, { world: down("cn-1"), most: 2 })).toEqual(pass("Allowed 2; out of service: cn-1."));
  });

  it("[R1] one of which witnesses contradict each other is not known", () => {
    expect(checkOf("max-unavailable", { seen: { "cn-1": disputed } })).toEqual(
      unknown("Allowed 1 at a time; not known: cn-1."),
    );
  });

  it("[R1] a step whose node is out already takes no other out", () => {
    expect(checkOf("max-unavailable", { world: down("be-1", "cn-1") })).toEqual(
      pass("be-1 is out already: its step takes no other out."),
    );
  });
});

describe("the last that serves", () => {
  it("[R1] others of its role and pool serve, at most five of them named", () => {
    expect(checkOf("last-serving")).toEqual(pass("1 others serve: be-2."));
    const many = Array.from({ length: 7 }, (_, index) => aNode(`be-${index + 1}`, "be"));
    const world = (model: Model): void => {
      for (const node of many) if (!model.nodes.has(node.id)) model.nodes.set(node.id, model.at("be-2"));
    };
    const serving = { nodes: () => many, seen: {}, world };
    expect(checkOf("last-serving", serving)).toEqual(pass("6 others serve: be-2, be-3, be-4, be-5, be-6."));
  });

  it("[R1] of another pool, or another role, is no other of it", () => {
    const apart = (all: readonly ClusterNode[]): readonly ClusterNode[] =>
      all.map((node) => (node.id === "be-2" ? { ...node, pool: "night" } : node));
    expect(checkOf("last-serving", { nodes: apart })).toEqual(fail("No other be of pool default serves."));
    expect(checkOf("last-serving", { world: down("be-2") })).toEqual(fail("No other be of pool default serves."));
  });

  it("[R1] one that does not serve is no loss", () => {
    expect(checkOf("last-serving", { world: down("be-1", "be-2") })).toEqual(pass("be-1 does not serve already."));
  });
});
