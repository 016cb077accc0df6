/** One node, looked at: found from the cluster, drained and put back on its own screen, its past told afterwards. */
import { expect, test } from "@playwright/test";
import { enter, longQueryOn, manualEntries } from "./acts-verbs.ts";
import { verdict } from "./console.ts";
import { useWorld } from "./fixtures.ts";

const world = useWorld({ backends: 3, computeNodes: 0, load: "off" });

test("A node's screen says who says what and by what it would leave; a drain begun there is put back there, and stands in its past", async ({
  page,
}) => {
  const { clusterId } = world();
  await enter(page, world());
  // Found by the keyboard alone: the first row that is no front end, and Enter.
  await page.getByRole("link", { name: "be-02", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/clusters/${clusterId}/nodes/be-02$`));
  await expect(page.getByRole("heading", { level: 1, name: "be-02" })).toBeVisible();
  await expect(verdict(page)).toContainText(/^Serving\. \d+ in flight/);
  await expect(page.getByRole("region", { name: "Control plane" })).toContainText("SHOW BACKENDS");
  await expect(page.getByRole("region", { name: "The node itself" })).toContainText("/api/health: 200");
  await expect(page.getByRole("region", { name: "Its process" })).toContainText("process up");
  await expect(page.getByRole("region", { name: "Its routers" })).toContainText("fe-01 sends work");
  const settings = page.getByRole("region", { name: "Settings that decide its exit" });
  await expect(settings).toContainText(/loop_count_wait_fragments_finish\d+it waits \d+ s for its work when it leaves/);
  await expect(settings).toContainText("graceful_exit_wait_for_frontend_heartbeat");
  await expect(settings).toContainText("stop_be.sh --timeout");
  await expect(page.getByRole("region", { name: "Log of be-02", exact: true })).toBeVisible();
  await expect(page.getByText("No drains yet.")).toBeVisible();

  await longQueryOn(page, world(), "be-02", 30);
  await page.getByRole("button", { name: "Drain be-02…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Reason, kept with the act" }).fill("a new disk");
  const drain = dialog.getByRole("button", { name: "Drain be-02", exact: true });
  await expect(drain).toHaveAttribute("aria-disabled", "false", { timeout: 60_000 });
  await drain.click();
  await expect(verdict(page)).toContainText(/Draining for run .* of \d+ left.* its drain limit/);
  await expect(page.getByRole("img", { name: /^be-02, draining, \d+ of \d+ in flight$/ })).toBeVisible();
  await expect(page.getByRole("region", { name: /^Waiting for/ })).toBeVisible();
  await expect(page.getByRole("region", { name: "Its routers" })).toContainText("fe-01 sends no work (MANUAL)");
  // Reading it anew keeps the place, and what goes on is in the page that is sent.
  const whole = await page.request.get(page.url());
  expect((await whole.text()).includes("Draining for run"), "the verdict is in the page").toBe(true);
  await page.getByRole("button", { name: "Put back…" }).first().click();
  await dialog.getByRole("textbox", { name: "Why" }).fill("the disk came");
  await dialog.getByRole("button", { name: "Put be-02 back" }).click();
  await expect(verdict(page)).toContainText(/^Serving\./);
  expect(await manualEntries(world())).toEqual([]);

  const past = page.getByRole("region", { name: "Drains of be-02, on the same axes" });
  await expect(past.getByRole("figure", { name: /by hand: a new disk|\d+ in flight, .*0 cut/ })).toBeVisible();
  await past.getByRole("button", { name: "Show as a table" }).click();
  await expect(past.getByRole("row", { name: /by hand: a new disk/ })).toContainText("dana.kim");
  await expect(page.getByRole("region", { name: "Last 60 days" })).toContainText("drained by hand: a new disk");

  await page.goto(`${world().console().url}/clusters/${clusterId}/nodes/be-99`);
  await expect(verdict(page)).toContainText(`${clusterId} lists no node be-99.`);
  await page.getByRole("link", { name: `All nodes of ${clusterId}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: clusterId })).toBeVisible();
});
