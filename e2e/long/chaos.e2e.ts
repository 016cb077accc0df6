/** Everything goes wrong in one run under load: it ends right, and every query is accounted for. */
import { expect, type Page, test } from "@playwright/test";
import { canHaveDisks } from "#twin/faults/disks.ts";
import { stepOf } from "#lib/run/state.ts";
import {
  manualEntries,
  owedLoans,
  phaseOf,
  readEvents,
  readRun,
  settings,
  untilOver,
  untilPhase,
} from "../acts-verbs.ts";
import { askByApi, logIn, openRun, startByApi, verdict } from "../console.ts";
import { figure, seconds } from "../figures.ts";
import { useWorld } from "../fixtures.ts";
import { longQueryOn } from "../long-queries.ts";
import { upgradePlan } from "../plans.ts";
import { countOutcomes, lines, mostOutAtOnce, type Piece, piecesDuring, trueSteps, unwell } from "../truth.ts";
import type { World } from "../world.ts";

const NODES = ["be-01", "be-02", "be-03", "be-04"] as const;
/** A disk that can be filled takes the right to mount; elsewhere the story goes without that fault. */
const disks = canHaveDisks() ? ["be-03"] : [];
/** Whoever was connected to a node that crashed may hear of it so much later. */
const AFTERMATH_MS = 15_000;

const world = useWorld({ computeNodes: 0, disks });

test("A leader dies, a backend crashes, a host is cut off, a disk fills, the console is killed: the run ends right", async ({
  page,
}) => {
  const { twin } = world();
  await logIn(page, world());
  const before = await settings(world());
  const beganAtMs = Date.now();
  await longQueryOn(twin, "be-01", 30);
  const policy = { soakMs: 3000, minRequests: 1, maxFailures: 10_000 } as const;
  const runId = await startByApi(page, world(), upgradePlan({ nodeIds: [...NODES], policy }));
  await openRun(page, world(), runId);

  await untilPhase(page, world(), runId, "be-01", "drain");
  const leader = await leaderOf(world());
  twin.faults.crash(leader);
  await expect.poll(() => leaderOf(world(), leader), { timeout: 60_000 }).not.toBe(leader);
  await twin.faults.colleague.starts(leader);

  await expect
    .poll(() => lines(twin.truth(), "signal").some(({ node }) => node === "be-02"), { timeout: 120_000 })
    .toBe(true);
  const cut = twin.faults.cut("console", "be-02");
  await expect(page.getByTestId("verdict")).toContainText("be-02", { timeout: 30_000 });
  await expect.poll(() => twin.pid("be-02"), { timeout: 120_000 }).toBe(null);
  cut.end();

  await untilPhase(page, world(), runId, "be-03", "exit");
  await expect.poll(() => twin.pid("be-03"), { intervals: [50], timeout: 120_000 }).toBe(null);
  if (disks.length > 0) {
    const full = twin.faults.diskFull("be-03");
    // Filled before the installation began, nothing is begun; filled while it ran, it leaves no status of its end.
    await untilAnswered(page, world(), runId, "be-03", /No space left on device|left no exit status/);
    full.end();
    await triedAgain(page, world(), runId, "be-03");
  }
  await untilPhase(page, world(), runId, "be-03", "verify");
  twin.faults.crash("be-01");
  await expect.poll(() => twin.pid("be-01")).toBe(null);
  await twin.faults.colleague.starts("be-01");

  await untilPhase(page, world(), runId, "be-04", "drain");
  await world().restartConsole();
  const run = await untilOver(page, world(), runId);
  await expect(verdict(page)).toContainText("Finished", { timeout: 30_000 });
  const elapsedMs = Date.now() - beganAtMs;
  await twin.rate({ short: 0, medium: 0, long: 0, stream: 0, broker: 0 });
  // A routine load is a job without an end.
  const pieces = (): readonly Piece[] =>
    piecesDuring(twin.truth(), beganAtMs, Date.now()).filter(({ kind }) => kind !== "routine");
  await expect.poll(() => countOutcomes(pieces()).running, { timeout: 120_000 }).toBe(0);

  expect(run.life).toMatchObject({ verdict: "finished" });
  for (const nodeId of NODES) expect(stepOf(run, nodeId)?.progress, nodeId).toMatchObject({ result: "verified" });
  const truth = twin.truth();
  const steps = trueSteps(truth, beganAtMs, new Map()).filter(({ how }) => how !== "killed");
  expect(steps.map(({ node, version }) => [node, version?.slice(0, 5)])).toEqual(NODES.map((node) => [node, "4.0.7"]));
  expect(mostOutAtOnce(steps)).toBe(1);
  const crashes = lines(truth, "fault").filter(({ kind, atMs }) => kind === "crash" && atMs >= beganAtMs);
  expect(crashes.map(({ on }) => on)).toEqual([[leader], ["be-01"]]);
  const harmed = pieces().filter(({ sentAtMs, ended }) =>
    crashes.some(({ atMs }) => sentAtMs <= atMs + AFTERMATH_MS && (ended?.atMs ?? Infinity) >= atMs),
  );
  expect(unwell(pieces()), "nothing failed but what was there when something crashed").toEqual(unwell(harmed));
  expect(await manualEntries(world())).toEqual([]);
  // An FE that found out by itself that be-01 was gone asks no backend until its own entry is off again.
  await expect(async () => expect(await settings(world())).toEqual(before)).toPass({ timeout: 60_000 });
  expect(await owedLoans(page, world())).toEqual([]);
  const { ok, failed, cut: lost, refused } = countOutcomes(pieces());
  figure(
    `chaos: ${pieces().length} pieces in ${seconds(elapsedMs)}: ${ok} ended well, ${failed} failed, ${lost} cut, ${refused} refused, all of them at the two crashes; none unaccounted for`,
  );
});

/** The console says in the run's own journal why nothing could be done; it asks again by itself. */
async function untilAnswered(page: Page, world: World, runId: string, nodeId: string, why: RegExp): Promise<void> {
  const answers = async (): Promise<readonly string[]> =>
    (await readEvents(page, world, runId)).flatMap(({ event }) =>
      event.type === "CommandAnswered" && event.commandId.includes(nodeId) ? [JSON.stringify(event.outcome)] : [],
    );
  await expect.poll(async () => (await answers()).some((answer) => why.test(answer)), { timeout: 120_000 }).toBe(true);
}

/** Goes on by itself, or, where nobody can say what became of it, when a person says so. */
async function triedAgain(page: Page, world: World, runId: string, nodeId: string): Promise<void> {
  await expect(async () => {
    const run = await readRun(page, world, runId);
    if (run.hold?.nodeId === nodeId) await askByApi(page, world, runId, { do: "retry", nodeId });
    expect(phaseOf(run, nodeId)).not.toBe("upgrade");
  }).toPass({ timeout: 120_000, intervals: [1000] });
}

/** By an FE that is not the one asked about. */
async function leaderOf(world: World, notAskedOf: string | null = null): Promise<string> {
  const asked = world.twin.nodes.find(({ role, name }) => role === "fe" && name !== notAskedOf);
  const rows = await world.twin.sql(asked?.name ?? "fe-01", "SHOW FRONTENDS").catch(() => []);
  const leader = rows.find((row) => row["Role"] === "LEADER");
  const node = world.twin.nodes.find(({ role, host }) => role === "fe" && host === leader?.["IP"]);
  return node?.name ?? notAskedOf ?? "nobody";
}
