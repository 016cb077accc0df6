/**
 * The console dies at the worst moments there are, in every phase, while an operator watches. Whoever looks at the
 * cluster afterwards, or at the open page, cannot tell.
 */
import { expect, test } from "@playwright/test";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import { PHASES, type Phase } from "#lib/run/plan.ts";
import type { Truth } from "#twin/wire/internal.ts";
import {
  expectTruthOnScreen,
  type Hearing,
  listen,
  manualEntries,
  owedLoans,
  readEvents,
  settings,
  untilOver,
} from "./acts-verbs.ts";
import { approve, logIn, openRun, startByApi, verdict } from "./console.ts";
import { figure, seconds } from "./figures.ts";
import { useWorld } from "./fixtures.ts";
import { upgradePlan } from "./plans.ts";
import { lines } from "./truth.ts";

/** Their exits last until the console is back: then a second stop would find somebody to tell. */
const SLOW_EXIT_S = 8;
const world = useWorld({ backends: 3, computeNodes: 0, load: "off", feGracefulMinSeconds: SLOW_EXIT_S });

type Kill = { readonly nodeId: string; readonly phase: Phase; readonly killedAtMs: number };

/** In which phases of which node the console dies; what a slow machine let pass is made up for on a later one. */
const WANTED: readonly (readonly [string, readonly Phase[]])[] = [
  ["be-01", ["gate", "isolate", "exit", "restart", "verify"]],
  ["be-02", ["check", "drain", "confirm", "upgrade", "readmit"]],
  ["be-03", []],
  // An exit of an FE begins with a signal that must never be sent twice.
  ["fe-02", ["exit"]],
  ["fe-03", []],
  ["fe-01", ["exit"]],
];

/** Where a phase sends something, the console dies when that is on record, and nobody knows whether it was done. */
const SENDS: readonly Phase[] = ["isolate", "exit", "upgrade", "restart", "readmit"];
/** Where it runs a script of the node, the console dies while that runs. */
const SCRIPT: Readonly<Partial<Record<Phase, RegExp>>> = { exit: /^stop_/, restart: /^start_/ };

test("The console is killed in every phase and the run ends as if nothing had been", async ({ page }) => {
  const { twin } = world();
  await twin.rate({ short: 10 });
  const setting = `twin_exit_steps_ms=${SLOW_EXIT_S * 1000}`;
  const set = await fetch(`http://${twin.node("be-01").host}:8040/api/update_config?${setting}`, { method: "POST" });
  expect(await set.text()).toContain("OK");
  await logIn(page, world());
  const before = await settings(world());
  const sinceMs = Date.now();
  const hearing = listen(page);
  const policy = { approval: "firstOfRole", soakMs: 2000, minRequests: 0, onNoTraffic: "accept" } as const;
  const runId = await startByApi(page, world(), upgradePlan({ policy }));
  await openRun(page, world(), runId);
  hearing.given(await readEvents(page, world(), runId));
  const loadedAtMs = await page.evaluate(() => performance.timeOrigin);
  const busy = keepBusyIn(hearing, "be-02");

  const kills: Kill[] = [];
  for (;;) {
    const moment = await hearing.until((events) => nextMoment(events, kills));
    if (moment === "over") break;
    if (moment.act === "approve") {
      await approve(page, moment.nodeId);
      await hearing.until((events) => (events.some(({ event }) => isApproved(event, moment.nodeId)) ? true : null));
      continue;
    }
    const { nodeId, phase } = moment;
    const script = SCRIPT[phase];
    if (script !== undefined) {
      const began = (): boolean =>
        lines(twin.truth(), "script").some(
          (line) => line.node === nodeId && line.atMs > sinceMs && script.test(line.script),
        );
      await expect.poll(began, { intervals: [20], timeout: 30_000 }).toBe(true);
    }
    const killedAtMs = Date.now();
    await world().restartConsole();
    await expectTruthOnScreen(page, world(), runId);
    const ended = (await readEvents(page, world(), runId)).find(({ event }) => isEndOf(event, nodeId, phase));
    if (ended === undefined || ended.atMs >= killedAtMs) kills.push({ nodeId, phase, killedAtMs });
  }
  await busy;
  await expect(verdict(page)).toContainText("Finished, 0 queries cut.");
  expect(await page.evaluate(() => performance.timeOrigin), "the page was never loaded again").toBe(loadedAtMs);
  expect(PHASES.filter((phase) => !kills.some((kill) => kill.phase === phase))).toEqual([]);
  expect(kills.filter(({ nodeId, phase }) => nodeId.startsWith("fe") && phase === "exit")).not.toEqual([]);

  const run = await untilOver(page, world(), runId);
  expect(run.life).toMatchObject({ verdict: "finished" });
  expect(run.steps.map(({ progress }) => progress)).toMatchObject(run.steps.map(() => ({ result: "verified" })));
  expectEachScriptOnce(twin.truth(), sinceMs);
  for (const statement of ["SHOW FRONTENDS", "SHOW BACKENDS"]) {
    const versions = (await twin.sql("fe-01", statement)).map((row) => row["Version"]);
    expect(versions, statement).toEqual(versions.map(() => expect.stringMatching(/^4\.0\.7/)));
  }
  expect(await manualEntries(world())).toEqual([]);
  expect(await settings(world())).toEqual(before);
  expect(await owedLoans(page, world())).toEqual([]);
  const spoiled = lines(twin.truth(), "ended").filter(({ outcome }) => outcome !== "ok");
  expect(spoiled, "no query noticed").toEqual([]);
  const where = kills.map(({ nodeId, phase }) => `${nodeId} ${phase}`).join(", ");
  figure(`${kills.length} kills in one run of ${run.steps.length} nodes, ${seconds(Date.now() - sinceMs)}: ${where}`);
});

