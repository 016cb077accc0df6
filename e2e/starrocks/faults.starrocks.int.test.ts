/**
 * Things go wrong in the middle of a run on real front ends: a leader dies, an FE loses its network, a backend hangs, the
 * console is killed. Each run ends right, and whoever looks at the cluster afterwards finds nothing of it. STARROCKS_RIG
 * is the rig, RIG where its cluster lives; this runs inside `rig run`.
 */
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { Phase } from "#lib/run/plan.ts";
import { type Run, stepOf } from "#lib/run/state.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { upgradePlan } from "../plans.ts";
import { type RigConsole, startRigConsole } from "./rig-console.ts";
import {
  BACKENDS,
  carry,
  FRONTENDS,
  leader,
  lifeOf,
  rig,
  signal,
  sql,
  standing,
  until,
  untilWell,
} from "./rig-verbs.ts";

let sluice: RigConsole;
let before: readonly string[];
beforeAll(async () => {
  for (const backend of BACKENDS) carry(`be${backend}`, 0);
  await untilWell();
  before = await standing();
  sluice = await startRigConsole();
});
afterAll(async () => {
  await sluice.stop();
});

describe("A fault in the middle of a run on real front ends", () => {
  it("the leader is killed while a backend drains: nothing goes on until it is back", async () => {
    const killed = await leader(1);
    const other = FRONTENDS.find((frontend) => frontend !== killed) ?? 1;
    carry("be1", 3);
    const runId = await begin({ nodeIds: ["be-01"] });
    await untilPhase(runId, "be-01", "drain");
    signal(`fe${killed}`, "SIGKILL");
    await until("another leader", async () => ![killed, Number.NaN].includes(await leader(other)));
    carry("be1", 0);
    await until("the run to hold because of it", async () => {
      const run = await sluice.run(runId);
      const step = stepOf(run, "be-01");
      const why = step?.checks.find(({ id }) => id === "max-unavailable")?.evidence ?? "";
      return run.hold?.reason.why === "checksFailed" && why.includes(`out of service: fe-${killed}`);
    });
    expect(phaseOf(await sluice.run(runId), "be-01")).toBe("drain");
    await rig("start", `fe${killed}`);
    await untilWellEnded(runId);
  });

  it("a front end is cut off the network during its own step: silence does not pass for its end", async () => {
    const leads = await leader(1);
    const cut = FRONTENDS.find((frontend) => frontend !== leads) ?? 1;
    const nodeId = `fe-${cut}`;
    const runId = await begin({ nodeIds: [nodeId] });
    await untilPhase(runId, nodeId, "exit");
    let healedAtMs = 0;
    await rig("cut", `fe${cut}`);
    try {
      // Without its leader it cannot leave by itself.
      await sluice.ask(runId, { do: "force", nodeId });
      await untilPhase(runId, nodeId, "confirm");
      await until("the leader to give it up", async () => (await aliveOf(leads, cut)) === "false");
    } finally {
      healedAtMs = Date.now();
      await rig("heal", `fe${cut}`);
    }
    await untilWellEnded(runId);
    const restart = (await sluice.events(runId)).find(
      ({ event }) => event.type === "PhaseBegan" && event.phase === "restart",
    );
    expect(restart?.atMs).toBeGreaterThan(healedAtMs);
  });

  it("[S0-28] a backend hangs in its exit: it is killed at the limit that a person brought nearer", async () => {
    carry("be3", 2);
    const runId = await begin({ nodeIds: ["be-03"], exitLimitMs: { "be-03": 600_000 } }, "inside");
    await until("the leader to hear SHUTDOWN", async () => (await statusOf(3)) === "SHUTDOWN");
    signal("be3", "SIGSTOP");
    await sluice.ask(runId, { do: "shorten", nodeId: "be-03", limitMs: 3000 });
    await untilPhase(runId, "be-03", "restart");
    carry("be3", 0);
    const run = await untilWellEnded(runId);
    expect(stepOf(run, "be-03")?.exit).toMatchObject({ forced: true });
  });

  it("the console is killed five times at random: its backend is stopped once and started once", async () => {
    const told = lifeOf("be4").length;
    carry("be4", 1);
    const runId = await begin({ nodeIds: ["be-04"] });
    const pauses = randomPauses(5);
    console.log(`the console is killed after ${pauses.join(", ")} ms`);
    for (const [index, pauseMs] of pauses.entries()) {
      if (index === 2) carry("be4", 0);
      await wait(pauseMs);
      await sluice.killAndStartAgain();
    }
    await untilWellEnded(runId);
    expect(lifeOf("be4").slice(told)).toEqual(["graceful exit", "gone", "up"]);
  });
});

/** The StatusCode of a backend in the leader's eyes. */
async function statusOf(backend: number): Promise<string | null> {
  const rows = await sql(await leader(1), "SHOW BACKENDS");
  return rows.find((row) => row["IP"] === `192.0.2.${10 + backend}`)?.["StatusCode"] ?? null;
}

/** `Alive` of an FE in another one's eyes. */
async function aliveOf(asked: number, frontend: number): Promise<string | null> {
  const rows = await sql(asked, "SHOW FRONTENDS");
  return rows.find((row) => row["IP"] === `192.0.2.${frontend}`)?.["Alive"] ?? null;
}

function randomPauses(count: number): readonly number[] {
  return Array.from({ length: count }, () => Math.floor(Math.random() * 2500));
}

function phaseOf(run: Run, nodeId: string): string {
  const progress = stepOf(run, nodeId)?.progress;
  return progress?.at === "phase" ? progress.phase : (progress?.at ?? "not in the run");
}

async function begin(
  wish: Partial<PlanRequestBody>,
  drain: PlanRequestBody["policy"]["drain"] = "before",
): Promise<string> {
  const policy = { soakMs: 1000, minRequests: 0, onNoTraffic: "accept", drain } as const;
  const runId = await sluice.begin(upgradePlan({ kind: "restart", targetVersion: null, ...wish, policy }));
  // What the run did is half of why a test failed.
  onTestFailed(async () => console.log((await sluice.events(runId)).slice(-60).map(inOneLine).join("\n")));
  return runId;
}

function inOneLine({ atMs, event }: Recorded<RunEvent>): string {
  return `${new Date(atMs).toISOString()} ${JSON.stringify(event).slice(0, 600)}`;
}

async function untilPhase(runId: string, nodeId: string, phase: Phase): Promise<void> {
  await until(`${nodeId} to be in ${phase}`, async () => phaseOf(await sluice.run(runId), nodeId) === phase);
}

/** The run ends verified, and nothing of it is left on any FE or backend. */
async function untilWellEnded(runId: string): Promise<Run> {
  await until("the run to end", async () => (await sluice.run(runId)).life.at === "ended");
  const run = await sluice.run(runId);
  expect(run.life).toMatchObject({ verdict: "finished" });
  expect(run.steps.map(({ progress }) => progress)).toMatchObject(run.steps.map(() => ({ result: "verified" })));
  await untilWell();
  expect(await standing()).toEqual(before);
  expect(await sluice.owed()).toEqual([]);
  return run;
}
