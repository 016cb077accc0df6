/**
 * Four backend processes behind HAProxy are upgraded from the browser while ApacheBench runs through it, with a connection
 * for each request and with kept ones: no request fails.
 */
import { expect, test } from "@playwright/test";
import { whatHaproxyLacks } from "#server/routers/testing/haproxy.ts";
import { bench, whatAbLacks } from "./ab.ts";
import type { ConsoleProcess } from "./console-process.ts";
import { choose, logIn, openPlan, plannedOrder, setNumber, startPlan, untilEnded, verdict } from "./console.ts";
import { figure } from "./figures.ts";
import { startConsoleOver, startProcesses, type Processes } from "./processes.ts";

const lacks = whatHaproxyLacks() ?? whatAbLacks();
/** As many as the example of a redeployment without a failed request sends. */
const REQUESTS = 100_000;
const NAMES = ["app-1", "app-2", "app-3", "app-4"];

test.describe("backend processes", () => {
  test.skip(lacks !== null, lacks ?? "");
  let processes: Processes | null = null;
  let running: ConsoleProcess | null = null;
  test.beforeAll(async () => {
    processes = await startProcesses(NAMES);
  });
  // Its link logs one in once: each story begins with a console of its own, over the same processes.
  test.beforeEach(async () => {
    running = await startConsoleOver(there(processes));
  });
  test.afterEach(async () => {
    await running?.stop();
    running = null;
  });
  test.afterAll(async () => {
    await processes?.stop();
  });

  test("Its section is edited as it stands in the file: a mistake is told with its line, and a test asks everybody", async ({
    page,
  }) => {
    const world = { clusterId: there(processes).clusterId, console: () => there(running) };
    await logIn(page, world);
    await page.goto(`${there(running).url}/clusters/shop/settings`);
    const text = page.getByLabel("The cluster, as YAML");
    await expect(text).toHaveValue(/system: process/);
    const before = await text.inputValue();
    const tried = page.getByRole("complementary", { name: "Test of the connection" });
    await tried.getByRole("button", { name: "Test connection" }).click();
    await expect(tried).toContainText(/Reached, 4 nodes, in \d+\.\d s\./);
    await expect(tried).toContainText("4 servers, 4 serving");
    await expect(tried).toContainText("app-1 serves, and its owner knows it");

    const told = page.getByRole("form").getByRole("alert");
    await text.fill(before.replace("host: here", "host: nowhere"));
    await page.getByRole("button", { name: "Save shop" }).click();
    await expect(told).toContainText("Nothing was saved");
    const line = before.split("\n").findIndex((each) => each.includes("host: here")) + 1;
    await expect(page.getByRole("list", { name: "Mistakes in the section" })).toContainText(
      `Line ${line}, nodes[0].host: There is no host "nowhere".`,
    );
    await text.fill(`${before}  - id: another`);
    await page.getByRole("button", { name: "Save shop" }).click();
    await expect(told).toContainText("There are 2 clusters in it.");

    await text.fill(before.replace("exitLimitS: 10", "exitLimitS: 12"));
    await page.getByRole("button", { name: "Save shop" }).click();
    await expect(page).toHaveURL(/\/clusters\/shop$/);
    await expect(verdict(page)).toContainText("4 of 4 nodes serving.");
  });

  test("[S4-14] [S4-16] A roll of four behind HAProxy fails no request, with and without kept connections", async ({
    page,
  }) => {
    const { url, site, clusterId } = there(processes);
    const world = { clusterId, console: () => there(running) };
    await logIn(page, world);
    await expect(verdict(page)).toContainText("4 of 4 nodes serving.");

    await openPlan(page, "1.1.0");
    await choose(page, "Approval", "None");
    await setNumber(page, "Verify soak", 2);
    expect(await plannedOrder(page)).toEqual(NAMES);
    // Both for longer than the roll takes.
    const load = Promise.all([bench(url, REQUESTS), bench(url, REQUESTS, ["-k"])]);
    const runId = await startPlan(page, clusterId);
    const view = await untilEnded(page, world, runId);
    expect(view.summary.verdict).toBe("finished");
    const rolledS = ((view.summary.endedAtMs ?? 0) - view.summary.startedAtMs) / 1000;
    const [each, kept] = await load;
    figure(
      `process: 4 behind HAProxy rolled in ${rolledS.toFixed(0)} s; ab -n ${REQUESTS} -c 20: ${each.failed} failed, ${each.non2xx} non-2xx, ${each.perS} a second in ${each.tookS} s; with -k beside it: ${kept.failed}, ${kept.non2xx}, ${kept.perS} a second in ${kept.tookS} s`,
    );
    expect([each, kept].map(({ complete, failed, non2xx }) => ({ complete, failed, non2xx }))).toEqual(
      [REQUESTS, REQUESTS].map((complete) => ({ complete, failed: 0, non2xx: 0 })),
    );
    for (const name of NAMES) {
      expect(site.read(name, "app.log").match(/^ready .*/gm)).toEqual(["ready 1.0.0", "ready 1.1.0"]);
      expect(site.read(name, "app.log")).toContain("exit 0");
    }
    await page.goto(`${there(running).url}/clusters/shop`);
    await expect(verdict(page)).toContainText("4 of 4 nodes serving.");
  });
});

function there<T>(value: T | null): T {
  if (value === null) throw new Error("it is there while a test runs");
  return value;
}
