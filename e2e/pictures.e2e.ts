/**
 * Each screen as it looked when it was last looked at: what changed by accident is seen here first. What was meant is
 * taken over with `npx playwright test pictures --update-snapshots`, and looked at.
 */
import { expect, test } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { goTo, SCREENS } from "./gallery/screens.ts";

/** One state of each screen, the one that shows most of it. */
const PICTURED = SCREENS.filter(({ picture }) => picture !== undefined);
const gallery = useGallery();

test.use({ trace: "off", actionTimeout: 10_000 });

for (const colorScheme of ["dark", "light"] as const) {
  test(`Each screen looks as it did when people last looked at it, ${colorScheme}`, async ({ browser }) => {
    const page = await gallery().page(browser, { colorScheme, viewport: { width: 1440, height: 900 } });
    for (const screen of PICTURED) {
      await goTo(page, screen, gallery());
      await expect.soft(page, screen.name).toHaveScreenshot(`${screen.picture ?? ""}-${colorScheme}.png`);
    }
    await page.context().close();
  });
}
