/** A cluster of a thousand nodes, made up and changing every second: found, filtered, walked through and opened by keys. */
import { expect, test, type Cookie, type Page } from "@playwright/test";
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { verdict } from "./console.ts";

const ROOT = join(import.meta.dirname, "..");
const ready = z.object({ ready: z.literal(true), url: z.string(), clusterId: z.string(), link: z.string() });

let program: ChildProcess | null = null;
let model: z.infer<typeof ready> | null = null;

test.beforeAll(async () => {
  const args = ["--disable-warning=ExperimentalWarning", "bench/model-console.ts", "--nodes", "1000"];
  const child = spawn(join(ROOT, "node_modules/.bin/node"), args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
  program = child;
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith("{")) continue;
    model = ready.parse(JSON.parse(line));
    break;
  }
});

test.afterAll(async () => {
  const child = program;
  if (child === null || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
});

/** The link logs one in, once. */
let login: readonly Cookie[] = [];

async function open(page: Page): Promise<void> {
  if (model === null) throw new Error("the model is there while a test runs");
  if (login.length === 0) {
    await page.goto(model.link);
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page.getByRole("banner")).toBeVisible();
    login = await page.context().cookies();
  } else {
    await page.context().addCookies([...login]);
    await page.goto(`${model.url}/clusters/${model.clusterId}`);
  }
  await expect(page.getByRole("heading", { level: 1, name: model.clusterId })).toBeVisible();
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
}

test("Of a thousand nodes those that need a look come first; filters count, a few rows stand for all, and keys reach each of them", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(page);
  await expect(verdict(page)).toContainText(/^99\d of 1,000 nodes serving\./);
  const list = page.getByRole("table", { name: "Nodes" });
  const first = list.getByRole("row").nth(1);
  await expect(first).toContainText(/DISCONNECTED, not planned.*last heard .* ago/);
  await expect(list.getByRole("row", { name: /be-0209/ })).toContainText("fullest disk 93 %");
  await expect(list.getByRole("row", { name: /cn-0649/ })).toContainText(/in flight 3\.\d times the CN median of \d+/);
  await expect(page.getByRole("button", { name: "All nodes, 1,000" })).toHaveAttribute("aria-pressed", "false");
  await expect(page.getByRole("button", { name: "DISCONNECTED, 2" })).toBeVisible();

  // All of them, of which the page holds what is in sight.
  await page.getByRole("button", { name: "All nodes, 1,000" }).click();
  await expect(page).toHaveURL(/\?view=all$/);
  await expect(list).toHaveAttribute("aria-rowcount", "1001");
  expect(await list.getByRole("row").count()).toBeLessThan(60);
  await expect(first).toContainText("not planned");

  // The filter by its key; what it lets through stands in the URL and survives reading the page anew.
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Name, host or pool" })).toBeFocused();
  await page.keyboard.type("be-013");
  await expect(page.getByRole("heading", { name: "Chosen nodes, 10" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Chosen nodes, 10" })).toBeVisible();
  await page.getByRole("button", { name: "Copy these nodes" }).click();
  await page.getByRole("menuitem", { name: "Copy as CSV" }).click();
  await expect(async () => {
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toMatch(/^Node,Role,Pool,Host:port,Status,Version,In flight,Queries\/s,Why it needs a look\r\n/);
    expect(copied.split("\r\n")).toHaveLength(12);
  }).toPass();
  await page.getByRole("button", { name: /^Show all again/ }).click();
  await expect(page).not.toHaveURL(/\?/);

  // J moves in the list; the arrows move in the grid; Enter opens.
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(list.getByRole("row").nth(2).getByRole("link")).toBeFocused();
  const grid = page.getByRole("listbox", { name: "Levels of all nodes" });
  await grid.focus();
  await expect(grid).toHaveAttribute("aria-activedescendant", "chamber-fe-0001");
  await page.keyboard.press("ArrowRight");
  await expect(grid).toHaveAttribute("aria-activedescendant", "chamber-fe-0004");
  await page.keyboard.press("ArrowDown");
  await expect(grid).toHaveAttribute("aria-activedescendant", /^chamber-be-/);
  await expect(grid.getByRole("option", { selected: true })).toHaveAccessibleName(/^be-\d+, OK$/);
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/nodes\/cn-0699$/);
  await expect(verdict(page)).toContainText(/^Serving\. \d+ in flight/);
});

/** All that moved on its own since the page was asked for; what follows a press is not counted. */
const shifted = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) =>
          resolve(
            list.getEntries().reduce((sum, entry) => {
              const value: unknown = Reflect.get(entry, "value");
              return typeof value === "number" && Reflect.get(entry, "hadRecentInput") !== true ? sum + value : sum;
            }, 0),
          ),
        ).observe({ type: "layout-shift", buffered: true });
        // Nothing moved: nothing is told.
        setTimeout(() => resolve(0), 1000);
      }),
  );

test("While nodes come into the list of those that need a look and leave it, nothing below it moves", async ({
  page,
}) => {
  await open(page);
  const list = page.getByRole("table", { name: "Nodes" });
  const levels = page.getByRole("listbox", { name: "Levels of all nodes" });
  const rows = Number(await list.getAttribute("aria-rowcount"));
  const before = await levels.boundingBox();
  // Another number of rows, without leaving the screen.
  await page.keyboard.press("/");
  await page.keyboard.type("be-0001");
  await expect(page.getByRole("heading", { name: "Chosen nodes, 1" })).toBeVisible();
  expect(rows).toBeGreaterThan(2);
  expect((await levels.boundingBox())?.y).toBe(before?.y);
  // Every node has changed since, several times.
  await page.goto("about:blank");
  await page.goBack();
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
  const clock = page.getByRole("banner").getByText(/UTC$/);
  const began = await clock.textContent();
  await expect(async () => {
    const [from, to] = [began, await clock.textContent()].map((time) =>
      (time ?? "").match(/\d+/g)?.reduce((sum, part) => sum * 60 + Number(part), 0),
    );
    expect((to ?? 0) - (from ?? 0)).toBeGreaterThanOrEqual(5);
  }).toPass();
  expect(await shifted(page)).toBeLessThan(0.001);
});
