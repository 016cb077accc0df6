import { describe, expect, it } from "vitest";
import type { Observation, ProcessState } from "../../cluster/observation.ts";
import type { Policy } from "../plan.ts";
import { BOB } from "../testing/console.ts";
import { DONE, record, said, sceneIn, UNKNOWN, type SceneChange } from "../testing/step-scene.ts";
import { confirm } from "./confirm.ts";
import { identityEvent, noteIdentity, startedAnew } from "./identity.ts";
import { hook } from "./hook.ts";
import { sinceOf } from "./since.ts";

const EXIT = {
  id: "r1/be-1/exit/exit/1",
  verb: "exit",
  nodeId: "be-1",
  limitMs: null,
  how: "graceful",
  identity: null,
} as const;

type Says = readonly [ProcessState | null, ProcessState | null];

/** What control plane and process table say of be-1, which exited before this phase; ages in ms before now. */
function saying(says: Says, ageMs = 0): (found: Observation, nowMs: number) => Observation {
  return (found, nowMs) => {
    const asOfMs = nowMs - ageMs;
    const process = (["controlPlane", "process"] as const).flatMap((witness, index) => {
      const value = says[index] ?? null;
      return value === null ? [] : [{ value, witness, asOfMs, seenAtMs: asOfMs, said: "" }];
    });
    return { ...found, process, admission: [], identity: null };
  };
}

/** The phase ends at once where everybody says gone, so it is the exit's scene that is looked at as the next phase. */
function at(says: Says, of: SceneChange & { readonly ageMs?: number } = {}): ReturnType<typeof confirm> {
  const base = sceneIn("exit");
  const progress = { at: "phase", phase: "confirm", sinceMs: base.sinceMs } as const;
  const commands = [record(EXIT, DONE, { atMs: base.sinceMs })];
  const scene = sceneIn("exit", { seen: saying(says, of.ageMs), commands, ...of });
  return confirm({ ...scene, step: { ...scene.step, progress, ...of.step } });
}

const since = (): number => sceneIn("exit").sinceMs;

describe("that a node is gone", () => {
  it("[P6] is confirmed by every witness since its exit began", () => {
    expect(said(at(["gone", "gone"], { afterMs: 5000 }))).toEqual(["PhaseEnded"]);
    expect(said(at(["gone", null], { afterMs: 5000 }))).toEqual([]);
    expect(said(at(["gone", "gone"], { afterMs: 5000, ageMs: 5000 }))).toEqual(["PhaseEnded"]);
    expect(said(at(["gone", "gone"], { afterMs: 5000, ageMs: 5001 }))).toEqual([]);
  });

  it("[P6] is looked at by a person after 120 s, who is told whether witnesses disagree", () => {
    const why = (says: Says): unknown => at(says, { afterMs: 120_000 }).hold?.reason.why;
    expect(at(["up", "up"], { afterMs: 119_999 })).toEqual({ events: [], hold: null, wakeAtMs: since() + 120_000 });
    expect(why(["gone", "up"])).toBe("witnessesDisagree");
    expect(why(["exiting", "gone"])).toBe("witnessesDisagree");
    expect(why(["gone", null])).toBe("notGone");
    expect(why(["up", "exiting"])).toBe("notGone");
    expect(why([null, null])).toBe("notGone");
  });

  it("[A12] a kill that a person asks for meanwhile is sent, and none by rule", () => {
    const exit = { beganAtMs: since(), deadlineAtMs: since(), forceAskedBy: BOB, endedAtMs: since(), forced: false };
    const leaving: Says = ["up", "exiting"];
    expect(said(at(leaving, { afterMs: 20_000, step: { exit } }))).toEqual(["r1/be-1/exit/force/1 #1"]);
    expect(said(at(leaving, { afterMs: 20_000, step: { exit: { ...exit, forceAskedBy: null } } }))).toEqual([]);
  });

  it("[P6] without an exit of ours counts from when it was asked", () => {
    const phase = {
      phase: "confirm",
      beganAtMs: since() + 1000,
      endedAtMs: null,
      skipped: null,
      evidence: "",
    } as const;
    const other = { ...phase, phase: "exit", beganAtMs: since() + 9000 } as const;
    const step = { exit: null, phases: [other, phase] };
    expect(said(at(["gone", "gone"], { afterMs: 5000, ageMs: 4000, step }))).toEqual(["PhaseEnded"]);
    expect(said(at(["gone", "gone"], { afterMs: 5000, ageMs: 4001, step }))).toEqual([]);
    expect(said(at(["gone", "gone"], { afterMs: 5000, ageMs: 5000, step: { exit: null, phases: [] } }))).toEqual([
      "PhaseEnded",
    ]);
  });
});

