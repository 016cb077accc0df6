/**
 * What every driver promises, told to the fake, the twin and real systems alike. The tests of one suite run in their order
 * on one cluster: a node is taken aside, put back, stopped, replaced, started, killed and brought back.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NodeId } from "#lib/cluster/node.ts";
import { isVersion } from "#lib/cluster/version.ts";
import type { Outcome } from "#lib/run/command.ts";
import type { Loan } from "#lib/run/loan.ts";
import type { Plan, PlannedStep } from "#lib/run/plan.ts";
import type { Clock, Driver, PlanRequest, Sighting } from "#server/orchestrator/ports.ts";
import { aRequest, POLICY } from "./shared/testing/plans.ts";

export type DriverUnderTest = {
  readonly driver: Driver;
  /** The driver of a console that was started anew, on the same cluster and with the same memory on disk. */
  readonly anotherConsole: () => Driver;
  readonly clock: Clock;
  /** An identity that a node had before this one; absent where it ends in the time of its start. */
  readonly earlier?: (identity: string) => string;
  /** A node with routers before it, and one without; both serve and may be stopped. */
  readonly routed: NodeId;
  readonly direct: NodeId;
  /** What runs, and what lies ready to be installed. */
  readonly from: string;
  readonly to: string;
  readonly exitLimitMs: number;
  readonly close: () => Promise<void>;
};

