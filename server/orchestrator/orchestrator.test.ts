import { beforeEach, describe, expect, it } from "vitest";
import type { Actor } from "#lib/run/actor.ts";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { isOwed } from "#lib/run/loan.ts";
import { aPlan, NEW, type PlanChange } from "#lib/run/testing/plan.ts";
import { createMemoryJournal } from "#server/journal/memory.ts";
import { LEASE_TTL_MS } from "#server/journal/lease.ts";
import { createObserver } from "#server/observer/observer.ts";
import { createOrchestrator, type Orchestrator } from "./orchestrator.ts";
import { JournalDamaged } from "./journal-damaged.ts";
import type { Clock, Driver, History, Journal, Log, Observer } from "./ports.ts";
import { createManualClock, type ManualClock } from "./testing/manual-clock.ts";
import { mortal } from "./testing/mortal.ts";
import { createScriptedCluster, SCRIPTED_NODES, type ScriptedCluster } from "./testing/scripted-cluster.ts";

const ann: Actor = { kind: "person", id: "ann", via: "browser" };
const bob: Actor = { kind: "person", id: "bob", via: "cli" };
const history: History = { append: () => undefined, query: async () => [], close: async () => undefined };

let errors: string[];
const log: Log = { info: () => undefined, warn: () => undefined, error: (message) => errors.push(message) };

let clock: ManualClock;
let cluster: ScriptedCluster;
let journal: Journal;
let console1: { orchestrator: Orchestrator; observer: Observer };

type Surroundings = { readonly clock: Clock; readonly driver: Driver; readonly journal: Journal };

function boot({ clock, driver, journal }: Surroundings, owner = "console-1"): typeof console1 {
  const observer = createObserver({ clusterId: "c1", driver, history, clock, log, random: () => 0.5 });
  const orchestrator = createOrchestrator({ clusterId: "c1", owner, driver, observer, journal, clock, log });
  observer.start();
  return { orchestrator, observer };
}

/** Short of what a person does, everything goes on by itself. */
const UNATTENDED: PlanChange = { policy: { approval: "none", soakMs: 3000 } };
const plan = (change: PlanChange = UNATTENDED): ReturnType<typeof aPlan> => aPlan(SCRIPTED_NODES, "upgrade", change);

beforeEach(() => {
  errors = [];
  clock = createManualClock(1_000_000);
  cluster = createScriptedCluster(clock);
  journal = createMemoryJournal();
  console1 = boot({ clock, driver: cluster.driver, journal });
});

async function until(condition: () => boolean, limitMs = 600_000): Promise<void> {
  const endMs = clock.now() + limitMs;
  while (!condition()) {
    if (clock.now() > endMs) throw new Error(`not so within ${limitMs} ms: ${condition.toString()}`);
    await clock.advance(250);
  }
}

const isOver = (orchestrator: Orchestrator) => (): boolean => {
  const [run] = orchestrator.state().runs;
  return run !== undefined && run.endedAtMs !== null;
};

async function start(orchestrator: Orchestrator, change?: PlanChange): Promise<string> {
  await orchestrator.start();
  await clock.advance(2000);
  const started = await orchestrator.startRun(plan(change), [], ann);
  if (!("runId" in started)) throw new Error(started.reason);
  return started.runId;
}

async function events(runId: string): Promise<readonly Recorded<RunEvent>[]> {
  return console1.orchestrator.readRun(runId, 0);
}

function expectUpgraded(): void {
  for (const { id } of SCRIPTED_NODES) expect(`${id} ${cluster.versionOf(id)}`).toBe(`${id} ${NEW}`);
  expect([...cluster.borrowed.keys()]).toEqual([]);
  const expected = SCRIPTED_NODES.flatMap(({ id }) => ["exit", "install", "start"].map((verb) => `${verb} ${id}`));
  expect(cluster.deeds.map(({ verb, nodeId }) => `${verb} ${nodeId}`)).toEqual(expected);
}

