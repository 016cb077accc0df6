/**
 * The two gRPC servers of the manual are upgraded from the browser under clients that obey GOAWAY: no call fails. One of them
 * carries a stream that never ends, so that its timer has to force it, in the words of gRPC's own guide.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { stringify } from "yaml";
import { clientOf, openTicks, startLoad } from "#server/drivers/grpc/testing/clients.ts";
import { createGrpcRig, type GrpcRig } from "#server/drivers/grpc/testing/rig.ts";
import { startConsole, type ConsoleProcess } from "./console-process.ts";
import { choose, logIn, openPlan, plannedOrder, setNumber, startPlan, untilEnded, verdict } from "./console.ts";
import { figure } from "./figures.ts";
import { OPERATOR } from "./world.ts";

const NAMES = ["shop-1", "shop-2"] as const;
const [FROM, TO] = ["1.0.0", "1.1.0"] as const;

test.describe("gRPC servers", () => {
  let rig: GrpcRig | null = null;
  let running: ConsoleProcess | null = null;
  test.beforeAll(async () => {
    rig = await createGrpcRig({ names: NAMES, releases: [FROM, TO], limitMs: 4000 });
    await rig.start(rig.open());
    const file = join(rig.root, "sluice.yaml");
    writeFileSync(file, stringify({ console: { listen: "127.0.0.1:0", data: "./console" }, clusters: [rig.section] }));
    running = await startConsole(file, OPERATOR);
  });
  test.afterAll(async () => {
    await running?.stop();
    await rig?.stop();
  });

  test("[S2-2] [S2-4] [S2-10] A roll under clients that obey fails no call, and says how each server left", async ({
    page,
  }) => {
    const { ports } = there(rig);
    const world = { clusterId: "Shop", console: () => there(running) };
    await logIn(page, world);
    await expect(verdict(page)).toContainText("2 of 2 nodes serving.");
    await openPlan(page, TO);
    await choose(page, "Approval", "None");
    await setNumber(page, "Verify soak", 2);
    expect(await plannedOrder(page)).toEqual(NAMES);
    const load = startLoad(ports, { callers: 4, ms: 10, retry: "transparent" });
    const holding = clientOf(`127.0.0.1:${ports[1] ?? 0}`);
    const stream = openTicks(holding, 100);
    const runId = await startPlan(page, "Shop");
    await expect(page.getByText("GRACEFUL_SHUTDOWN").first()).toBeVisible({ timeout: 120_000 });
    const view = await untilEnded(page, world, runId);
    await load.stop();
    holding.close();
    expect(view.summary.verdict).toBe("finished");
    expect([1, 14]).toContain(await stream.ended);
    const failed = load.results.filter(({ code }) => code !== 0);
    figure(`grpc: 2 servers rolled under ${load.results.length} calls, of which ${failed.length} failed`);
    expect(failed).toEqual([]);
    await page.screenshot({ path: process.env["GRPC_PICTURE"] ?? "test-results/grpc-run.png", fullPage: true });
  });
});

function there<T>(value: T | null): T {
  if (value === null) throw new Error("It was not started");
  return value;
}
