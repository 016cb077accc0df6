/** Thirty runs that each lose their console somewhere else in their journal; afterwards nothing is owed to anybody. */
import { expect, test } from "@playwright/test";
import { manualEntries, owedLoans, readEvents, settings, untilOver } from "../acts-verbs.ts";
import { logIn, startByApi } from "../console.ts";
import { figure, seconds } from "../figures.ts";
import { useWorld } from "../fixtures.ts";
import { upgradePlan } from "../plans.ts";
import { lines } from "../truth.ts";

const RUNS = 30;
/** A restart of one backend writes a little more than forty events: each run loses its console after another one. */
const EVENTS = 40;
const STRIDE = 7;

const world = useWorld({
  frontends: 1,
  backends: 3,
  computeNodes: 0,
  load: "off",
  conf: { fe: [], be: ["twin_start_ms = 0", "twin_exit_steps_ms = 300"], cn: [] },
});

test("Whenever the console dies, the run that it loses ends, each script once, and nothing stays borrowed", async ({
  page,
}) => {
  const { twin } = world();
  await twin.rate({ short: 10 });
  await logIn(page, world());
  const before = await settings(world());
  const beganAtMs = Date.now();
  let lost = 0;
  for (let index = 0; index < RUNS; index += 1) {
    const nodeId = index % 2 === 0 ? "be-01" : "be-02";
    const runBeganAtMs = Date.now();
    const policy = { soakMs: 0, minRequests: 0, onNoTraffic: "accept" } as const;
    const plan = upgradePlan({ kind: "restart", targetVersion: null, nodeIds: [nodeId], policy });
    const runId = await startByApi(page, world(), plan);
    const wanted = 1 + ((index * STRIDE) % EVENTS);
    let [written, over] = [0, false];
    const isTime = async (): Promise<boolean> => {
      const events = await readEvents(page, world(), runId);
      [written, over] = [events.length, events.some(({ event }) => event.type === "RunEnded")];
      return over || written >= wanted;
    };
    await expect.poll(isTime, { intervals: [20], timeout: 120_000 }).toBe(true);
    if (!over) {
      await world().restartConsole();
      lost += 1;
    }
    const run = await untilOver(page, world(), runId);
    expect(run.life, `killed after ${written} events`).toMatchObject({ verdict: "finished" });
    expect(run.steps.map(({ progress }) => progress)).toMatchObject([{ result: "verified" }]);
    const scripts = lines(twin.truth(), "script")
      .filter(({ atMs, script }) => atMs >= runBeganAtMs && /^(stop|start)_/.test(script))
      .map(({ node, script }) => `${node} ${script}`);
    expect(scripts, `killed after ${written} events`).toEqual([`${nodeId} stop_be.sh`, `${nodeId} start_be.sh`]);
    expect(await manualEntries(world()), `killed after ${written} events`).toEqual([]);
    expect(await settings(world()), `killed after ${written} events`).toEqual(before);
    expect(await owedLoans(page, world()), `killed after ${written} events`).toEqual([]);
  }
  const spoiled = lines(twin.truth(), "ended").filter(({ outcome }) => outcome !== "ok");
  expect(spoiled, "no query and no load noticed").toEqual([]);
  // A journal that got shorter would leave the last kills without an effect.
  expect(lost).toBeGreaterThanOrEqual(RUNS - 5);
  figure(`${lost} of ${RUNS} runs lost their console, ${seconds(Date.now() - beganAtMs)}: nothing left behind`);
});
