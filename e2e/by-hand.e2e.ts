/** One node taken out of service by hand from the cluster's screen, and brought back; nothing else starts meanwhile. */
import { expect, test, type Page } from "@playwright/test";
import { runName } from "#lib/run/run-id.ts";
import {
  enter,
  longQueryOn,
  manualEntries,
  nodeRow,
  owedLoans,
  settings,
  untilOver,
  untilPhase,
  whyNoRun,
} from "./acts-verbs.ts";
import { openRun, verdict } from "./console.ts";
import { useWorld } from "./fixtures.ts";
import { upgradePlan } from "./plans.ts";
import { lines } from "./truth.ts";
import { OPERATOR } from "./world.ts";

const world = useWorld({ backends: 3, computeNodes: 0, load: "off" });

test("A node drained by hand drains, and Put back returns it to full service with nothing of ours left on any FE", async ({
  page,
}) => {
  const { twin } = world();
  await enter(page, world());
  const before = await settings(world());
  const sinceMs = Date.now();
  await longQueryOn(page, world(), "be-02", 45);

  const runId = await byHand(page, "be-02", "Drain only", "Drain be-02", "replace nvme1n1");
  const row = nodeRow(page, "be-02");
  await expect(row.getByRole("cell", { name: "draining", exact: true })).toBeVisible();
  await expect(verdict(page)).toContainText(/be-02 is draining by hand, \d+ quer(y|ies) left/);
  await expect(row).toContainText(`${OPERATOR}: replace nvme1n1`);
  expect(await manualEntries(world()), "off the routes of every FE").toHaveLength(3);

  await row.getByRole("button", { name: "Put back…" }).click();
  await page.getByRole("dialog").getByLabel("Why").fill("the disk is new");
  await page.getByRole("dialog").getByRole("button", { name: "Put be-02 back" }).click();
  await expect(row.getByRole("cell", { name: "OK", exact: true })).toBeVisible();
  await expect(verdict(page)).toContainText("6 of 6 nodes serving. No run is under way.");
  const run = await untilOver(page, world(), runId);
  expect(run.steps.map(({ progress }) => progress)).toMatchObject([{ at: "ended", result: "putBack" }]);

  expect(await manualEntries(world())).toEqual([]);
  expect(await settings(world())).toEqual(before);
  expect(await owedLoans(page, world())).toEqual([]);
  const truth = twin.truth().filter(({ atMs }) => atMs >= sinceMs);
  expect(lines(truth, "signal"), "no process was told to leave").toEqual([]);
  expect(lines(truth, "ended").filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  // Work comes to it again.
  await longQueryOn(page, world(), "be-02", 1);
});

test("A node stopped by hand stays out, nothing else starts meanwhile, and Start again brings it back", async ({
  page,
}) => {
  const { twin } = world();
  // Something to judge its return by.
  await twin.rate({ short: 5 });
  await enter(page, world());
  const before = await settings(world());
  const sinceMs = Date.now();
  const runId = await byHand(page, "be-03", "Drain and stop", "Stop be-03", "a new mainboard");
  await expect(page).toHaveURL(/\/runs\//);
  await expect(verdict(page)).toContainText("be-03 is out by hand.", { timeout: 120_000 });
  await expect(verdict(page)).toContainText(
    new RegExp(`Since \\d\\d:\\d\\d:\\d\\d, by ${OPERATOR.replace(".", "\\.")}: a new mainboard\\.`),
  );
  await expect(verdict(page)).toContainText("Next decision: start be-03 again.");
  expect(twin.pid("be-03")).toBeNull();

  // On the cluster's screen too, with who and since when; and no other run begins.
  await page.goto(`${world().console().url}/clusters/${world().clusterId}`);
  const outSince = /be-03 is out by hand, by dana\.kim since \d\d:\d\d:\d\d: a new mainboard/;
  await expect(verdict(page)).toContainText(outSince);
  const reason = `Run ${runName(runId)} has not ended`;
  await expect(page.getByRole("button", { name: "Drain a node…" })).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("button", { name: "Drain a node…" })).toHaveAccessibleDescription(new RegExp(reason));
  const refused = await whyNoRun(page, world(), upgradePlan({ nodeIds: ["be-01"] }));
  expect(refused).toContain(runName(runId));
  expect(refused).toMatch(
    /^be-03 is out by hand, since \S+, by dana\.kim: a new mainboard\. First start it again, in run /,
  );
  await page.getByRole("button", { name: "Plan upgrade…" }).click();
  await expect(page.getByRole("button", { name: "Start…" })).toHaveAccessibleDescription(new RegExp(reason));
  expect(twin.pid("be-03"), "nothing has started it").toBeNull();

  await openRun(page, world(), runId);
  await page.getByRole("button", { name: "Start be-03 again" }).first().click();
  await untilPhase(page, world(), runId, "be-03", "verify");
  await expect(verdict(page)).toContainText("Finished", { timeout: 120_000 });
  await untilOver(page, world(), runId);
  const scripts = lines(twin.truth(), "script").filter(
    ({ atMs, script }) => atMs >= sinceMs && script.startsWith("st"),
  );
  expect(scripts.map(({ node, script }) => `${node} ${script}`)).toEqual(["be-03 stop_be.sh", "be-03 start_be.sh"]);
  await page.goto(`${world().console().url}/clusters/${world().clusterId}`);
  await expect(verdict(page)).toContainText("6 of 6 nodes serving. No run is under way.");
  expect(await manualEntries(world())).toEqual([]);
  expect(await settings(world())).toEqual(before);
  expect(await owedLoans(page, world())).toEqual([]);
});

/** Asks for it in the dialog of that node's row; answers the run that it became. */
async function byHand(page: Page, nodeId: string, kind: string, act: string, reason: string): Promise<string> {
  await page.getByRole("button", { name: `Drain ${nodeId}…` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("radio", { name: kind, exact: true }).click();
  await dialog.getByRole("textbox", { name: "Reason, kept with the act" }).fill(reason);
  await expect(dialog.getByRole("button", { name: act, exact: true })).toHaveAttribute("aria-disabled", "false", {
    timeout: 60_000,
  });
  const started = page.waitForResponse(
    (answer) => answer.url().endsWith("/runs") && answer.request().method() === "POST",
  );
  await dialog.getByRole("button", { name: act, exact: true }).click();
  const { runId }: { readonly runId: string } = await (await started).json();
  await expect(dialog).toBeHidden();
  return runId;
}
