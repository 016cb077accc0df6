/** A run from its plan to its abort by somebody who has no mouse, and the list of keys on every screen. */
import { expect, test, type Page } from "@playwright/test";
import { verdict } from "./console.ts";
import { useGallery } from "./gallery/gallery.ts";
import { expectFocusSomewhere, expectSafeDefault, press, tabTo } from "./keyboard.ts";

const gallery = useGallery("live");

test("Without a mouse a run is planned, started, approved, its hold answered, its node put back, and it is aborted", async ({
  browser,
}) => {
  const page = await gallery().page(browser, { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  const dialog = page.getByRole("dialog");

  await test.step("The first stop of a page skips what every page has", async () => {
    await page.goto("/clusters/lake");
    await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to the screen" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
  });

  await test.step("Planned: its key opens the plan, Tab comes to each field", async () => {
    await page.keyboard.press("u");
    await expect(verdict(page)).toContainText("Ready to start.");
    await tabTo(page, page.getByRole("textbox", { name: "Drain limit", exact: true }));
    await page.keyboard.press("Control+a");
    await page.keyboard.type("5");
    await page.keyboard.press("Tab");
    await expect(verdict(page)).toContainText("Ready to start.");
  });

  await test.step("Started: the question keeps the focus, and gives it back when it is closed", async () => {
    const start = page.getByRole("button", { name: "Start…" });
    await press(page, start);
    await expectSafeDefault(page, "Start on lake");
    await page.keyboard.press("Escape");
    await expect(start).toBeFocused();
    await page.keyboard.press("Enter");
    await tabTo(page, dialog.getByRole("textbox", { name: /cluster's name/ }));
    await page.keyboard.type("lake");
    await press(page, dialog.getByRole("button", { name: "Start on lake" }));
    await expect(verdict(page)).toContainText("be-01 waits for approval.");
  });

  await test.step("What its keys are is asked of the screen itself", async () => {
    await page.keyboard.press("?");
    expect((await listed(page)).toSorted()).toEqual(KEYS_AT_A_GATE.toSorted());
    await page.keyboard.press("Escape");
    await expect(dialog).toBeHidden();
  });

  await test.step("Approved; the gate is gone, the focus is not", async () => {
    await tabTo(page, page.getByRole("button", { name: "Approve be-01" }));
    await page.keyboard.press("Enter");
    await expect(verdict(page)).toContainText(/be-01 waits for a person\. Its drain limit is past/, {
      timeout: 30_000,
    });
    await expectFocusSomewhere(page);
  });

  await test.step("Noted by its key: the note stands beside the hold, and holds nothing up", async () => {
    await page.keyboard.press("n");
    await expect(dialog.getByRole("textbox", { name: "Note" })).toBeFocused();
    await page.keyboard.type("the load ends at four");
    await press(page, dialog.getByRole("button", { name: "Add the note" }));
    await expect(dialog).toBeHidden();
    await expect(page.getByTestId("hold").getByRole("list", { name: "Notes" })).toContainText("the load ends at four");
    await expectFocusSomewhere(page);
  });

  await test.step("The hold is answered by its key, and what is said aloud is another thing then", async () => {
    await expect(page.getByTestId("assertive-region")).toContainText("be-01 waits for a person");
    await page.keyboard.press("e");
    await expect(verdict(page)).toContainText(/quer(y|ies) left/);
  });

  await test.step("Put back: the reason is typed, and the safe answer is the first", async () => {
    await press(page, page.getByRole("button", { name: "Put back…" }).first());
    await expectSafeDefault(page, /^Put be-01 back/);
    await tabTo(page, dialog.getByRole("textbox"));
    await page.keyboard.type("the load came early");
    await press(page, dialog.getByRole("button", { name: /^Put be-01 back/ }));
    await expect(dialog).toBeHidden();
    await expectFocusSomewhere(page);
  });

  await test.step("Aborted", async () => {
    const abort = page.getByRole("button", { name: "Abort…" });
    await press(page, abort);
    await expectSafeDefault(page, /abort/i);
    await page.keyboard.press("Escape");
    await expect(abort).toBeFocused();
    await page.keyboard.press("Enter");
    await tabTo(page, dialog.getByRole("textbox"));
    await page.keyboard.type("not tonight");
    await press(page, dialog.getByRole("button", { name: /abort/i }));
    await expect(verdict(page)).toContainText("Aborted");
    await expectFocusSomewhere(page);
  });
  await page.context().close();
});

const EVERYWHERE = ["Ctrl K", "?", "T", "Z", "G then N", "G then R", "G then P", "G then A"] as const;
const KEYS: Readonly<Record<string, readonly string[]>> = {
  "/clusters/lake": [...EVERYWHERE, "U", "D", "J", "K"],
  "/clusters/lake/nodes/be-01": [...EVERYWHERE, "D"],
  "/clusters/lake/plan": [...EVERYWHERE, "S", "Alt Up", "Alt Down"],
  "/clusters/lake/runs": [...EVERYWHERE, "/"],
  "/clusters/lake/audit": [...EVERYWHERE, "/"],
};
/** Those that may not be pressed yet are listed, and say why. */
const KEYS_AT_A_GATE = [...EVERYWHERE, "A", "E", "F", "N", "P", "Space", "["];

test("Help lists the keys of the screen, all of them, and gives the focus back", async ({ browser }) => {
  const page = await gallery().page(browser);
  for (const [path, keys] of Object.entries(KEYS)) {
    await page.goto(path);
    await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
    await page.keyboard.press("Tab");
    await page.keyboard.press("?");
    expect((await listed(page)).toSorted(), path).toEqual(keys.toSorted());
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(page.getByRole("link", { name: "Skip to the screen" })).toBeFocused();
  }
  await page.context().close();
});

async function listed(page: Page): Promise<readonly string[]> {
  const dialog = page.getByRole("dialog", { name: "Keyboard" });
  await expect(dialog).toBeVisible();
  return dialog.getByRole("term").allInnerTexts();
}