export function driverContract(name: string, build: () => Promise<DriverUnderTest>): void {
  describe(`${name} keeps the promises of a driver`, () => {
    let under: DriverUnderTest;
    /** Its owner starts another in its place, by itself and at once. */
    let startsItself = false;
    const { signal } = new AbortController();
    const ids = commandIds();
    beforeAll(async () => {
      under = await build();
      await sightingOf(under, under.routed);
      startsItself = (await stepOf(under, under.routed)).startsItself === true;
    });
    afterAll(async () => {
      await under?.close();
    });

    it("reads every node with who it is, what it runs and where it stands in the order", async () => {
      const reading = await under.driver.readCluster(signal);
      if (!reading.ok) throw new Error(reading.why);
      const { nodes, sightings } = reading.value;
      expect(nodes.map(({ id }) => id)).toEqual(expect.arrayContaining([under.routed, under.direct]));
      expect(sightings.map(({ nodeId }) => nodeId)).toEqual(nodes.map(({ id }) => id));
      for (const sighting of sightings) {
        expect(sighting.identity).not.toBeNull();
        expect(new Set(sighting.process.map(({ value }) => value))).toEqual(new Set(["up"]));
      }
      const leaders = nodes.filter(({ leadership }) => leadership === "leader");
      const last = Math.max(...nodes.map(({ rank }) => rank.upgrade));
      expect(leaders.map(({ rank }) => rank.upgrade)).toEqual(leaders.map(() => last));
    });

    it("asks a node itself: its own witness, its process, its routers and its work", async () => {
      const { witnesses } = await stepOf(under, under.routed);
      const sighting = await under.driver.readNode(under.routed, true, signal);
      const said = sighting.process.map(({ witness, value }) => `${witness} ${value}`);
      expect(said).toEqual(
        expect.arrayContaining(["node up", ...witnesses.map((witness) => `${witness} up`)].filter(isOfNode)),
      );
      expect(sighting.process.every(({ value }) => value === "up")).toBe(true);
      expect(await routesOf(under)).toEqual(expect.arrayContaining(["in"]));
      expect(sighting.work?.inFlight.every(({ count }) => count === null || count >= 0) ?? true).toBe(true);
      const unknown = await under.driver.readNode("no-such-node", true, signal);
      expect(unknown.process).toEqual([]);
    });

    it("plans the leader last, leaves out what runs the version already, and freezes each step's phases", async () => {
      const made = await planOf(under, { targetVersion: under.to });
      const reading = await under.driver.readCluster(signal);
      const listed = reading.ok ? reading.value.nodes : [];
      const ranks = made.steps.map(({ nodeId }) => listed.find(({ id }) => id === nodeId)?.rank.upgrade ?? -1);
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect(ranks).not.toContain(-1);
      for (const step of made.steps) expect(step.phases.map(({ phase }) => phase)).toContain("confirm");
      const direct = made.steps.find(({ nodeId }) => nodeId === under.direct);
      expect(direct?.phases.find(({ phase }) => phase === "isolate")?.skip).toMatch(/\w/);
      const none = await under.driver.plan(request(under, { targetVersion: under.from }), signal);
      expect(none).toMatchObject({ ok: false });
      expect(under.driver.commandLines(made, under.routed).map(({ phase }) => phase)).toContain("exit");
    });

    it("answers preflight and interlocks as data, each with evidence, and a remedy where it fails", async () => {
      const made = await planOf(under, { targetVersion: under.to });
      const baseline = await under.driver.baseline(signal);
      if (!baseline.ok) throw new Error(baseline.why);
      const step = made.steps.find(({ nodeId }) => nodeId === under.routed);
      if (step === undefined) throw new Error(`${under.routed} is no step`);
      const checks = [
        ...(await under.driver.preflight(made, signal)),
        ...(await under.driver.checks(made, step, { baseline: baseline.value, out: [] }, signal)),
        ...(await under.driver.gates(made, step, { baseline: baseline.value, out: [] }, signal)),
      ];
      for (const check of checks) {
        expect(check.evidence, check.id).not.toBe("");
        if (check.verdict !== "pass") expect(check.remedy, check.id).not.toBe("");
      }
      const blocking = checks.filter(({ severity, verdict }) => severity === "blocks" && verdict !== "pass");
      // The node still runs the old version, so the gate after its upgrade is the one that cannot pass yet.
      expect(new Set(blocking.map(({ id }) => id))).toEqual(new Set(["serving"]));
    });

    it("lists the versions that lie ready, with where and their sums", async () => {
      const versions = await under.driver.versions(signal);
      if (!versions.ok) throw new Error(versions.why);
      const target = versions.value.find(({ version }) => isVersion(version, under.to));
      expect(target?.on).toContain(under.routed);
    });

    let isolation: readonly Loan[] = [];

    it("isolates: surveyed, taken, read back on every router, and nothing more to take", async () => {
      isolation = await surveyed(under, "isolate");
      expect(isolation.length).toBeGreaterThan(0);
      expect((await under.driver.take(isolation, signal)).outcome).toBe("done");
      // Whoever is told may need a moment to tell others; no route leads there in the end.
      await until(under, async () => (await routesOf(under)).every((state) => state === "out"));
      expect(await routesOf(under)).toEqual(isolation.map(() => "out"));
      expect(await surveyed(under, "isolate")).toEqual([]);
    });

    it("taking a loan twice is taking it once", async () => {
      expect((await under.driver.take(isolation, signal)).outcome).toBe("done");
    });

    it("gives back on every router, and again without a word of complaint", async () => {
      for (const round of [1, 2]) {
        for (const loan of isolation) {
          expect(await under.driver.giveBack(loan, signal), `round ${round}`).toMatchObject({ outcome: "returned" });
        }
      }
      await until(under, async () => (await routesOf(under)).every((state) => state === "in"));
    });

    it("refuses to install under a node that runs, but where the version is only written", async () => {
      if (startsItself) return;
      const outcome = await under.driver.install(ids("install"), under.routed, under.to, signal);
      expect(outcome.outcome).toBe("refused");
    });

    it("never ends a process that began after the identity it was told", async () => {
      // Where another is started at once, that the one which was meant has gone is what was asked for.
      const answer = startsItself ? "done" : "refused";
      const { earlier = oldIdentity } = under;
      const now = (await sightingOf(under, under.routed)).identity?.value ?? "";
      expect((await under.driver.force(ids("force"), under.routed, earlier(now), signal)).outcome).toBe(answer);
      const act = {
        nodeId: under.routed,
        limitMs: under.exitLimitMs,
        how: "graceful",
        identity: earlier(now),
      } as const;
      expect((await under.driver.exit(ids("exit"), act, signal)).outcome).toBe(answer);
      const { process, identity } = await sightingOf(under, under.routed);
      expect(identity?.value).toBe(now);
      expect(new Set(process.map(({ value }) => value))).toEqual(new Set(["up"]));
    });

    it("exits and is gone by every witness; asked again by another console, nothing happens twice", async () => {
      const loans = await surveyed(under, "exit");
      if (loans.length > 0) expect((await under.driver.take(loans, signal)).outcome).toBe("done");
      const before = await sightingOf(under, under.routed);
      const { witnesses } = await stepOf(under, under.routed);
      expect(witnesses.length).toBeGreaterThan(0);
      const id = ids("exit");
      const act = {
        nodeId: under.routed,
        limitMs: under.exitLimitMs,
        how: "graceful",
        identity: before.identity?.value ?? null,
      } as const;
      const other = under.anotherConsole();
      const first = await under.driver.exit(id, act, signal);
      const second = await other.exit(id, act, signal);
      expect([first, second]).toEqual([done(), done()]);
      await until(under, async () => {
        const [cluster, node] = [
          await sightingOf(under, under.routed),
          await other.readNode(under.routed, true, signal),
        ];
        const words = [...cluster.process, ...node.process].map(({ witness, value }) => `${witness} ${value}`);
        const isAnother = cluster.identity !== null && cluster.identity.value !== before.identity?.value;
        return (startsItself && isAnother) || witnesses.every((witness) => words.includes(`${witness} gone`));
      });
      for (const loan of loans) expect(await other.giveBack(loan, signal)).toMatchObject({ outcome: "returned" });
      await other.close();
    });

    it("installs a version, verified where it lies, and once under one id", async () => {
      const id = ids("install");
      expect(await under.driver.install(id, under.routed, under.to, signal)).toEqual(done());
      expect(await under.driver.install(id, under.routed, under.to, signal)).toEqual(done());
    });

    it("refuses a version that lies nowhere", async () => {
      const outcome = await under.driver.install(ids("install"), under.routed, "99.9.9", signal);
      expect(outcome.outcome).toBe("refused");
    });

    it("starts as another identity with the version that was installed; starting what runs starts nothing", async () => {
      const before = await sightingOf(under, under.routed);
      if (startsItself) await leave(under, under.routed, ids("exit"));
      expect(await under.driver.start(ids("start"), under.routed, signal)).toEqual(done());
      const after = await servingAs(under, under.routed, before.identity?.value ?? "", under.to);
      expect(await under.driver.start(ids("start"), under.routed, signal)).toEqual(done());
      expect((await sightingOf(under, under.routed)).identity?.value).toBe(after.identity?.value);
    });

    it("kills the very process that it was told of, and says that it was by force", async () => {
      const before = await sightingOf(under, under.routed);
      const killed = await under.driver.force(ids("force"), under.routed, before.identity?.value ?? null, signal);
      expect(killed).toMatchObject({ outcome: "done", forced: true });
      if (startsItself) {
        await servingAs(under, under.routed, before.identity?.value ?? "", under.to);
        return;
      }
      // A look of a moment before the kill is still told as what it was, with its time.
      await until(under, async () => {
        const { process } = await under.driver.readNode(under.routed, true, signal);
        return process.find(({ witness }) => witness === "process")?.value === "gone";
      });
    });

    it("restores what ran before, and that serves again", async () => {
      if (startsItself) {
        // Taken from under a node that runs it already nothing would be restored: so it is written once more, and taken back.
        expect(await under.driver.install(ids("install"), under.routed, under.from, signal)).toEqual(done());
        await leave(under, under.routed, ids("exit"));
        expect(await under.driver.install(ids("install"), under.routed, under.to, signal)).toEqual(done());
        expect(await under.driver.restorePrevious(ids("restore"), under.routed, under.from, signal)).toEqual(done());
        const last = await sightingOf(under, under.routed);
        await leave(under, under.routed, ids("exit"));
        await servingAs(under, under.routed, last.identity?.value ?? "", under.from);
        return;
      }
      const before = await sightingOf(under, under.routed);
      expect(await under.driver.restorePrevious(ids("restore"), under.routed, under.from, signal)).toEqual(done());
      expect(await under.driver.start(ids("start"), under.routed, signal)).toEqual(done());
      await servingAs(under, under.routed, before.identity?.value ?? "", under.from);
    });

    it("runs an operator's command once under one id, and says what became of it", async () => {
      const id = ids("hook");
      const run = async (commandId: string, ...argv: readonly string[]): Promise<Outcome> =>
        await under.driver.hook(commandId, under.routed, "before", argv, 30_000, signal);
      const hooks = { before: { argv: ["/bin/echo"], limitMs: 1000 }, after: null };
      const planned = await under.driver.plan(
        request(under, { kind: "restart", policy: { ...POLICY, hooks } }),
        signal,
      );
      if (!planned.ok) {
        // What no plan may ask for, nobody carries out.
        expect((await run(id, "/bin/echo", "ready")).outcome).toBe("refused");
        return;
      }
      expect(await run(id, "/bin/echo", "ready")).toEqual(done());
      // Whoever asks again under the same id is told what became of the first, whatever is asked for.
      expect(await run(id, "/bin/false")).toEqual(done());
      expect((await run(ids("hook"), "/bin/false")).outcome).toBe("refused");
    });

    it("tells of every piece of work that it is asked for, under its id", async () => {
      const item = { id: "no-such-work", kind: "query", user: null, what: "SELECT 1", startedAtMs: null } as const;
      const told = await under.driver.outcomes(under.routed, [{ ...item, waitedFor: true }], signal);
      if (!told.ok) throw new Error(told.why);
      expect(told.value).toMatchObject([
        { id: "no-such-work", outcome: "unknown", evidence: expect.stringMatching(/\w/) },
      ]);
    });

    it("removes what was kept of the version before, and again without a word of complaint", async () => {
      expect(await under.driver.finalize(ids("finalize"), under.routed, signal)).toEqual(done());
      expect(await under.driver.finalize(ids("finalize"), under.routed, signal)).toEqual(done());
    });

    it("takes a node without routers through exit and start", async () => {
      const before = await sightingOf(under, under.direct);
      const act = {
        nodeId: under.direct,
        limitMs: under.exitLimitMs,
        how: "graceful",
        identity: before.identity?.value ?? null,
      } as const;
      expect(await under.driver.exit(ids("exit"), act, signal)).toEqual(done());
      await until(under, async () => {
        const [cluster, node] = [
          await sightingOf(under, under.direct),
          await under.driver.readNode(under.direct, true, signal),
        ];
        const isAnother = cluster.identity !== null && cluster.identity.value !== before.identity?.value;
        const isGone = [...cluster.process, ...node.process].every(({ value }) => value === "gone");
        return isGone || (isAnother && startsItself);
      });
      expect(await under.driver.start(ids("start"), under.direct, signal)).toEqual(done());
      await servingAs(under, under.direct, before.identity?.value ?? "", under.from);
    });
  });
}

