/** Whoever reads Chinese has the console in Chinese, from the first byte on; what a system said itself stays as it said it. */
import { expect, test, type Page } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { goTo, SCREENS } from "./gallery/screens.ts";

const gallery = useGallery();
const zh = { locale: "zh-CN", viewport: { width: 1440, height: 900 } } as const;

test("A browser that asks for Chinese gets it in the page itself, and English by the menu, for good", async ({
  browser,
}) => {
  const page = await gallery().page(browser, zh);
  const errors: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && errors.push(message.text())));
  page.on("pageerror", (error) => errors.push(String(error)));
  await test.step("Before any script has run", async () => {
    const html = await (await page.request.get("/clusters/drain", { headers: { "accept-language": "zh-CN" } })).text();
    expect(html).toContain('<html lang="zh-CN"');
    expect(html).toContain("排空");
    expect(html).not.toContain("nodes serving");
  });
  await page.goto("/clusters/drain");
  await expect(page.getByTestId("verdict")).toContainText("排空中");
  await expect(page.getByRole("link", { name: "节点", exact: true })).toBeVisible();
  await test.step("Whoever chooses the other language keeps it", async () => {
    const menu = page.getByRole("menu");
    await expect(async () => {
      if (!(await menu.isVisible())) await page.getByRole("button", { name: /^dana\.kim/ }).click();
      await expect(menu).toBeVisible({ timeout: 1000 });
    }).toPass();
    await page.getByRole("menuitem", { name: /English/ }).click();
    await expect(page.getByTestId("verdict")).toContainText("be-01 is draining");
    await page.reload();
    await expect(page.getByTestId("verdict")).toContainText("be-01 is draining");
  });
  expect(errors).toEqual([]);
  await page.context().close();
});

test("No screen says an English sentence to whoever reads Chinese", async ({ browser }) => {
  const page = await gallery().page(browser, zh);
  const found: string[] = [];
  for (const screen of SCREENS.filter(({ picture }) => picture !== undefined)) {
    await goTo(page, screen, gallery());
    found.push(...(await englishOn(page)).map((text) => `${screen.name}: ${text}`));
  }
  expect(found).toEqual([]);
  await page.context().close();
});

/** What people wrote, and what the modelled cluster says of itself, stays as it was said. */
const SAID_BY_OTHERS =
  /quarterly upgrade|the dashboards|blacklist of|disable_balance on|its port answers|it waits 20 s|where it is heard|heartbeat received|scan of tablet|No front end answers|no space left|Everyone else serves|The version lies there|A majority stays|Tablets as before|it left by itself|no router stands before it/;

/** Three English words in a row, where it is the console that speaks. */
async function englishOn(page: Page): Promise<readonly string[]> {
  const texts = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const said: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      if (element === null || element.closest("script, style, pre, code, [data-said], .sr-only") !== null) continue;
      said.push(node.textContent ?? "");
    }
    return said;
  });
  return [...new Set(texts.map((text) => text.trim()))].filter(
    (text) => /[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}/.test(text) && !SAID_BY_OTHERS.test(text),
  );
}
