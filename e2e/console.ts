/** What an operator does at the console, by role and label. */
import { expect, type Locator, type Page } from "@playwright/test";
import type { HoldReason } from "#lib/run/hold.ts";
import type { PlanOverride } from "#lib/run/plan.ts";
import type { RunRequest } from "#lib/run/request.ts";
import type { PlanRequestBody } from "#lib/wire/api.ts";
import type { RunView } from "#lib/wire/views.ts";
import { OPERATOR, type World } from "./world.ts";

/** A console with a cluster that is named as its id is. */
export type Opened = Pick<World, "clusterId" | "console">;

/** Redeems the printed link and waits for the cluster, live. */
export async function logIn(page: Page, world: Opened): Promise<void> {
  await page.goto(world.console().loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: world.clusterId })).toBeVisible();
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
  await expect(page.getByRole("banner").getByText(OPERATOR)).toBeVisible();
}

export async function openPlan(page: Page, version: string): Promise<void> {
  const versions = page.getByRole("combobox", { name: /^Version to/ });
  const plan = page.getByRole("button", { name: "Plan upgrade…" });
  // A page is there before its script is: what was pressed too early is pressed again. Then every host is asked.
  await expect(async () => {
    if (await plan.isVisible()) await plan.click();
    await expect(plan).toBeHidden({ timeout: 3000 });
  }).toPass();
  await versions.click();
  await page.getByRole("option", { name: version }).click();
}

/** A choice of the plan, all of which stand in sight: `choose(page, "Approval", "None")`. */
export async function choose(page: Page, group: string, option: string): Promise<void> {
  const radio = page.getByRole("radiogroup", { name: group }).getByRole("radio", { name: option, exact: true });
  await radio.click();
  await expect(radio).toBeChecked();
}

export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByRole("textbox", { name: label, exact: true });
  await field.fill(String(value));
  await field.blur();
  await expect(field).toHaveValue(String(value));
}

/** The order that the plan shows, first to last. The first draft reads sums and versions of every release from the hosts. */
export async function plannedOrder(page: Page): Promise<readonly string[]> {
  const names = page.getByRole("region", { name: "Order" }).getByRole("button", { name: /, number \d+$/ });
  await expect(names.first()).toBeVisible({ timeout: 90_000 });
  return names.allInnerTexts();
}

/** Types the cluster's name and starts; answers the run's id. */
export async function startPlan(page: Page, clusterName: string): Promise<string> {
  const start = page.getByRole("button", { name: "Start…" });
  await expect(start).toHaveAttribute("aria-disabled", "false");
  await start.click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: `Start on ${clusterName}` });
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox", { name: /cluster's name/ }).fill(clusterName);
  await confirm.click();
  await page.waitForURL(/\/runs\//);
  return decodeURIComponent(new URL(page.url()).pathname.split("/").at(-1) ?? "");
}

/** The sentence at the top of the screen. */
export function verdict(page: Page): Locator {
  return page.getByTestId("verdict");
}

export async function approve(page: Page, nodeId: string): Promise<void> {
  const button = page.getByRole("button", { name: `Approve ${nodeId}` });
  await expect(button).toHaveAttribute("aria-disabled", "false", { timeout: 240_000 });
  await button.click();
}

/** Presses an act and answers the question that comes first with the act's own words, and with a name or reason if asked. */
export async function actAndConfirm(
  page: Page,
  act: string | RegExp,
  confirm: string | RegExp,
  typed: { readonly [label: string]: string } = {},
): Promise<void> {
  await page.getByRole("button", { name: act }).first().click();
  for (const [label, text] of Object.entries(typed)) await page.getByRole("dialog").getByLabel(label).fill(text);
  await page.getByRole("dialog").getByRole("button", { name: confirm }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
}

// ------------------------------------------------------------------------------------ the same requests over HTTP

/** Starts a plan with the browser's own session, for what the plan screen does not offer. */
export async function startByApi(
  page: Page,
  world: Opened,
  request: PlanRequestBody,
  overrides: readonly PlanOverride[] = [],
): Promise<string> {
  const answer = await post(page, world, `/clusters/${world.clusterId}/runs`, {
    request,
    confirm: world.clusterId,
    overrides,
  });
  return String(answer["runId"]);
}

export async function askByApi(page: Page, world: Opened, runId: string, request: RunRequest): Promise<void> {
  await post(page, world, `/runs/${encodeURIComponent(runId)}/requests`, request);
}

async function post(page: Page, world: Opened, path: string, data: unknown): Promise<Record<string, unknown>> {
  const { url } = world.console();
  const answer = await page.request.post(`${url}/api${path}`, { data, headers: { origin: url } });
  expect(answer.ok(), await answer.text()).toBe(true);
  return answer.json();
}

export async function openRun(page: Page, world: Opened, runId: string): Promise<void> {
  await page.goto(`${world.console().url}/runs/${encodeURIComponent(runId)}`);
}

/** Resolves when the run has ended, with its events; rejects when it needs a person, whom nobody plays here. */
export async function untilEnded(page: Page, world: Opened, runId: string): Promise<RunView> {
  let view = await readRun(page, world, runId);
  const settled = async (): Promise<boolean> => {
    view = await readRun(page, world, runId);
    return view.summary.endedAtMs !== null || needsPerson(view) !== null;
  };
  // As long as the test may take: its own limit ends the wait.
  await expect.poll(settled, { intervals: [500], timeout: 0 }).toBe(true);
  const hold = view.summary.endedAtMs === null ? needsPerson(view) : null;
  if (hold !== null) throw new Error(`the run holds: ${JSON.stringify(hold)}`);
  return view;
}

function needsPerson(view: RunView): HoldReason | null {
  const last = view.events.findLast(({ event }) => event.type === "HoldBegan" || event.type === "HoldEnded")?.event;
  return last?.type === "HoldBegan" && !MENDS_ITSELF.includes(last.reason.why) ? last.reason : null;
}

/** Asked on a connection of its own: one that is kept open can be closed just when it is asked. */
async function readRun(page: Page, world: Opened, runId: string): Promise<RunView> {
  const url = `${world.console().url}/api/runs/${encodeURIComponent(runId)}`;
  const answer = await page.request.get(url, { headers: { connection: "close" }, maxRetries: 3 });
  return answer.json();
}

const MENDS_ITSELF: readonly string[] = ["checksFailed", "loansOwed"];
