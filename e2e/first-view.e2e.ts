/** What a browser fetches before a screen can be used, by the files that its document names; and what is done before it came. */
import { expect, test, type Page } from "@playwright/test";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { useGallery } from "./gallery/gallery.ts";
import { SCREENS } from "./gallery/screens.ts";

const CHUNKS = join(import.meta.dirname, "../.next/static/chunks");
const LIMIT_KB = 200;
/** Each screen of its own once: what is opened on it comes later. */
const PATHS = [
  "clusters",
  "cluster",
  "cluster while a node drains",
  "crowd",
  "node",
  "node while it drains",
  "node with a past",
  "plan",
  "run at its gate",
  "run that drains",
  "run that holds",
  "report",
  "replay",
  "runs",
  "audit",
];
const OTHERS = ["/add-cluster", "/clusters/quiet/settings"];

const gallery = useGallery();

/** As `npm run build` compressed them, which is what is sent. */
function scriptKb(page: string): number {
  // What only browsers without modules fetch, which cannot show the console anyway.
  const html = page.replace(/<script[^>]*nomodule[^>]*>/gi, "");
  const named = readdirSync(CHUNKS).filter((file) => file.endsWith(".js") && html.includes(file));
  expect(named.length, "the document names its scripts").toBeGreaterThan(5);
  return named.reduce((sum, file) => sum + statSync(join(CHUNKS, `${file}.br`)).size, 0) / 1024;
}

async function documentOf(page: Page, path: string): Promise<string> {
  const answer = await page.request.get(path, { headers: { "accept-language": "en" } });
  expect(answer.status(), path).toBe(200);
  return answer.text();
}

test("The first view of every screen brings less than 200 kB of compressed script", async ({ browser }) => {
  const page = await gallery().page(browser);
  const paths = PATHS.map((name) => {
    const screen = SCREENS.find((each) => each.name === name);
    if (screen === undefined) throw new Error(`the gallery has no screen "${name}"`);
    return screen.path(gallery());
  });
  for (const path of [...paths, ...OTHERS]) {
    expect.soft(scriptKb(await documentOf(page, path)), path).toBeLessThan(LIMIT_KB);
  }
  await page.context().close();
});

test("What is pressed before the page listens is done once it does", async ({ browser }) => {
  const page = await gallery().page(browser);
  const held = Promise.withResolvers<void>();
  await page.route(/\/_next\/static\/chunks\/.*\.js/, async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(gallery().run("drain"), { waitUntil: "commit" });
  await page.getByRole("button", { name: "Abort…" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  held.resolve();
  await expect(page.getByRole("dialog", { name: /^Abort/ })).toBeVisible();
  await page.context().close();
});