describe("a run", () => {
  it("takes a whole cluster to the new version, one node after the other, and owes nothing at its end", async () => {
    const runId = await start(console1.orchestrator);
    // Started 1002 s after 1970.
    expect(runId).toBe("c1.1-ru");
    await until(isOver(console1.orchestrator));
    const [run] = console1.orchestrator.state().runs;
    expect(run).toMatchObject({ verdict: "finished", startedBy: ann });
    expectUpgraded();
    expect(console1.orchestrator.state().loans.filter(isOwed)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it("carries out hooks and Finish, once each, under ids of their own", async () => {
    const hook = { argv: ["/opt/hook"], limitMs: 30_000 };
    const policy = { approval: "none", soakMs: 1000, finish: "later", hooks: { before: hook, after: null } } as const;
    const runId = await start(console1.orchestrator, { policy });
    await until(() => console1.orchestrator.activeRun()?.hold?.reason.why === "finish");
    expect(console1.orchestrator.state().loans.filter(isOwed)).toEqual([]);
    await clock.advance(60_000);
    expect(console1.orchestrator.activeRun()).not.toBeNull();
    expect(await console1.orchestrator.request(runId, { do: "finish" }, ann)).toHaveProperty("seq");
    await until(isOver(console1.orchestrator));
    const deeds = (verb: string): readonly string[] =>
      cluster.deeds.filter((deed) => deed.verb === verb).map(({ nodeId }) => nodeId);
    expect(deeds("hook")).toEqual(SCRIPTED_NODES.map(({ id }) => id));
    expect(deeds("finalize")).toEqual(SCRIPTED_NODES.map(({ id }) => id));
  });

  it("notes who was listed when it began, and is no wider than that", async () => {
    const runId = await start(console1.orchestrator);
    const [first] = await events(runId);
    const listed = SCRIPTED_NODES.map(({ id }) => id);
    expect(first?.event).toMatchObject({ type: "RunStarted", plan: { listed } });
  });

  it("[rule 6] records each command before it is carried out, and its answer after", async () => {
    const seen: string[] = [];
    const watching: Journal = {
      ...journal,
      append: async (stream, seq, fence, atMs, drafts) => {
        const answer = await journal.append(stream, seq, fence, atMs, drafts);
        seen.push(...drafts.map(({ event }) => JSON.stringify(event)));
        return answer;
      },
    };
    const driver: Driver = {
      ...cluster.driver,
      exit: (id, act, signal) => {
        expect(seen.some((text) => text.includes("CommandIssued") && text.includes(id))).toBe(true);
        expect(seen.some((text) => text.includes("CommandAnswered") && text.includes(id))).toBe(false);
        return cluster.driver.exit(id, act, signal);
      },
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver, journal: watching });
    await start(console1.orchestrator);
    await until(isOver(console1.orchestrator));
    expect(cluster.deeds.filter(({ verb }) => verb === "exit")).toHaveLength(4);
  });

  it("[rule 8] records what it borrows before it takes it", async () => {
    const driver: Driver = {
      ...cluster.driver,
      take: async (loans, signal) => {
        const known = console1.orchestrator.state().loans.map(({ loan }) => loan.id);
        expect(known).toEqual(expect.arrayContaining(loans.map(({ id }) => id)));
        return cluster.driver.take(loans, signal);
      },
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver, journal });
    await start(console1.orchestrator);
    await until(isOver(console1.orchestrator));
    expectUpgraded();
  });

  it("waits for a person where the plan says so, and starts nothing meanwhile", async () => {
    const runId = await start(console1.orchestrator, { policy: { approval: "every", soakMs: 1000 } });
    await clock.advance(60_000);
    expect(cluster.deeds).toEqual([]);
    expect(await console1.orchestrator.request(runId, { do: "approve", nodeId: "be-1" }, ann)).toHaveProperty("seq");
    await until(() => cluster.deeds.length === 3);
    await clock.advance(60_000);
    expect(new Set(cluster.deeds.map(({ nodeId }) => nodeId))).toEqual(new Set(["be-1"]));
  });

  it("lets one of two people through who ask for the same at once, and tells the second who was first", async () => {
    const runId = await start(console1.orchestrator, { policy: { approval: "every" } });
    await clock.advance(5000);
    const answers = await Promise.all([
      console1.orchestrator.request(runId, { do: "pause", reason: "lunch" }, ann),
      console1.orchestrator.request(runId, { do: "pause", reason: "tea" }, bob),
    ]);
    expect(answers[0]).toHaveProperty("seq");
    expect(answers[1]).toMatchObject({ already: { by: ann } });
  });

  it("[rule 7] is the only one of its cluster, also when two are started at once", async () => {
    await console1.orchestrator.start();
    await clock.advance(2000);
    const answers = await Promise.all([
      console1.orchestrator.startRun(plan(), [], ann),
      console1.orchestrator.startRun(plan(), [], bob),
    ]);
    expect(answers[0]).toEqual({ runId: expect.stringMatching(/^c1\.1-/) });
    expect(answers[1]).toMatchObject({ already: { by: ann } });
    expect(await journal.streams("run/")).toHaveLength(1);
  });

  it("[rule 4] does not start while a check stands against it, unless it may be answered for and is", async () => {
    const check = { id: "lone-replicas", nodeId: null, title: "No lone replicas", verdict: "fail" } as const;
    cluster.checks = [{ ...check, severity: "needsReason", evidence: "One stands on be-1.", remedy: "Add another." }];
    await console1.orchestrator.start();
    await clock.advance(2000);
    const refused = await console1.orchestrator.startRun(plan(), [], ann);
    expect(refused).toMatchObject({ reason: expect.stringContaining("One stands on be-1. Add another.") });
    expect(await journal.streams("run/")).toEqual([]);
    const overrides = [{ checkKey: "lone-replicas", reason: "test data" }];
    expect(await console1.orchestrator.startRun(plan(), overrides, ann)).toEqual({ runId: expect.any(String) });
    await until(isOver(console1.orchestrator));
    expectUpgraded();
  });

  it("holds, and goes on trying nothing else, when a command is refused", async () => {
    cluster.exitAnswer = { outcome: "refused", reason: "there is no stop script" };
    await start(console1.orchestrator);
    await until(() => console1.orchestrator.activeRun()?.hold?.reason.why === "commandRefused");
    await clock.advance(60_000);
    expect(cluster.deeds).toEqual([]);
  });

  it("takes a driver that fails for one whose act is unknown, and asks again under the same id", async () => {
    let failed = 0;
    const ids = new Set<string>();
    const driver: Driver = {
      ...cluster.driver,
      install: async (id, nodeId, version, signal) => {
        ids.add(id);
        failed += 1;
        if (failed === 1) throw new Error("a slip of the programmer");
        return cluster.driver.install(id, nodeId, version, signal);
      },
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver, journal });
    const runId = await start(console1.orchestrator);
    await until(isOver(console1.orchestrator));
    expectUpgraded();
    expect(ids.size).toBe(4);
    const answers = (await events(runId)).map(({ event }) => event).filter(({ type }) => type === "CommandAnswered");
    expect(JSON.stringify(answers)).toContain("a slip of the programmer");
    expect(errors).toEqual(["The driver failed: a bug"]);
  });
});

