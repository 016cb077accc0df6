/** What charts tell whoever looks, whoever presses keys, and whoever reads a table; and in which zone times are told. */
import { expect, test, type Page } from "@playwright/test";
import { goldenRun, type Past, type RecordedWorld, type Sample, startRecorded } from "./recorded.ts";

const MINUTE_MS = 60_000;
const NOW_MS = Math.floor(Date.now() / 1000) * 1000;
const SPIKE_AT_MS = NOW_MS - 3 * 60 * MINUTE_MS;
const golden = goldenRun("b-upgrade", 1, 5 * MINUTE_MS);
const past: Past = { ...golden, samples: [...spike(), ...lately()] };

let world: RecordedWorld | null = null;
test.beforeAll(async () => {
  world = await startRecorded([past]);
});
test.afterAll(async () => {
  await world?.stop();
});

// A zone that is half an hour away from every round hour of UTC: no time can be taken for another.
test.use({ timezoneId: "Asia/Kolkata" });

test("A chart is read by keys and as a table, its window stands in the address, and times are told in one zone", async ({
  page,
}) => {
  const complaints: string[] = [];
  page.on("console", (message) => {
    // Nobody answers here, so much is refused; what matters is that the page is what the server wrote.
    if (/hydrat|Minified React error/i.test(message.text())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(world?.console.loginLink ?? "");
  await page.getByRole("button", { name: "Log in" }).click();
  const cursor = page.getByRole("slider", { name: "Throughput, moment" });
  const reading = page.getByTestId("reading");

  await test.step("The arrow keys read every series of a moment, with its age", async () => {
    await cursor.focus();
    // The last seconds may not have been told yet: the minute that is looked for has data on either side.
    await untilRead(page, "PageUp", /Queries/);
    await untilRead(page, "PageUp", /no data/);
    await untilRead(page, "ArrowRight", /Queries/);
    await expect(reading).toContainText(
      /\d\d:\d\d:\d\d UTC(\d+ s|\d m \d\d s) agoQueries\/s1,\d{3}\/s.*p99\d+ msFailed0/,
    );
    await expect(cursor).toHaveAttribute("aria-valuetext", /^\d\d:\d\d:\d\d UTC, .* ago: Queries\/s 1,\d{3}\/s/);
  });

  await test.step("Plus draws the window nearer, and the address keeps it", async () => {
    for (const _ of [1, 2, 3, 4, 5]) await page.keyboard.press("+");
    await expect(page).toHaveURL(/\?from=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ&to=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const address = page.url();
    await page.reload();
    await expect(page.getByRole("button", { name: "Reset the zoom" })).toBeVisible();
    expect(page.url()).toBe(address);
  });

  await test.step("The table says what the cursor says", async () => {
    const region = page.getByRole("region", { name: /^Throughput/ });
    // What was read coarsely at first is read finer a moment later, and may have been between the two.
    await expect(async () => {
      // The press that shows the table takes the focus, and the cursor goes with it.
      await cursor.focus();
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      await expect(cursor).toHaveAttribute("aria-valuetext", /Queries\/s 1,\d{3}/);
      const [, time = "", requests = "", p99 = ""] =
        /^(\S+) UTC, .*: Queries\/s (\S+)(?: \(.*\))?, p99 (\d+ ms), Failed 0\.$/.exec(
          (await cursor.getAttribute("aria-valuetext")) ?? "",
        ) ?? [];
      expect(time, "the cursor tells a moment").not.toBe("");
      await region.getByRole("button", { name: "Show as a table" }).click();
      await expect(region.getByRole("row").nth(2)).toBeVisible();
      const rows = await region.getByRole("row").allInnerTexts();
      await region.getByRole("button", { name: "Show as a plot" }).click();
      const row = rows.find((each) => each.startsWith(time));
      expect(row).toContain(requests);
      expect(row).toContain(p99);
      expect(rows.some((each) => /no data\s+no data\s+no data/.test(each))).toBe(true);
    }).toPass({ timeout: 60_000 });
    await page.getByRole("button", { name: "Reset the zoom" }).click();
    await expect(page).not.toHaveURL(/from=/);
  });

  await test.step("A second of failures three hours ago is not lost in a day", async () => {
    await page.getByRole("button", { name: "Last 24 h" }).click();
    await expect(page).toHaveURL(/\?range=24h$/);
    await expect(page.getByRole("figure", { name: /, 7 failed of/ })).toBeVisible();
    await page.getByRole("button", { name: "Last 15 min" }).click();
  });

  await test.step("In local time no screen tells a time of UTC any more, and says which zone it is", async () => {
    const screens = ["/clusters/prod", "/clusters/prod/runs", "/clusters/prod/audit", `/runs/${past.runId}`];
    const url = world?.console.url ?? "";
    const inUtc: string[][] = [];
    for (const screen of screens) {
      await page.goto(`${url}${screen}`);
      inUtc.push(await timesOn(page));
      expect(inUtc.at(-1)?.length, screen).toBeGreaterThan(0);
    }
    await page.getByRole("button", { name: /, menu$/ }).click();
    await page.getByRole("menuitem", { name: /Show times in local time.*Asia\/(Kolkata|Calcutta)/ }).click();
    for (const [index, screen] of screens.entries()) {
      // The screen that stands changes at once; the others are read anew, with the zone already chosen.
      if (index > 0) await page.goto(`${url}${screens[screens.length - 1 - index] ?? screen}`);
      const told = inUtc[screens.length - 1 - index] ?? [];
      await expect(page.getByRole("banner")).toContainText(/\d\d:\d\d:\d\d UTC\+5:30/);
      await expect.poll(async () => (await timesOn(page)).filter((time) => told.includes(time))).toEqual([]);
    }
    await page.keyboard.press("z");
    await expect(page.getByRole("banner")).toContainText(/\d\d:\d\d:\d\d UTC$|\d\d:\d\d:\d\d UTC[^+]/);
  });
  expect(complaints, "what the server wrote and what the browser wrote agree").toEqual([]);
});

/** Goes on until the moment says what is looked for, and no longer "no data" where something is. */
async function untilRead(page: Page, key: string, wanted: RegExp): Promise<void> {
  const cursor = page.getByRole("slider", { name: "Throughput, moment" });
  await expect
    .poll(async () => {
      await page.keyboard.press(key);
      const told = (await cursor.getAttribute("aria-valuetext")) ?? "";
      return wanted.test(told) && /no data/.test(told) === /no data/.test(wanted.source);
    })
    .toBe(true);
}

/** Times that stand still: what counts along is told anew each second anyhow. */
async function timesOn(page: Page): Promise<string[]> {
  await expect(
    page
      .getByRole("main")
      .getByText(/\d\d:\d\d(:\d\d)?/)
      .first(),
  ).toBeVisible();
  const text = await page.getByRole("main").innerText();
  return [...text.matchAll(/\b\d\d:\d\d:\d\d\b/g)].map(([time]) => time);
}

/** From 20 minutes ago till long after this story, but for a minute in which nobody looked. */
function lately(): readonly Sample[] {
  return Array.from({ length: 30 * 60 }, (_, second) => NOW_MS - 20 * MINUTE_MS + second * 1000)
    .filter((atMs) => Math.floor((NOW_MS - atMs) / MINUTE_MS) !== 2)
    .map((atMs) => ({
      atMs,
      values: {
        "cluster/requestsPerS": 1500 + ((atMs / 1000) % 40),
        "cluster/p99Ms": 600 + ((atMs / 1000) % 30),
        "cluster/failedPerS": 0,
      },
    }));
}

/** Ten minutes, and in one second of them seven failures. */
function spike(): readonly Sample[] {
  return Array.from({ length: 600 }, (_, second) => ({
    atMs: SPIKE_AT_MS + second * 1000,
    values: {
      "cluster/requestsPerS": 900,
      "cluster/p99Ms": second === 300 ? 14_000 : 500,
      "cluster/failedPerS": second === 300 ? 7 : 0,
    },
  }));
}
