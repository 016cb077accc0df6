/**
 * The same console in the other browser, as its distribution builds it: logged in, a run planned, started and approved,
 * its events live. Puppeteer speaks WebDriver BiDi with it, which needs no program between.
 */
import { accessSync, constants } from "node:fs";
import { expect, test } from "@playwright/test";
import { launch, type Browser, type Page } from "puppeteer-core";
import { startGallery } from "./gallery/gallery.ts";

const FIREFOX = [process.env["FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"].find(isExecutable);

test("In Firefox a run is planned, started and approved, and its drain is watched live", async () => {
  test.skip(FIREFOX === undefined, "No Firefox here: install one (Debian: firefox-esr) or name it with FIREFOX=/path");
  const gallery = await startGallery("live");
  const firefox = await launch({ browser: "firefox", executablePath: FIREFOX ?? "", headless: true });
  try {
    await story(firefox, gallery.url, gallery.link);
  } finally {
    await firefox.close();
    await gallery.stop();
  }
});

async function story(firefox: Browser, url: string, link: string): Promise<void> {
  const page = await firefox.newPage();
  await page.setViewport({ width: 1440, height: 900 });
  const errors: unknown[] = [];
  page.on("pageerror", (error) => errors.push(error));

  await page.goto(link);
  await button(page, "Log in").click();
  await expect.poll(async () => await live(page)).toMatch(/^live/);
  await page.goto(`${url}/clusters/lake/plan`);
  await expect.poll(async () => await verdict(page)).toContain("Ready to start.");

  await button(page, "Start…").click();
  await page.locator('[role="dialog"] input').fill("lake");
  await button(page, "Start on lake").click();
  await expect.poll(async () => await verdict(page)).toContain("be-01 waits for approval.");

  await button(page, "Approve be-01").click();
  await expect.poll(async () => await verdict(page), { timeout: 30_000 }).toMatch(/be-01 drains|quer(y|ies) left/);
  expect(errors).toEqual([]);
}

function button(page: Page, name: string) {
  return page.locator(`::-p-aria(${name}[role="button"])`);
}

async function verdict(page: Page): Promise<string> {
  return await textOf(page, "[data-testid=verdict]");
}

async function live(page: Page): Promise<string> {
  return await textOf(page, "[data-testid=live]");
}

async function textOf(page: Page, selector: string): Promise<string> {
  return await page.$$eval(selector, ([element]) => element?.textContent ?? "").catch(() => "");
}

function isExecutable(path: string | undefined): path is string {
  if (path === undefined) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
