/**
 * The control of the main story: under the same queries, with isolation switched off, clients or FEs do notice that nodes
 * leave. Without this, a zero would prove nothing.
 */
import { expect, test, type Page } from "@playwright/test";
import { logIn, startByApi, untilEnded } from "../console.ts";
import { figure, seconds } from "../figures.ts";
import { upgradePlan } from "../plans.ts";
import { countOutcomes, lines, piecesDuring, unwell } from "../truth.ts";
import { startWorld } from "../world.ts";

/** StarRocks' own default: for this long an FE may not know that a node refuses work. */
const HEARTBEAT_S = 5;
const NODES = ["be-01", "be-02"];

type Noticed = { readonly queries: number; readonly failed: number; readonly retried: number; readonly tookMs: number };

test("Backends that are isolated first leave unnoticed; without isolation, queries fail or are tried again", async ({
  browser,
}) => {
  const isolated = await roll(await browser.newPage(), true);
  const bare = await roll(await browser.newPage(), false);
  say("with isolation", isolated);
  say("without isolation", bare);
  expect(isolated).toMatchObject({ failed: 0, retried: 0 });
  expect(bare.failed + bare.retried).toBeGreaterThan(0);
});

async function roll(page: Page, isolate: boolean): Promise<Noticed> {
  const world = await startWorld({ heartbeatSeconds: HEARTBEAT_S });
  const { twin } = world;
  try {
    // Queries only, and none that a drain would wait half a minute for.
    await twin.rate({ long: 0, stream: 0, broker: 0 });
    await twin.pauseLoads();
    await logIn(page, world);
    const sinceMs = Date.now();
    const runId = await startByApi(
      page,
      world,
      upgradePlan({ nodeIds: NODES, isolate, policy: { maxFailures: 1000 } }),
    );
    const { summary } = await untilEnded(page, world, runId);
    expect(summary.verdict).toBe("finished");
    const truth = twin.truth();
    const exits = lines(truth, "exited").filter(({ atMs }) => atMs >= sinceMs);
    expect(exits.map(({ node, how }) => [node, how])).toEqual(NODES.map((node) => [node, "graceful"]));
    const pieces = piecesDuring(truth, sinceMs, Date.now()).filter(({ kind }) => kind === "short" || kind === "medium");
    const { ok, failed, cut, refused } = countOutcomes(pieces);
    expect(ok, "queries ran all the time").toBeGreaterThan((40 * (Date.now() - sinceMs)) / 1000);
    if (isolate) expect(unwell(pieces)).toEqual([]);
    return {
      queries: pieces.length,
      failed: failed + cut + refused,
      retried: lines(truth, "retry").filter(({ atMs }) => atMs >= sinceMs).length,
      tookMs: Date.now() - sinceMs,
    };
  } finally {
    await page.close();
    await world.stop();
  }
}

function say(how: string, { queries, failed, retried, tookMs }: Noticed): void {
  figure(
    `${how}, heartbeat ${HEARTBEAT_S} s, ${NODES.join(" and ")}: ${failed} failed, ${retried} retried by the FEs, of ${queries} queries in ${seconds(tookMs)}`,
  );
}
