/** A whole cluster over SSH, from the plan to the report, while the connections to its hosts are cut all the time. */
import { expect, test } from "@playwright/test";
import { whatSshdLacks } from "#server/hosts/testing/sshd.ts";
import { choose, logIn, openPlan, plannedOrder, setNumber, startPlan } from "../console.ts";
import { figure } from "../figures.ts";
import { confirmKey, onceAndWhole, untilFinished } from "../ssh-story.ts";
import { keepCutting, startSshWorld, type SshWorld } from "../ssh-world.ts";

const lacking = whatSshdLacks();
const SEED = 20_261_123;

let started: SshWorld | null = null;
test.skip(lacking !== null, lacking ?? "");
test.beforeAll(async () => {
  started = await startSshWorld(
    {
      frontends: 3,
      backends: 4,
      computeNodes: 2,
      conf: { fe: [], be: ["twin_start_ms = 0", "twin_exit_steps_ms = 300"], cn: ["twin_start_ms = 0"] },
    },
    "4.0.7",
  );
});
test.afterAll(async () => await started?.stop());

test("A cluster of nine is rolled over SSH while its connections break: nothing runs twice, nothing is lost", async ({
  page,
}) => {
  const world = started;
  if (world === null) throw new Error("the world is there while a test runs");
  await logIn(page, world);
  await confirmKey(page, world);
  // An old leader may lose loads that run while it hands over, and the run would hold for them.
  await world.twin.pauseLoads();
  // What runs for long would only make the exits longer.
  await world.twin.rate({ long: 0 });
  await page.goto(`${world.console().url}/clusters/${world.clusterId}`);
  await openPlan(page, "4.0.7");
  const release = page.getByRole("region", { name: "The release on the hosts" });
  await expect(release).toContainText(
    "4.0.7 is not on every host; the console has StarRocks-4.0.7-ubuntu-amd64.tar.gz.",
  );
  await expect(page.getByRole("button", { name: "Start…" })).toHaveAttribute("aria-disabled", "true");
  await release.getByRole("button", { name: "Bring 4.0.7 to the hosts" }).click();
  await expect(release).toContainText("4.0.7 lies on every host.", { timeout: 90_000 });
  await choose(page, "Approval", "None");
  await setNumber(page, "Verify soak", 3);
  await setNumber(page, "Below", 20);
  const order = await plannedOrder(page);
  const beganAtMs = Date.now();
  await startPlan(page, world.clusterId);
  const cutting = keepCutting(world, SEED);
  await untilFinished(page);
  const cuts = await cutting.end();
  figure(`over SSH: the connections of ${order.length} nodes were cut ${cuts} times (seed ${SEED})`);
  expect(order).toHaveLength(9);
  expect(cuts).toBeGreaterThan(30);
  await onceAndWhole(world, order, beganAtMs);
});
