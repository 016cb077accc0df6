/** Every version that is driven, one after the other, up and back down, on clusters that answer queries meanwhile. */
import { expect, type Page, test } from "@playwright/test";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import { manualEntries, settings, whyNoRun } from "../acts-verbs.ts";
import { logIn, startByApi, untilEnded } from "../console.ts";
import { figure, seconds } from "../figures.ts";
import { useWorld } from "../fixtures.ts";
import { upgradePlan } from "../plans.ts";
import { mostOutAtOnce, type Piece, piecesDuring, roleOf, type TrueStep, trueSteps, unwell } from "../truth.ts";
import type { World } from "../world.ts";

const VERSIONS = ["3.3.14", "3.4.8", "3.5.7", "4.0.7"] as const;
/** In the order of the documents: BE, CN, FE upwards, FE, BE, CN downwards, a leader as the last FE. */
const ORDER = { upgrade: ["be", "cn", "fe"], downgrade: ["fe", "be", "cn"] } as const;
/** Too old to go back to from 3.4 (downgrade.md). */
const FORBIDDEN = "3.3.8";

/** A client and a process note the same moment so far apart. */
const NOTICED_WITHIN_MS = 1000;
/** What the console wants to be told before it takes such a node out. */
const CANNOT_WAIT = ["cn-01", "cn-02"].map((node) => ({
  checkKey: `exit-times@${node}`,
  reason: "A compute node of 3.3 does not wait for its work.",
}));

const cluster = {
  frontends: 3,
  backends: 3,
  computeNodes: 2,
  artifacts: [...VERSIONS, FORBIDDEN],
  load: "off",
  conf: { fe: [], be: ["twin_start_ms = 0", "twin_exit_steps_ms = 300"], cn: ["twin_start_ms = 0"] },
} as const;

test.describe.configure({ mode: "parallel" });

test.describe("upwards", () => {
  const world = useWorld({ ...cluster, version: "3.3.14" });
  test("Each minor version follows the one before: 3.3.14, 3.4.8, 3.5.7, 4.0.7", async ({ page }) => {
    await logIn(page, world());
    await world().twin.rate({ short: 10 });
    for (const [from, to] of pairs(VERSIONS)) await roll(page, world(), "upgrade", from, to);
  });
});

test.describe("downwards", () => {
  const world = useWorld({ ...cluster, version: "4.0.7" });
  test("Each goes back to the one before: 4.0.7, 3.5.7, 3.4.8, 3.3.14, and nowhere that the documents forbid", async ({
    page,
  }) => {
    await logIn(page, world());
    await world().twin.rate({ short: 10 });
    for (const [from, to] of pairs(VERSIONS.toReversed())) {
      if (to === "3.3.14") {
        const why = await whyNoRun(page, world(), request("downgrade", FORBIDDEN));
        expect(why).toContain("3.4 goes back only to 3.3.9 or later");
      }
      await roll(page, world(), "downgrade", from, to);
    }
  });
});

async function roll(page: Page, world: World, kind: "upgrade" | "downgrade", from: string, to: string): Promise<void> {
  const { twin } = world;
  const before = await settings(world);
  const beganAtMs = Date.now();
  const runId = await startByApi(page, world, request(kind, to), from.startsWith("3.3") ? CANNOT_WAIT : []);
  const run = await untilEnded(page, world, runId);
  const what = `${from} to ${to}`;
  expect(run.summary.verdict, what).toBe("finished");

  for (const statement of ["SHOW FRONTENDS", "SHOW BACKENDS", "SHOW COMPUTE NODES"]) {
    const versions = (await twin.sql("fe-01", statement)).map((row) => String(row["Version"]).replace(/-.*/, ""));
    expect(versions, `${statement}, ${what}`).toEqual(versions.map(() => to));
  }
  const truth = twin.truth();
  const steps = trueSteps(truth, beganAtMs, new Map());
  const roles = steps.map(({ node }) => roleOf(node));
  const ranks = roles.map((role) => ORDER[kind].findIndex((known) => known === role));
  expect(steps, what).toHaveLength(twin.nodes.length);
  expect(ranks, `${what}: ${roles.join(", ")}`).toEqual(ranks.toSorted((a, b) => a - b));
  expect(steps.findLast(({ node }) => roleOf(node) === "fe")?.leader, `${what}: the leader last`).toBe(true);
  expect(mostOutAtOnce(steps), what).toBe(1);
  const pieces = piecesDuring(truth, beganAtMs, Date.now());
  const lost = unwell(pieces);
  const excused = from.startsWith("3.3") ? unwell(pieces.filter((piece) => isAtUngracefulExit(piece, steps))) : [];
  expect(lost, what).toEqual(excused);
  expect(await manualEntries(world), what).toEqual([]);
  expect(await settings(world), what).toEqual(asNew(before, to));
  figure(
    `${what}: ${steps.length} nodes in ${seconds(Date.now() - beganAtMs)}, ${lost.length} of ${pieces.length} queries lost`,
  );
}

/** What the FEs had, and what a backend of that version begins with: before 3.4.2 it waits for nothing, unless its conf says so. */
function asNew(before: readonly string[], version: string): readonly string[] {
  const own = version.startsWith("3.3")
    ? ["loop_count_wait_fragments_finish = 0"]
    : ["graceful_exit_wait_for_frontend_heartbeat = false", "loop_count_wait_fragments_finish = 2"];
  const backends = new Set(before.flatMap((line) => /^backend \d+/.exec(line)?.[0] ?? []));
  const others = before.filter((line) => !line.startsWith("backend "));
  return [...[...backends].flatMap((backend) => own.map((line) => `${backend} ${line}`)), ...others].toSorted();
}

/** FEs before 3.4.2 know no graceful exit, CNs of their time no blacklist and no wait: what they carry is cut. */
function isAtUngracefulExit({ sentAtMs, ended }: Piece, steps: readonly TrueStep[]): boolean {
  return steps.some(
    ({ node, signalAtMs, exitedAtMs }) =>
      roleOf(node) !== "be" &&
      sentAtMs <= (exitedAtMs ?? signalAtMs) + NOTICED_WITHIN_MS &&
      (ended?.atMs ?? Number.POSITIVE_INFINITY) >= signalAtMs - NOTICED_WITHIN_MS,
  );
}

function request(kind: "upgrade" | "downgrade", targetVersion: string): PlanRequestBody {
  return upgradePlan({ kind, targetVersion, policy: { soakMs: 1000, minRequests: 0, onNoTraffic: "accept" } });
}

function pairs(versions: readonly string[]): readonly (readonly [string, string])[] {
  return versions.slice(1).map((to, index) => [versions[index] ?? to, to]);
}
