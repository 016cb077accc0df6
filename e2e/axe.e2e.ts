/**
 * Every screen in every state, held against WCAG 2.2 AA by axe: dark and light, at a desk and at the width of a phone, each
 * with each. A page is loaded once; then it changes its width and its theme, as it may in somebody's hands. At each width
 * every rule is asked in one theme, and in the other those that look at colours: no other can tell the two apart.
 */
import axe from "axe-core";
import { expect, test, type Page } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { goTo, SCREENS } from "./gallery/screens.ts";

const ALL = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } as const;
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] } as const;
const LOOKS = [
  { viewport: { width: 1440, height: 900 }, themes: ["dark", "light"] },
  { viewport: { width: 390, height: 844 }, themes: ["light", "dark"] },
] as const;

// A film of every step would take longer than the steps.
test.use({ trace: "off", actionTimeout: 10_000 });

const gallery = useGallery();

test("No screen breaks a rule of WCAG 2.2 AA in any state, in either theme, at a desk and on a phone", async ({
  browser,
}) => {
  const pages = new Map<string, Page>();
  const found: string[] = [];
  for (const screen of SCREENS) {
    const who = screen.as ?? "";
    const shared = pages.get(who) ?? (await gallery().page(browser, {}, screen.as));
    pages.set(who, shared);
    const page = screen.arrange === undefined ? shared : await shared.context().newPage();
    await page.setViewportSize(LOOKS[0].viewport);
    await goTo(page, screen, gallery());
    found.push(...(await crossed(page)).map((breach) => `${screen.name}, ${breach}`));
    if (page !== shared) await page.close();
  }
  for (const page of pages.values()) await page.context().close();
  expect(found).toEqual([]);
});

test("The page on which one logs in breaks none either, by a link or by a password", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  for (const path of ["/login", "/login#a-link"]) {
    await page.goto(`${gallery().url}${path}`);
    await page.reload();
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await crossed(page), path).toEqual([]);
  }
  await context.close();
});

/** Width by width and theme by theme: what breaks a rule there. */
async function crossed(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { viewport, themes } of LOOKS) {
    await page.setViewportSize(viewport);
    for (const [number, theme] of themes.entries()) {
      // The pages without a session follow the system; the others what the person chose.
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate((chosen) => (document.documentElement.dataset["theme"] = chosen), theme);
      const broken = await breaches(page, number === 0 ? ALL : COLOURS);
      found.push(...broken.map((breach) => `${theme} ${viewport.width}: ${breach}`));
    }
  }
  return found;
}

async function breaches(page: Page, runOnly: typeof ALL | typeof COLOURS): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(
    async ({ type, values }) => {
      // The change is laid out, the fonts that its layout called for have come, and what grew by them is laid out too.
      const laidOut = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await laidOut();
      await document.fonts.ready;
      await laidOut();
      const { violations } = await window.axe.run(document, {
        runOnly: { type, values: [...values] },
        // Names are made for what breaks a rule alone: a thousand that keep it need none.
        resultTypes: ["violations"],
        ...(type === "tag" ? { rules: { "target-size": { enabled: true } } } : {}),
      });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`),
      );
    },
    { ...runOnly },
  );
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
