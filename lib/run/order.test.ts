import { describe, expect, it } from "vitest";
import type { Observation } from "../cluster/observation.ts";
import { MAX_ATTEMPTS } from "./ask.ts";
import type { Scene } from "./move.ts";
import type { Facts } from "./facts.ts";
import { isDead, orderChange } from "./order.ts";
import type { CommandRecord, Run } from "./state.ts";
import type { Console } from "./testing/console.ts";
import { aNode } from "./testing/plan.ts";
import { aRun, CLUSTER, FES } from "./testing/scenes.ts";
import { wanted } from "./wanted.ts";

/** fe-2, fe-3 and the leader fe-1 are to come; then fe-2 leads. */
function moved(): Scene {
  const console = aRun({ nodes: FES });
  console.model.moveLeader("fe-2");
  return sceneOf(console);
}

function sceneOf({ run, model }: Console): Scene {
  return { run, loans: model.loans, facts: model.facts(wanted(run)), nowMs: model.nowMs };
}

function withFacts(scene: Scene, change: Partial<Facts>): Scene {
  return { ...scene, facts: { ...scene.facts, ...change } };
}

function withRun(scene: Scene, change: Partial<Run>): Scene {
  return { ...scene, run: { ...scene.run, ...change } };
}

/** What the run would be told of its order; null while it stands. */
function told(scene: Scene): { readonly order: readonly string[]; readonly reason: string } | null {
  const event = orderChange(scene)?.event;
  return event?.type === "OrderChanged" ? { order: event.order, reason: event.reason } : null;
}

/** The process of a node by two witnesses. */
function seen(scene: Scene, nodeId: string, ...says: readonly ("up" | "gone")[]): Scene {
  const observation = scene.facts.observations.get(nodeId);
  if (observation === undefined) throw new Error(`nobody tells of ${nodeId}`);
  const { nowMs } = scene;
  const process: Observation["process"] = says.map((value, index) => ({
    value,
    witness: index === 0 ? "controlPlane" : "process",
    asOfMs: nowMs,
    seenAtMs: nowMs,
    said: value,
  }));
  const observations = new Map(scene.facts.observations).set(nodeId, { ...observation, process });
  return withFacts(scene, { observations });
}

describe("the order of what is to come", () => {
  it("[R5] follows a leader that moved, and says which node leads", () => {
    expect(told(moved())).toEqual({ order: ["fe-3", "fe-1", "fe-2"], reason: "fe-2 leads now, so the order follows." });
  });

  it("[R5] stands while nobody lists the nodes", () => {
    expect(told(withFacts(moved(), { nodes: null }))).toBeNull();
  });

  it("[R5] stands while a step is under way whose node was touched", () => {
    const console = aRun({ nodes: CLUSTER });
    console.reach("be-1", "drain");
    console.model.at("be-2").process = null;
    expect(told(sceneOf(console))).toBeNull();
  });

  it("[R5] those that have ended stay in front, as they ended", () => {
    const console = aRun({ nodes: FES });
    console.until(() => console.step("fe-2").progress.at === "ended");
    console.model.moveLeader("fe-3");
    expect(told(sceneOf(console))?.order).toEqual(["fe-2", "fe-1", "fe-3"]);
  });

  it("[T3] is not told while somebody is not listed; accepted as vanished, that one goes last", () => {
    const scene = moved();
    const nodes = scene.facts.nodes?.filter(({ id }) => id !== "fe-3") ?? null;
    const without = withFacts(scene, { nodes, nodesBefore: nodes });
    expect(told(without)).toBeNull();
    const accepted = withRun(without, { topology: { appeared: [], vanished: ["fe-3"] } });
    expect(told(accepted)).toEqual({
      order: ["fe-1", "fe-2", "fe-3"],
      reason: "fe-2 leads now, so the order follows.",
    });
  });

  it("[T3] says of one that vanished that it goes last, where that alone moves the others", () => {
    const scene = sceneOf(aRun({ nodes: [aNode("be-1", "be"), aNode("be-2", "be"), aNode("cn-1", "cn")] }));
    const nodes = scene.facts.nodes?.filter(({ id }) => id !== "be-1") ?? null;
    const accepted = withRun(withFacts(scene, { nodes }), { topology: { appeared: [], vanished: ["be-1"] } });
    expect(told(accepted)?.order).toEqual(["be-2", "cn-1", "be-1"]);
  });

  it("[R5] who is down already goes first, and it says so", () => {
    const scene = seen(sceneOf(aRun({ nodes: FES })), "fe-1", "gone", "gone");
    expect(told(scene)).toEqual({
      order: ["fe-1", "fe-2", "fe-3"],
      reason: "fe-1 is down already, so it goes first.",
    });
  });

  it("[R5] who is down by one witness and up by another is not known to be down", () => {
    const scene = seen(sceneOf(aRun({ nodes: FES })), "fe-1", "up", "gone");
    expect(told(scene)).toBeNull();
    const disputed = { ...scene, step: scene.run.steps.find(({ plan }) => plan.nodeId === "fe-1") };
    expect(disputed.step === undefined || isDead(disputed, disputed.step)).toBe(false);
  });

  it("[R5] where nobody leads, the rank alone is the reason", () => {
    const scene = sceneOf(aRun({ nodes: [aNode("cn-1", "cn"), aNode("be-1", "be")] }));
    const nodes = scene.facts.nodes?.filter(({ role }) => role !== "fe") ?? null;
    expect(told(withFacts(scene, { nodes }))).toEqual({
      order: ["be-1", "cn-1"],
      reason: "be-1 goes before the others by its rank.",
    });
  });
});

describe("a hook that runs", () => {
  const hook = (change: Partial<CommandRecord>): CommandRecord => ({
    command: { id: "h1", verb: "hook", nodeId: "fe-2", when: "before", argv: ["/opt/before"], limitMs: 1000 },
    attempt: 1,
    issuedAtMs: 0,
    answer: null,
    setAside: false,
    past: false,
    ...change,
  });
  const orderWith = (record: CommandRecord): unknown =>
    told(withRun(moved(), { commands: new Map([[record.command.id, record]]) }));
  const unknown: CommandRecord["answer"] = { outcome: { outcome: "unknown", cause: "" }, atMs: 0 };

  it("[R5] is overtaken by nobody: not answered yet, or of which nobody can say anything yet", () => {
    expect(orderWith(hook({}))).toBeNull();
    expect(orderWith(hook({ answer: unknown, attempt: MAX_ATTEMPTS - 1 }))).toBeNull();
  });

  it("[R5] keeps nobody back once it ended, a person looks at it, or it is to run anew", () => {
    expect(orderWith(hook({ answer: { outcome: { outcome: "done", evidence: "" }, atMs: 0 } }))).not.toBeNull();
    expect(orderWith(hook({ answer: unknown, attempt: MAX_ATTEMPTS }))).not.toBeNull();
    expect(orderWith(hook({ setAside: true }))).not.toBeNull();
  });

  it("[R5] no other command keeps the order back", () => {
    expect(orderWith(hook({ command: { id: "b1", verb: "borrow", nodeId: null } }))).not.toBeNull();
  });
});
