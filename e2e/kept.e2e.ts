/** What somebody has typed when their session ends: it is there again after the login, however they come back. */
import { expect, test, type Locator, type Page } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { COLLEAGUE, PASSWORD } from "./gallery/people.ts";
import { OPERATOR } from "./gallery/stage.ts";

const gallery = useGallery();
const dialog = (page: Page): Locator => page.getByRole("dialog");

/** Each logs in for themselves: the session of the gallery is one that others use. */
const STRANGER = { cookies: [], origins: [] };

type Typed = {
  readonly what: string;
  readonly path: () => string;
  /** Up to where it is typed. */
  readonly open: (page: Page) => Promise<void>;
  readonly field: (page: Page) => Locator;
  readonly text: string;
};

const TYPED: readonly Typed[] = [
  {
    what: "a note on a hold",
    path: () => gallery().run("hold"),
    open: (page) => page.getByRole("button", { name: "Add a note…" }).first().click(),
    field: (page) => dialog(page).getByRole("textbox", { name: "Note" }),
    text: "the load of the night ends at four, its owner was asked",
  },
  {
    what: "why a run is aborted",
    path: () => gallery().run("drain"),
    open: (page) => page.getByRole("button", { name: "Abort…" }).click(),
    field: (page) => dialog(page).getByRole("textbox", { name: "Why" }),
    text: "the machine goes down for good at noon",
  },
  {
    what: "a ticket, and why there is a plan at all",
    path: () => "/clusters/quiet/plan",
    open: () => Promise.resolve(),
    field: (page) => page.getByRole("textbox", { name: /^Ticket/ }),
    text: "CHG-10442",
  },
  {
    what: "the cluster that is being added",
    path: () => "/add-cluster",
    open: () => Promise.resolve(),
    field: (page) => page.getByRole("textbox", { name: "Front ends" }),
    text: "fe-01.example:9030",
  },
  {
    what: "the section of a cluster that is being added",
    path: () => "/add-cluster",
    open: (page) => page.getByRole("radio", { name: "Another system" }).click(),
    field: (page) => page.getByRole("textbox", { name: "The cluster, as YAML" }),
    text: "id: queue\nsystem: process\n",
  },
];

for (const { what, path, open, field, text } of TYPED) {
  test(`A session that ends does not lose ${what}: by its own button, and by a page loaded anew`, async ({
    browser,
  }) => {
    const page = await gallery().page(browser, { viewport: { width: 1440, height: 900 }, storageState: STRANGER });
    await page.goto(path());
    await logIn(page);
    await expect(page.getByTestId("live")).toContainText("live");
    await open(page);
    await field(page).fill(text);

    await test.step("Told that it ended, they log in from where they are", async () => {
      await endSession(page);
      await expect(page.getByText("Your session has ended.")).toBeVisible();
      if (await dialog(page).isVisible()) await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Log in again" }).click();
      await logIn(page);
      await expect(page.getByText("What you had typed is kept")).toBeVisible();
      await open(page);
      await expect(field(page)).toHaveValue(text);
    });

    await test.step("It had ended before they came back to the machine, and loaded the page", async () => {
      await endSession(page);
      await page.reload();
      await logIn(page);
      await open(page);
      await expect(field(page)).toHaveValue(text);
    });

    await test.step("Nobody else finds it there", async () => {
      await endSession(page);
      await page.reload();
      await logIn(page, COLLEAGUE);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      const shown = page.getByRole("textbox").filter({ hasText: text });
      await expect(shown).toHaveCount(0);
      expect(await page.content()).not.toContain(text);
    });
    await page.context().close();
  });
}

test("A secret that somebody types into a section is kept nowhere in the browser", async ({ browser }) => {
  const page = await gallery().page(browser, { viewport: { width: 1440, height: 900 }, storageState: STRANGER });
  await page.goto("/add-cluster");
  await logIn(page);
  await page.getByRole("radio", { name: "Another system" }).click();
  const section = page.getByRole("textbox", { name: "The cluster, as YAML" });
  const stored = (): Promise<string> =>
    page.evaluate(() => JSON.stringify([Object.entries(sessionStorage), Object.entries(localStorage)]));

  await section.fill("id: queue\naccount: { user: sluice }\n");
  await expect.poll(stored).toContain("id: queue");
  await section.fill("id: queue\naccount: { user: sluice, password: hunter2 }\n");
  await expect.poll(stored).not.toContain("id: queue");
  expect(await stored()).not.toContain("hunter2");
  await page.context().close();
});

/** As a console does that does not know it any more. */
async function endSession(page: Page): Promise<void> {
  const ended = await page.request.post("/api/session/logout", { headers: { origin: gallery().url }, data: {} });
  expect(ended.status()).toBe(200);
}

async function logIn(page: Page, name = OPERATOR): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("banner").getByText(name)).toBeVisible();
}
