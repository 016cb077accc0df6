/** Dark or light: as the system has it, until somebody says otherwise. */
import { expect, test } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";

const gallery = useGallery();

test("A page that is open at dusk follows the system, and no more once somebody chose", async ({ browser }) => {
  const page = await gallery().page(browser, { colorScheme: "light" });
  const html = page.locator("html");
  await page.goto("/clusters");
  await expect(page.getByTestId("verdict")).toBeVisible();
  await expect(html).toHaveAttribute("data-theme", "light");
  await expect(async () => {
    await page.emulateMedia({ colorScheme: "light" });
    await page.emulateMedia({ colorScheme: "dark" });
    await expect(html).toHaveAttribute("data-theme", "dark", { timeout: 500 });
  }, "as soon as the page listens").toPass();
  await page.keyboard.press("t");
  await expect(html).toHaveAttribute("data-theme", "light");
  await page.emulateMedia({ colorScheme: "light" });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.reload();
  await expect(page.getByTestId("verdict")).toBeVisible();
  await expect(html).toHaveAttribute("data-theme", "light");
  await page.context().close();
});
