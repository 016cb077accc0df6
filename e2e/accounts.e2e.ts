/** Who may come in is arranged in the browser: added, given a role, locked, and let go, and each of it stands in the audit. */
import { expect, test, type Locator, type Page } from "@playwright/test";
import { useGallery } from "./gallery/gallery.ts";
import { PASSWORD } from "./gallery/people.ts";

const gallery = useGallery();
const STRANGER = { cookies: [], origins: [] };
const NEW_PASSWORD = "the other side of the hill";
const DESK = { width: 1440, height: 900 };

test("An approver adds an account by a link, changes its role, locks and removes it; its person sees and may no more than that", async ({
  browser,
}) => {
  const dana = await gallery().page(browser, { viewport: DESK });
  const heard = heardBy(dana);
  await dana.goto("/clusters/quiet");
  await expect(dana.getByTestId("live")).toContainText("live");

  await test.step("The palette leads there", async () => {
    await dana.keyboard.press("Control+k");
    await dana.getByRole("combobox", { name: "Find or run" }).fill("accounts");
    await dana.keyboard.press("Enter");
    await expect(dana.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
    await expect(row(dana, "sam.ortiz")).toContainText("locked");
    await expect(row(dana, "mei.lin")).toContainText("no password yet");
  });

  const mara = await gallery().page(browser, { viewport: DESK, storageState: STRANGER });
  await test.step("A new account comes in by a link that is shown once, and sets its own password", async () => {
    await dana.getByRole("button", { name: "Add an account…" }).click();
    await dialog(dana).getByRole("textbox", { name: "Name" }).fill("lee.park");
    await dialog(dana).getByRole("button", { name: "Add the account" }).click();
    await expect(dialog(dana)).toContainText("There is an account lee.park already.");
    await dialog(dana).getByRole("textbox", { name: "Name" }).fill("mara.voss");
    await dialog(dana).getByRole("button", { name: "Add the account" }).click();
    const link = await dialog(dana).getByTestId("link").innerText();
    await dialog(dana).getByRole("button", { name: "Close" }).click();
    await mara.goto(link);
    await mara.getByRole("button", { name: "Log in" }).click();
    await expect(mara.getByRole("banner").getByText("mara.voss")).toBeVisible();
    await mara.goto("/accounts");
    await mara.getByRole("button", { name: "Set my password…" }).click();
    await dialog(mara).getByLabel("New password").fill(NEW_PASSWORD);
    await dialog(mara).getByRole("button", { name: "Set the password" }).click();
    await expect(row(mara, "mara.voss")).toContainText("password");
    await expect(mara.getByRole("button", { name: "Change my password…" })).toBeVisible();
    await expect(row(dana, "mara.voss")).toContainText("1 browser");
  });

  await test.step("Who may manage nothing sees everybody, and who can", async () => {
    await expect(mara.getByRole("note")).toContainText("Only an approver may manage accounts; dana.kim is one.");
    const add = mara.getByRole("button", { name: "Add an account…" });
    await expect(add).toHaveAttribute("aria-disabled", "true");
    await expect(mara.getByRole("button", { name: /^Change (?!my)/ })).toHaveCount(0);
    expect(await post(mara, { do: "role", name: "mara.voss", role: "approver" })).toBe(403);
    await mara.goto("/clusters/quiet/settings");
    await expect(mara.getByRole("note")).toContainText("Only an approver may set up clusters; dana.kim is one.");
    await expect(mara.getByLabel("Name", { exact: true })).toHaveAttribute("readonly", "");
    await mara.getByRole("radio", { name: "Flip a link" }).click();
    await expect(mara.getByRole("radio", { name: "Swap files" })).toBeChecked();
    for (const act of ["Test connection", "Add a host", "Remove quiet…", "Save quiet"])
      await expect(mara.getByRole("button", { name: act })).toHaveAttribute("aria-disabled", "true");
  });

  await test.step("Another role ends what was open, and holds from the next login on", async () => {
    await choose(dana, "mara.voss", "Role…");
    await dialog(dana).getByRole("radio", { name: "operator" }).click();
    await dialog(dana).getByRole("button", { name: "Change the role" }).click();
    await expect(row(dana, "mara.voss")).toContainText("operator");
    await expect(mara.getByText("Your session has ended.")).toBeVisible();
    await mara.goto("/accounts");
    await logIn(mara, "mara.voss", NEW_PASSWORD);
    await expect(row(mara, "mara.voss")).toContainText("operator");
  });

  await test.step("A lock keeps out whoever knows the password, and tells them so", async () => {
    await choose(dana, "mara.voss", "Lock…");
    await expect(dialog(dana)).toContainText("1 session ends at once.");
    await dialog(dana).getByRole("button", { name: "Lock mara.voss" }).click();
    await expect(row(dana, "mara.voss")).toContainText("locked");
    await expect(mara.getByText("Your session has ended.")).toBeVisible();
    await mara.goto("/accounts");
    await logIn(mara, "mara.voss", NEW_PASSWORD);
    await expect(mara.getByRole("alert")).toContainText("This account is locked.");
  });

  await test.step("The last who may manage accounts cannot be locked, whatever asks for it", async () => {
    await choose(dana, "dana.kim", "Lock…");
    const lock = dialog(dana).getByRole("button", { name: "Lock dana.kim" });
    await expect(lock).toHaveAttribute("aria-disabled", "true");
    await expect(lock).toHaveAccessibleDescription(/^dana\.kim is the last who may manage accounts/);
    expect(await post(dana, { do: "lock", name: "dana.kim" })).toBe(409);
    await dialog(dana).getByRole("button", { name: "Leave it open" }).click();
  });

  await test.step("Removed, it is gone; what was done stands in the audit with its person", async () => {
    await choose(dana, "mara.voss", "Remove…");
    await dialog(dana).getByRole("button", { name: "Remove mara.voss" }).click();
    await expect(row(dana, "mara.voss")).toHaveCount(0);
    await dana.getByRole("link", { name: "Audit of the console" }).click();
    await expect(dana.getByRole("heading", { level: 1, name: "Audit of the console" })).toBeVisible();
    for (const done of [
      "added the account mara.voss, viewer",
      "changed their own password",
      "made mara.voss operator",
      "locked the account mara.voss",
      "removed the account mara.voss",
    ])
      await expect(dana.getByRole("row").filter({ hasText: done })).toHaveCount(1);
  });

  const all = [...heard.addresses, ...heard.frames, await dana.content()].join("\n");
  expect(heard.frames.length).toBeGreaterThan(0);
  for (const secret of [PASSWORD, NEW_PASSWORD, encodeURIComponent(NEW_PASSWORD)]) expect(all).not.toContain(secret);
  await mara.context().close();
  await dana.context().close();
});

// ------------------------------------------------------------------------------------------------------------- verbs

function dialog(page: Page): Locator {
  return page.getByRole("dialog");
}

function row(page: Page, name: string): Locator {
  return page.getByRole("table", { name: "People" }).getByRole("row").filter({ hasText: name });
}

async function choose(page: Page, name: string, act: string): Promise<void> {
  await page.getByRole("button", { name: `Change ${name}` }).click();
  await page.getByRole("menuitem", { name: act }).click();
  await expect(dialog(page)).toBeVisible();
}

async function logIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Past the screen, as somebody would who does not like what it says. */
async function post(page: Page, data: object): Promise<number> {
  const answer = await page.request.post("/api/accounts", { headers: { origin: gallery().url }, data });
  return answer.status();
}

function heardBy(page: Page): { readonly addresses: readonly string[]; readonly frames: readonly string[] } {
  const [addresses, frames]: [string[], string[]] = [[], []];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => frames.push(payload.toString()));
    socket.on("framereceived", ({ payload }) => frames.push(payload.toString()));
  });
  return { addresses, frames };
}
