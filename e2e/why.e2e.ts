/** A run that waits says why and who can clear it; what it left over is settled, and what it brought is taken back. */
import { expect, test } from "@playwright/test";
import { queueRow } from "./acts-verbs.ts";
import { actAndConfirm, approve, logIn, openRun, startByApi, startPlan, verdict } from "./console.ts";
import { useWorld } from "./fixtures.ts";
import { longQueryOn } from "./long-queries.ts";
import { upgradePlan } from "./plans.ts";

const world = useWorld({ heartbeatSeconds: 1, frontends: 1, backends: 3, computeNodes: 0 });

test("A run that waits says why, is settled and taken back, and the way back ends where it began", async ({ page }) => {
  await logIn(page, world());
  await longQueryOn(world().twin, "be-01", 40);
  const policy = { approval: "every", finish: "later", probe: { everyMs: 200 } } as const;
  const plan = upgradePlan({ nodeIds: ["be-01", "be-02"], policy });
  const runId = await startByApi(page, world(), plan);
  await openRun(page, world(), runId);

  const waiting = page.getByTestId("stall");
  await expect(waiting).toContainText("Waiting: be-01 waits for approval");
  await expect(waiting).toContainText("Approve be-01 does it.");
  const running = page.getByRole("region", { name: /^Running on it: \d+/ });
  await expect(running.getByTestId("mayBeCut")).toContainText(/[1-9]\d* may be cut/);
  await approve(page, "be-01");
  await expect(waiting).toContainText(/be-01 drains; the oldest is a query of/);

  await queueRow(page, "be-02").click();
  await page.getByText(/^All acts/).click();
  await actAndSay(page, "Skip be-02…", "Skip be-02", "its disk is being replaced");
  const settle = page.getByTestId("run-hold");
  await expect(settle.getByRole("list", { name: "To be settled" })).toContainText("its disk is being replaced", {
    timeout: 120_000,
  });
  await actAndSay(page, "Leave be-02 as it is…", "Leave be-02", "it is replaced tomorrow");
  await expect(verdict(page)).toContainText("the old files are kept until somebody says Finish");

  await page.getByRole("button", { name: "Roll back to 3.5.7…" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Plan downgrade");
  const backId = await startPlan(page, world().clusterId);
  expect(backId).not.toBe(runId);
  await approve(page, "be-01");
  await expect(verdict(page)).toContainText("the old files are kept until somebody says Finish", { timeout: 120_000 });
  await actAndConfirm(page, "Finish…", "Finish, remove the old files");
  await expect(verdict(page)).toContainText("Its node runs 3.5.7.", { timeout: 30_000 });
  await expect(page.getByRole("region", { name: "Probe" })).toContainText(/of [\d,]+ statements failed/);
  await expect(page.getByRole("region", { name: "How each node left" })).toContainText("BE/CN exits by timeout: no");
});

async function actAndSay(
  page: Parameters<typeof verdict>[0],
  act: string,
  confirm: string,
  why: string,
): Promise<void> {
  await page.getByRole("button", { name: act }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(why);
  await dialog.getByRole("button", { name: confirm }).click();
  await expect(dialog).toBeHidden();
}