describe("a driver that never answers", () => {
  it("is asked again under the same id when its time is over, and borrows nothing when it comes back late", async () => {
    const stuck: (() => void)[] = [];
    const ids: string[] = [];
    let surveys = 0;
    const driver: Driver = {
      ...cluster.driver,
      install: (id, nodeId, version, signal) => {
        ids.push(id);
        return ids.length === 1 ? new Promise(() => undefined) : cluster.driver.install(id, nodeId, version, signal);
      },
      survey: async (what, signal) => {
        if (what.purpose === "isolate" && (surveys += 1) === 1) await new Promise<void>((go) => stuck.push(go));
        return cluster.driver.survey(what, signal);
      },
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver, journal });
    await start(console1.orchestrator);
    await until(isOver(console1.orchestrator), 7_200_000);
    expectUpgraded();
    expect(ids[0]).toBe(ids[1]);
    for (const go of stuck) go();
    await clock.advance(1000);
    expect([...cluster.borrowed.keys()]).toEqual([]);
  });
});

describe("a console that is killed", () => {
  /** How many things a whole run does or keeps. */
  async function wholeRun(): Promise<number> {
    const whole = mortal(clock, cluster.driver, journal);
    await console1.observer.stop();
    console1 = boot(whole);
    await start(console1.orchestrator);
    await until(isOver(console1.orchestrator));
    return whole.steps();
  }

  it(
    "[rule 6, 8] leaves a run that the next one ends as if nothing had been, wherever it died",
    { timeout: 120_000 },
    async () => {
      const steps = await wholeRun();
      expect(steps).toBeGreaterThan(100);
      for (let diesAfter = 2; diesAfter < steps; diesAfter += 1) {
        clock = createManualClock(1_000_000);
        cluster = createScriptedCluster(clock);
        journal = createMemoryJournal();
        const first = mortal(clock, cluster.driver, journal, diesAfter);
        const doomed = boot(first);
        await doomed.orchestrator.start();
        await clock.advance(2000);
        void doomed.orchestrator.startRun(plan(), [], ann);
        await until(() => first.isDead());
        console1 = boot({ clock, driver: cluster.driver, journal });
        await console1.orchestrator.start();
        await until(isOver(console1.orchestrator));
        expect({ diesAfter, verdict: console1.orchestrator.state().runs[0]?.verdict }).toEqual({
          diesAfter,
          verdict: "finished",
        });
        expectUpgraded();
        expect(console1.orchestrator.state().loans.filter(isOwed)).toEqual([]);
        await console1.orchestrator.stop();
        await console1.observer.stop();
      }
      expect(errors).toEqual([]);
    },
  );

  it("[rule 8] leaves loans that the next one gives back although their run has ended", async () => {
    const fence = await journal.claim("c1", "console-1", clock.now());
    if ("heldBy" in fence) throw new Error("held");
    const loan = { id: "l1", runId: "c1.9", purpose: "isolate", nodeId: "be-1", kind: "scripted" } as const;
    const where = { on: "fe-1", key: "be-1", before: null, value: "MANUAL", what: "be-1 on fe-1" } as const;
    const actor: Actor = { kind: "rule", rule: "R8" };
    await journal.append("cluster/c1", 0, fence, clock.now(), [
      { actor, event: { type: "LoanRecorded", loan: { ...loan, ...where } } },
    ]);
    await cluster.driver.take([{ ...loan, ...where }], new AbortController().signal);
    expect([...cluster.borrowed.keys()]).toEqual(["fe-1 be-1"]);
    await console1.orchestrator.start();
    await clock.advance(1000);
    expect([...cluster.borrowed.keys()]).toEqual([]);
    expect(console1.orchestrator.state().loans).toEqual([]);
  });
});

