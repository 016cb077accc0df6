/** Looking back on a run: as it was at any second, from what was kept of it. */
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { goldenRun, type Past, type RecordedWorld, startRecorded } from "./recorded.ts";
import { verdict } from "./console.ts";

const HOUR_MS = 3_600_000;
const ended = withSamples(goldenRun("b-upgrade", 1, HOUR_MS));
const golden = goldenRun("b-downgrade", 2, 60_000);
const underWay: Past = { ...golden, events: golden.events.slice(0, 20) };

let world: RecordedWorld | null = null;
// One each: the link that it prints logs one person in, once.
test.beforeEach(async () => {
  world = await startRecorded([ended, underWay]);
});
test.afterEach(async () => {
  await world?.stop();
  world = null;
});

test("A run is shown as it was at any second, and nothing can be asked of it there", async ({ page }) => {
  const { url } = await logIn(page);
  await page.goto(`${url}/runs/${ended.runId}`);
  const banner = page.getByRole("banner");
  const moment = page.getByRole("slider", { name: "Moment of the replay, UTC" });
  const replay = page.getByRole("group", { name: "Replay" });
  await expect(verdict(page)).toContainText("Finished");
  await expect(page.getByRole("region", { name: "Per node" })).toBeVisible();
  await expect(banner.getByText("replaying")).toBeHidden();

  await test.step("The thumb leads to a second in which be-1 drained", async () => {
    const trackAt = (await moment.boundingBox())?.y;
    await moment.fill("12");
    await expect(banner.getByText(/^replaying \d\d:\d\d:\d\d$/)).toBeVisible();
    await expect(verdict(page)).toContainText("be-1 is draining");
    await expect(page.getByRole("button", { name: /^be-1.*Draining/ })).toBeVisible();
    expect((await moment.boundingBox())?.y, "the track stays where it is").toBe(trackAt);
    expect(atOf(page)).toBe(startOf(ended) + 12_000);
  });

  await test.step("Acts stay where they are, locked, and say why", async () => {
    for (const act of ["Pause", "Abort…", "Policy…"]) {
      const button = page.getByRole("button", { name: act, exact: true });
      await expect(button).toHaveAttribute("aria-disabled", "true");
      await expect(button).toHaveAccessibleDescription(/This is a replay of \d\d:\d\d:\d\d/);
    }
    await page.keyboard.press("p");
    await expect(page.getByText(/This is a replay of .* its report says how it ended/).last()).toBeVisible();
  });

  await test.step("What was kept is cut at the moment, and what was not kept is a gap", async () => {
    const chart = page.getByRole("region", { name: "Replay of the run" });
    await expect(chart.getByText("40/s", { exact: true })).toBeVisible();
    await moment.fill("25");
    await expect(chart.getByText(/^no data since/).first()).toBeVisible();
  });

  await test.step("Keys lead from event to event, and play", async () => {
    await moment.fill("12");
    await page.keyboard.press("]");
    await expect(replay).toContainText("be-1");
    expect(await settledAt(page)).toBeGreaterThan(startOf(ended) + 12_000);
    await page.keyboard.press("[");
    await page.keyboard.press("[");
    expect(await settledAt(page)).toBeLessThan(startOf(ended) + 12_000);
    await page.keyboard.press("Space");
    await expect(replay.getByRole("button", { name: "Stop" })).toBeVisible();
    await expect(verdict(page)).toContainText("fe-3");
    await page.keyboard.press("Space");
    await expect(replay.getByRole("button", { name: "Play" })).toBeVisible();
  });

  await test.step("A link carries moment and node", async () => {
    await moment.fill("12");
    await page.getByRole("button", { name: /^fe-3/ }).click();
    await expect(page.getByRole("heading", { name: "fe-3", level: 2 })).toBeVisible();
    await expect.poll(() => atOf(page)).toBe(startOf(ended) + 12_000);
    await page.goto(page.url());
    await expect(banner.getByText(/^replaying/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "fe-3", level: 2 })).toBeVisible();
    await expect(verdict(page)).toContainText("be-1 is draining");
  });

  await test.step("Back to the report, by its button and by the browser's", async () => {
    await page.getByRole("button", { name: "Back to the report" }).click();
    await expect(page.getByRole("region", { name: "Per node" })).toBeVisible();
    await expect(verdict(page)).toContainText("Finished");
    await page.goBack();
    await expect(verdict(page)).toContainText("be-1 is draining");
  });

  await test.step("A run that is under way has a past too", async () => {
    await page.goto(`${url}/runs/${underWay.runId}`);
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await expect(banner.getByText(/^replaying/)).toBeVisible();
    await page.keyboard.press("Space");
    await moment.fill("0");
    await expect(verdict(page)).toContainText("fe-3 is checked before it is touched");
    await page.getByRole("button", { name: "Back to now" }).click();
    await expect(banner.getByText(/^replaying/)).toBeHidden();
  });
});

