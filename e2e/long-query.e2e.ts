/** A query that outlives the drain limit: a person decides, once to wait for it and once to cut it. */
import { expect, test, type Page } from "@playwright/test";
import { actAndConfirm, approve, logIn, openRun, startByApi, verdict } from "./console.ts";
import { figure, seconds } from "./figures.ts";
import { useWorld } from "./fixtures.ts";
import { ANALYST, type LongQuery, longQueryOn } from "./long-queries.ts";
import { upgradePlan } from "./plans.ts";
import { lines, piecesDuring, unwell } from "./truth.ts";

const DRAIN_LIMIT_MS = 8000;
/** A narrow column shows so much of an id, and its end. */
const ID_SHOWN = 6;
const NODE_TIMEOUT_MS = 120_000;

const world = useWorld({ heartbeatSeconds: 1 });

test("A query longer than the drain limit is asked about: extended it ends, forced it is cut and named", async ({
  page,
}) => {
  const { twin } = world();
  await twin.rate({ long: 0 });
  await logIn(page, world());
  const beganAtMs = Date.now();
  const plan = upgradePlan({
    nodeIds: ["be-01", "be-02"],
    drainLimitMs: DRAIN_LIMIT_MS,
    exitLimitMs: { "be-01": 60_000, "be-02": 60_000 },
    policy: { approval: "every" },
  });
  await openRun(page, world(), await startByApi(page, world(), plan));

  const spared = await longQueryOn(twin, "be-01", 30);
  await approve(page, "be-01");
  await theRunAsks(page, "be-01", spared);
  await page.getByRole("group", { name: "be-01 waits for a person" }).getByRole("button", { name: "Extend" }).click();
  await expect(page.getByRole("group", { name: "be-01 waits for a person" })).toBeHidden();
  await expect(verdict(page)).toContainText("be-02 waits for approval.", { timeout: NODE_TIMEOUT_MS });
  const extended = outcomeOf(spared);
  expect(extended.outcome).toBe("ok");
  figure(
    `a query of ${seconds(extended.ranMs)} outlived a drain limit of ${seconds(DRAIN_LIMIT_MS)}, extended: ended ok`,
  );
  expect(extended.atMs).toBeLessThan(signalOf("be-01"));

  const doomed = await longQueryOn(twin, "be-02", 60);
  await approve(page, "be-02");
  await theRunAsks(page, "be-02", doomed);
  await actAndConfirm(page, /^Exit be-02 now, kill after 60 s…/, "Exit be-02 now, kill after 60 s");
  await expect(page.getByRole("list", { name: "Phases of be-02" })).toContainText("Exiting, now");
  const force = page.getByRole("region", { name: "be-02" }).getByRole("button", { name: "Force now…" }).first();
  await force.click();
  const question = page.getByRole("dialog", { name: "Force be-02 now?" });
  await expect(question).toContainText(`This cuts 1: one query, of ${ANALYST}.`);
  // What cannot be taken back is not asked before the name is typed, and shows what it sends.
  const cut = question.getByRole("button", { name: "Force be-02, cut 1" });
  await expect(cut).toHaveAttribute("aria-disabled", "true");
  await expect(question.getByRole("region", { name: "What it sends" })).toContainText("kill -9");
  await question.getByLabel("Type the node's name, be-02").fill("be-02");
  await cut.click();

  await expect(verdict(page)).toContainText("Finished with 1 query cut.", { timeout: NODE_TIMEOUT_MS });
  await expect(verdict(page)).toContainText(`Cut: 1 on be-02, of ${ANALYST}.`);
  const rows = page.getByRole("table", { name: "What was cut" }).getByRole("row");
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText(doomed.queryId.slice(0, ID_SHOWN));
  await expect(rows.last()).toContainText(ANALYST);
  await expect(rows.last()).toContainText("be-02");

  const pieces = piecesDuring(twin.truth(), beganAtMs, Date.now());
  expect(pieces.filter(({ ended }) => ended !== null && ended.outcome !== "ok").map(({ id }) => id)).toEqual([
    doomed.id,
  ]);
  expect(outcomeOf(doomed).outcome).toBe("cut");
  figure(
    `forced: ${unwell(pieces).length} of ${pieces.length} pieces cut, ${doomed.id} of ${ANALYST}, and named so in the report`,
  );
});

/** The run holds past the limit, and shows the one query that keeps it, with whose it is. */
async function theRunAsks(page: Page, nodeId: string, query: LongQuery): Promise<void> {
  await expect(verdict(page)).toContainText(`${nodeId} waits for a person.`, { timeout: NODE_TIMEOUT_MS });
  await expect(verdict(page)).toContainText("Its drain limit is past and work is left.");
  const waiting = page.getByRole("region", { name: "Waiting for 1" });
  await expect(waiting).toContainText(ANALYST);
  await expect(waiting.getByRole("row")).toHaveCount(2);
  await expect(waiting.getByRole("row").last()).toContainText(query.queryId.slice(0, ID_SHOWN));
}

function outcomeOf({ id }: LongQuery) {
  const ended = lines(world().twin.truth(), "ended").find((line) => line.id === id);
  if (ended === undefined) throw new Error(`${id} still runs`);
  return ended;
}

function signalOf(node: string): number {
  return lines(world().twin.truth(), "signal").find((line) => line.node === node)?.atMs ?? Number.NaN;
}
