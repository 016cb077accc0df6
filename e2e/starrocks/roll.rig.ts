import { expect, type Page, test } from "@playwright/test";
import type { Recorded, RunEvent } from "#lib/run/event.ts";
import type { RunView } from "#lib/wire/views.ts";
import { approve, choose, openPlan, plannedOrder, setNumber, startPlan, verdict } from "../console.ts";
import { startRigWorld, type RigWorld } from "./rig-world.ts";

const FRONTENDS = [1, 2, 3] as const;

let world: RigWorld;
test.beforeAll(async () => {
  world = await startRigWorld();
});
test.afterAll(async () => {
  await world.stop();
});

test("[S0-4] [S0-25] An operator rolls real front ends, backends and compute nodes from 4.0.7 to 4.0.8", async ({
  page,
}) => {
  const before = await settings();
  await page.goto(world.console().loginLink);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rig" })).toBeVisible();
  await expect(page.getByRole("banner").getByText(/^live/)).toBeVisible();
  await openPlan(page, "4.0.8");
  // Sums and versions of every artifact are read from the hosts for the first draft.
  await expect.poll(async () => (await plannedOrder(page)).length, { timeout: 60_000 }).toBe(9);
  const order = await plannedOrder(page);
  expect(order.map((name) => name.slice(0, 2))).toEqual(["be", "be", "be", "be", "cn", "cn", "fe", "fe", "fe"]);
  const leader = (await world.sql(1, "SHOW FRONTENDS")).find((row) => row["Role"] === "LEADER");
  expect(order.at(-1)).toContain(`fe-${leader?.["IP"]?.split(".").at(-1) ?? "?"}`);

  await setNumber(page, "Verify soak", 3);
  await choose(page, "Without traffic", "Accept on tablets and health");
  await answerForTheLonelyTable(page);

  const startedAtMs = Date.now();
  const runId = await startPlan(page, "Rig");
  for (const name of order) await approve(page, name.trim().split(/\s/)[0] ?? "");
  await expect(verdict(page)).toContainText(/^Finished/, { timeout: 25 * 60_000 });
  console.log(`FIGURE: the roll of 9 nodes on real front ends took ${Math.round((Date.now() - startedAtMs) / 1000)} s`);

  await expectEverybodyOn("4.0.8");
  for (const fe of FRONTENDS) expect(await manualEntries(fe)).toEqual([]);
  expect(await settings()).toEqual(before);
  const url = `${world.console().url}/api/runs/${encodeURIComponent(runId)}`;
  const view: RunView = await (await page.request.get(url)).json();
  expectTimelineAgrees(view.events);
});

/** `shop.lonely` has one replica: nothing starts until a person answered for each backend that holds a part of it. */
async function answerForTheLonelyTable(page: Page): Promise<void> {
  const start = page.getByRole("button", { name: "Start…" });
  await expect(start).toHaveAttribute("aria-disabled", "true");
  await expect(page.getByRole("listitem").filter({ hasText: "shop.lonely" }).first()).toBeVisible();
  for (;;) {
    const open = page.getByRole("button", { name: "Answer for it…" });
    if ((await open.count()) === 0) break;
    await open.first().click();
    await page
      .getByRole("textbox", { name: /may be answered for/ })
      .last()
      .waitFor();
  }
  for (const field of await page.getByRole("textbox", { name: /may be answered for/ }).all()) {
    await field.fill("a scratch table, nobody reads it tonight");
  }
  await expect(start).toHaveAttribute("aria-disabled", "false");
}

async function expectEverybodyOn(version: string): Promise<void> {
  for (const statement of ["SHOW FRONTENDS", "SHOW BACKENDS", "SHOW COMPUTE NODES"]) {
    for (const row of await world.sql(1, statement)) expect(row["Version"]).toMatch(new RegExp(`^${version}-`));
  }
}

async function manualEntries(fe: number): Promise<readonly unknown[]> {
  const entries = [
    ...(await world.sql(fe, "SHOW BACKEND BLACKLIST")),
    ...(await world.sql(fe, "SHOW COMPUTE NODE BLACKLIST")),
  ];
  return entries.filter((row) => row["AddBlackListType"] === "MANUAL");
}

/** What a run borrows, by FE. */
async function settings(): Promise<readonly unknown[]> {
  const keys = ["tablet_sched_disable_balance", "tablet_sched_disable_colocate_balance"];
  return Promise.all(
    FRONTENDS.flatMap((fe) =>
      keys.map(async (key) =>
        (await world.sql(fe, `ADMIN SHOW FRONTEND CONFIG LIKE '${key}'`)).map((row) => row["Value"]),
      ),
    ),
  );
}

/** Each FE's own log says when its exit began and ended and when it was ready again: in the phases that say so. */
function expectTimelineAgrees(events: readonly Recorded<RunEvent>[]): void {
  const lags: number[] = [];
  for (const fe of FRONTENDS) {
    const log = world.feLog(fe);
    const said = (text: string): number => log.findLast((line) => line.text.includes(text))?.atMs ?? Number.NaN;
    const phase = (type: "PhaseBegan" | "PhaseEnded", name: string): number =>
      events.find(({ event }) => event.type === type && event.nodeId === `fe-${fe}` && event.phase === name)?.atMs ??
      Number.NaN;
    const during = (name: string, atMs: number): void => {
      expect(atMs).toBeGreaterThanOrEqual(phase("PhaseBegan", name));
      expect(atMs).toBeLessThanOrEqual(phase("PhaseEnded", name));
    };
    during("exit", said("start to handle graceful exit"));
    during("exit", said("handle graceful exit successfully"));
    during("restart", said("finished to transfer FE type from INIT to FOLLOWER"));
    lags.push(said("start to handle graceful exit") - phase("PhaseBegan", "exit"));
    lags.push(phase("PhaseEnded", "exit") - said("handle graceful exit successfully"));
  }
  console.log(`FIGURE: the front ends' logs and the run differ by ${Math.max(...lags)} ms at most`);
}
