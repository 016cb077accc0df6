/** An operator who has no mouse: everything is reached by Tab or by its key, and the focus is always in sight. */
import { expect, type Locator, type Page } from "@playwright/test";

/** As many stops as the longest screen may have. */
const MOST_STOPS = 120;

/** Presses Tab until it is there. Each stop on the way shows that it is one. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
    await expectFocusInSight(page);
  }
  throw new Error(`Tab does not come to ${target.toString()}`);
}

export async function press(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

/** The focus is on something that is drawn, within the window, and outlined. */
export async function expectFocusInSight(page: Page): Promise<void> {
  const lost = await page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return null;
    const { width, height, bottom, right, top, left } = focused.getBoundingClientRect();
    const { outlineStyle, boxShadow, visibility } = getComputedStyle(focused);
    // A field within a frame may show it on the frame.
    const frame = getComputedStyle(focused.parentElement ?? focused);
    // A slider shows it on its thumb, whose style no script can ask for.
    const isSlider = focused.matches("input[type=range]");
    const isMarked =
      isSlider || [outlineStyle, frame.outlineStyle].some((style) => style !== "none") || boxShadow !== "none";
    const isInside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
    // What only sends the focus on, at the ends of a dialog, is no stop.
    if (focused.hasAttribute("data-base-ui-focus-guard")) return null;
    return isMarked && isInside && width > 0 && height > 0 && visibility === "visible" ? null : focused.outerHTML;
  });
  expect(lost, "the focus is in sight").toBeNull();
}

/** It did not fall back to the page's beginning. */
export async function expectFocusSomewhere(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName ?? "BODY")).not.toBe("BODY");
}

/** Enter, pressed too early or twice, must not do what cannot be undone. */
export async function expectSafeDefault(page: Page, dangerous: string | RegExp): Promise<void> {
  const dialog = page.getByRole("dialog");
  await expect(dialog).toBeVisible();
  await expect.poll(() => dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await expect(dialog.getByRole("button", { name: dangerous })).not.toBeFocused();
}