function request(under: DriverUnderTest, rest: Partial<PlanRequest>): PlanRequest {
  const exitLimitMs = { [under.routed]: under.exitLimitMs, [under.direct]: under.exitLimitMs };
  return aRequest({ kind: "upgrade", drainLimitMs: 60_000, exitLimitMs, reason: "contract", ...rest });
}

async function planOf(under: DriverUnderTest, rest: Partial<PlanRequest>): Promise<Plan> {
  const made = await under.driver.plan(request(under, rest), new AbortController().signal);
  if (!made.ok) throw new Error(made.why);
  return made.value;
}

async function stepOf(under: DriverUnderTest, nodeId: NodeId): Promise<PlannedStep> {
  const { steps } = await planOf(under, { kind: "restart", nodeIds: [nodeId] });
  const [step] = steps;
  if (step === undefined) throw new Error(`${nodeId} is no step`);
  return step;
}

/** As the node, or else the control plane, tells them. */
async function routesOf(under: DriverUnderTest): Promise<readonly string[]> {
  const node = await under.driver.readNode(under.routed, true, new AbortController().signal);
  const routing = node.routing ?? (await sightingOf(under, under.routed)).routing ?? [];
  return routing.map(({ state }) => state);
}

function isOfNode(word: string): boolean {
  return !word.startsWith("controlPlane");
}

