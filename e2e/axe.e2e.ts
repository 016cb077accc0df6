/** Every screen in every state, held against WCAG 2.2 AA by axe: dark and light, at a desk and on a phone. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { goTo, SCREENS } from "./gallery/screens.ts";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What a rule finds at a size does not hang on the theme, but for contrast: each theme has all screens once. */
const LOOKS = [
  { name: "a desk, dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "a phone, light", viewport: { width: 390, height: 844 }, colorScheme: "light" },
] as const;

// A film of every step would take longer than the steps.
test.use({ trace: "off", actionTimeout: 10_000 });

const gallery = useGallery();

for (const { name, viewport, colorScheme } of LOOKS) {
  test(`No screen breaks a rule of WCAG 2.2 AA in any state, at ${name}`, async ({ browser }) => {
    const shared = await gallery().page(browser, { viewport, colorScheme });
    const found: string[] = [];
    for (const screen of SCREENS) {
      if (viewport.width === 390 && screen.deskOnly === true) continue;
      const page = screen.arrange === undefined ? shared : await shared.context().newPage();
      await goTo(page, screen, gallery());
      found.push(...(await breaches(page)).map((breach) => `${screen.name}: ${breach}`));
      if (page !== shared) await page.close();
    }
    await shared.context().close();
    expect(found).toEqual([]);
  });
}

test("The page on which one logs in breaks none either", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "dark" });
  const page = await context.newPage();
  await page.goto(`${gallery().url}/login`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const dark = await breaches(page);
  await page.emulateMedia({ colorScheme: "light" });
  expect([...dark, ...(await breaches(page, "color-contrast"))]).toEqual([]);
  await context.close();
});

async function breaches(page: Page, rule?: string): Promise<readonly string[]> {
  // The page has no frames: axe need not look for them in a window of its own.
  const builder = new AxeBuilder({ page }).setLegacyMode();
  // Names are made for what breaks a rule alone: a thousand that keep it need none.
  builder.options({ resultTypes: ["violations"], rules: { "target-size": { enabled: true } } });
  const { violations } = await (rule === undefined ? builder.withTags(TAGS) : builder.withRules([rule])).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ""}`),
  );
}
