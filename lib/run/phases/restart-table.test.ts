import { describe, expect, it } from "vitest";
import type { Admission, Fact, Observation, ProcessState, Witness } from "../../cluster/observation.ts";
import type { Outcome } from "../command.ts";
import { NEW, OLD } from "../testing/plan.ts";
import { DONE, record, REFUSED, said, sceneIn, UNKNOWN, type SceneChange } from "../testing/step-scene.ts";
import { missingToServe, restart } from "./restart.ts";

type Seen = {
  readonly process?: readonly (readonly [Witness, ProcessState, number])[];
  readonly admission?: readonly (readonly [Admission, number])[];
  readonly identity?: readonly [string, number] | null;
  readonly version?: readonly [string, number] | null;
  readonly word?: string;
  readonly remark?: string;
};

function fact<T>(witness: Witness, value: T, asOfMs: number): Fact<T> {
  return { value, witness, asOfMs, seenAtMs: asOfMs, said: `${witness} says ${String(value)}` };
}

/** be-1 was started and serves as it should, unless said otherwise; ages are in ms before now. */
function seen(of: Seen): (found: Observation, nowMs: number) => Observation {
  return (found, nowMs) => ({
    ...found,
    word: of.word ?? "OK",
    remark: of.remark ?? "",
    process: (of.process ?? [["controlPlane", "up", 0]]).map(([by, value, age]) => fact(by, value, nowMs - age)),
    admission: (of.admission ?? [["accepting", 0]]).map(([value, age]) => fact("controlPlane", value, nowMs - age)),
    identity:
      of.identity === null ? null : fact("controlPlane", of.identity?.[0] ?? "be-1#2", nowMs - (of.identity?.[1] ?? 0)),
    version: of.version === null ? null : fact("controlPlane", of.version?.[0] ?? NEW, nowMs - (of.version?.[1] ?? 0)),
  });
}

function missing(of: Seen, change: SceneChange = {}): string | null {
  const scene = sceneIn("restart", { afterMs: 20_000, seen: seen(of), ...change });
  return missingToServe(scene, scene.sinceMs);
}

describe("a node that was started", () => {
  it("[P8] serves when it is up, accepts work, is another process and runs the version that was put there", () => {
    expect(missing({})).toBeNull();
    expect(missing({}, { seen: null })).toBe("Nobody tells anything of it.");
  });

  it("[P8] is up by the control plane since it was started, where that is a witness; else by anyone", () => {
    expect(missing({ process: [["controlPlane", "up", 10_000]] })).toBeNull();
    expect(missing({ process: [["controlPlane", "up", 10_001]] })).toMatch(/^Not seen up by the control plane\./);
    expect(missing({ process: [["process", "up", 0]] })).toMatch(/^Not seen up/);
    expect(
      missing({
        process: [
          ["controlPlane", "exiting", 0],
          ["process", "up", 0],
        ],
      }),
    ).toMatch(/^Not seen up/);
    expect(missing({ process: [["process", "up", 0]] }, { planned: { witnesses: ["process"] } })).toBeNull();
    expect(missing({ process: [["process", "exiting", 0]] }, { planned: { witnesses: ["process"] } })).toMatch(
      /any witness/,
    );
  });

  it("[P8] what was told before its start says nothing of it, and at that very moment it does", () => {
    expect(missing({ process: [["controlPlane", "up", 5001]] }, { afterMs: 5000 })).toMatch(/^Not seen up/);
    expect(missing({ process: [["controlPlane", "up", 5000]] }, { afterMs: 5000 })).toBeNull();
    expect(missing({ admission: [["accepting", 5001]] }, { afterMs: 5000 })).toMatch(
      /^Nobody says that it accepts work/,
    );
    expect(missing({ admission: [["accepting", 5000]] }, { afterMs: 5000 })).toBeNull();
    expect(missing({ admission: [["refusing", 5001]] }, { afterMs: 5000 })).toMatch(
      /^Nobody says that it accepts work/,
    );
  });

  it("[P8] says what the system says of it", () => {
    expect(missing({ process: [] })).toBe("Not seen up by the control plane. The system says OK.");
    expect(missing({ process: [], word: "" })).toBe("Not seen up by the control plane. The system says nothing.");
    expect(missing({ process: [], remark: "no memory" })).toBe(
      "Not seen up by the control plane. The system says OK: no memory.",
    );
  });

  it("[P8] takes work when somebody says so lately, and nobody says otherwise", () => {
    expect(
      missing({
        admission: [
          ["accepting", 0],
          ["refusing", 0],
        ],
      }),
    ).toBe("It refuses work: controlPlane says refusing");
    expect(
      missing({
        admission: [
          ["accepting", 0],
          ["refusing", 10_001],
        ],
      }),
    ).toBeNull();
    expect(missing({ admission: [["accepting", 10_001]] })).toBe(
      "Nobody says that it accepts work. The system says OK.",
    );
    expect(missing({ admission: [] })).toBe("Nobody says that it accepts work. The system says OK.");
  });

  it("[P8] shows another identity than before, told lately", () => {
    expect(missing({ identity: null })).toBe("Its identity is not known.");
    expect(missing({ identity: ["be-1#2", 10_001] })).toBe("Its identity is not known.");
    expect(missing({ identity: ["be-1#1", 0] })).toBe("It still shows the identity from before, be-1#1.");
    expect(missing({ identity: ["be-1#1", 0] }, { step: { before: null } })).toBeNull();
    expect(missing({ identity: ["be-1#1", 0] }, { step: { before: { identity: null, version: null } } })).toBeNull();
  });

  it("[P8] runs the target where one was installed", () => {
    expect(missing({ version: null })).toBe("It does not tell its version.");
    expect(missing({ version: [NEW, 10_001] })).toBe("It does not tell its version.");
    expect(missing({ version: [OLD, 0] })).toBe(`It runs ${OLD}, not ${NEW}.`);
    const install = { id: "r1/be-1/upgrade/install/1", verb: "install", nodeId: "be-1", version: NEW } as const;
    for (const outcome of [REFUSED, null])
      expect(missing({ version: [OLD, 0] }, { commands: [record(install, outcome)] })).toBeNull();
    expect(missing({ version: null }, { plan: { targetVersion: null } })).toBeNull();
  });
});

