/** What a person may ask of a run while it is under way: each act does what its button says, and no more. */
import { expect, test, type Page } from "@playwright/test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import type { Truth } from "#twin/wire/internal.ts";
import {
  enter,
  longQueryOn,
  looksPass,
  manualEntries,
  nodePanel,
  owedLoans,
  phaseOf,
  queueRow,
  readEvents,
  readRun,
  untilOver,
  untilPhase,
} from "./acts-verbs.ts";
import { actAndConfirm, approve, askByApi, openRun, startByApi, verdict } from "./console.ts";
import { useWorld } from "./fixtures.ts";
import { type PlanWish, upgradePlan } from "./plans.ts";
import { lines } from "./truth.ts";
import { OPERATOR } from "./world.ts";

const world = useWorld({ backends: 3, computeNodes: 0, load: "off" });
const quick = { soakMs: 2000, minRequests: 0, onNoTraffic: "accept" } as const;

test("Pausing lets the node in flight finish and nothing new starts; resuming goes on", async ({ page }) => {
  const { runId, truth } = await begin(page, { nodeIds: ["be-01", "be-02"] }, { nodeId: "be-01", seconds: 15 });
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(verdict(page)).toContainText(`Paused by ${OPERATOR}. be-01 is finished first.`);
  await expect(queueRow(page, "be-01")).toContainText("verified", { timeout: 120_000 });
  await expect(verdict(page)).toContainText(`Paused by ${OPERATOR}. Nothing is out.`);
  await expect(verdict(page)).toContainText("Next decision: resume the run.");
  const { length } = await readEvents(page, world(), runId);
  await looksPass(page, world(), 4);
  expect(await readEvents(page, world(), runId), "nothing new has begun").toHaveLength(length);
  expect(phaseOf(await readRun(page, world(), runId), "be-02")).toBe("waiting");
  expect(lines(truth(), "signal").map(({ node }) => node)).toEqual(["be-01"]);

  await page.getByRole("button", { name: "Resume" }).click();
  await expect(verdict(page)).toContainText("Finished, 0 queries cut.", { timeout: 120_000 });
  expect(lines(truth(), "signal").map(({ node }) => node)).toEqual(["be-01", "be-02"]);
  await expectTidy(page);
});