describe("[rule 7] two consoles", () => {
  it("do not own a cluster at once: the second watches, and says who owns it", async () => {
    const runId = await start(console1.orchestrator);
    const second = boot({ clock, driver: cluster.driver, journal }, "console-2");
    await second.orchestrator.start();
    expect(second.orchestrator.state()).toMatchObject({ owned: false, ownedBy: "console-1" });
    expect(second.orchestrator.state().problem).toContain("console-1");
    expect(await second.orchestrator.startRun(plan(), [], bob)).toMatchObject({
      reason: expect.stringContaining("console-1"),
    });
    await until(isOver(second.orchestrator));
    expect(second.orchestrator.state().runs.map(({ id }) => id)).toEqual([runId]);
    expectUpgraded();
  });

  it("pass a cluster on when the first dies without a word, as soon as its lease has run out", async () => {
    await console1.observer.stop();
    const first = mortal(clock, cluster.driver, journal);
    const doomed = boot(first);
    await start(doomed.orchestrator);
    await clock.advance(6000);
    first.kill();
    const diedAtMs = clock.now();
    console1 = boot({ clock, driver: cluster.driver, journal }, "console-2");
    await console1.orchestrator.start();
    await until(() => console1.orchestrator.state().owned);
    expect(clock.now() - diedAtMs).toBeLessThanOrEqual(LEASE_TTL_MS + 2500);
    await until(isOver(console1.orchestrator));
    expectUpgraded();
  });

  it("are told apart by the epoch: the first carries out nothing more once it is fenced", async () => {
    const runId = await start(console1.orchestrator, { policy: { approval: "every" } });
    await until(() => console1.orchestrator.activeRun() !== null);
    // The first sleeps through its lease, as a suspended process does: another takes the cluster at a later time.
    const taken = await journal.claim("c1", "console-2", clock.now() + LEASE_TTL_MS);
    expect(taken).toHaveProperty("epoch");
    const answer = await console1.orchestrator.request(runId, { do: "approve", nodeId: "be-1" }, ann);
    expect(answer).toMatchObject({ reason: expect.stringContaining("console-2") });
    const before = (await events(runId)).length;
    await clock.advance(5000);
    expect(await events(runId)).toHaveLength(before);
    expect(cluster.deeds).toEqual([]);
    expect(console1.orchestrator.state().owned).toBe(false);
  });
});