describe("the start of a node", () => {
  const start = { id: "r1/be-1/restart/start/1", verb: "start", nodeId: "be-1" } as const;
  const at = (afterMs: number, outcome: Outcome | null, of: Seen = {}): ReturnType<typeof restart> => {
    const { sinceMs } = sceneIn("restart");
    const told = record(start, outcome, { issuedAtMs: sinceMs, atMs: sinceMs });
    return restart(sceneIn("restart", { afterMs, seen: seen(of), commands: [told] }));
  };

  it("[P8] is over when it was answered, or its answer says nothing, and the node serves", () => {
    expect(at(1000, DONE).events.map(({ event }) => event)).toMatchObject([
      { type: "PhaseEnded", phase: "restart", evidence: `OK, version ${NEW}, identity be-1#2.` },
    ]);
    expect(said(at(500, UNKNOWN))).toEqual(["PhaseEnded"]);
    expect(said(at(500, null))).toEqual([]);
    expect(said(at(500, REFUSED))).toEqual([]);
    expect(at(500, REFUSED).hold).toMatchObject({ reason: { why: "commandRefused" } });
  });

  it("[C3] whose answer says nothing is asked for again, while the node does not serve", () => {
    expect(said(at(1000, UNKNOWN, { process: [] }))).toEqual(["r1/be-1/restart/start/1 #2"]);
  });

  it("[P8] that takes longer than the plan gives it waits for a person, with what is missing", () => {
    const { sinceMs } = sceneIn("restart");
    expect(at(119_999, DONE, { process: [] })).toEqual({ events: [], hold: null, wakeAtMs: sinceMs + 120_000 });
    expect(at(120_000, DONE, { process: [] }).hold).toMatchObject({
      nodeId: "be-1",
      reason: { why: "notServing", evidence: "Not seen up by the control plane. The system says OK." },
    });
    expect(at(120_000, null).hold).toMatchObject({ reason: { evidence: "Its start gave no answer." } });
  });

  it("[A8] tried again, what was told since the first start counts", () => {
    const { sinceMs } = sceneIn("restart");
    const again = { ...start, id: "r1/be-1/restart/start/2" };
    const commands = [
      record(start, REFUSED, { issuedAtMs: sinceMs, atMs: sinceMs, setAside: true }),
      record(again, DONE, { issuedAtMs: sinceMs + 9000, atMs: sinceMs + 9000 }),
    ];
    const told = seen({ process: [["controlPlane", "up", 2000]], admission: [["accepting", 2000]] });
    expect(said(restart(sceneIn("restart", { afterMs: 10_000, seen: told, commands })))).toEqual(["PhaseEnded"]);
  });
});
