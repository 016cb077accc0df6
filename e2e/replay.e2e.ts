/** Looking back on a run: as it was at any second, from what was kept of it. */
import { expect, test, type Page } from "@playwright/test";
import { goldenRun, type Past, type RecordedWorld, startRecorded } from "./recorded.ts";
import { verdict } from "./console.ts";

const HOUR_MS = 3_600_000;
const ended = withSamples(goldenRun("b-upgrade", 1, HOUR_MS));
const golden = goldenRun("b-downgrade", 2, 60_000);
const underWay: Past = { ...golden, events: golden.events.slice(0, 20) };

let world: RecordedWorld | null = null;
test.beforeAll(async () => {
  world = await startRecorded([ended, underWay]);
});
test.afterAll(async () => {
  await world?.stop();
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
    await page.getByRole("button", { name: /^fe-1/ }).click();
    await expect(page.getByRole("heading", { name: "fe-1", level: 2 })).toBeVisible();
    await expect.poll(() => atOf(page)).toBe(startOf(ended) + 12_000);
    await page.goto(page.url());
    await expect(banner.getByText(/^replaying/)).toBeVisible();
    await expect(page.getByRole("heading", { name: "fe-1", level: 2 })).toBeVisible();
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
    await expect(verdict(page)).toContainText("waits for approval");
    await page.getByRole("button", { name: "Back to now" }).click();
    await expect(banner.getByText(/^replaying/)).toBeHidden();
  });
});

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
      "node/fe-1/inFlight": 5,
    },
  }));
  return { ...past, samples };
}