async function leave(under: DriverUnderTest, nodeId: NodeId, commandId: string): Promise<void> {
  const identity = (await sightingOf(under, nodeId)).identity?.value ?? null;
  const act = { nodeId, limitMs: under.exitLimitMs, how: "graceful", identity } as const;
  expect(await under.driver.exit(commandId, act, new AbortController().signal)).toEqual(done());
  await until(under, async () => {
    const now = await sightingOf(under, nodeId);
    return now.identity !== null && now.identity.value !== identity && now.process.every(({ value }) => value === "up");
  });
}

async function surveyed(under: DriverUnderTest, purpose: "isolate" | "exit"): Promise<readonly Loan[]> {
  const { routed: nodeId, exitLimitMs } = under;
  const what = { runId: "contract", nodeId } as const;
  const asked = purpose === "isolate" ? { ...what, purpose } : { ...what, purpose, exitLimitMs };
  const answer = await under.driver.survey(asked, new AbortController().signal);
  if (!answer.ok) throw new Error(answer.why);
  return answer.value;
}

/** What the control plane says of a node; leaders change, so that it may take a few tries. */
async function sightingOf(under: DriverUnderTest, nodeId: NodeId): Promise<Sighting> {
  let found: Sighting | undefined;
  await until(under, async () => {
    const reading = await under.driver.readCluster(new AbortController().signal);
    found = reading.ok ? reading.value.sightings.find((sighting) => sighting.nodeId === nodeId) : undefined;
    return found !== undefined;
  });
  if (found === undefined) throw new Error(`${nodeId} is not listed`);
  return found;
}