describe("a journal that cannot be relied on", () => {
  it("[rule 6] is not missed by a console that begins with an empty one: what hosts remember is of other runs", async () => {
    const restart = async (): Promise<readonly string[]> => {
      await console1.orchestrator.start();
      await clock.advance(2000);
      const before = cluster.deeds.length;
      await console1.orchestrator.startRun(aPlan(SCRIPTED_NODES, "restart", UNATTENDED), [], ann);
      await until(isOver(console1.orchestrator));
      return cluster.deeds.slice(before).map(({ verb, nodeId }) => `${verb} ${nodeId}`);
    };
    const expected = SCRIPTED_NODES.flatMap(({ id }) => [`exit ${id}`, `start ${id}`]);
    expect(await restart()).toEqual(expected);
    await console1.orchestrator.stop();
    await console1.observer.stop();
    console1 = boot({ clock, driver: cluster.driver, journal: createMemoryJournal() });
    expect(await restart()).toEqual(expected);
    expect(console1.orchestrator.state().runs).toMatchObject([{ verdict: "finished" }]);
  });

  it("stops everything when it cannot be written, and goes on from disk when it can again", async () => {
    const disk = { full: false };
    const failing: Journal = {
      ...journal,
      append: (...given) => (disk.full ? Promise.reject(new Error("the disk is full")) : journal.append(...given)),
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver: cluster.driver, journal: failing });
    const runId = await start(console1.orchestrator);
    await until(() => cluster.deeds.length > 0);
    disk.full = true;
    await until(() => console1.orchestrator.state().problem !== null);
    expect(console1.orchestrator.state().problem).toContain("the disk is full");
    expect(console1.orchestrator.state().readOnly).toContain("the disk is full");
    expect(console1.orchestrator.state().runs).toMatchObject([{ id: runId, endedAtMs: null }]);
    const refused = await console1.orchestrator.request(runId, { do: "pause", reason: "" }, ann);
    expect(refused).toMatchObject({ reason: expect.stringContaining("the disk is full") });
    const before = cluster.deeds.length;
    await clock.advance(30_000);
    expect(cluster.deeds).toHaveLength(before);
    disk.full = false;
    await until(isOver(console1.orchestrator));
    expect(console1.orchestrator.state().readOnly).toBeNull();
    expectUpgraded();
  });

  it("leaves a cluster to be watched when it is damaged, with what to do", async () => {
    const damaged: Journal = {
      ...journal,
      read: (stream) =>
        Promise.reject(new JournalDamaged(stream, 7, "it is not what was written.", "Take the backup.")),
    };
    await console1.observer.stop();
    console1 = boot({ clock, driver: cluster.driver, journal: damaged });
    await console1.orchestrator.start();
    await clock.advance(2000);
    expect(console1.orchestrator.state().problem).toContain("cluster/c1 #7");
    expect(console1.orchestrator.state().problem).toContain("Take the backup.");
    expect(Object.keys(console1.observer.observed().nodes)).toHaveLength(4);
    expect(await console1.orchestrator.startRun(plan(), [], ann)).toMatchObject({
      reason: expect.stringContaining("Take the backup."),
    });
    await console1.orchestrator.stop();
  });
});

describe("stopping", () => {
  it("starts nothing new, gives the cluster up at once, and leaves the run to the next console", async () => {
    await start(console1.orchestrator);
    await until(() => cluster.deeds.some(({ verb }) => verb === "exit"));
    const stopping = console1.orchestrator.stop();
    await clock.advance(6000);
    await stopping;
    await console1.observer.stop();
    const before = cluster.deeds.length;
    await clock.advance(10_000);
    expect(cluster.deeds).toHaveLength(before);
    console1 = boot({ clock, driver: cluster.driver, journal }, "console-2");
    await console1.orchestrator.start();
    expect(console1.orchestrator.state().owned).toBe(true);
    await until(isOver(console1.orchestrator));
    expectUpgraded();
  });
});