describe("who a node is", () => {
  const told = (ageMs: number | null): SceneChange["seen"] => {
    return (found, nowMs) => ({
      ...found,
      identity:
        ageMs === null
          ? null
          : { value: "be-1#2", witness: "controlPlane", asOfMs: nowMs - ageMs, seenAtMs: nowMs, said: "" },
      version: null,
    });
  };

  it("[P2] is noted as far as anybody tells", () => {
    const noted = (seen: SceneChange["seen"]): unknown =>
      identityEvent(sceneIn("isolate", seen === undefined ? {} : { seen })).event;
    expect(noted(told(0))).toEqual({ type: "IdentityNoted", nodeId: "be-1", identity: "be-1#2", version: null });
    expect(noted(null)).toEqual({ type: "IdentityNoted", nodeId: "be-1", identity: null, version: null });
    expect(noted(undefined)).toMatchObject({ identity: "be-1#1", version: "4.0.6-aaaaaaa" });
  });

  it("[A8] is read again after a retry, when somebody tells it lately", () => {
    const read = (seen: SceneChange["seen"], before: { identity: string; version: null } | null = null): unknown => {
      const move = noteIdentity(sceneIn("isolate", { seen: seen ?? null, step: { before }, afterMs: 20_000 }));
      return move === null ? null : said(move);
    };
    expect(read(told(10_000))).toEqual(["IdentityNoted"]);
    expect(read(told(10_001))).toEqual([]);
    expect(read(told(null))).toEqual([]);
    expect(read(null)).toEqual([]);
    expect(read(told(0), { identity: "be-1#1", version: null })).toBeNull();
  });

  it("[P4] is another when it was started anew, which names both", () => {
    const anew = startedAnew(sceneIn("isolate", { seen: told(0) ?? null }), 0);
    expect(anew?.reason).toMatchObject({ evidence: "be-1 was started anew: it was be-1#1 and is be-1#2 now." });
    expect(startedAnew(sceneIn("isolate", { seen: told(0) ?? null, step: { before: null } }), 0)).toBeNull();
  });
});

describe("a hook that was begun", () => {
  const argv = ["/opt/hook"];
  const begun = (when: "before" | "after", outcome: Parameters<typeof record>[1], setAside = false): SceneChange => {
    const command = { id: `r1/be-1/${when}/hook/1`, verb: "hook", nodeId: "be-1", when, argv, limitMs: 1 } as const;
    return { commands: [record(command, outcome, { setAside })] };
  };
  const planned: Partial<Policy> = { hooks: { before: { argv, limitMs: 1 }, after: { argv, limitMs: 1 } } };
  const accepted = { hookAccepted: { by: BOB, reason: "it is well" } };
  const run = (when: "before" | "after", of: SceneChange = {}): unknown => {
    const move = hook(sceneIn("verify", { change: {}, afterMs: 60_000, ...of }), when);
    return move === null ? null : said(move);
  };

  it("[K3] and failed after the node was verified is over when a person accepts it, once it was answered", () => {
    const failed = { outcome: "refused", reason: "exit code 1" } as const;
    expect(run("after", { ...begun("after", failed), step: accepted })).toBeNull();
    expect(run("after", begun("after", failed))).toEqual([]);
    expect(run("after", { ...begun("after", null), step: accepted })).toEqual([]);
    expect(run("before", { ...begun("before", failed), step: accepted })).toEqual([]);
  });

  it("[K5] is followed although the policy names none any more, and one that was set aside is not", () => {
    expect(run("after", begun("after", UNKNOWN))).toEqual(["r1/be-1/after/hook/1 #2"]);
    expect(run("after", begun("after", UNKNOWN, true))).toBeNull();
    expect(run("after")).toBeNull();
  });

  it("[K1] is begun with what the policy names; before a node is touched only while nobody paused the run", () => {
    const policy = (life: "running" | "aborting"): SceneChange => {
      const scene = sceneIn("verify");
      const at =
        life === "running"
          ? ({ at: "running" } as const)
          : ({ at: "aborting", by: BOB, sinceMs: 0, reason: "" } as const);
      return { plan: { policy: { ...scene.run.plan.policy, ...planned } }, run: { life: at } };
    };
    expect(run("before", policy("running"))).toEqual(["r1/be-1/before/hook/1 #1"]);
    expect(run("before", policy("aborting"))).toEqual([]);
    const { plan, run: life } = policy("aborting");
    const move = hook(
      sceneIn("verify", { plan: plan ?? {}, run: { ...life, plan: { ...sceneIn("verify").run.plan, ...plan } } }),
      "after",
    );
    expect(move === null ? null : said(move)).toEqual(["r1/be-1/after/hook/1 #1"]);
  });
});

describe("since when a step stands where it stands", () => {
  it("[D2] is known of one that is under way alone", () => {
    expect(sinceOf({ at: "phase", phase: "drain", sinceMs: 7 })).toBe(7);
    expect(sinceOf({ at: "puttingBack", sinceMs: 8, as: "skipped", by: BOB, reason: "" })).toBe(8);
    expect(sinceOf({ at: "waiting" })).toBe(0);
  });
});
