import { describe, expect, it } from "vitest";
import type { Observation, ProcessState } from "../cluster/observation.ts";
import type { Command } from "./command.ts";
import { mayStillBeSent } from "./inherited.ts";
import type { Phase } from "./plan.ts";
import { sceneIn, type SceneChange } from "./testing/step-scene.ts";

const ISOLATE: Command = { id: "i", verb: "isolate", nodeId: "be-1" };
const EXIT: Command = { id: "e", verb: "exit", nodeId: "be-1", limitMs: null, how: "graceful", identity: null };

type Others = "serve" | "out" | "unknown" | "one out, one unknown";

/** In a cluster whose other nodes stand like this; be-1 shows that it leaves, or nothing. */
function may(command: Command, phase: Phase, others: Others = "serve", leaves = false, of: SceneChange = {}): string {
  const gone: ProcessState = leaves ? "exiting" : "up";
  const seen = (found: Observation): Observation => ({
    ...found,
    process: found.process.map((fact) => ({ ...fact, value: gone })),
    admission: [],
  });
  const scene = sceneIn(phase, { seen, ...of });
  const observations = new Map(scene.facts.observations);
  const change = (id: string, to: (found: Observation) => Observation): void => {
    const found = observations.get(id);
    if (found !== undefined) observations.set(id, to(found));
  };
  const out = (found: Observation): Observation => ({
    ...found,
    process: found.process.map((fact) => ({ ...fact, value: "gone" as const })),
  });
  if (others === "out" || others === "one out, one unknown") change("be-2", out);
  if (others === "unknown" || others === "one out, one unknown") {
    change("cn-1", (found) => ({ ...found, process: [], admission: [] }));
  }
  const steps = scene.run.steps.map((step) => (step.plan.nodeId === "be-1" ? scene.step : step));
  return mayStillBeSent({ ...scene, run: { ...scene.run, steps }, facts: { ...scene.facts, observations } }, command);
}

describe("a command that another console had written down", () => {
  it("[C6] is sent when it takes nothing out of service, or is of no step", () => {
    const start: Command = { id: "s", verb: "start", nodeId: "be-1" };
    expect(may(start, "drain", "out")).toBe("yes");
    expect(may({ id: "b", verb: "borrow", nodeId: null }, "drain", "out")).toBe("yes");
    expect(may({ ...ISOLATE, nodeId: "be-7" }, "drain", "out")).toBe("yes");
  });

  it("[C6] that takes a node out is sent in its own phases alone", () => {
    const phases: readonly Phase[] = ["check", "isolate", "drain", "exit", "restart"];
    expect(phases.map((phase) => may(ISOLATE, phase))).toEqual(["no", "yes", "yes", "no", "no"]);
    expect(phases.map((phase) => may(EXIT, phase))).toEqual(["no", "no", "no", "no", "no"]);
    const back = { at: "puttingBack", sinceMs: 0, as: "skipped", by: { kind: "rule", rule: "x" }, reason: "" } as const;
    expect(may(ISOLATE, "drain", "serve", false, { step: { progress: back } })).toBe("no");
    expect(may(ISOLATE, "drain", "serve", false, { step: { progress: { at: "waiting" } } })).toBe("no");
  });

  it("[C6] is not sent while rule 1 does not hold, and not known while nobody can tell", () => {
    expect(may(ISOLATE, "isolate", "out")).toBe("no");
    expect(may(ISOLATE, "isolate", "unknown")).toBe("notKnown");
    expect(may(ISOLATE, "isolate", "one out, one unknown")).toBe("no");
  });

  it("[C6] is no exit, unless the node is seen to leave: its time ran while nobody was there", () => {
    expect(may(EXIT, "exit", "serve")).toBe("no");
    expect(may(EXIT, "exit", "serve", true)).toBe("yes");
  });

  it("[C6] is sent all the same to a node that is seen to leave", () => {
    expect(may(EXIT, "exit", "out", true)).toBe("yes");
    expect(may(ISOLATE, "isolate", "out", true)).toBe("no");
  });
});
