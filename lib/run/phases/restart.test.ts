import { describe, expect, it } from "vitest";
import { owed } from "../loan.ts";
import { NEW, OLD } from "../testing/plan.ts";
import { aRun, results, telling } from "../testing/scenes.ts";

describe("upgrade, restart and readmit", () => {
  it("[C5] a refused install holds; a retry has an id of its own", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.model.answerFor = () => null;
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("install").slice(0, 2)).toEqual(["r1/be-1/upgrade/install/1", "r1/be-1/upgrade/install/2"]);
  });

  it("[R2] nothing is installed under a process that somebody started meanwhile", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.model.answerFor = () => null;
    console.model.at("be-1").process = {
      identity: "be-1#9",
      version: OLD,
      startedAtMs: 0,
      servesAtMs: console.model.nowMs,
    };
    console.for(5000);
    console.ask({ do: "retry", nodeId: "be-1" });
    console.reachHold("topologyChanged");
    expect(console.model.broken).toEqual([]);
    console.model.at("be-1").process = null;
    console.toEnd();
  });

  it("[P7] an abort after a refused install restores what was there, starts it, and ends aborted", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) => (verb === "install" ? { outcome: "refused", reason: "disk full" } : null);
    console.reachHold("commandRefused");
    console.ask({ do: "abort", reason: "disk full" });
    console.toEnd();
    expect(console.commands("restorePrevious")).toEqual(["r1/be-1/upgrade/restorePrevious/1"]);
    expect(console.model.at("be-1").process?.version).toBe(OLD);
    expect(results(console)).toEqual(["aborted", "aborted"]);
    expect(console.run.life).toMatchObject({ verdict: "aborted", reason: "disk full" });
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });

  it("[P8] a node that is up with the identity from before was not started anew", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const truth = telling(console, (seen) => ({
      ...seen,
      identity: seen.identity === null ? null : { ...seen.identity, value: "be-1#1" },
    }));
    console.for(60_000);
    expect(console.step("be-1").progress).toMatchObject({ phase: "restart" });
    truth();
    console.reach("be-1", "verify");
  });

  it("[P8] one witness that says it refuses work is enough to wait", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const refuses = { value: "refusing", witness: "node", said: "/api/health: 500" } as const;
    const truth = telling(console, (seen) => {
      const atMs = console.model.nowMs;
      return { ...seen, admission: [...seen.admission, { ...refuses, asOfMs: atMs, seenAtMs: atMs }] };
    });
    expect(console.reachHold("notServing")).toMatchObject({ evidence: "It refuses work: /api/health: 500" });
    truth();
    console.reach("be-1", "verify");
  });

  it("[P8] a node that comes up with the wrong version does not serve", () => {
    const console = aRun({ step: { startLimitMs: 30_000 } });
    console.reach("be-1", "restart");
    console.model.at("be-1").disk = OLD;
    const one = console.model.at("be-1");
    if (one.process !== null) one.process = { ...one.process, version: OLD };
    expect(console.reachHold("notServing")).toMatchObject({ evidence: `It runs ${OLD}, not ${NEW}.` });
  });

  it("[A5] a retry in restart starts the node once more", () => {
    const console = aRun({ step: { startLimitMs: 30_000 } });
    console.reach("be-1", "restart");
    console.model.at("be-1").process = null;
    console.reachHold("notServing");
    console.ask({ do: "retry", nodeId: "be-1" });
    console.toEnd();
    expect(console.commands("start").slice(0, 2)).toEqual(["r1/be-1/restart/start/1", "r1/be-1/restart/start/2"]);
  });

  it("[L3] a loan that somebody else changed is reported, and does not keep the node from being verified", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const loan = owed(console.model.loans, ({ purpose, on }) => purpose === "isolate" && on === "fe-2")[0];
    const records = [...console.model.loans].map(([id, record]) =>
      id === loan?.id
        ? ([id, { ...record, state: { at: "superseded", atMs: 1, found: "MANUAL by eve" } }] as const)
        : ([id, record] as const),
    );
    console.model.loans = new Map(records);
    console.until(() => console.step("be-1").progress.at === "ended");
    const readmit = console.step("be-1").phases.find(({ phase }) => phase === "readmit");
    expect(readmit?.evidence).toBe(
      "fe-1: in, fe-2: out MANUAL. Left as others set it: be-1 on fe-2: found MANUAL by eve.",
    );
  });

  it("[L4] done is not believed while something is owed: it is asked again under a new number", () => {
    const console = aRun();
    console.reach("be-1", "restart");
    const done = { outcome: "done", evidence: "so it says" } as const;
    console.model.answerFor = ({ verb }) => (verb === "giveBack" ? done : null);
    console.reachHold("loansOwed");
    console.for(20_000);
    console.model.answerFor = () => null;
    console.until(() => console.step("be-1").progress.at === "ended");
    expect(console.commands("giveBack").length).toBeGreaterThan(1);
    expect(owed(console.model.loans, ({ nodeId }) => nodeId === "be-1")).toEqual([]);
  });

  it("[L4] what cannot be given back is tried again and again, and a person is told", () => {
    const console = aRun();
    console.model.answerFor = ({ verb }) =>
      verb === "giveBack" ? { outcome: "unknown", cause: "fe-2 is silent" } : null;
    expect(console.reachHold("loansOwed")).toMatchObject({ evidence: expect.stringContaining("be-1 on fe-1") });
    console.for(300_000);
    console.model.answerFor = () => null;
    console.toEnd();
    expect(console.run.hold).toBeNull();
    expect(owed(console.model.loans, () => true)).toEqual([]);
  });
});