test("A run leaves its report as a file that needs no console, its lists, and its plan", async ({ page, browser }) => {
  const { url } = await logIn(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(`${url}/runs/${ended.runId}`);
  await expect(page.getByRole("region", { name: "Per node" })).toBeVisible();
  const exported = async (entry: string): Promise<string> => {
    const item = page.getByRole("menuitem", { name: entry });
    // A page is there before its script is: what was pressed too early is pressed again.
    await expect(async () => {
      if (!(await item.isVisible())) await page.getByRole("button", { name: "Export the report" }).click();
      await expect(item).toBeVisible({ timeout: 2000 });
    }).toPass();
    const download = page.waitForEvent("download");
    await item.click();
    return readFileSync(await (await download).path(), "utf8");
  };

  await test.step("The file is read with scripts switched off and no network, on a screen and on paper", async () => {
    const file = await exported("Report, one HTML file");
    const offline = await browser.newContext({ javaScriptEnabled: false, offline: true, colorScheme: "dark" });
    const reader = await offline.newPage();
    const asked: string[] = [];
    reader.on("request", (request) => asked.push(request.url()));
    await reader.setContent(file);
    await expect(reader.getByRole("heading", { level: 1 })).toContainText("Upgrade prod");
    await expect(reader.getByRole("img", { name: /Phases of every node/ })).toBeVisible();
    for (const name of ["Per node", "Who did what", "The plan", "Journal"]) {
      await expect(reader.getByRole("heading", { level: 2, name })).toBeVisible();
    }
    await expect(reader.getByRole("cell", { name: "fe-3", exact: true }).first()).toBeVisible();
    expect(asked, "it asks nobody for anything").toEqual([]);
    // A sheet of A4 between its margins.
    await reader.setViewportSize({ width: 703, height: 1000 });
    await reader.emulateMedia({ media: "print", colorScheme: "dark" });
    await expect(reader.locator("body")).toHaveCSS("background-color", "rgb(255, 255, 255)");
    await expect(reader.getByRole("article")).toHaveCSS("background-color", "rgb(255, 255, 255)");
    await expect(reader.getByRole("row").nth(1)).toHaveCSS("break-inside", "avoid");
    for (const table of await reader.getByRole("table").all()) {
      expect((await table.boundingBox())?.width, "no list is wider than its sheet").toBeLessThanOrEqual(703);
    }
    expect(pagesOf(await reader.pdf({ format: "A4" }))).toBeGreaterThan(1);
    await offline.close();
  });

  await test.step("Printed from the console it is that report, without bars and without the dark", async () => {
    const width = await page.evaluate(() => {
      window.dispatchEvent(new Event("beforeprint"));
      return document.documentElement.clientWidth;
    });
    expect(width).toBeGreaterThan(0);
    await page.emulateMedia({ media: "print" });
    await expect(page.getByRole("article").getByRole("heading", { name: "Journal" })).toBeVisible();
    await expect(page.getByRole("banner")).toBeHidden();
    await expect(page.locator("html")).toHaveCSS("background-color", "rgb(255, 255, 255)");
    await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
    await page.emulateMedia({ media: "screen" });
    await expect(page.getByRole("banner")).toBeVisible();
    await expect(page.getByRole("article")).toBeHidden();
  });

  await test.step("Every list is copied as CSV and as JSON", async () => {
    const copied = async (list: string, form: string): Promise<string> => {
      await page.getByRole("button", { name: `Copy ${list}`, exact: true }).click();
      await page.getByRole("menuitem", { name: `Copy as ${form}` }).click();
      await expect(page.getByText(new RegExp(`^Copied \\d+ rows? as ${form}\\.$`)).last()).toBeVisible();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied("the nodes", "CSV")).toMatch(/^Node,"Gate waited, s",[^\r]*\r\nbe-1,/);
    expect(JSON.parse(await copied("the audit", "JSON"))).toContainEqual(
      expect.objectContaining({ what: expect.stringContaining("approved be-1") }),
    );
  });

  await test.step("Its plan is a file, and differs from another run's in what a person reads", async () => {
    const plan = await exported("Plan as YAML");
    expect(plan).toContain("kind: upgrade");
    expect(plan).toContain("sluicePlan: 1");
    await page.getByRole("button", { name: "Export the report" }).click();
    await page.getByRole("menuitem", { name: "Compare its plan…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("row", { name: /^What Upgrade Downgrade$/ })).toBeVisible();
    await dialog.getByRole("button", { name: "Close" }).click();

    await page.goto(`${url}/clusters/prod/plan`);
    await page.getByRole("button", { name: "Plan as a file" }).click();
    await page.getByRole("menuitem", { name: "Import a YAML file…" }).click();
    const paste = dialog.getByRole("textbox", { name: "Or paste it" });
    await paste.fill(plan.replace("soakS: 2", "soakMs: 2000"));
    const wrong = dialog.getByRole("list", { name: "What is wrong with the plan" });
    await expect(wrong).toContainText(/policy\.soakMs, line \d+: There is no such field\. Write soakS instead\./);
    await paste.fill(plan);
    // Nobody answers here, so this cluster has no nodes: each that the file names is told.
    await expect(wrong).toContainText("nodes[0]: be-1 is no node of this cluster.");
    await expect(dialog.getByRole("button", { name: "Use this plan" })).toHaveAttribute("aria-disabled", "true");
    await dialog.getByRole("button", { name: "Keep the draft" }).click();
  });

  await test.step("Runs: what needs a person stands first, and a filter finds the rest", async () => {
    await page.goto(`${url}/clusters/prod/runs`);
    const rows = page.getByRole("table", { name: "Runs" }).getByRole("row");
    await expect(rows.nth(1)).toContainText("under way");
    await expect(rows).toHaveCount(3);
    await page.keyboard.press("/");
    await page.keyboard.type("upgrade finished");
    await expect(rows).toHaveCount(2);
    await expect(rows.nth(1)).toContainText("finished");
    await expect(page).toHaveURL(/filter=upgrade\+finished/);
    await page.keyboard.press("Escape");
    await expect(rows).toHaveCount(3);
  });
});

/** How many sheets a PDF has, as it says itself. */
function pagesOf(pdf: Buffer): number {
  return [...pdf.toString("latin1").matchAll(/\/Type\s*\/Page\b/g)].length;
}

async function logIn(page: Page): Promise<{ readonly url: string }> {
  if (world === null) throw new Error("the console is there while a test runs");
  await page.goto(world.console.loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/Clusters|prod/);
  return { url: world.console.url };
}

function startOf({ events }: Past): number {
  return events[0]?.atMs ?? 0;
}

function atOf(page: Page): number {
  return Date.parse(new URL(page.url()).searchParams.get("at") ?? "");
}

/** The address follows the moment a little later: once it stands still, so does the moment. */
async function settledAt(page: Page): Promise<number> {
  let before = Number.NaN;
  await expect
    .poll(
      () => {
        const atMs = atOf(page);
        const isSettled = atMs === before;
        before = atMs;
        return isSettled;
      },
      { intervals: [700] },
    )
    .toBe(true);
  return before;
}

/** Forty queries a second for twenty seconds, and then nobody sampled. */
function withSamples(past: Past): Past {
  const fromMs = Math.floor(startOf(past) / 1000) * 1000;
  const samples = Array.from({ length: 20 }, (_, second) => ({
    atMs: fromMs + second * 1000,
    values: {
      "cluster/requestsPerS": 40,
      "cluster/failedPerS": 0,
      "cluster/p99Ms": 900,
      "node/be-1/inFlight": 3,
      "node/fe-3/inFlight": 5,
    },
  }));
  return { ...past, samples };
}
