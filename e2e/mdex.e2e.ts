/**
 * Two simulated Dgraphs, without a balancer, are upgraded from the browser while one of them answers a long query: it is
 * told to leave, says that it cannot be undone, finishes the query, and what such a system does not do is shown as skipped.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { stringify } from "yaml";
import { makeSite, type Site } from "#server/drivers/mdex/testing/site.ts";
import { until } from "#twin/mdex/harness.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";
import { choose, logIn, openPlan, plannedOrder, setNumber, startPlan, untilEnded, verdict } from "./console.ts";
import { OPERATOR } from "./world.ts";

const NAMES = ["dgraph-1", "dgraph-2"];

test.describe("Dgraphs of an MDEX Engine (simulated)", () => {
  let site: Site | null = null;
  let running: ConsoleProcess | null = null;
  test.beforeAll(async () => {
    // Their time stands still but for what this story advances it by: the query lasts until it says so.
    const flags = ["--sim-second-ms", "manual", "--sim-query-s", "0", "--threads", "4"];
    site = await makeSite({ names: NAMES, flags });
    await site.start(site.driver());
    const file = join(site.folder, "sluice.yaml");
    const here = { listen: "127.0.0.1:0", data: "./console" };
    writeFileSync(file, stringify({ console: here, clusters: [{ ...site.section, name: "catalog" }] }));
    running = await startConsole(file, OPERATOR);
  });
  test.afterAll(async () => {
    await running?.stop();
    await site?.stop();
  });

  test("[S3-1] [S3-3] A roll of two finishes the query in flight and shows what it skips", async ({ page }) => {
    const [console, dgraphs] = [there(running), there(site)];
    const world = { clusterId: "catalog", console: () => console };
    await logIn(page, world);
    await expect(verdict(page)).toContainText("2 of 2 nodes serving.");

    await openPlan(page, "6.5.2");
    await choose(page, "Approval", "None");
    await setNumber(page, "Verify soak", 0);
    // No router counts its requests, and neither does it.
    await choose(page, "Without traffic", "Accept on health");
    expect(await plannedOrder(page)).toEqual(NAMES);
    const engine = dgraphs.engine("dgraph-1");
    const query = engine.query(30);
    await engine.hasTaken(1);
    const runId = await startPlan(page, "catalog");
    await until(async () => (await engine.state()).exitAsked);

    const phases = page.getByRole("list", { name: "Phases of dgraph-1" });
    await expect(phases.getByRole("listitem").filter({ hasText: "Exiting" })).toHaveAttribute("aria-current", "step");
    for (const skipped of ["Isolate", "Drain"]) {
      const item = phases.getByRole("listitem").filter({ hasText: skipped });
      await expect(item).toContainText("skipped");
    }
    await expect(phases).toContainText("no router stands before it that this console knows");
    await expect(page.getByText("query 503").first()).toBeVisible();
    await expect(page.getByText("a Dgraph tells neither how many queries it runs nor which")).toBeVisible();

    await engine.advance(30);
    expect(await query).toMatchObject({ code: 200 });
    const view = await untilEnded(page, world, runId);
    expect(view.summary.verdict).toBe("finished");
    for (const name of NAMES) {
      const ends = dgraphs
        .engine(name)
        .lines("errorLog")
        .filter((line) => line.includes("exiting normally"));
      expect(ends).toHaveLength(1);
    }
    await page.goto(`${console.url}/clusters/catalog`);
    await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
  });
});

function there<T>(value: T | null): T {
  if (value === null) throw new Error("it is there while a test runs");
  return value;
}
