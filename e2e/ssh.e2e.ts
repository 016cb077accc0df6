/** From a host that nobody knows to a roll over a line that breaks all the time: confirmed once, nothing run twice. */
import { expect, test } from "@playwright/test";
import { whatSshdLacks } from "#server/hosts/testing/sshd.ts";
import { logIn, openRun, startByApi } from "./console.ts";
import { figure } from "./figures.ts";
import { upgradePlan } from "./plans.ts";
import { confirmKey, onceAndWhole, untilFinished } from "./ssh-story.ts";
import { keepCutting, startSshWorld, type SshWorld } from "./ssh-world.ts";

const lacking = whatSshdLacks();
const SEED = 20_261_122;
const NODES = ["be-01", "be-02"] as const;

let started: SshWorld | null = null;
test.skip(lacking !== null, lacking ?? "");
test.beforeAll(async () => {
  started = await startSshWorld({
    frontends: 1,
    backends: 3,
    computeNodes: 0,
    conf: { fe: [], be: ["twin_start_ms = 0", "twin_exit_steps_ms = 300"], cn: [] },
  });
});
test.afterAll(async () => await started?.stop());

test("A new host's key is confirmed, then backends are rolled while their connections break: nothing runs twice", async ({
  page,
}) => {
  const world = started;
  if (world === null) throw new Error("the world is there while a test runs");
  await logIn(page, world);
  await confirmKey(page, world);
  // What runs for long would only make the exits longer.
  await world.twin.rate({ long: 0, medium: 0 });
  const beganAtMs = Date.now();
  const policy = { soakMs: 1000, minRequests: 1 } as const;
  const runId = await startByApi(page, world, upgradePlan({ nodeIds: [...NODES], policy }));
  const cutting = keepCutting(world, SEED);
  await openRun(page, world, runId);
  await untilFinished(page);
  const cuts = await cutting.end();
  figure(`over SSH: the connections were cut ${cuts} times (seed ${SEED})`);
  expect(cuts).toBeGreaterThan(5);
  await onceAndWhole(world, NODES, beganAtMs);
});
