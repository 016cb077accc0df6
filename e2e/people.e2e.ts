/** Two people at one gate: who may open it can, who may not is told who can, and both see that the other is there. */
import { expect, test, type Browser, type Page } from "@playwright/test";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { startByApi, openRun } from "./console.ts";
import { useWorld } from "./fixtures.ts";
import { upgradePlan } from "./plans.ts";
import type { World } from "./world.ts";

const world = useWorld({ frontends: 1, backends: 3, computeNodes: 0, load: "off" });
const PASSWORD = "a long walk by the river";

test("Two people at one gate: only the approver opens it, both see who did, and a lost session loses no reason", async ({
  browser,
}) => {
  await sluice(world(), ["account", "add", "lee", "--role", "operator"]);
  await sluice(world(), ["account", "add", "dana", "--role", "approver"]);
  const [lee, dana] = [await windowOf(browser), await windowOf(browser)];
  const hers = heardBy(dana);

  await lee.goto(world().console().url);
  await logInByPassword(lee, "lee");
  const plan = upgradePlan({ kind: "restart", targetVersion: null, nodeIds: ["be-01"], policy: { approval: "every" } });
  const runId = await startByApi(lee, world(), plan);
  await openRun(lee, world(), runId);
  const approve = (page: Page) => page.getByRole("button", { name: "Approve be-01" });
  await expect(approve(lee)).toHaveAttribute("aria-disabled", "true");
  await expect(approve(lee)).toHaveAccessibleDescription("Only an approver may approve; dana is one.");

  // The login page stands at the run's own address, and goes on to it.
  await openRun(dana, world(), runId);
  await logInByPassword(dana, "dana");
  await expect(approve(dana)).toHaveAttribute("aria-disabled", "false");
  await expect(dana.getByTestId("also-here")).toContainText("lee");
  await expect(lee.getByTestId("also-here")).toContainText("dana");

  // What one writes stands before the other, live, with who wrote it.
  await lee.getByRole("button", { name: "Add a note…" }).click();
  await lee.getByRole("dialog").getByRole("textbox", { name: "Note" }).fill("its disk was changed at noon");
  await lee.getByRole("dialog").getByRole("radio", { name: "be-01" }).click();
  await lee.getByRole("button", { name: "Add the note" }).click();
  await expect(dana.getByText("lee noted on be-01: its disk was changed at noon")).toBeVisible();

  await approve(dana).click();
  await expect(lee.getByTestId("gate")).toContainText("be-01 approved by dana");

  // Her session ends everywhere, in the middle of a sentence.
  await dana.getByRole("button", { name: "Abort…" }).click();
  const why = dana.getByRole("dialog").getByRole("textbox", { name: "Why" });
  await why.fill("the disk of be-02 is full");
  await sluice(world(), ["account", "role", "dana", "approver"]);
  await expect(dana.getByText("Your session has ended.")).toBeVisible();
  await dana.getByRole("button", { name: "Keep running" }).click();
  await dana.getByRole("button", { name: "Log in again" }).click();
  await logInByPassword(dana, "dana");
  await dana.getByRole("button", { name: "Abort…" }).click();
  await expect(why).toHaveValue("the disk of be-02 is full");

  // What crossed the wire, and where: the password in no address and no frame, the session's secret in no frame.
  const cookie = (await dana.context().cookies())[0]?.value ?? "";
  expect(cookie.length).toBeGreaterThan(20);
  expect(hers.addresses.join("\n")).not.toMatch(new RegExp(`${encodeURIComponent(PASSWORD)}|${cookie}`));
  expect(hers.frames.length).toBeGreaterThan(0);
  expect(hers.frames.filter((frame) => frame.includes(PASSWORD) || frame.includes(cookie))).toEqual([]);
});

async function windowOf(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

async function logInByPassword(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Name" }).fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("banner").getByText(name)).toBeVisible();
}

function heardBy(page: Page): { readonly addresses: readonly string[]; readonly frames: readonly string[] } {
  const [addresses, frames]: [string[], string[]] = [[], []];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("websocket", (socket) => {
    addresses.push(socket.url());
    socket.on("framesent", ({ payload }) => frames.push(payload.toString()));
    socket.on("framereceived", ({ payload }) => frames.push(payload.toString()));
  });
  return { addresses, frames };
}

/** The command line on the console's machine, with a password where one is asked for. */
async function sluice({ twin }: World, words: readonly string[]): Promise<void> {
  const root = join(import.meta.dirname, "..");
  const config = join(twin.root, "console.yaml");
  const child = spawn(process.execPath, ["cli/main.ts", ...words, "--config", config], { cwd: root });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  child.stdin.end(`${PASSWORD}\n`);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect(code, printed).toBe(0);
}
