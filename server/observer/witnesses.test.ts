import { describe, expect, it } from "vitest";
import { statusOf } from "#lib/cluster/status.ts";
import type { History as Samples, Log } from "#server/orchestrator/ports.ts";
import { createManualClock } from "#server/orchestrator/testing/manual-clock.ts";
import { createObserver } from "./observer.ts";
import { HISTORIES, type History, type Moment } from "./testing/histories.ts";
import { driverOf, passSecond, startScene } from "./testing/starrocks-scene.ts";

const START_MS = 1_790_000_000_000;
const TWO_POLLS = 2;
const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const noSamples: Samples = { append: () => undefined, query: async () => [], close: async () => undefined };

/** What is wrong with what was shown, poll by poll; empty when it was the truth. */
async function play(history: History): Promise<readonly string[]> {
  const clock = createManualClock(START_MS);
  const scene = startScene(START_MS);
  const moments = [...history.moments];
  let moment: Moment = moments.shift() ?? { atS: 0, does: null, is: [], lives: true };
  moment.does?.(scene, START_MS);
  const driver = driverOf(scene, clock);
  const observer = createObserver({
    clusterId: "c1",
    driver,
    history: noSamples,
    clock,
    log: quiet,
    random: () => 0.5,
  });
  observer.start();
  const wrong: string[] = [];
  for (let second = 1; second <= history.untilS; second += 1) {
    await clock.advance(1000);
    passSecond(scene, clock.now());
    const next = moments[0];
    const view = observer.observed().nodes[history.of];
    const step = moment.step ?? null;
    const { status, disagreement } = statusOf(view?.observation ?? null, step, clock.now());
    const said = `second ${second}: shown ${status}${disagreement === null ? "" : " (contradicted)"}`;
    const settled = second - moment.atS > (moment.within ?? TWO_POLLS);
    if (moment.lives && status === "gone") wrong.push(`${said}, and its process lives`);
    if (settled && !moment.is.includes(status)) wrong.push(`${said}, is ${moment.is.join(" or ")}`);
    if (settled && moment.contradicts === true && disagreement === null) wrong.push(`${said}, and nobody is told why`);
    if (next?.atS === second) {
      next.does?.(scene, clock.now());
      moment = next;
      moments.shift();
    }
  }
  void observer.stop();
  return wrong;
}

describe("what is shown is the truth within two polls, never a false gone, never a false serving", () => {
  it.each(HISTORIES)("$name", async (history) => {
    expect(await play(history)).toEqual([]);
  });

  it("there are thirty histories and more", () => {
    expect(HISTORIES.length).toBeGreaterThanOrEqual(30);
    expect(new Set(HISTORIES.map(({ name }) => name)).size).toBe(HISTORIES.length);
  });
});