test("Aborting before the exit puts the node back", async ({ page }) => {
  const { runId, truth } = await begin(page, { nodeIds: ["be-03"] }, { nodeId: "be-03", seconds: 25 });
  expect(await manualEntries(world())).toHaveLength(3);
  await abort(page, "Put be-03 back and abort", "not tonight");
  await expect(verdict(page)).toContainText("Aborted: not tonight.", { timeout: 60_000 });
  const run = await untilOver(page, world(), runId);
  expect(run.life).toMatchObject({ verdict: "aborted", reason: expect.stringContaining("not tonight") });
  expect(lines(truth(), "signal"), "it was never told to leave").toEqual([]);
  expect(lines(truth(), "ended").filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  expect(await versionOf("be-03")).toMatch(/^3\.5\.7/);
  await expectTidy(page);
});

test("Aborting after the exit starts what is verified on disk, and ends aborted", async ({ page }) => {
  const wish: PlanWish = { nodeIds: ["be-03"], policy: { drain: "inside" } };
  const { runId, truth } = await begin(page, wish, { nodeId: "be-03", seconds: 20 });
  await untilPhase(page, world(), runId, "be-03", "exit");
  await abort(page, "Abort after be-03", "the wrong window");
  await expect(verdict(page)).toContainText("Aborted: the wrong window.", { timeout: 120_000 });
  expect((await untilOver(page, world(), runId)).life).toMatchObject({ verdict: "aborted" });
  const started = lines(truth(), "started").map(({ node, version }) => `${node} ${version}`);
  expect(started).toEqual([expect.stringMatching(/^be-03 3\.5\.7/)]);
  expect(lines(truth(), "ended").filter(({ outcome }) => outcome !== "ok")).toEqual([]);
  expect(await versionOf("be-03")).toMatch(/^3\.5\.7/);
  await expectTidy(page);
});

test("An approval can be withdrawn for 5 s; of two who approve the second is told who was first; an exit is shortened", async ({
  page,
  browser,
}) => {
  const second = await browser.newContext();
  const other = await second.newPage();
  await enter(other, world(), "jonas.berg");
  const wish: PlanWish = { nodeIds: ["be-03"], policy: { approval: "every", drain: "inside" } };
  const { runId, truth, sinceMs } = await begin(page, wish, null);
  await openRun(other, world(), runId);
  await expect(verdict(page)).toContainText("be-03 waits for approval.");

  await approve(page, "be-03");
  await expect(page.getByTestId("gate")).toContainText(`be-03 approved by ${OPERATOR}`);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(verdict(page)).toContainText("be-03 waits for approval.");
  await looksPass(page, world(), 7);
  expect(phaseOf(await readRun(page, world(), runId), "be-03"), "the 5 s are long over").toBe("gate");
  const sent = (await readEvents(page, world(), runId)).filter(({ event }) => event.type === "CommandIssued");
  expect(sent).toEqual([]);

  await longQueryOn(page, world(), "be-03", 90);
  await pressBeforeItHears(
    other,
    "Approve be-03",
    async () => await askByApi(page, world(), runId, { do: "approve", nodeId: "be-03" }),
  );
  const told = new RegExp(`It is approved already, by ${OPERATOR}\\..* at \\d\\d:\\d\\d:\\d\\d`);
  await expect(other.getByRole("status", { name: "Messages" })).toContainText(told);
  await expect(other.getByTestId("gate")).toContainText(`be-03 approved by ${OPERATOR}`);
  await second.close();

  await untilPhase(page, world(), runId, "be-03", "exit");
  await expect(verdict(page)).toContainText(/be-03 is exiting, \d+ quer(y|ies) left/);
  await actAndConfirm(page, "Shorten to 10 s…", "Kill be-03 in 10 s", { "Type the node's name, be-03": "be-03" });
  await expect(verdict(page)).toContainText(/Finished with \d+ quer(y|ies) cut\./, { timeout: 120_000 });
  await expect(verdict(page)).toContainText("on be-03, of bi_adhoc");
  const exited = lines(truth(), "exited").find(({ node }) => node === "be-03");
  const shortened = (await readEvents(page, world(), runId)).find(({ event }) => event.type === "ExitLimitMoved");
  const tookMs = (exited?.atMs ?? Date.now()) - (shortened?.atMs ?? sinceMs);
  expect(tookMs, "long before its own limit of 600 s").toBeLessThan(60_000);
  const lost = lines(truth(), "ended").filter(({ outcome }) => outcome !== "ok");
  await expect(verdict(page)).toContainText(`Finished with ${lost.length} quer${lost.length === 1 ? "y" : "ies"} cut.`);
  expect(await versionOf("be-03")).toMatch(/^4\.0\.7/);
  await expectTidy(page);
});

test("A node is skipped with a reason; a phase that failed is done again once its cause is mended", async ({
  page,
}) => {
  const wish: PlanWish = { targetVersion: "4.0.8", nodeIds: ["be-01", "be-02"], policy: { approval: "every" } };
  const [was1, was2] = [await versionOf("be-01"), await versionOf("be-02")];
  const { runId, truth } = await begin(page, wish, null);
  await page.getByText(/^All acts/).click();
  await page.getByRole("button", { name: "Skip be-01…" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Skip be-01" })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox", { name: "Why" }).fill("its disk is being replaced");
  await dialog.getByRole("button", { name: "Skip be-01" }).click();
  await expect(queueRow(page, "be-01")).toContainText("skipped");
  const skipped = (await readEvents(page, world(), runId)).find(({ event }) => event.type === "SkipRequested");
  expect(skipped).toMatchObject({ actor: { id: OPERATOR }, event: { reason: "its disk is being replaced" } });

  await longQueryOn(page, world(), "be-02", 20);
  await approve(page, "be-02");
  await untilPhase(page, world(), runId, "be-02", "drain");
  const artifact = join(world().twin.root, "artifacts/StarRocks-4.0.8/be");
  renameSync(artifact, `${artifact}.away`);
  const hold = nodePanel(page, "be-02").getByRole("group", { name: "be-02 waits for a person" });
  await expect(hold).toContainText("The install of 4.0.8 on be-02 was refused.", { timeout: 120_000 });
  await expect(hold).toContainText("holds no be of 4.0.8");
  await expect(hold).toContainText("unpack the release there");
  await expect(verdict(page)).toContainText("be-02 waits for a person.");
  expect(await versionOnDisk("be-02"), "half an install is none").toContain(was2);

  renameSync(`${artifact}.away`, artifact);
  await hold.getByRole("button", { name: "Try again" }).click();
  const why = async (): Promise<readonly string[]> =>
    (await readEvents(page, world(), runId)).flatMap(({ event }) =>
      event.type === "HoldBegan" ? [event.reason.why] : [],
    );
  await expect.poll(why, { timeout: 120_000 }).toContain("unsettled");
  const left = { do: "settle", nodeId: "be-01", how: "leave", reason: "its disk is being replaced" } as const;
  await askByApi(page, world(), runId, left);
  await expect(verdict(page)).toContainText("Finished, 0 queries cut.", { timeout: 120_000 });
  await expect(verdict(page)).toContainText("Of 2 nodes: 1 verified on 4.0.8 and 1 skipped.");
  const installs = (await readEvents(page, world(), runId)).flatMap(({ event }) =>
    event.type === "CommandIssued" && event.command.verb === "install" ? [event.command.id] : [],
  );
  expect(installs).toEqual([`${runId}/be-02/upgrade/install/1`, `${runId}/be-02/upgrade/install/2`]);
  expect(await versionOf("be-01")).toBe(was1);
  expect(await versionOf("be-02")).toMatch(/^4\.0\.8/);
  expect(lines(truth(), "signal").map(({ node }) => node)).toEqual(["be-02"]);
  await expectTidy(page);
});

// ------------------------------------------------------------------------------------------------------------- verbs

type Begun = {
  readonly runId: string;
  readonly sinceMs: number;
  /** What has really happened since. */
  readonly truth: () => readonly Truth[];
};

/** Starts the run and opens it; with a long query, only when its node drains (or, drained inside, leaves) with it. */
async function begin(
  page: Page,
  { policy, ...wish }: PlanWish,
  long: { readonly nodeId: string; readonly seconds: number } | null,
): Promise<Begun> {
  await enter(page, world());
  if (long !== null) await longQueryOn(page, world(), long.nodeId, long.seconds);
  const sinceMs = Date.now();
  const runId = await startByApi(page, world(), upgradePlan({ ...wish, policy: { ...quick, ...policy } }));
  await openRun(page, world(), runId);
  if (long !== null) {
    await untilPhase(page, world(), runId, long.nodeId, policy?.drain === "inside" ? "exit" : "drain");
  }
  return {
    runId,
    sinceMs,
    truth: () =>
      world()
        .twin.truth()
        .filter(({ atMs }) => atMs >= sinceMs),
  };
}

async function abort(page: Page, act: string, reason: string): Promise<void> {
  await page.getByRole("button", { name: "Abort…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Why" }).fill(reason);
  await dialog.getByRole("button", { name: act }).click();
  await expect(dialog).toBeHidden();
}

/**
 * Two people press at the same moment: this page is busy while the other's act is accepted, so that the press, which
 * was first in its queue, is carried out before it hears of it.
 */
async function pressBeforeItHears(page: Page, name: string, meanwhile: () => Promise<void>): Promise<void> {
  const button = page.getByRole("button", { name });
  await expect(button).toHaveAttribute("aria-disabled", "false");
  const box = await button.boundingBox();
  if (box === null) throw new Error(`${name} is not on the screen`);
  const isFree = page.evaluate(() => {
    const endMs = performance.now() + 1500;
    while (performance.now() < endMs);
  });
  const pressed = page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await meanwhile();
  await Promise.all([isFree, pressed]);
}

async function versionOf(nodeId: string): Promise<string> {
  const { twin } = world();
  const rows = await twin.sql("fe-01", "SHOW BACKENDS");
  return rows.find((row) => row["IP"] === twin.node(nodeId).host)?.["Version"] ?? "not listed";
}

async function versionOnDisk(nodeId: string): Promise<string> {
  return (await world().twin.script(nodeId, "show_be_version.sh")).stdout.trim();
}

async function expectTidy(page: Page): Promise<void> {
  expect(await manualEntries(world())).toEqual([]);
  expect(await owedLoans(page, world())).toEqual([]);
}