type Moment = { readonly act: "approve" | "kill"; readonly nodeId: string; readonly phase: Phase };

/** What is to be done now, by what the page was told: nothing before the phase has begun, nothing when it is over. */
function nextMoment(events: readonly Recorded<RunEvent>[], kills: readonly Kill[]): Moment | "over" | null {
  if (events.some(({ event }) => event.type === "RunEnded")) return "over";
  const began = events.findLast(({ event }) => event.type === "PhaseBegan")?.event;
  if (began?.type !== "PhaseBegan") return null;
  const { nodeId, phase } = began;
  if (events.some(({ event }) => isEndOf(event, nodeId, phase))) return null;
  if (isWanted(kills, nodeId, phase)) {
    const sent = events.some(
      ({ event }) => event.type === "CommandIssued" && event.command.id.includes(`/${nodeId}/${phase}/`),
    );
    return sent || !SENDS.includes(phase) ? { act: "kill", nodeId, phase } : null;
  }
  const isFirstOfRole = nodeId === "be-01" || nodeId === "fe-02";
  const approved = events.some(({ event }) => isApproved(event, nodeId));
  return phase === "gate" && isFirstOfRole && !approved ? { act: "approve", nodeId, phase } : null;
}

function isWanted(kills: readonly Kill[], nodeId: string, phase: Phase): boolean {
  if (kills.some((kill) => kill.nodeId === nodeId && kill.phase === phase)) return false;
  const at = WANTED.findIndex(([id]) => id === nodeId);
  if (WANTED[at]?.[1].includes(phase) === true) return true;
  const wasDue = WANTED.slice(0, at).some(([, phases]) => phases.includes(phase));
  return wasDue && !kills.some((kill) => kill.phase === phase);
}

function isEndOf(event: RunEvent, nodeId: string, phase: Phase): boolean {
  return event.type === "PhaseEnded" && event.nodeId === nodeId && event.phase === phase;
}

function isApproved(event: RunEvent, nodeId: string): boolean {
  return event.type === "ApprovalGiven" && event.nodeId === nodeId;
}

/** Long queries before it is isolated: its drain must not be over before the console is back. */
async function keepBusyIn(hearing: Hearing, nodeId: string): Promise<void> {
  await hearing.until((events) =>
    events.some(({ event }) => event.type === "PhaseBegan" && event.nodeId === nodeId) ? true : null,
  );
  await Promise.all([1, 2, 3, 4, 5].map(async () => await world().twin.long(20)));
}

const STOP: Readonly<Record<string, readonly string[]>> = {
  be: ["-g", "--timeout", "600"],
  fe: ["-g", "--timeout", "90"],
};

/** One stop with its arguments and one start a node, one signal a process: nothing was done twice. */
function expectEachScriptOnce(truth: readonly Truth[], sinceMs: number): void {
  const scripts = lines(truth, "script").filter(({ atMs, script }) => atMs >= sinceMs && /^(stop|start)_/.test(script));
  const signals = lines(truth, "signal").filter(({ atMs }) => atMs >= sinceMs);
  for (const { name, role } of world().twin.nodes) {
    const mine = scripts.filter(({ node }) => node === name).map(({ script, args }) => [script, ...args]);
    expect(mine, name).toEqual([
      [`stop_${role}.sh`, ...(STOP[role] ?? [])],
      [`start_${role}.sh`, "--daemon"],
    ]);
    const sent = signals.filter(({ node }) => node === name).map(({ signal }) => signal);
    expect(sent, name).toEqual([role === "fe" ? "SIGUSR1" : "SIGTERM"]);
  }
}