async function servingAs(
  under: DriverUnderTest,
  nodeId: NodeId,
  notIdentity: string,
  version: string,
): Promise<Sighting> {
  let found = await sightingOf(under, nodeId);
  await until(under, async () => {
    found = await sightingOf(under, nodeId);
    const isAnother = found.identity !== null && found.identity.value !== notIdentity;
    const isRight = found.version !== null && isVersion(found.version.value, version);
    if (!isAnother || !isRight) return false;
    // Where nobody but the node itself tells, it is asked.
    const node = await under.driver.readNode(nodeId, true, new AbortController().signal);
    const admission = [...found.admission, ...node.admission];
    return admission.length > 0 && admission.every(({ value }) => value === "accepting");
  });
  return found;
}

/** The test's own time-out ends a wait that does not. */
async function until(under: DriverUnderTest, isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await under.clock.wait(200);
}

function done(): Outcome {
  return expect.objectContaining({ outcome: "done" });
}

function commandIds(): (verb: string) => string {
  let count = 0;
  const start = Date.now().toString(36);
  return (verb) => `contract-${start}/${verb}/${(count += 1)}`;
}

/** The same node, an hour earlier. */
function oldIdentity(identity: string): string {
  return identity.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z$/, (time) => new Date(Date.parse(time) - 3_600_000).toISOString());
}
