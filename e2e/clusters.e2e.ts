/** From an empty console to a live cluster by the browser, then changed, then removed; the file says the same at each step. */
import { expect, test, type Page } from "@playwright/test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { startTwin, type Twin } from "#twin/harness.ts";
import { type ConsoleProcess, startConsole } from "./console-process.ts";
import { verdict } from "./console.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-empty-"));
const file = join(folder, "sluice.yaml");
const secrets = join(folder, "data", "secrets");
let running: Twin | null = null;
let started: ConsoleProcess | null = null;
test.beforeAll(async () => {
  writeFileSync(file, "# the night shift's own\nconsole:\n  listen: 127.0.0.1:0\n  data: ./data\n");
  [running, started] = await Promise.all([
    startTwin({ frontends: 1, backends: 1, computeNodes: 0, load: "off" }),
    startConsole(file, "dana.kim"),
  ]);
});
test.afterAll(async () => {
  await started?.stop();
  await running?.stop();
  rmSync(folder, { recursive: true });
});

test("An empty console gets its first cluster by the browser, changes it, follows the file, and lets it go", async ({
  page,
  context,
}) => {
  const { root, password } = twin();
  const { url, loginLink } = sluice();
  await page.goto(loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(verdict(page)).toContainText("No cluster yet.");
  const watcher = await context.newPage();
  await watcher.goto(`${url}/clusters`);

  // A wrong password is told beside its field, and nothing is kept.
  await page.getByRole("button", { name: "Add a cluster" }).click();
  await field(page, "Name").fill("Twin");
  await expect(field(page, "Id")).toHaveValue("twin");
  await field(page, "Front ends, one a line").fill(`${twin().node("fe-01").host}:9030`);
  await field(page, "User").fill("root");
  await typePassword(page, "not this one");
  const tried = page.getByRole("complementary", { name: "Test of the connection" });
  await tried.getByRole("button", { name: "Test connection" }).click();
  await expect(tried).toContainText("It cannot be reached.");
  await expect(tried).toContainText("login as root failed");
  expect(existsSync(secrets)).toBe(false);

  // The right one finds the nodes; where they lie is what SQL cannot tell.
  await typePassword(page, password);
  await tried.getByRole("button", { name: "Test connection" }).click();
  await expect(tried).toContainText(/Reached, 2 nodes, in \d+\.\d s\./);
  await expect(tried).toContainText("1 FE, 1 BE, 0 CN");
  for (const each of twin().nodes) {
    const address = `${each.host}:${each.role === "fe" ? 9010 : 9050}`;
    await field(page, `Home of ${address}`).fill(each.home);
    await expect(field(page, `Name of ${address}`)).toHaveValue(each.name);
  }
  await page.getByRole("radio", { name: "Swap files" }).click();
  await field(page, "Folder of the releases on each host").fill(join(root, "artifacts"));
  await page.getByRole("button", { name: "Add Twin" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Twin" })).toBeVisible();
  await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
  await expect(watcher.getByRole("link", { name: "Twin" })).toBeVisible();
  const [kept = ""] = readdirSync(secrets);
  expect(statSync(join(secrets, kept)).mode & 0o777).toBe(0o600);
  expect(await exported(page)).toMatchObject({
    clusters: [{ id: "twin", name: "Twin", account: { user: "root", password: `file:./data/secrets/${kept}` } }],
  });
  expect(readFileSync(file, "utf8")).not.toContain(password);

  // Changed from its own menu: live at once, and the password stays.
  await openSettings(page, "Twin");
  await field(page, "Name").fill("Twin two");
  await page.getByRole("button", { name: "Save Twin two" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Twin two" })).toBeVisible();
  await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
  expect(await exported(page)).toMatchObject({ clusters: [{ name: "Twin two" }] });
  expect(readdirSync(secrets)).toEqual([kept]);

  // Changed by hand: a form that is open says what differs; a mistake is told by its line.
  await openSettings(page, "Twin two");
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, whole.replace("Twin two", "Twin by hand"));
  await expect(page.getByRole("table", { name: "What was changed in the file" })).toContainText("Twin by hand");
  writeFileSync(file, whole.replace("user: root", "usr: root"));
  await expect(page.getByRole("list", { name: "Mistakes in the file" })).toContainText("clusters[0].account.usr");
  writeFileSync(file, whole);
  await expect(page.getByRole("list", { name: "Mistakes in the file" })).toBeHidden();

  // Removed by its name, typed; what is left is what there was before, and every tab knows.
  await page.getByRole("button", { name: "Remove Twin two…" }).click();
  const dialog = page.getByRole("dialog");
  const remove = dialog.getByRole("button", { name: "Remove Twin two" });
  await expect(remove).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox", { name: /cluster's name/ }).fill("Twin two");
  await remove.click();
  await expect(verdict(page)).toContainText("No cluster yet.");
  await expect(verdict(watcher)).toContainText("No cluster yet.");
  expect(await exported(page)).toMatchObject({ clusters: [] });
  expect(readFileSync(file, "utf8")).toContain("# the night shift's own");
  expect(readdirSync(secrets)).toEqual([]);
});

// ------------------------------------------------------------------------------------------------------------- verbs

function twin(): Twin {
  if (running === null) throw new Error("the twin is there while a test runs");
  return running;
}

function sluice(): ConsoleProcess {
  if (started === null) throw new Error("the console is there while a test runs");
  return started;
}

function field(page: Page, label: string) {
  return page.getByLabel(label, { exact: true });
}

async function typePassword(page: Page, password: string): Promise<void> {
  await field(page, "Password, kept by the console").fill(password);
}

async function openSettings(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: `Cluster ${name}, switch` }).click();
  await page.getByRole("menuitem", { name: `Settings of ${name}…` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Settings of ${name}` })).toBeVisible();
}

/** What the console hands out, which is what lies on disk. */
async function exported(page: Page): Promise<unknown> {
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/configuration`);
  const { yaml }: { readonly yaml: string } = await answer.json();
  expect(yaml).toBe(readFileSync(file, "utf8"));
  return parse(yaml);
}
